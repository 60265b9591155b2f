"""Questions of every kind by keyboard alone, with script and without, looked at by axe."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.queries import sitting
from tests.browser.conftest import Walker
from tests.enrollments.documents import publish
from tests.kinds import ASKED, course_of_kinds
from tests.taking import start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEYS = [kind.replace("_", "-") for kind in ASKED]


@pytest.fixture
def attempt(ana: User) -> Attempt:
    return start(enroll(user=ana, course=publish(course_of_kinds()).course, acknowledged=True, by=ana), "kinds")


def walker_at(attempt: Attempt, live_server: Any, window: BrowserContext, *, with_axe: bool, number: int = 1) -> Walker:
    walker = Walker(window.new_page(), live_server.url, with_axe=False)
    walker.go(f"/learn/attempts/{attempt.public_id}/?item={number}")
    walker.sign_in("ana@example.com", "correct horse battery")
    walker.with_axe = with_axe
    walker.look()
    return walker


def tab_to(page: Page, selector: str) -> None:
    """With the Tab key alone, to the next thing that is meant."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def go_on(walker: Walker, number: int) -> None:
    page = walker.page
    tab_to(page, "button.btn-primary[value=next]")
    page.keyboard.press("Enter")
    title = f"Question {number + 1} of 6" if number < 6 else "Before you submit"
    expect(page.locator("h1")).to_have_text(title)
    walker.look()


def newest(key: str) -> list[str]:
    row = Response.objects.filter(item_key=key).order_by("revision").last()
    return row.options if row else []


def shown_order(page: Page) -> list[str]:
    return [field.get_attribute("value") or "" for field in page.locator(".v-order input[name=option]").all()]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_every_kind_by_keyboard_alone(
    script: bool, width: int, attempt: Attempt, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    window = open_window(java_script_enabled=script, viewport={"width": width, "height": 900})
    # axe is script of its own, which a page without script cannot run; what it looks at is the same HTML.
    walker = walker_at(attempt, live_server, window, with_axe=script)
    page = walker.page

    for number, key in enumerate(KEYS, 1):
        if key == "ordering":
            before = shown_order(page)
            tab_to(page, f"#down-{number_of(attempt, before[0])}")
            page.keyboard.press("Enter")
            expect(page.locator(".v-order li").nth(1).locator("input[name=option]")).to_have_value(before[0])
            assert page.evaluate("document.activeElement.id") == f"down-{number_of(attempt, before[0])}"
        else:
            tab_to(page, "input[name=option]")
            page.keyboard.press("Space")
        if key == "multiple-response":
            tab_to(page, "input[name=option]")
            page.keyboard.press("Space")
        go_on(walker, number)

    assert [len(newest(key)) for key in KEYS] == [2, 1, 4, 1, 1, 1]
    assert newest("ordering") == [before[1], before[0], *before[2:]]
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result/")
    walker.look()
    for each in page.locator("details").all():
        each.locator("summary").first.focus()
        page.keyboard.press("Enter")
    walker.look()
    assert walker.complaints == []


def number_of(attempt: Attempt, key: str) -> int:
    planned = sitting(attempt).plan.item("ordering")
    assert planned is not None
    return planned.options.index(key) + 1


def test_steps_move_in_place_and_say_where_they_are(
    attempt: Attempt, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    walker = walker_at(attempt, live_server, open_window(), with_axe=True, number=3)
    page = walker.page
    before = shown_order(page)
    last = number_of(attempt, before[3])
    text = page.locator(f"#step-{last}").inner_text()

    page.locator(f"#up-{last}").focus()
    for place in (3, 2, 1):
        page.keyboard.press("Enter")
        expect(page.locator("#moved")).to_have_text(f"Now number {place} of 4: {text}")
    # At the top there is no further up, so the focus waits at the way down.
    assert page.evaluate("document.activeElement.id") == f"down-{last}"
    expect(page.locator(f"#up-{last}")).to_be_hidden()
    expect(page.locator("#saved")).to_contain_text("Saved at")

    moved = [before[3], *before[:3]]
    assert shown_order(page) == moved
    assert newest("ordering") == moved
    page.reload()
    assert shown_order(page) == moved
    walker.look()
    assert walker.complaints == []


def test_unticking_everything_is_saved_as_no_answer(
    attempt: Attempt, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = walker_at(attempt, live_server, open_window(), with_axe=False).page
    box = page.locator("input[name=option]").first

    box.check()
    expect(page.locator(".v-pips .is-done")).to_have_count(1)
    box.uncheck()
    expect(page.locator(".v-pips .is-done")).to_have_count(0)

    assert newest("multiple-response") == []
    assert Response.objects.count() == 2


def test_enter_in_an_ordering_goes_on_and_moves_nothing(
    attempt: Attempt, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = walker_at(attempt, live_server, open_window(java_script_enabled=False), with_axe=False, number=3).page
    before = shown_order(page)

    page.locator("#sure-1").focus()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Question 4 of 6")
    assert newest("ordering") == before
