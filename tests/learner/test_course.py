import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.services import SYSTEM
from certificates.models import SigningKey
from certificates.services import attest, give_evaluation, settle
from courses.models import CourseVersion
from courses.services import withdraw_version
from enrollments.models import Enrollment
from enrollments.services import close_enrollment, enroll, mark_completed, mark_lesson_read
from quizzes.services import start_attempt
from tests.conftest import Clinic, client_of, expect_statements
from tests.enrollments.documents import document, in_modules, lesson, publish, quiz, small
from tests.learner.conftest import html, take, words
from tests.learner.test_home import asked

COURSE = "/learn/courses/a-course/"


def read_both(enrollment: Enrollment) -> None:
    for key in ("one", "two"):
        mark_lesson_read(enrollment=enrollment, lesson_key=key, by=enrollment.user)


def closed_ago(enrollment: Enrollment, days: int) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)
    at = timezone.now() - dt.timedelta(days=days)
    Enrollment.objects.filter(pk=enrollment.pk).update(started_at=at, closed_at=at)


def test_course_at_the_start(enrollment: Enrollment, ana: User) -> None:
    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "Nothing is done yet. The first of 4 parts is “One”, 10 minutes." in page
    assert "Next: Lessons 0 of 2 read." in page
    assert "Not done yet: Post-test 1 question. 1 correct answer passes. You have 2 attempts." in page
    assert "Not open yet: Feedback" in page
    assert "Not open yet: Attestation" in page
    assert "You are on version 1 and stay on it to the end." in page
    assert 'class="btn btn-primary" href="/learn/courses/a-course/lessons/one/"' in source
    assert source.count("btn-primary") == source.count("is-next") == 1


def test_course_in_the_middle(enrollment: Enrollment, ana: User) -> None:
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)
    take(enrollment, "practice", "b")

    page = words(client_of(ana), COURSE)

    assert "The next part is “Two”, 12 minutes. 2 of 4 parts, about 42 minutes left" in page
    assert "Next: Lessons 1 of 2 read. Go on to “Two”" in page


def test_course_leads_to_a_practice_that_stands_next(enrollment: Enrollment, ana: User) -> None:
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    source = html(client_of(ana), COURSE)

    assert 'class="btn btn-primary" href="/learn/courses/a-course/quizzes/practice/"' in source
    assert source.count("is-next") == 1


def test_course_leads_back_into_an_open_attempt(enrollment: Enrollment, ana: User) -> None:
    attempt = start_attempt(enrollment=enrollment, assessment_key="post-test", by=ana)

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "You are in the middle of “Post-test”" in page
    assert "Attempt 1 of 2 is open; what you answered is saved. Go on with “Post-test”" in page
    assert f'class="btn btn-primary" href="/learn/attempts/{attempt.public_id}/"' in source


def test_course_after_a_failed_attempt(enrollment: Enrollment, ana: User) -> None:
    read_both(enrollment)
    take(enrollment, "post-test", "b")

    page = words(client_of(ana), COURSE)

    assert "Not passed yet; 1 attempt is left. Try “Post-test” again" in page


def test_course_opens_the_feedback_when_every_part_is_done(enrollment: Enrollment, ana: User) -> None:
    read_both(enrollment)
    take(enrollment, "post-test", "a")

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "Every part is done." in page
    assert "Done: Lessons All 2 read." in page
    assert "Done: Post-test Passed on" in page
    assert "with 1 of 1." in page
    assert 'class="btn btn-primary" href="/learn/courses/a-course/evaluation/"' in source


def test_course_after_completion(enrollment: Enrollment, ana: User) -> None:
    mark_completed(enrollment=enrollment, at=timezone.now(), zone="America/Denver", by=ana)

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "You completed this course on" in page
    assert "the certificate waits" in page
    assert "You took version 1." in page
    assert 'action="/learn/courses/a-course/certificate/"' in source


def test_course_after_the_last_attempt_says_when_it_opens_again(enrollment: Enrollment, ana: User) -> None:
    take(enrollment, "post-test", "b")
    take(enrollment, "post-test", "b")

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "the last attempt is used, and it did not pass" in page
    assert "Not reached: Post-test All 2 attempts are used, and none passed." in page
    assert "Not reached: Feedback Not opened in this enrollment." in page
    assert "minutes left" not in page
    assert "You can begin again on" in page
    assert 'action="/learn/courses/a-course/enrollment/"' not in source
    assert "btn-primary" not in source


def test_course_offers_a_retake_after_the_waiting_time(enrollment: Enrollment, ana: User) -> None:
    closed_ago(enrollment, days=8)

    assert 'action="/learn/courses/a-course/enrollment/"' in html(client_of(ana), COURSE)


def test_course_offers_no_retake_without_a_version_in_use(
    enrollment: Enrollment, version: CourseVersion, ana: User
) -> None:
    closed_ago(enrollment, days=8)
    withdraw_version(version=version, because="A mistake.", by=SYSTEM)

    assert "This course takes no new learners at present." in words(client_of(ana), COURSE)


def test_course_shows_the_open_enrollment_and_lists_the_earlier(enrollment: Enrollment, ana: User) -> None:
    closed_ago(enrollment, days=8)
    enroll(user=ana, course=publish(small(minutes=11)).course, acknowledged=True, by=ana)

    page = words(client_of(ana), COURSE)

    assert "You are on version 2 and stay on it to the end." in page
    assert "Earlier Version 1, ended on" in page


def test_course_tells_of_a_newer_version(enrollment: Enrollment, ana: User) -> None:
    publish(small(minutes=11))

    page = words(client_of(ana), COURSE)

    assert "Version 2 of this course was published on" in page
    assert "You stay on version 1 to the end" in page


def test_course_tells_that_her_version_was_withdrawn(enrollment: Enrollment, version: CourseVersion, ana: User) -> None:
    withdraw_version(version=version, because="A number was wrong.", by=SYSTEM)

    page = words(client_of(ana), COURSE)

    assert "was taken out of use for new enrollments on" in page
    assert "A number was wrong. You can finish it, and what you did counts." in page


def test_course_says_nothing_of_versions_while_hers_is_the_newest(enrollment: Enrollment, ana: User) -> None:
    assert "was published on" not in words(client_of(ana), COURSE)


def test_course_says_who_asks_and_what_they_see(
    enrollment: Enrollment, version: CourseVersion, ana: User, omar: User, clinic: Clinic
) -> None:
    asked(version, ana, clinic, omar)

    page = words(client_of(ana), COURSE)

    assert "Riverbend Clinic asked you for this course on" in page
    assert "What Riverbend Clinic can see" in page


def test_course_never_begun_leads_to_the_information_page(enrollment: Enrollment, charlie: User) -> None:
    response = client_of(charlie).get(COURSE)

    assert (response.status_code, response.headers["Location"]) == (302, "/courses/a-course/")


def test_course_that_is_not_there(ana: User) -> None:
    assert client_of(ana).get("/learn/courses/no-course/").status_code == 404


def test_course_that_is_not_hers_to_know_is_not_there(version: CourseVersion, ana: User) -> None:
    version.course.is_public = False
    version.course.save()

    assert client_of(ana).get(COURSE).status_code == 404


def test_course_asks_strangers_to_sign_in(version: CourseVersion) -> None:
    assert Client().get(COURSE).headers["Location"] == "/accounts/login/?next=/learn/courses/a-course/"


def test_course_is_only_read(enrollment: Enrollment, ana: User) -> None:
    assert client_of(ana).post(COURSE).status_code == 405


@pytest.mark.parametrize("earlier", [0, 3])
def test_course_costs_the_same_whatever_came_before(version: CourseVersion, ana: User, earlier: int) -> None:
    for _ in range(earlier):
        closed_ago(enroll(user=ana, course=version.course, acknowledged=True, by=ana), days=30)
    enrollment = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    if earlier:
        read_both(enrollment)
    client = client_of(ana)

    with expect_statements(16):  # one of them is what is arranged for her, because the page says what is allowed
        client.get(COURSE)


def finished(enrollment: Enrollment) -> None:
    """Everything up to the attestation."""
    read_both(enrollment)
    take(enrollment, "post-test", "a")
    give_evaluation(enrollment=enrollment, answers={"clear": 4}, by=enrollment.user)


def test_course_opens_the_attestation_last(enrollment: Enrollment, ana: User) -> None:
    finished(enrollment)

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "Done: Feedback" in page
    assert "Next: Attestation" in page
    assert 'class="btn btn-primary" href="/learn/courses/a-course/attestation/"' in source


def test_course_and_home_lead_to_the_certificate(enrollment: Enrollment, ana: User, signing_key: SigningKey) -> None:
    finished(enrollment)
    attest(enrollment=enrollment, by=ana)
    certificate = settle(enrollment=enrollment, by=ana).certificate
    assert certificate is not None

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "You completed this course on" in page
    assert "Done: Attestation" in page
    assert "Not reached" not in page
    assert f'href="/learn/certificates/{certificate.code}/"' in source
    assert f'href="/learn/certificates/{certificate.code}/"' in html(client_of(ana), "/learn/")


def test_course_lists_the_gates_in_the_order_of_the_outline(ana: User) -> None:
    made = document(
        [lesson("one")], [quiz("last"), quiz("first")], must_pass=["last", "first"], order=["one", "first", "last"]
    )
    enroll(user=ana, course=publish(made).course, acknowledged=True, by=ana)

    page = words(client_of(ana), COURSE)

    places = [page.index(f": {each} ") for each in ("Lessons", "First", "Last", "Feedback", "Attestation")]
    assert places == sorted(places)


@pytest.fixture
def in_two(ana: User) -> Enrollment:
    """Ana takes a course of two modules."""
    return enroll(user=ana, course=publish(in_modules()).course, acknowledged=True, by=ana)


def folds(source: str) -> list[bool]:
    """Of each folded module in turn, whether it is open."""
    return ["open" in each.partition(">")[0] for each in source.split('<details class="v-fold"')[1:]]


def test_course_folds_its_modules_and_opens_that_of_the_next_part(in_two: Enrollment, ana: User) -> None:
    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "Module A 0 of 3 parts done · 15 minutes" in page
    assert "Module B 0 of 3 parts done · 45 minutes" in page
    assert folds(source) == [True, False]
    assert source.count('class="v-lit"') == 1
    assert "Next: One" in page


def test_course_opens_the_module_to_which_she_came(in_two: Enrollment, ana: User) -> None:
    for key in ("one", "card"):
        mark_lesson_read(enrollment=in_two, lesson_key=key, by=ana)

    page, source = words(client_of(ana), COURSE), html(client_of(ana), COURSE)

    assert "Module A 2 of 3 parts done · 15 minutes" in page
    assert folds(source) == [False, True]
    assert "Next: Two" in page


def test_course_lights_no_part_after_it_ended(in_two: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=in_two, by=SYSTEM)

    assert 'class="v-lit"' not in html(client_of(ana), COURSE)


def test_course_tells_all_minutes_and_those_that_completion_asks_for(in_two: Enrollment, ana: User) -> None:
    page = words(client_of(ana), COURSE)

    assert "0 of 6 parts, about 1 hour left; completion asks for 56 minutes" in page
    assert "1 hour in all; completion asks for 56 minutes" in page


def test_course_of_one_module_is_not_folded(enrollment: Enrollment, ana: User) -> None:
    assert "v-fold" not in html(client_of(ana), COURSE)


def test_course_keeps_its_pages_to_look_up_at_hand_also_after_completion(in_two: Enrollment, ana: User) -> None:
    link = '<a href="/courses/a-course/words/">Words</a>'
    assert link in html(client_of(ana), COURSE)

    mark_completed(enrollment=in_two, at=timezone.now(), zone="America/Denver", by=ana)

    assert link in html(client_of(ana), COURSE)
    assert link in html(client_of(ana), f"{COURSE}lessons/one/")


def test_course_says_what_form_its_lessons_have(in_two: Enrollment, ana: User) -> None:
    page = words(client_of(ana), COURSE)

    assert "Card Checklist Not started" in page
    assert "Words To look up Not started" in page
