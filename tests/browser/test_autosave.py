"""Answers save themselves, say so, and outlive a change of mind and a lost network."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.queries import sitting
from tests.browser.conftest import Walker, first_of
from tests.publishing import publish_example
from tests.taking import start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def attempt(ana: User) -> Attempt:
    return start(enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana), "voicemail-test")


@pytest.fixture
def question(live_server: Any, open_window: Callable[..., BrowserContext], attempt: Attempt) -> Page:
    walker = Walker(open_window().new_page(), live_server.url, with_axe=False)
    walker.go(f"/learn/attempts/{attempt.public_id}/")
    walker.sign_in("ana@example.com", "correct horse battery")
    return walker.page


def options(question: Page) -> list[str]:
    return [radio.get_attribute("value") or "" for radio in question.locator("input[name=option]").all()]


def stored() -> list[list[str]]:
    return [row.options for row in Response.objects.order_by("revision")]


def test_each_change_of_mind_is_saved_and_said(question: Page, attempt: Attempt) -> None:
    first, second = options(question)[:2]

    question.check(f"input[value={first}]")
    expect(question.locator("#saved")).to_contain_text("Saved at")
    expect(question.locator(".v-pips .is-done")).to_have_count(1)
    question.check(f"input[value={second}]")
    question.wait_for_function("() => document.getElementById('based-on').value === '2'")

    assert stored() == [[first], [second]]


def test_change_of_mind_while_the_first_answer_is_on_its_way_is_no_conflict(question: Page, attempt: Attempt) -> None:
    first, second = options(question)[:2]
    held: list[Route] = []
    question.route("**/response/", lambda route: held.append(route) if not held else route.continue_())

    question.check(f"input[value={first}]")
    first_of(held, question).fetch()  # the server has it; the page does not know yet
    question.check(f"input[value={second}]")
    question.get_by_role("button", name="Save and go on").click()
    expect(question.locator("h1")).to_have_text("Question 2 of 3")

    assert stored() == [[first], [second]]


def test_lost_network_is_said_and_the_answer_is_sent_when_it_is_back(question: Page, attempt: Attempt) -> None:
    first = options(question)[0]

    question.context.set_offline(True)
    question.check(f"input[value={first}]")
    expect(question.locator("#saved")).to_contain_text("Not saved yet")
    assert stored() == []
    question.context.set_offline(False)
    expect(question.locator("#saved")).to_contain_text("Saved at")

    assert sitting(Attempt.objects.select_related("enrollment__version").get()).answered
