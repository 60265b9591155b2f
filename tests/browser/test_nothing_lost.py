"""What may happen to an answer on its way, each in a real browser. Every test counts what was lost: nothing."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, Page, Route, expect
from playwright.sync_api import Error as NavigatedAway

from accounts.models import User
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.queries import sitting
from tests.browser.conftest import Walker, first_of
from tests.conftest import client_of
from tests.publishing import publish_example
from tests.taking import start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parent.parent.parent


class Hand:
    """A person who answers, and what she chose last for each question: what must be in the database at the end."""

    def __init__(self, page: Page, attempt: Attempt) -> None:
        self.page = page
        self.attempt = attempt
        self.chosen: dict[str, str] = {}

    def choose(self, number: int) -> str:
        """Choose the `number`th option of the question that is shown."""
        radio = self.page.locator("input[name=option]").nth(number)
        key = radio.get_attribute("value") or ""
        radio.check()
        self.chosen[self.page.locator("[name=item]").input_value()] = key
        return key

    def lost(self) -> list[str]:
        """The questions whose last answer is not what counts."""
        fresh = Attempt.objects.select_related("enrollment__version").get(pk=self.attempt.pk)
        stored = sitting(fresh).chosen()
        return [key for key, option in self.chosen.items() if stored.get(key) != (option,)]


@pytest.fixture
def attempt(ana: User) -> Attempt:
    return start(enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana), "voicemail-test")


def sign_in(window: BrowserContext, user: User, base: str) -> None:
    cookie = client_of(user).cookies["sessionid"].value
    window.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])


def sign_out(window: BrowserContext) -> None:
    window.clear_cookies(name="sessionid")


def open_attempt(window: BrowserContext, base: str, attempt: Attempt, item: int = 1) -> Page:
    page = window.new_page()
    page.goto(f"{base}/learn/attempts/{attempt.public_id}/?item={item}")
    return page


@pytest.fixture
def window(live_server: Any, open_window: Callable[..., BrowserContext], ana: User) -> BrowserContext:
    opened = open_window()
    sign_in(opened, ana, live_server.url)
    return opened


@pytest.fixture
def hand(live_server: Any, window: BrowserContext, attempt: Attempt) -> Hand:
    return Hand(open_attempt(window, live_server.url, attempt), attempt)


def close_unheard(hand: Hand, window: BrowserContext, user: User, base: str) -> None:
    """Close her window so that nothing which it still sends on its way out is hers."""
    sign_out(window)
    hand.page.close()
    sign_in(window, user, base)


def another_opens(window: BrowserContext, user: User, base: str) -> Page:
    """Another person's page in the same browser, with the network back, once it has had time to send what is not hers."""
    sign_out(window)
    sign_in(window, user, base)
    window.set_offline(False)
    page = window.new_page()
    page.goto(f"{base}/learn/")
    page.wait_for_timeout(800)
    return page


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Saved at")


def kept(page: Page) -> int:
    """How many answers this browser holds that no page has seen confirmed; -1 while the page changes."""
    try:
        return _kept(page)
    except NavigatedAway:
        return -1


def _kept(page: Page) -> int:
    return int(
        page.evaluate(
            """() => new Promise((resolve) => {
            const opening = indexedDB.open("vignette-unsent", 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore("answers", { keyPath: "place" });
            opening.onsuccess = () => {
                const counting = opening.result.transaction("answers").objectStore("answers").count();
                counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
            };
        })"""
        )
    )


def nothing_kept(page: Page) -> None:
    for _ in range(150):
        if kept(page) == 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the browser still holds an answer that the server has")


def test_saved_is_never_said_before_the_server_has_said_it(hand: Hand) -> None:
    held: list[Route] = []
    hand.page.route("**/response/", lambda route: held.append(route))  # noqa: PLW0108 - Playwright looks into what it calls

    hand.choose(0)
    expect(hand.page.locator("#saved")).to_have_text("Not saved yet.")
    hand.page.wait_for_function("() => document.getElementById('saved').textContent.includes('Saving')")
    assert "Saved at" not in hand.page.locator("#saved").inner_text()
    first_of(held, hand.page).continue_()
    saved(hand.page)

    assert hand.lost() == []
    nothing_kept(hand.page)


def test_two_tabs_show_both_answers_and_keep_the_one_she_wants(
    hand: Hand, window: BrowserContext, live_server: Any
) -> None:
    other = Hand(open_attempt(window, live_server.url, hand.attempt), hand.attempt)
    hand.choose(0)
    saved(hand.page)

    other.choose(1)

    expect(other.page.locator("h1")).to_have_text("This question has two answers")
    expect(other.page.locator("main dd")).to_have_count(2)
    assert hand.lost() == []
    other.page.get_by_role("button", name="Save the other answer").click()
    expect(other.page.locator("h1")).to_contain_text("Question 2")
    assert other.lost() == []
    assert Response.objects.count() == 2
    nothing_kept(other.page)


def test_two_tabs_keep_the_saved_answer_when_she_wants_that(
    hand: Hand, window: BrowserContext, live_server: Any
) -> None:
    other = open_attempt(window, live_server.url, hand.attempt)
    hand.choose(0)
    saved(hand.page)
    Hand(other, hand.attempt).choose(1)

    other.get_by_role("link", name="Keep the saved answer").click()

    expect(other.locator("h1")).to_contain_text("Question 1")
    other.wait_for_timeout(500)
    expect(other.locator("h1")).to_contain_text("Question 1")
    assert hand.lost() == []
    nothing_kept(other)


def test_back_button_shows_the_answer_and_a_new_one_counts(hand: Hand) -> None:
    hand.choose(0)
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("h1")).to_contain_text("Question 2")
    hand.choose(1)
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("h1")).to_contain_text("Question 3")

    for number in (2, 1):
        # Playwright's own `go_back` waits for a load, which a part of a page has not.
        hand.page.evaluate("setTimeout(() => history.back())")
        expect(hand.page.locator("h1")).to_contain_text(f"Question {number}")
    expect(hand.page.locator("h1")).to_contain_text("Question 1")
    expect(hand.page.locator("input[name=option]:checked")).to_have_value(next(iter(hand.chosen.values())))
    hand.choose(1)
    saved(hand.page)

    assert hand.lost() == []
    assert Response.objects.count() == 3


def test_refresh_right_after_a_choice_keeps_it(hand: Hand) -> None:
    hand.choose(1)
    hand.page.reload()

    saved(hand.page)
    expect(hand.page.locator("input[name=option]:checked")).to_have_value(next(iter(hand.chosen.values())))
    assert hand.lost() == []
    assert Response.objects.count() == 1
    nothing_kept(hand.page)


def to_the_review(page: Page) -> None:
    """An answer that the server has just taken is shown once more; that page may cross ours on its way."""
    nothing_kept(page)
    review = page.url.split("?")[0] + "?item=review"
    for _ in range(20):
        with suppress(NavigatedAway):
            page.goto(review)
        page.wait_for_timeout(500)
        if page.url == review:
            return
    raise AssertionError(f"the review never stayed: {page.url}")


def test_double_click_on_save_and_on_submit_counts_once(hand: Hand) -> None:
    for number in (1, 2, 3):
        hand.choose(0)
        hand.page.get_by_role("button", name="Save and").dblclick()
        hand.page.goto(hand.page.url.split("?")[0] + f"?item={min(number + 1, 3)}")
    to_the_review(hand.page)
    hand.page.get_by_role("button", name="Submit all answers").dblclick()
    hand.page.wait_for_url("**/result/")

    assert hand.lost() == []
    assert Response.objects.count() == 3
    assert Attempt.objects.filter(submitted_at__isnull=False).count() == 1


def test_session_lost_in_the_middle_is_told_and_the_answer_is_saved_after_signing_in(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User
) -> None:
    sign_out(window)
    hand.choose(1)

    expect(hand.page.locator("h1")).to_have_text("Not saved yet. What you typed is here.")
    assert len(hand.lost()) == 1
    sign_in(window, ana, live_server.url)
    hand.page.get_by_role("button", name="Send it again").click()
    # The token of the page is older than the sign-in; sent once more, it is hers.
    if "Not saved yet" in hand.page.locator("h1").inner_text():
        hand.page.get_by_role("button", name="Send it again").click()
    expect(hand.page.locator("h1")).to_contain_text("Question 2")

    assert hand.lost() == []
    assert Response.objects.count() == 1


def test_another_person_on_the_same_browser_writes_nothing_into_her_attempt(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User, cody: User
) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    sign_out(window)
    sign_in(window, cody, live_server.url)
    window.set_offline(False)

    # Her open page still tries; the server sees whose form it is.
    expect(hand.page.locator("h1")).not_to_contain_text("Question")
    assert Response.objects.count() == 0
    page = window.new_page()
    page.goto(f"{live_server.url}/learn/")
    page.wait_for_timeout(800)
    assert Response.objects.count() == 0
    assert kept(page) == 1

    sign_out(window)
    sign_in(window, ana, live_server.url)
    page.goto(f"{live_server.url}/learn/")
    nothing_kept(page)
    assert hand.lost() == []


def test_her_answer_waits_in_the_browser_while_somebody_else_uses_it(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User, cody: User
) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    hand.page.close()
    page = another_opens(window, cody, live_server.url)
    assert kept(page) == 1
    assert Response.objects.count() == 0

    sign_out(window)
    sign_in(window, ana, live_server.url)
    page.goto(f"{live_server.url}/learn/")
    nothing_kept(page)

    assert hand.lost() == []
    assert Response.objects.count() == 1


def test_network_drop_is_said_and_the_answer_is_sent_once_when_it_is_back(hand: Hand, window: BrowserContext) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet. It is kept in this browser")
    hand.choose(1)
    hand.page.wait_for_timeout(3000)
    assert Response.objects.count() == 0
    window.set_offline(False)
    saved(hand.page)

    assert hand.lost() == []
    assert Response.objects.count() == 1
    nothing_kept(hand.page)


def test_going_on_without_a_network_stays_and_saves_later(hand: Hand, window: BrowserContext) -> None:
    window.set_offline(True)
    hand.choose(0)
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet. It is kept in this browser")
    window.set_offline(False)
    saved(hand.page)
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("h1")).to_contain_text("Question 2")

    assert hand.lost() == []


def test_change_of_mind_while_the_next_question_is_on_its_way_counts(hand: Hand) -> None:
    held: list[Route] = []
    hand.page.route("**/response/", lambda route: route.continue_() if held else held.append(route))
    hand.choose(0)
    hand.page.get_by_role("button", name="Save and go on").click()
    hand.choose(1)
    first_of(held, hand.page).continue_()
    expect(hand.page.locator("h1")).to_contain_text("Question 2")
    nothing_kept(hand.page)

    assert hand.lost() == []
    assert Response.objects.count() == 2


def test_answer_that_went_along_with_the_next_question_is_not_kept_any_longer(hand: Hand) -> None:
    hand.choose(0)
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("h1")).to_contain_text("Question 2")

    nothing_kept(hand.page)
    assert hand.lost() == []
    assert Response.objects.count() == 1


def test_answer_changed_a_moment_before_submitting_counts(hand: Hand) -> None:
    hand.page.goto(hand.page.url.split("?")[0] + "?item=3")
    held: list[Route] = []
    hand.page.route("**/response/", lambda route: route.continue_() if held else held.append(route))
    hand.choose(0)
    hand.page.get_by_role("button", name="Save and review").click()
    hand.choose(1)
    first_of(held, hand.page).continue_()
    hand.page.get_by_role("button", name="Submit all answers").click()
    hand.page.wait_for_url("**/result/")

    assert hand.lost() == []


def test_window_closed_without_a_network_sends_at_the_next_visit(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User
) -> None:
    window.set_offline(True)
    hand.choose(1)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    close_unheard(hand, window, ana, live_server.url)
    assert len(hand.lost()) == 1
    window.set_offline(False)

    page = open_attempt(window, live_server.url, hand.attempt)
    saved(page)
    expect(page.locator("input[name=option]:checked")).to_have_value(next(iter(hand.chosen.values())))

    assert hand.lost() == []
    assert Response.objects.count() == 1
    nothing_kept(page)


def test_answer_kept_here_and_answered_elsewhere_shows_both(
    hand: Hand, window: BrowserContext, open_window: Callable[..., BrowserContext], live_server: Any, ana: User
) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    close_unheard(hand, window, ana, live_server.url)
    phone = open_window()
    sign_in(phone, ana, live_server.url)
    elsewhere = Hand(open_attempt(phone, live_server.url, hand.attempt), hand.attempt)
    elsewhere.choose(1)
    saved(elsewhere.page)
    window.set_offline(False)

    page = open_attempt(window, live_server.url, hand.attempt)

    expect(page.locator("h1")).to_have_text("This question has two answers")
    assert elsewhere.lost() == []
    page.get_by_role("button", name="Save the other answer").click()
    expect(page.locator("h1")).to_contain_text("Question 2")
    assert hand.lost() == []


def test_answer_that_the_server_has_but_never_confirmed_is_no_conflict_later(
    hand: Hand, window: BrowserContext, open_window: Callable[..., BrowserContext], live_server: Any, ana: User
) -> None:
    hand.page.route("**/response/", lambda route: (route.fetch(), route.abort()))  # it arrives; its answer does not
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    hand.page.close()
    phone = open_window()
    sign_in(phone, ana, live_server.url)
    elsewhere = Hand(open_attempt(phone, live_server.url, hand.attempt), hand.attempt)
    elsewhere.choose(1)
    saved(elsewhere.page)

    page = open_attempt(window, live_server.url, hand.attempt)
    nothing_kept(page)

    expect(page.locator("h1")).to_contain_text("Question 1")
    assert elsewhere.lost() == []
    assert Response.objects.count() == 2


def test_answer_kept_for_an_attempt_that_was_submitted_is_told(
    hand: Hand, window: BrowserContext, open_window: Callable[..., BrowserContext], live_server: Any, ana: User
) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    close_unheard(hand, window, ana, live_server.url)
    phone = open_window()
    sign_in(phone, ana, live_server.url)
    other = open_attempt(phone, live_server.url, hand.attempt)
    other.goto(other.url.split("?")[0] + "?item=review")
    other.get_by_role("button", name="Submit all answers").click()
    other.wait_for_url("**/result/")
    window.set_offline(False)

    page = window.new_page()
    page.goto(f"{live_server.url}/learn/")

    expect(page.locator("h1")).to_have_text("This attempt was already submitted")
    nothing_kept(page)


def test_leaving_in_the_middle_of_the_pause_takes_the_answer_along(hand: Hand, live_server: Any) -> None:
    hand.choose(1)
    hand.page.goto(f"{live_server.url}/courses/")
    for _ in range(150):  # what a page sends on its way out arrives when it arrives
        if Response.objects.exists():
            break
        hand.page.wait_for_timeout(100)

    assert hand.lost() == []
    assert Response.objects.count() == 1


# --- what the server does not take holds the submission


def refuse_answers(page: Page) -> None:
    page.route("**/response/", lambda route: route.fulfill(status=503, body="busy"))


def go_to(page: Page, item: object) -> None:
    page.goto(page.url.split("?")[0] + f"?item={item}")


@pytest.fixture
def refused(hand: Hand) -> Hand:
    """She chose at the third question, no save got through, and she stands at the review."""
    go_to(hand.page, 3)
    refuse_answers(hand.page)
    hand.choose(1)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    go_to(hand.page, "review")
    return hand


def is_nowhere(page: Page) -> None:
    """The browser shows its own page, because ours did not arrive."""
    for _ in range(100):
        if page.url.startswith("chrome-error:"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the page arrived: {page.url}")


def is_open(attempt: Attempt) -> bool:
    attempt.refresh_from_db()
    return attempt.is_open


@pytest.mark.parametrize("width", [390, 1280])
def test_answer_that_is_not_saved_holds_the_submission(refused: Hand, live_server: Any, width: int) -> None:
    page = refused.page
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.locator("#kept")).to_contain_text("The answer to question 3 is kept in this browser and not saved yet.")

    page.get_by_role("button", name="Submit all answers").click()

    expect(page.get_by_role("region", name="One answer is not saved yet")).to_contain_text("question 3")
    expect(page.locator("#held-title")).to_be_focused()
    expect(page.get_by_role("button", name="Submit all answers")).to_be_hidden()
    assert is_open(refused.attempt)
    looked = Walker(page, live_server.url, with_axe=True)
    looked.look()
    assert looked.complaints == []

    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#held-title")).to_be_focused()
    assert is_open(refused.attempt)
    page.unroute("**/response/")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/result/")
    assert refused.lost() == []
    nothing_kept(page)


def test_she_may_submit_without_what_is_not_saved_and_hears_no_more_of_it(refused: Hand, live_server: Any) -> None:
    page = refused.page
    page.get_by_role("button", name="Submit all answers").click()
    page.get_by_role("button", name="Submit without it").click()
    page.wait_for_url("**/result/")
    assert not is_open(refused.attempt)

    page.unroute("**/response/")
    page.goto(f"{live_server.url}/learn/")
    nothing_kept(page)
    expect(page.locator("h1")).not_to_contain_text("already submitted")


def test_answer_given_up_is_sent_after_all_when_the_submission_fails(refused: Hand, live_server: Any) -> None:
    page = refused.page
    page.get_by_role("button", name="Submit all answers").click()
    page.route("**/submission/", lambda route: route.abort())
    page.get_by_role("button", name="Submit without it").click()
    is_nowhere(page)
    page.unroute("**/response/")

    page.goto(f"{live_server.url}/learn/")
    nothing_kept(page)
    assert is_open(refused.attempt)
    assert refused.lost() == []


def test_review_tells_of_what_is_kept_and_then_of_what_is_saved(refused: Hand) -> None:
    expect(refused.page.locator("#answered")).to_contain_text("3 questions have no answer yet.")
    expect(refused.page.locator("#kept")).to_be_visible()

    refused.page.unroute("**/response/")
    refused.page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(refused.page.locator("#answered")).to_contain_text("2 questions have no answer yet.")
    expect(refused.page.locator("#kept")).to_be_hidden()
    expect(refused.page.locator("#questions .is-done")).to_have_count(1)
    assert refused.lost() == []


def test_session_lost_before_the_submission_is_no_way_past_an_answer(
    refused: Hand, window: BrowserContext, live_server: Any, ana: User
) -> None:
    page = refused.page
    page.route("**/response/", lambda route: route.fulfill(status=401, body="who?"))
    page.reload()
    page.get_by_role("button", name="Submit all answers").click()
    expect(page.locator("#held")).to_be_visible()
    sign_out(window)
    page.unroute("**/response/")

    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**next=**")
    assert is_open(refused.attempt)
    sign_in(window, ana, live_server.url)
    page.goto(f"{live_server.url}/learn/attempts/{refused.attempt.public_id}/?item=review")
    nothing_kept(page)
    assert refused.lost() == []


# --- two tabs without a network


def is_asked(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("This question has two answers")
    expect(page.locator("main dd")).to_have_count(2)


def offline_pair(hand: Hand, window: BrowserContext, base: str) -> Hand:
    """Two tabs at one question; without a network each chooses, and each says that it keeps the answer."""
    other = Hand(open_attempt(window, base, hand.attempt), hand.attempt)
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    other.choose(1)
    expect(other.page.locator("#saved")).to_contain_text("kept in this browser")
    assert kept(hand.page) == 2
    return other


def told(page: Page) -> list[str]:
    return sorted(text.strip() for text in page.locator("main dd").all_inner_texts())


@pytest.mark.parametrize("button", ["Keep the saved answer", "Save the other answer"])
def test_two_tabs_without_a_network_lose_neither_answer(
    hand: Hand, window: BrowserContext, live_server: Any, button: str
) -> None:
    texts = sorted(text.strip() for text in hand.page.locator("fieldset .form-check-label").all_inner_texts()[:2])
    other = offline_pair(hand, window, live_server.url)
    window.set_offline(False)

    asked = either(hand.page, other.page)
    assert told(asked) == texts
    saved_first = Response.objects.get().options[0]
    assert {saved_first} < {*hand.chosen.values(), *other.chosen.values()}
    asked.get_by_role("button", name=button).or_(asked.get_by_role("link", name=button)).click()
    expect(asked.locator("h1")).to_contain_text("Question")
    nothing_kept(asked)

    counted = sitting(Attempt.objects.select_related("enrollment__version").get()).chosen()
    [last] = counted.values()
    assert (last == (saved_first,)) is (button == "Keep the saved answer")


def either(*pages: Page) -> Page:
    """The page, of these, that asks which of two answers counts."""
    for _ in range(100):
        for page in pages:
            if page.locator("h1").inner_text() == "This question has two answers":
                is_asked(page)
                return page
        pages[0].wait_for_timeout(100)
    raise AssertionError("nobody asked")


def test_tab_that_was_closed_is_heard_beside_the_one_that_stays(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User
) -> None:
    other = offline_pair(hand, window, live_server.url)
    close_unheard(hand, window, ana, live_server.url)
    window.set_offline(False)

    asked = either(other.page)
    assert len(told(asked)) == 2
    asked.get_by_role("link", name="Keep the saved answer").click()
    nothing_kept(asked)
    assert other.lost() == [] or hand.lost() == []


def test_copy_of_a_tab_takes_no_answer_of_the_first(hand: Hand, window: BrowserContext) -> None:
    with window.expect_page() as opened:
        hand.page.evaluate("window.open(location.href)")
    copy = Hand(opened.value, hand.attempt)
    expect(copy.page.locator("h1")).to_contain_text("Question 1")
    window.set_offline(True)
    hand.choose(0)
    copy.choose(1)
    expect(copy.page.locator("#saved")).to_contain_text("kept in this browser")

    assert kept(hand.page) == 2
    window.set_offline(False)
    is_asked(either(hand.page, copy.page))


def test_page_loaded_anew_shows_what_is_kept_and_a_change_of_mind_replaces_it(hand: Hand) -> None:
    refuse_answers(hand.page)
    first = hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    hand.page.reload()
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet. It is kept in this browser")
    expect(hand.page.locator("input[name=option]:checked")).to_have_value(first)

    hand.choose(1)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    assert kept(hand.page) == 1
    hand.page.unroute("**/response/")
    saved(hand.page)

    assert hand.lost() == []
    assert Response.objects.count() == 1
    nothing_kept(hand.page)


def test_page_loaded_anew_does_not_hide_what_was_answered_elsewhere(
    hand: Hand, open_window: Callable[..., BrowserContext], live_server: Any, ana: User
) -> None:
    refuse_answers(hand.page)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    phone = open_window()
    sign_in(phone, ana, live_server.url)
    elsewhere = Hand(open_attempt(phone, live_server.url, hand.attempt), hand.attempt)
    elsewhere.choose(1)
    saved(elsewhere.page)
    hand.page.reload()
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    hand.page.unroute("**/response/")

    hand.page.get_by_role("button", name="Save and go on").click()

    is_asked(hand.page)
    assert elsewhere.lost() == []


def test_change_of_mind_after_another_tab_sent_the_first_is_no_conflict(
    hand: Hand, window: BrowserContext, live_server: Any
) -> None:
    hand.page.clock.install()
    hand.page.reload()
    hand.page.clock.pause_at(time.time() + 60)  # so that this page sends nothing by itself
    hand.choose(0)
    other = window.new_page()
    for _ in range(50):
        other.goto(f"{live_server.url}/learn/")
        if Response.objects.exists():
            break
        other.wait_for_timeout(100)
    hand.choose(1)
    hand.page.clock.run_for(2000)
    saved(hand.page)

    assert hand.lost() == []
    assert Response.objects.count() == 2
    nothing_kept(hand.page)


def test_two_answers_kept_by_two_tabs_are_nothing_to_somebody_else(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User, cody: User
) -> None:
    other = offline_pair(hand, window, live_server.url)
    close_unheard(other, window, ana, live_server.url)
    close_unheard(hand, window, ana, live_server.url)
    page = another_opens(window, cody, live_server.url)

    assert kept(page) == 2
    assert Response.objects.count() == 0
    sign_out(window)
    sign_in(window, ana, live_server.url)
    page.goto(f"{live_server.url}/learn/")
    is_asked(page)


def kept_as(hand: Hand, base: str, change: str) -> None:
    """She chose without a network and left for a page that sends nothing; what is kept is then what `change` makes of it."""
    hand.page.route("**/response/", lambda route: route.abort())
    hand.choose(1)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    hand.page.goto(f"{base}/courses/")
    hand.page.evaluate(
        """() => new Promise((resolve) => {
            const opening = indexedDB.open("vignette-unsent", 1);
            opening.onsuccess = () => {
                const transaction = opening.result.transaction("answers", "readwrite");
                const store = transaction.objectStore("answers");
                store.getAll().onsuccess = (event) => {
                    for (const each of event.target.result) (CHANGE)(each, store);
                };
                transaction.oncomplete = () => { opening.result.close(); resolve(); };
            };
        })""".replace("CHANGE", change)
    )


def test_answer_kept_before_pages_were_told_apart_is_sent(hand: Hand, live_server: Any) -> None:
    kept_as(
        hand,
        live_server.url,
        """({ page, number, ...old }, store) => {
            store.delete(old.place);
            store.put({ ...old, place: old.place.split(" ").slice(0, 2).join(" ") });
        }""",
    )
    hand.page.goto(f"{live_server.url}/learn/attempts/{hand.attempt.public_id}/?item=review")
    expect(hand.page.locator("#kept")).to_contain_text("Answers are kept in this browser and not saved yet.")
    hand.page.unroute("**/response/")

    hand.page.goto(f"{live_server.url}/learn/")
    nothing_kept(hand.page)
    assert hand.lost() == []


# --- the attempt is not on the site any more


def told_to_be_gone(page: Page) -> Any:
    return page.get_by_role("alert").filter(has_text="What is kept in this browser could not be saved")


def test_answer_kept_for_an_attempt_that_is_gone_is_told_until_she_has_read_it(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User
) -> None:
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("kept in this browser")
    close_unheard(hand, window, ana, live_server.url)
    hand.attempt.delete()
    window.set_offline(False)
    page = window.new_page()
    page.set_viewport_size({"width": 390, "height": 900})
    looked = Walker(page, live_server.url, with_axe=True)

    for _ in range(2):
        page.goto(f"{live_server.url}/learn/")
        expect(told_to_be_gone(page)).to_contain_text("The answer to question 1, given on")
        expect(told_to_be_gone(page)).to_contain_text(str(hand.attempt.public_id))
        assert kept(page) == 1
    looked.look()
    assert looked.complaints == []

    page.get_by_role("button", name="I have read this").click()
    expect(page.locator("#gone")).to_have_count(0)
    nothing_kept(page)
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator("#gone")).to_have_count(0)


@pytest.mark.parametrize("goes_on", [False, True])
def test_answer_to_an_attempt_that_is_gone_stays_before_her(hand: Hand, goes_on: bool) -> None:
    hand.attempt.delete()
    chosen = hand.choose(1)
    if goes_on:
        hand.page.get_by_role("button", name="Save and go on").click()

    expect(told_to_be_gone(hand.page)).to_contain_text("The answer to question 1")
    expect(hand.page.locator("#saved")).to_have_text("Not saved: this attempt is not on the site any more.")
    expect(hand.page.locator("input[name=option]:checked")).to_have_value(chosen)
    assert kept(hand.page) == 1


def test_submission_of_an_attempt_that_is_gone_says_that_nothing_was_saved(refused: Hand) -> None:
    page = refused.page
    expect(page.locator("#kept")).to_be_visible()
    refused.attempt.delete()
    page.unroute("**/response/")

    page.get_by_role("button", name="Submit all answers").click()

    expect(page.locator("h1")).to_have_text("This could not be saved.")
    expect(told_to_be_gone(page)).to_contain_text("The answer to question 3")


def test_page_not_found_by_something_in_front_of_the_site_decides_nothing(hand: Hand, live_server: Any) -> None:
    hand.page.route("**/response/", lambda route: route.fulfill(status=404, body="default backend - 404"))
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet. It is kept in this browser")
    hand.page.get_by_role("button", name="Save and go on").click()
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet. It is kept in this browser")
    expect(hand.page.locator("h1")).to_contain_text("Question 1")
    hand.page.goto(f"{live_server.url}/learn/")
    hand.page.wait_for_timeout(500)
    assert kept(hand.page) == 1
    hand.page.unroute("**/response/")

    hand.page.reload()
    nothing_kept(hand.page)
    assert hand.lost() == []


def test_answer_is_sent_however_long_it_was_kept(hand: Hand, live_server: Any) -> None:
    kept_as(hand, live_server.url, "(kept, store) => store.put({ ...kept, at: kept.at - 40 * 24 * 3600 * 1000 })")
    hand.page.unroute("**/response/")

    hand.page.goto(f"{live_server.url}/learn/")
    nothing_kept(hand.page)
    assert hand.lost() == []


# --- the network drops just before the page that asks


def cut_pages(page: Page) -> None:
    """The saves in the background arrive; a page that follows upon one does not."""
    page.route(
        "**/response/",
        lambda route: route.abort() if route.request.is_navigation_request() else route.continue_(),
    )


@pytest.mark.parametrize("is_reopened", [False, True])
def test_answer_is_kept_until_the_page_that_asks_is_there(
    hand: Hand, window: BrowserContext, live_server: Any, ana: User, is_reopened: bool
) -> None:
    other = Hand(open_attempt(window, live_server.url, hand.attempt), hand.attempt)
    page = other.page
    hand.choose(0)
    saved(hand.page)
    if is_reopened:
        window.set_offline(True)
        other.choose(1)
        expect(page.locator("#saved")).to_contain_text("kept in this browser")
        close_unheard(other, window, ana, live_server.url)
        window.set_offline(False)
        page = window.new_page()
        cut_pages(page)
        page.goto(f"{live_server.url}/learn/")
    else:
        cut_pages(page)
        other.choose(1)
    is_nowhere(page)

    assert kept(hand.page) == 1
    page.unroute("**/response/")
    page.goto(f"{live_server.url}/learn/")
    is_asked(page)
    page.get_by_role("button", name="Save the other answer").click()
    expect(page.locator("h1")).to_contain_text("Question 2")
    nothing_kept(page)
    assert other.lost() == []


def test_question_that_was_not_decided_comes_again(hand: Hand, window: BrowserContext, live_server: Any) -> None:
    other = Hand(open_attempt(window, live_server.url, hand.attempt), hand.attempt)
    hand.choose(0)
    saved(hand.page)
    other.choose(1)
    is_asked(other.page)
    other.page.wait_for_timeout(500)
    is_asked(other.page)

    other.page.goto(f"{live_server.url}/learn/")
    is_asked(other.page)
    other.page.get_by_role("link", name="Keep the saved answer").click()
    expect(other.page.locator("h1")).to_contain_text("Question 1")
    nothing_kept(other.page)
    assert hand.lost() == []


def test_decision_whose_way_is_cut_is_kept_and_counts(hand: Hand, window: BrowserContext, live_server: Any) -> None:
    other = Hand(open_attempt(window, live_server.url, hand.attempt), hand.attempt)
    hand.choose(0)
    saved(hand.page)
    other.choose(1)
    is_asked(other.page)
    cut_pages(other.page)
    other.page.get_by_role("button", name="Save the other answer").click()
    is_nowhere(other.page)
    assert kept(hand.page) == 1
    other.page.unroute("**/response/")

    other.page.goto(f"{live_server.url}/learn/")
    nothing_kept(other.page)
    expect(other.page.locator("h1")).not_to_contain_text("two answers")
    assert other.lost() == []


def test_answer_too_late_is_kept_until_the_page_that_says_so_is_there(
    hand: Hand, window: BrowserContext, live_server: Any
) -> None:
    other = open_attempt(window, live_server.url, hand.attempt)
    go_to(other, "review")
    other.get_by_role("button", name="Submit all answers").click()
    other.wait_for_url("**/result/")
    cut_pages(hand.page)
    hand.choose(0)
    is_nowhere(hand.page)
    assert kept(other) == 1
    hand.page.unroute("**/response/")

    other.goto(f"{live_server.url}/learn/")
    expect(other.locator("h1")).to_have_text("This attempt was already submitted")
    nothing_kept(other)


def test_going_on_after_a_submission_elsewhere_says_so(hand: Hand, window: BrowserContext, live_server: Any) -> None:
    other = open_attempt(window, live_server.url, hand.attempt)
    go_to(other, "review")
    other.get_by_role("button", name="Submit all answers").click()
    other.wait_for_url("**/result/")

    hand.page.get_by_role("button", name="Save and go on").click()

    expect(hand.page.locator("h1")).to_have_text("This attempt was already submitted")
    expect(hand.page.locator("main")).not_to_contain_text("the answer you just gave")


# --- the server itself goes away


def free_port() -> int:
    """Below the ports that systems lend to callers: asking whether one of those is open may connect the asker to itself."""
    for port in random.SystemRandom().sample(range(20_000, 30_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")


class Server:
    """Our own server in a process of its own, on the database of the test, so that it can be killed and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        settings = connection.settings_dict
        if connection.vendor == "sqlite":
            database = f"sqlite:///{settings['NAME']}"
        else:
            login = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT'] or 5432}"
            database = f"postgres://{login}/{settings['NAME']}"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "config.wsgi",
                "-b",
                f"127.0.0.1:{self.port}",
                "-k",
                "gthread",
                "--threads",
                "4",
                "--log-level",
                "critical",
            ],
            cwd=ROOT,
            env={**os.environ, "VIGNETTE_MODE": "test", "TEST_DATABASE_URL": database},
            start_new_session=True,
        )
        self._wait(listening=True)

    def _wait(self, *, listening: bool) -> None:
        for _ in range(400):
            with socket.socket() as probe:
                if (probe.connect_ex(("127.0.0.1", self.port)) == 0) is listening:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the server is {'not there' if listening else 'still there'}")

    def kill(self) -> None:
        """At once and without a farewell, workers too."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            self._wait(listening=False)  # its workers die a moment later


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.start()
    yield running
    running.kill()


def test_server_killed_again_and_again_while_she_answers_loses_nothing(
    server: Server, open_window: Callable[..., BrowserContext], attempt: Attempt, ana: User
) -> None:
    opened = open_window()
    sign_in(opened, ana, server.url)
    hand = Hand(open_attempt(opened, server.url, attempt), attempt)
    confirmed = 0

    for number in range(6):
        hand.choose((number + number // 3) % 2)
        if number % 3 == 2:
            saved(hand.page)
        else:
            hand.page.wait_for_timeout((0, 1150)[number % 3])  # before, and at the moment of saving
        server.kill()
        said = hand.page.locator("#saved").inner_text()
        if "Saved at" in said:
            confirmed += 1
            assert hand.lost() == []
        server.start()
        saved(hand.page)
        assert hand.lost() == []
        hand.page.goto(hand.page.url.split("?")[0] + f"?item={(number + 1) % 3 + 1}")

    assert confirmed
    assert hand.lost() == []
    nothing_kept(hand.page)


def test_browser_that_keeps_nothing_still_says_what_is_not_saved(
    live_server: Any, window: BrowserContext, attempt: Attempt
) -> None:
    window.add_init_script(
        "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {get() { throw new Error('refused'); }});"
    )
    hand = Hand(open_attempt(window, live_server.url, attempt), attempt)
    window.set_offline(True)
    hand.choose(0)
    expect(hand.page.locator("#saved")).to_contain_text("Not saved yet")
    window.set_offline(False)
    saved(hand.page)

    assert hand.lost() == []


def test_decision_without_a_network_is_said_and_taken_later(
    live_server: Any, window: BrowserContext, attempt: Attempt
) -> None:
    walk = start(attempt.enrollment, "the-callback")
    page = open_attempt(window, live_server.url, walk)
    page.locator("input[name=choice]").first.check()
    window.set_offline(True)
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("#saved")).to_contain_text("Not decided yet")
    window.set_offline(False)
    page.get_by_role("button", name="Decide").click()
    page.wait_for_function(
        "() => !document.getElementById('saved') || !document.getElementById('saved').textContent.includes('Not decided')"
    )

    assert walk.steps.count() == 1
