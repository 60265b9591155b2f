"""A timed quiz in a browser: the page tells the time that is left, and what happens when it is over."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.services import submit_attempt
from tests.browser.conftest import Walker
from tests.taking import start
from tests.timing import timed_course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"
Begin = Callable[..., tuple[Walker, Attempt]]


@pytest.fixture
def begin(live_server: Any, open_window: Callable[..., BrowserContext], ana: User) -> Begin:
    """Ana at the first question, with so many seconds left. The page's clock can be put forward, so that no test waits for
    a point of time, or has to be there before it."""

    def begun(seconds: float, **options: Any) -> tuple[Walker, Attempt]:
        attempt = start(enroll(user=ana, course=timed_course().course, acknowledged=True, by=ana), "post-test")
        walker = Walker(
            open_window(**options).new_page(), live_server.url, with_axe=options.get("java_script_enabled", True)
        )
        walker.page.clock.install()
        walker.go("/learn/")
        walker.sign_in("ana@example.com", PASSWORD)
        with_time_left(attempt, seconds)
        walker.go(f"/learn/attempts/{attempt.public_id}/")
        return walker, attempt

    return begun


def with_time_left(attempt: Attempt, seconds: float) -> None:
    """As if the attempt had begun so long ago that this is left of its half hour."""
    end = timezone.now() + dt.timedelta(seconds=seconds)
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=end, started_at=end - dt.timedelta(minutes=30))


def pass_time(page: Page, seconds: int) -> None:
    """On the page alone; the server's count stands."""
    page.clock.fast_forward(seconds * 1000)


def said(page: Page) -> str:
    return page.locator("#timer-said").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_time_over_saves_what_is_chosen_and_leads_to_the_result(begin: Begin, width: int) -> None:
    walker, attempt = begin(600, viewport={"width": width, "height": 900})
    page = walker.page
    with_time_left(attempt, 55)
    page.reload()
    expect(page.locator("#timer-left")).to_have_text("Less than a minute left.")
    expect(page.locator("#timer")).to_contain_text("The time ends on")

    # Chosen so late that nothing has sent it when the time is over: no event told the page of it.
    page.evaluate("document.querySelector('input[value=a]').checked = true")
    with_time_left(attempt, -0.1)
    pass_time(page, 56)
    expect(page.locator("#timer-said")).to_have_text("The time is over. What you chose is being saved.")
    expect(page.locator("#timer-end")).to_be_visible()
    expect(page.locator("#timer-end-title")).to_be_focused()
    expect(page.locator("#timer-left")).to_have_text("The time is over.")
    expect(page.locator("#timer-ends")).to_be_hidden()
    assert page.evaluate("document.querySelector('form[data-answer] fieldset').inert")
    walker.look()
    row = Response.objects.get()
    assert row.options == ["a"]

    page.get_by_role("button", name="See the result").click()
    page.wait_for_url("**/result/")  # what is unsent goes first
    walker.look()
    assert "Not passed yet: 1 of 2." in walker.text
    attempt.refresh_from_db()
    assert attempt.submitted_at is not None
    assert attempt.raw == 1
    assert walker.complaints == []


def test_answer_that_is_not_saved_at_the_end_is_told_before_the_result(begin: Begin) -> None:
    walker, attempt = begin(600)
    page = walker.page
    page.route("**/response/", lambda route: route.fulfill(status=503, body="busy"))
    page.check("input[value=a]")
    expect(page.locator("#saved")).to_contain_text("kept in this browser")
    with_time_left(attempt, 3)
    come_back(page)
    expect(page.locator("#timer-end")).to_be_visible(timeout=20_000)

    page.get_by_role("button", name="See the result").click()
    expect(page.locator("#held-title")).to_be_focused()
    attempt.refresh_from_db()
    assert attempt.is_open
    page.get_by_role("button", name="Submit without it").click()
    page.wait_for_url("**/result/")


def test_time_is_said_at_sensible_points_and_shown_in_whole_minutes(begin: Begin) -> None:
    walker, attempt = begin(655)
    page = walker.page

    expect(page.locator("#timer-left")).to_have_text("11 minutes left.")
    assert said(page) == ""
    pass_time(page, 56)
    expect(page.locator("#timer-said")).to_have_text("10 minutes left.")
    expect(page.locator("#timer-left")).to_have_text("10 minutes left.")

    # The next question brings the server's own count, so a computer that slept or a wrong clock is put right.
    with_time_left(attempt, 355)
    page.check("input[value=a]")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("h1")).to_have_text("Question 2 of 2")
    expect(page.locator("#timer-left")).to_have_text("6 minutes left.")
    pass_time(page, 56)
    expect(page.locator("#timer-said")).to_have_text("5 minutes left.")
    expect(page.locator("#timer-left")).to_have_text("5 minutes left.")
    walker.look()
    assert walker.complaints == []


def test_half_of_the_time_is_said(begin: Begin) -> None:
    walker, _ = begin(955)

    pass_time(walker.page, 56)
    expect(walker.page.locator("#timer-said")).to_have_text("Half of the time is over. 15 minutes left.")


def test_answer_after_the_time_leads_out_of_the_question(begin: Begin) -> None:
    """The page does not know that the time is over; the server says so."""
    walker, attempt = begin(600)
    page = walker.page
    with_time_left(attempt, -0.1)

    page.check("input[value=a]")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("h1")).to_have_text("The time is over")
    expect(page.locator("main")).to_contain_text("after the time was over. It is saved and counts.")
    walker.look()
    assert Response.objects.count() == 1

    walker.press("See the result")
    assert "Not passed yet: 1 of 2." in walker.text
    assert walker.complaints == []


def test_answer_long_after_the_time_is_refused_in_words(begin: Begin) -> None:
    walker, attempt = begin(600)
    page = walker.page
    with_time_left(attempt, -60)

    page.check("input[value=a]")
    expect(page.locator("h1")).to_have_text("The time of this attempt is over")
    walker.look()
    assert Response.objects.count() == 0

    walker.press("See the result")
    assert "The time was over" in walker.text
    assert walker.complaints == []


def come_back(page: Page) -> None:
    """As if the page had been in the background for two minutes."""
    page.evaluate(
        """() => {
            const show = (hidden) => {
                Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            };
            const now = Date.now;
            show(true);
            Date.now = () => now() + 120_000;
            show(false);
            Date.now = now;
        }"""
    )


def test_page_that_was_away_learns_that_the_time_is_over(begin: Begin) -> None:
    walker, attempt = begin(600)
    page = walker.page
    with_time_left(attempt, -1)

    come_back(page)

    expect(page.locator("#timer-end")).to_be_visible()
    assert walker.complaints == []


def test_page_that_was_away_does_not_take_a_lost_session_for_the_end_of_the_time(begin: Begin) -> None:
    walker, attempt = begin(600)
    page = walker.page
    Session.objects.all().delete()

    come_back(page)

    page.wait_for_url("**next=**")
    attempt.refresh_from_db()
    assert attempt.is_open


def test_page_that_was_away_shows_the_result_of_what_was_submitted_elsewhere(begin: Begin) -> None:
    walker, attempt = begin(600)
    page = walker.page
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    come_back(page)

    page.wait_for_url("**/result/")
    expect(page.locator("h1")).to_be_visible()
    assert walker.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_without_script_the_page_states_the_end_and_the_server_keeps_it(begin: Begin, width: int) -> None:
    walker, attempt = begin(600, java_script_enabled=False, viewport={"width": width, "height": 900})
    page = walker.page
    assert "The time ends on" in walker.text
    assert "minutes left" not in walker.text
    page.check("input[value=a]")
    walker.press("Save and go on")
    assert "Question 2 of 2" in walker.text

    with_time_left(attempt, -0.1)
    page.check("input[value=a]")
    walker.press("Save and review")
    assert "The time is over" in walker.text
    assert "after the time was over. It is saved and counts." in walker.text
    with_time_left(attempt, -60)
    walker.press("See the result")
    assert "You passed, with 2 of 2." in walker.text
    attempt.refresh_from_db()
    assert attempt.closed_because == "deadline"
