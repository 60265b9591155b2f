import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from audit.services import SYSTEM
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import close_enrollment, enroll, mark_completed, mark_lesson_read
from quizzes.services import start_attempt
from tests.conftest import Clinic, client_of, expect_statements
from tests.enrollments.documents import publish, small
from tests.learner.conftest import html, take, words
from training.services import assign_course, count_completions
from web.templatetags.vignette import day

HOME = "/learn/"


def asked(version: CourseVersion, user: User, clinic: Clinic, by: User, days: int = 30) -> dt.date:
    due_on = timezone.localdate() + dt.timedelta(days=days)
    seats = Membership.objects.filter(user=user, organization=clinic.organization)
    assign_course(organization=clinic.organization, course=version.course, memberships=seats, due_on=due_on, by=by)
    return due_on


def test_home_says_that_nothing_is_begun(ana: User) -> None:
    page = words(client_of(ana), HOME)

    assert "Nothing begun yet" in page
    assert 'href="/courses/"' in html(client_of(ana), HOME)


def test_home_lights_the_next_step_of_an_open_course(enrollment: Enrollment, ana: User) -> None:
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    page, source = words(client_of(ana), HOME), html(client_of(ana), HOME)

    assert "One course is under way" in page
    assert "1 of 4 parts, about 46 minutes left" in page
    assert "Next: Practice, 4 minutes" in page
    assert 'class="btn btn-primary mt-3" href="/learn/courses/a-course/quizzes/practice/"' in source


def test_home_leads_to_an_open_attempt(enrollment: Enrollment, ana: User) -> None:
    attempt = start_attempt(enrollment=enrollment, assessment_key="post-test", by=ana)

    assert f'href="/learn/attempts/{attempt.public_id}/"' in html(client_of(ana), HOME)


def test_home_has_one_lamp_whatever_the_number_of_courses(enrollment: Enrollment, ana: User) -> None:
    for slug in ("b-course", "c-course"):
        enroll(user=ana, course=publish(small(slug), slug).course, acknowledged=True, by=ana)

    source = html(client_of(ana), HOME)

    assert source.count("v-lamp") == 1
    assert source.count("btn-primary mt-3") == 1
    assert source.count("btn-outline-primary mt-3") == 2


def test_home_lights_what_is_due_first(enrollment: Enrollment, ana: User, omar: User, clinic: Clinic) -> None:
    later, sooner = publish(small("Later"), "later"), publish(small("Sooner"), "sooner")
    for version, days in ((sooner, 5), (later, 50)):
        enroll(user=ana, course=version.course, acknowledged=True, by=ana)
        asked(version, ana, clinic, omar, days)

    source = html(client_of(ana), HOME)

    assert [source.index(f'href="/learn/courses/{slug}/">') for slug in ("sooner", "later", "a-course")] == sorted(
        source.index(f'href="/learn/courses/{slug}/">') for slug in ("sooner", "later", "a-course")
    )


def test_home_says_what_is_due_by_when_and_who_asks(
    version: CourseVersion, ana: User, omar: User, clinic: Clinic
) -> None:
    due_on = asked(version, ana, clinic, omar)

    page = words(client_of(ana), HOME)

    assert "What is due" in page
    assert "Riverbend Clinic" in page
    assert f"Nothing is under way. “A course” is due on {day(due_on)}." in page
    assert f"Riverbend Clinic asks for this course by {day(due_on)}. You have not begun it." in page


def test_home_does_not_ask_for_what_is_done(
    enrollment: Enrollment, ana: User, omar: User, clinic: Clinic, version: CourseVersion
) -> None:
    asked(version, ana, clinic, omar)
    mark_completed(enrollment=enrollment, at=timezone.now(), zone="America/Denver", by=ana)
    count_completions(user=ana)

    assert "What is due" not in words(client_of(ana), HOME)


def test_home_lists_completions(enrollment: Enrollment, ana: User) -> None:
    at = dt.datetime(2030, 1, 15, 3, 0, tzinfo=dt.UTC)
    mark_completed(enrollment=enrollment, at=at, zone="America/Denver", by=ana)

    page = words(client_of(ana), HOME)

    assert "Nothing is under way. You have completed one course." in page
    assert "January 14, 2030" in page
    assert "Not issued yet" in page


def test_home_keeps_a_course_that_ended_without_completion(enrollment: Enrollment, ana: User) -> None:
    take(enrollment, "post-test", "b")
    take(enrollment, "post-test", "b")

    assert "Ended without completion" in words(client_of(ana), HOME)


def test_home_forgets_the_end_once_the_course_is_taken_again(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)
    long_ago = timezone.now() - dt.timedelta(days=30)
    Enrollment.objects.update(started_at=long_ago, closed_at=long_ago)
    enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    page = words(client_of(ana), HOME)

    assert "One course is under way" in page
    assert "Ended without completion" not in page


def test_home_shows_nothing_of_other_people(enrollment: Enrollment, charlie: User) -> None:
    assert "Nothing begun yet" in words(client_of(charlie), HOME)


def test_home_asks_strangers_to_sign_in(db: None) -> None:
    response = Client().get(HOME)

    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/learn/")


def test_home_is_only_read(ana: User) -> None:
    assert client_of(ana).post(HOME).status_code == 405


@pytest.mark.parametrize("more", [0, 3])
def test_home_costs_the_same_whatever_is_on_it(enrollment: Enrollment, ana: User, more: int) -> None:
    for number in range(more):
        other = publish(small(f"Course {number}"), f"course-{number}")
        mark_lesson_read(
            enrollment=enroll(user=ana, course=other.course, acknowledged=True, by=ana), lesson_key="one", by=ana
        )
    client = client_of(ana)

    # session, person, enrollments, due, lessons read, attempts, transcript (two)
    with expect_statements(8):
        client.get(HOME)
