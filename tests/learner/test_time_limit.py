"""What pages tell of limits, before the start, during an attempt and after its time."""

import datetime as dt
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.rules import Arranged
from quizzes.services import grant_accommodation, submit_attempt
from tests.conftest import client_of, expect_statements, person, seat
from tests.enrollments.documents import document, lesson, publish, quiz, small
from tests.learner.conftest import HTMX, address, html, words
from tests.taking import answer, answer_all, start
from tests.timing import END, GRACE, NOW, TICK, at, timed_course

ABOUT = "/learn/courses/timed/quizzes/post-test/"
COURSE = "/learn/courses/timed/"


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    """Whoever signs in on one day is not signed in on another."""
    with at(NOW):
        yield


@pytest.fixture
def enrollment(ana: User) -> Enrollment:
    with at(NOW):
        return enroll(user=ana, course=timed_course().course, acknowledged=True, by=ana)


@pytest.fixture
def attempt(enrollment: Enrollment) -> Attempt:
    with at(NOW):
        return start(enrollment, "post-test")


@pytest.fixture
def browser(ana: User) -> Client:
    with at(NOW):
        return client_of(ana)


def payload(item: str, go: str = "next", option: str = "a") -> dict[str, object]:
    return {"item": item, "option": option, "based_on": 0, "request_id": uuid4(), "go": go}


def arrange(enrollment: Enrollment, arranged: Arranged) -> None:
    olga = person("Olga Provider")
    seat(olga, enrollment.course.provider, None, Role.OWNER)
    grant_accommodation(user=enrollment.user, course=enrollment.course, arranged=arranged, reason="A letter", by=olga)


# Before the start


def test_limits_are_told_before_the_start(browser: Client, enrollment: Enrollment) -> None:
    with at(NOW):
        page = words(browser, ABOUT)

    assert "You have 2 attempts." in page
    assert "You have 30 minutes from the start." in page
    assert "The clock runs while the page is closed, too." in page
    assert "When the time is over, the answers saved until then are submitted." in page
    assert f"An answer that arrives up to {GRACE.seconds} seconds after the end still counts." in page
    assert "After an attempt that does not pass, the next may begin 24 hours later." in page
    assert "Begun now, the time ends on Monday, November 23 at 9:40 a.m. MST." in page
    assert "Arranged for you" not in page
    assert "No timer" not in page


@pytest.mark.parametrize(
    ("arranged", "told"),
    [
        (
            Arranged(50, extra_attempts=1),
            ["Arranged for you: 50% more time, so 45 minutes.", "one more attempt, so 3 in all", "9:55 a.m. MST"],
        ),
        (Arranged(no_time_limit=True, extra_attempts=2), ["Arranged for you: no time limit.", "2 more attempts, so 4"]),
    ],
)
def test_what_is_arranged_is_told_before_the_start(
    browser: Client, enrollment: Enrollment, arranged: Arranged, told: list[str]
) -> None:
    with at(NOW):
        arrange(enrollment, arranged)
        page = words(browser, ABOUT)

    assert [each for each in told if each not in page] == []


def test_grace_is_told_as_the_rule_has_it(
    browser: Client, enrollment: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learner.messages.terms.GRACE", dt.timedelta(seconds=1))
    with at(NOW):
        assert "An answer that arrives up to one second after the end still counts." in words(browser, ABOUT)


def test_grace_is_not_told_where_no_time_ends(browser: Client, enrollment: Enrollment) -> None:
    with at(NOW):
        arrange(enrollment, Arranged(no_time_limit=True))
        assert "still counts" not in words(browser, ABOUT)


def test_one_hour_of_waiting_is_told_as_one(browser: Client, ana: User) -> None:
    with at(NOW):
        version = timed_course("short", cool_down_hours=1)
        enroll(user=ana, course=version.course, acknowledged=True, by=ana)
        assert "the next may begin one hour later" in words(browser, "/learn/courses/short/quizzes/post-test/")


def test_start_takes_thirteen_statements(browser: Client, enrollment: Enrollment, cody: User) -> None:
    with at(NOW):
        start(
            enroll(user=cody, course=enrollment.course, acknowledged=True, by=cody), "post-test"
        )  # the chain is there
        # What is arranged is copied into the plan, and what was withdrawn is not drawn, so both have to be read.
        with expect_statements(13):
            browser.post(ABOUT)


# What the last attempt means


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (7, "A last attempt without a pass ends this enrollment; you can enroll again 7 days later."),
        (1, "A last attempt without a pass ends this enrollment; you can enroll again one day later."),
        (0, "A last attempt without a pass ends this enrollment; you can enroll again at once."),
    ],
)
def test_what_the_last_attempt_ends_is_told_before_the_start(browser: Client, ana: User, days: int, told: str) -> None:
    enroll(user=ana, course=publish(small(days=days), "small").course, acknowledged=True, by=ana)

    assert told in words(browser, "/learn/courses/small/quizzes/post-test/")
    assert "ends this enrollment" not in words(browser, "/learn/courses/small/quizzes/practice/")


def test_test_without_a_last_attempt_ends_nothing(browser: Client, ana: User) -> None:
    enroll(user=ana, course=publish(small(attempts=None), "small").course, acknowledged=True, by=ana)

    page = words(browser, "/learn/courses/small/quizzes/post-test/")

    assert "You may try as often as you like." in page
    assert "ends this enrollment" not in page


# Practice with a limit


def with_limited_practice(ana: User) -> Enrollment:
    practice = quiz("practice", 4, max_attempts=2)
    post_test = quiz("post-test", 30, kind="summative", pass_percent=80)
    made = document([lesson("read")], [practice, post_test], ["post-test"], ["read", "practice", "post-test"])
    return enroll(user=ana, course=publish(made, "limited").course, acknowledged=True, by=ana)


def test_limit_of_a_practice_is_told(browser: Client, ana: User) -> None:
    with_limited_practice(ana)

    page = words(browser, "/learn/courses/limited/quizzes/practice/")

    assert "This is practice: it does not decide whether you pass." in page
    assert "You have 2 attempts." in page
    assert "repeat it" not in page
    assert "ends this enrollment" not in page


def test_limit_of_a_practice_is_told_with_what_is_arranged(browser: Client, ana: User) -> None:
    arrange(with_limited_practice(ana), Arranged(extra_attempts=1))

    page = words(browser, "/learn/courses/limited/quizzes/practice/")

    assert "You have 2 attempts." in page
    assert "Arranged for you: one more attempt, so 3 in all." in page


def test_practice_without_a_limit_may_be_repeated(browser: Client, ana: User) -> None:
    enroll(user=ana, course=publish(small(), "small").course, acknowledged=True, by=ana)

    page = words(browser, "/learn/courses/small/quizzes/practice/")

    assert "This is practice: it does not decide whether you pass, and you may repeat it." in page


# During an attempt


def test_question_tells_when_the_time_ends(browser: Client, attempt: Attempt) -> None:
    with at(NOW + dt.timedelta(minutes=10)):
        page = html(browser, address(attempt))
        said = words(browser, address(attempt))

    assert 'id="timer" data-seconds="1200" data-total="1800"' in page
    assert "The time ends on Monday, November 23 at 9:40 a.m. MST." in said
    assert "Time until 9:40 a.m.; 0 of 2 answered. Attempt 1." in said
    assert "the clock runs on" in said
    assert "timer.js" in page
    assert "o timer" not in said


def test_quiz_without_a_limit_has_no_timer(browser: Client, ana: User) -> None:
    with at(NOW):
        version = timed_course("calm", time_limit_minutes=None)
        calm = start(enroll(user=ana, course=version.course, acknowledged=True, by=ana), "post-test")
        page = html(browser, address(calm))

    assert "timer.js" not in page
    assert 'id="timer"' not in page
    assert "No timer." in page


def test_about_page_of_an_open_attempt_tells_its_end(browser: Client, attempt: Attempt) -> None:
    with at(NOW + TICK):
        assert "Its time ends on Monday, November 23 at 9:40 a.m. MST." in words(browser, ABOUT)
        open_one = "Attempt 1 is open, and its time ends on Monday, November 23 at 9:40 a.m. MST."
        assert open_one in words(browser, COURSE)


def test_timed_question_costs_no_more_than_another(browser: Client, attempt: Attempt) -> None:
    with at(NOW + TICK):
        with expect_statements(4):
            browser.get(address(attempt))
        with expect_statements(5):
            browser.post(address(attempt, "attempt-response"), payload("one"), headers=HTMX)
    with at(END + TICK), expect_statements(5):  # that she is here is written, after half an hour
        browser.get(address(attempt))


# Around the end


def test_answer_within_the_grace_counts_and_the_page_says_that_it_was_late(browser: Client, attempt: Attempt) -> None:
    with at(END + dt.timedelta(seconds=2)):
        there = browser.post(address(attempt, "attempt-response"), payload("one"))
        assert (there.status_code, there["Location"]) == (303, address(attempt))
        page = words(browser, address(attempt))

    assert "Your last answer came at 9:40 a.m., after the time was over. It is saved and counts." in page
    assert "One answer was saved, of 2." in page
    assert Response.objects.count() == 1


def test_answer_within_the_grace_by_script_leads_to_the_same_page(browser: Client, attempt: Attempt) -> None:
    with at(END + GRACE):
        there = browser.post(address(attempt, "attempt-response"), payload("one"), headers=HTMX)
        stayed = browser.post(address(attempt, "attempt-response"), payload("two", go="stay"), headers=HTMX)

    assert there["HX-Redirect"] == address(attempt)
    assert "Saved at 9:40 a.m., after the time was over. It counts." in stayed.content.decode()


def test_answer_after_the_grace_is_refused_and_the_attempt_closed(browser: Client, attempt: Attempt) -> None:
    with at(NOW):
        answer(attempt, "one", "a")
    with at(END + GRACE + TICK):
        refusal = browser.post(address(attempt, "attempt-response"), payload("two"))

    said = refusal.content.decode()
    assert refusal.status_code == 409
    assert "The time of this attempt is over" in said
    assert "It ended November 23, 2026, 9:40 a.m. MST." in said
    assert address(attempt, "attempt-result") in said
    attempt.refresh_from_db()
    assert (attempt.closed_because, attempt.submitted_at) == ("deadline", END)
    assert attempt.raw == 1


def test_answer_after_a_submission_in_time_is_still_told_of_the_submission(attempt: Attempt) -> None:
    with at(NOW + TICK):
        submit_attempt(attempt=attempt, by=attempt.enrollment.user)
    with at(END + dt.timedelta(days=1)):
        refusal = client_of(attempt.enrollment.user).post(address(attempt, "attempt-response"), payload("two"))

    assert "This attempt was already submitted" in refusal.content.decode()


@pytest.mark.parametrize("late", [TICK, GRACE + TICK, dt.timedelta(days=2)])
def test_page_after_the_time_has_a_button_and_writes_nothing(
    browser: Client, attempt: Attempt, late: dt.timedelta
) -> None:
    with at(END + late):
        client = client_of(attempt.enrollment.user)
        page = html(client, f"{address(attempt)}?item=1")
        assert client.get(address(attempt, "attempt-result"))["Location"] == address(attempt)
        attempt.refresh_from_db()
        assert attempt.is_open

        assert "The time is over" in page
        assert "No answer" not in page
        assert "The stem of one" not in page
        assert f'action="{address(attempt, "attempt-submission")}"' in page
        done = client.post(address(attempt, "attempt-submission"))
        assert done["Location"] == address(attempt, "attempt-result")


def test_result_says_that_the_time_was_over(browser: Client, attempt: Attempt) -> None:
    with at(END + GRACE + TICK):
        browser.post(address(attempt, "attempt-submission"))
        page = words(browser, address(attempt, "attempt-result"))

    assert "The time was over November 23, 2026, 9:40 a.m. MST; the answers saved until then were submitted" in page
    assert "The next attempt can begin on Tuesday, November 24 at 9:40 a.m. MST." in page
    assert "You have one attempt left." in page


def test_start_after_the_time_leads_to_the_result(browser: Client, attempt: Attempt) -> None:
    with at(END + GRACE + TICK):
        there = browser.post(ABOUT)
        assert there["Location"] == address(attempt)
        assert browser.get(there["Location"])["Location"] == address(attempt, "attempt-result")
    assert Attempt.objects.count() == 1


def test_every_list_speaks_of_it_as_over(browser: Client, attempt: Attempt) -> None:
    with at(NOW):
        browser.post("/learn/courses/timed/lessons/read/")
    with at(END + TICK):
        assert "The time of your attempt at “Post-test” is over." in words(browser, "/learn/")
        course = words(browser, COURSE)
        about = words(browser, ABOUT)
        lesson = words(browser, "/learn/courses/timed/lessons/read/")

    assert "The time of your attempt at “Post-test” is over. What you answered until then counts." in course
    assert "The time of attempt 1 is over" in course
    assert "See how “Post-test” ended" in course
    assert "Time is over" in course
    assert "The time of your attempt was over on Monday, November 23 at 9:40 a.m. MST." in about
    assert "Attempt 1: its time is over" in about
    assert "Go on where you stopped" not in about
    assert "time is over" in lesson
    for page in (course, about):
        assert "in progress" not in page


# The wait


def test_wait_is_told_instead_of_a_button(browser: Client, attempt: Attempt) -> None:
    with at(NOW):
        submit_attempt(attempt=attempt, by=attempt.enrollment.user)
    with at(NOW + dt.timedelta(hours=2)):
        page = html(browser, ABOUT)
        assert "You can begin again on Tuesday, November 24 at 9:10 a.m. MST." in page
        assert "Begin another attempt" not in page
        refusal = browser.post(ABOUT)
    assert refusal.status_code == 409
    assert "You can begin again on Tuesday, November 24 at 9:10 a.m. MST." in refusal.content.decode().replace(
        "\n", " "
    )
    with at(NOW + dt.timedelta(hours=24)):
        assert "Begin another attempt" in html(client_of(attempt.enrollment.user), ABOUT)


def test_pass_has_no_wait(browser: Client, attempt: Attempt) -> None:
    with at(NOW):
        answer_all(attempt, correct=True)
        browser.post(address(attempt, "attempt-submission"))
        page = words(browser, address(attempt, "attempt-result"))

    assert "You passed" in page
    assert "can begin on" not in page


def test_course_page_leads_to_asking_for_more_time(browser: Client, enrollment: Enrollment) -> None:
    asking = reverse("learner:accommodation", args=["timed"])
    with at(NOW):
        assert asking in html(browser, COURSE)
        assert asking in html(browser, ABOUT)
