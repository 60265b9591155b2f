"""What becomes of an answer when the network is slow, and of a page when its person has gone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import User
from enrollments.services import enroll
from quizzes.models import Attempt
from quizzes.queries import sitting
from tests.browser.conftest import source_of
from tests.conftest import client_of
from tests.publishing import publish_example
from tests.taking import start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def attempt(ana: User) -> Attempt:
    return start(enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana), "voicemail-test")


def signed_in(window: BrowserContext, user: User, base: str) -> Page:
    client: Client = client_of(user)
    window.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])
    return window.new_page()


def test_change_of_mind_while_the_first_choice_is_saved_counts(
    attempt: Attempt, ana: User, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = signed_in(open_window(), ana, live_server.url)
    page.goto(f"{live_server.url}/learn/attempts/{attempt.public_id}/")
    first, second = (page.locator("input[name=option]").nth(number) for number in (0, 1))
    chosen = second.get_attribute("value")
    held: list[Route] = []
    page.route("**/response/", lambda route: route.continue_() if held else held.append(route))

    with page.expect_request("**/response/"):
        first.check()
    second.check()
    page.locator("button[name=go][value=next]").click()
    page.wait_for_timeout(300)
    with page.expect_response(lambda response: response.request == held[0].request):
        held[0].continue_()
    expect(page.locator("h1")).to_have_text("Question 2 of 3")

    mine = sitting(attempt)
    assert mine.chosen() == {mine.plan.keys[0]: (chosen,)}


def test_server_error_is_told_in_words(
    attempt: Attempt, ana: User, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = signed_in(open_window(), ana, live_server.url)
    page.goto(f"{live_server.url}/learn/attempts/{attempt.public_id}/")
    page.route("**/response/", lambda route: route.fulfill(status=500, body="<h1>Something failed</h1>"))

    page.locator("button[name=go][value=next]").click()

    expect(page.locator("h1")).to_have_text("Something failed")


def test_back_after_signing_out_shows_nothing_of_hers(
    ana: User, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = signed_in(open_window(), ana, live_server.url)
    for address in ("/learn/transcript/", "/accounts/email/", "/accounts/logout/"):
        page.goto(live_server.url + address)
    page.locator("main form button").click()
    page.wait_for_url(live_server.url + "/")

    for _ in range(3):
        page.evaluate(
            "setTimeout(() => history.back())"
        )  # Playwright's own waits for a load, which a kept page has not
        page.wait_for_timeout(500)
        assert "Ana Reyes" not in source_of(page)
        assert "ana@example.com" not in source_of(page)
