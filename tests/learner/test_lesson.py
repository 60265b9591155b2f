import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from audit.services import SYSTEM
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead
from enrollments.services import close_enrollment, enroll, mark_lesson_read
from quizzes.services import start_attempt
from tests.conftest import client_of, expect_statements
from tests.enrollments.documents import in_modules, publish, small
from tests.learner.conftest import html, take, words

ONE, TWO = "/learn/courses/a-course/lessons/one/", "/learn/courses/a-course/lessons/two/"


def read(enrollment: Enrollment) -> list[str]:
    return list(LessonRead.objects.filter(enrollment=enrollment).values_list("lesson_key", flat=True))


def test_lesson_is_shown_with_the_outline_and_one_action(enrollment: Enrollment, ana: User) -> None:
    page, source = words(client_of(ana), TWO), html(client_of(ana), TWO)

    assert "Lesson 2 of 2 · 12 minutes" in page
    assert "0 of 4 parts, about 56 minutes left" in page
    assert "One (not started)" in page
    assert "Two (you are here, not started)" in page
    assert "Back to “Practice”" in page
    assert source.count("btn-primary") == 1
    assert f'<form method="post" action="{TWO}">' in source


def test_lesson_opened_writes_nothing(enrollment: Enrollment, ana: User) -> None:
    before = AuditEvent.objects.count()

    client_of(ana).get(ONE)

    assert read(enrollment) == []
    assert AuditEvent.objects.count() == before


def test_lesson_says_what_it_touches_on_before_the_text(ana: User) -> None:
    made = small()
    notice = {"topics": ["suicide"], "text": "It mentions it.", "skip_to": "after", "support": "Call or text 988."}
    lesson = type(made.lessons[0]).model_validate(made.lessons[0].model_dump() | {"content_notice": notice})
    version = publish(made.model_copy(update={"lessons": (lesson, made.lessons[1])}))
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    source = html(client_of(ana), ONE)

    places = [source.index(each) for each in ("It mentions it.", "Call or text 988.", 'href="tel:988"', "<p>Text.</p>")]
    assert places == sorted(places)
    assert 'href="#after"' in source


def test_lesson_gives_each_statement_its_date(ana: User) -> None:
    made = small()
    fact = {"claim": "It is so.", "status": "contested", "source": "GK", "checked_on": "2026-10-01"}
    lesson = type(made.lessons[0]).model_validate(
        made.lessons[0].model_dump() | {"facts": [fact | {"check_by": "2027-10-01"}]}
    )
    version = publish(made.model_copy(update={"lessons": (lesson, made.lessons[1])}))
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    assert "It is so. Contested, checked on October 1, 2026" in words(client_of(ana), ONE)


def test_continue_marks_the_lesson_and_goes_on(enrollment: Enrollment, ana: User) -> None:
    response = client_of(ana).post(ONE)

    assert (response.status_code, response.headers["Location"]) == (303, "/learn/courses/a-course/quizzes/practice/")
    assert read(enrollment) == ["one"]


def test_continue_twice_is_one_reading_and_one_way_on(enrollment: Enrollment, ana: User) -> None:
    client = client_of(ana)

    first, second = client.post(ONE), client.post(ONE)

    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert read(enrollment) == ["one"]


def test_continue_goes_to_the_next_lesson_past_an_open_attempt(enrollment: Enrollment, ana: User) -> None:
    start_attempt(enrollment=enrollment, assessment_key="post-test", by=ana)
    take(enrollment, "practice", "a")

    assert client_of(ana).post(ONE).headers["Location"] == TWO


def test_continue_on_the_last_part_leads_to_the_course(enrollment: Enrollment, ana: User) -> None:
    take(enrollment, "practice", "a")
    take(enrollment, "post-test", "a")
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    assert client_of(ana).post(TWO).headers["Location"] == "/learn/courses/a-course/"


def test_lesson_read_before_is_gone_on_from_with_a_link(enrollment: Enrollment, ana: User) -> None:
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    page, source = words(client_of(ana), ONE), html(client_of(ana), ONE)

    assert "You marked this lesson as read on" in page
    assert f'action="{ONE}"' not in source
    assert 'class="btn btn-primary" href="/learn/courses/a-course/quizzes/practice/"' in source


def test_lesson_of_an_enrollment_that_ended_can_be_read_only(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    response = client_of(ana).post(ONE)

    assert response.status_code == 409
    assert "The lesson was not marked as read" in response.content.decode()
    assert read(enrollment) == []
    assert "nothing is added" in words(client_of(ana), ONE)


def test_lesson_is_that_of_her_version(enrollment: Enrollment, ana: User) -> None:
    publish(small(minutes=99))

    assert "Lesson 1 of 2 · 10 minutes" in words(client_of(ana), ONE)


def test_lesson_of_a_course_never_begun_is_not_there(enrollment: Enrollment, charlie: User) -> None:
    client = client_of(charlie)

    assert (client.get(ONE).status_code, client.post(ONE).status_code) == (404, 404)
    assert read(enrollment) == []


@pytest.mark.parametrize("key", ["three", "post-test"])
def test_lesson_that_is_not_there(enrollment: Enrollment, ana: User, key: str) -> None:
    client, address = client_of(ana), f"/learn/courses/a-course/lessons/{key}/"

    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_lesson_asks_strangers_to_sign_in(version: CourseVersion) -> None:
    assert Client().get(ONE).headers["Location"] == f"/accounts/login/?next={ONE}"


def test_continue_without_a_session_keeps_the_form(enrollment: Enrollment) -> None:
    assert Client().post(ONE).status_code == 401
    assert read(enrollment) == []


def test_continue_from_a_form_made_for_somebody_else_is_refused(enrollment: Enrollment, ana: User, cody: User) -> None:
    response = client_of(ana).post(ONE, {"_person": str(cody.public_id)})

    assert response.status_code == 409
    assert read(enrollment) == []


def test_lesson_knows_get_and_post(enrollment: Enrollment, ana: User) -> None:
    assert client_of(ana).put(ONE).status_code == 405


@pytest.mark.parametrize("count", [1, 2])
def test_lesson_costs_five_statements(enrollment: Enrollment, ana: User, count: int) -> None:
    for key in ("one", "two")[:count]:
        mark_lesson_read(enrollment=enrollment, lesson_key=key, by=ana)
    if count == 2:
        take(enrollment, "practice", "a")
    client = client_of(ana)

    # session, person, enrollment with version and course, lessons read, attempts
    with expect_statements(5):
        client.get(ONE)


def test_checklist_says_how_it_is_printed_and_whence_it_is(ana: User) -> None:
    version = publish(in_modules())
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    address = "/learn/courses/a-course/lessons/card/"

    page, source = words(client_of(ana), address), html(client_of(ana), address)

    assert "This page prints on one sheet" in page
    assert "From “A course”, version 1, published on" in page
    assert 'src="/static/print.js"' in source
    assert "print.js" not in html(client_of(ana), ONE)


def test_lesson_unfolds_its_own_module_in_the_outline(ana: User) -> None:
    enroll(user=ana, course=publish(in_modules()).course, acknowledged=True, by=ana)

    source = html(client_of(ana), TWO)

    assert source.count("<details") == 3  # two modules, and the dated statements
    rail = source.partition('id="outline"')[2].partition("</nav>")[0]
    assert rail.index("Module A") < rail.index('<details class="v-fold" open>') < rail.index("Module B")
