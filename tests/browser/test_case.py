"""A case by keyboard alone and without script: its notice, leaving it and coming back, the debrief, and practice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from accounts.models import User
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt
from tests.browser.conftest import Walker, source_of
from tests.conftest import client_of
from tests.publishing import SLUG, publish_example

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CASE = f"/learn/courses/{SLUG}/quizzes/the-callback/"
#: Of a picture that may be wider than the page: where her path begins is in view.
IS_BEGINNING_IN_VIEW = """region => {
    const [whole, box] = [region, region.querySelector("g.is-hers")].map(each => each.getBoundingClientRect());
    return whole.left <= box.left && box.right <= whole.right;
}"""
FAR = 60  # more presses of Tab than any page needs


@pytest.fixture
def enrollment(ana: User) -> Enrollment:
    return enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana)


def signed_in(window: BrowserContext, user: User, base: str) -> Page:
    cookie = client_of(user).cookies["sessionid"].value
    window.add_cookies([{"name": "sessionid", "value": cookie, "url": base}])
    return window.new_page()


class Keyboard(Walker):
    """Goes through the page by Tab and presses Enter; never touches the mouse."""

    def tab_to(self, name: str) -> None:
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            if name in str(
                self.page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
            ):
                return
        raise AssertionError(f"Tab does not reach {name!r} at {self.page.url}")

    def enter(self, name: str) -> None:
        self.tab_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def choose(self, number: int) -> None:
        """The choice with that number: Tab to the group, then arrows."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == "choice":
                break
        self.page.keyboard.press("Space")
        for _ in range(number - 1):
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate("document.querySelector('[name=choice]:checked') !== null")

    def decide(self, number: int) -> None:
        self.choose(number)
        self.enter("Decide")


@pytest.mark.parametrize("width", [390, 1280])
def test_case_by_keyboard_without_script(  # noqa: PLR0915 - one way, from its beginning to its end
    width: int, enrollment: Enrollment, ana: User, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    window = open_window(java_script_enabled=False, viewport={"width": width, "height": 800})
    walker = Keyboard(signed_in(window, ana, live_server.url), live_server.url, with_axe=False)

    walker.go(CASE)
    assert "A relative asks about a client." in walker.text
    walker.enter("Not now")
    assert walker.page.url.endswith(f"/learn/courses/{SLUG}/")
    assert Attempt.objects.count() == 0

    walker.go(CASE)
    walker.enter("Begin")
    assert "A relative asks about a client." in walker.text
    walker.decide(2)  # dial
    assert "It rings before you have thought" in walker.text

    walker.enter("Leave quietly")
    assert walker.page.url.endswith("/learn/pause/")
    assert walker.page.title() == "A pause · Vignette"
    walker.go(CASE)
    walker.enter("Go on where you stopped")
    assert "A voice you do not know" in walker.text
    walker.enter("Before dialing")
    assert "It is shown as it was and cannot be changed." in walker.text
    walker.enter("Go on from where you are")
    walker.decide(2)  # hang up

    assert "Not passed yet." in walker.text
    assert "What would have happened" not in walker.text
    walker.enter("Prepare another attempt")
    walker.enter("Begin another attempt")
    walker.decide(3)  # open the chart
    walker.decide(1)
    assert "You passed this case." in walker.text
    walker.enter("Walk it again, for practice")
    assert "Practice: this walk never counts" in walker.text
    walker.decide(2)  # dial
    assert "who did not have to make the call" in walker.text
    walker.decide(3)  # leave nothing
    assert "This walk was practice" in walker.text
    assert walker.complaints == []
    titles = [each.partition(" ")[2] for each in walker.visited]
    assert not [each for each in titles if re.search("callback", each, re.IGNORECASE)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_a_case_have_no_fault_that_axe_finds(
    width: int,
    scheme: str,
    enrollment: Enrollment,
    ana: User,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
) -> None:
    window = open_window(viewport={"width": width, "height": 800}, color_scheme=scheme)
    walker = Walker(signed_in(window, ana, live_server.url), live_server.url, with_axe=True)

    def decide(choice: str) -> None:
        before = walker.page.locator(".v-outline li").count()
        walker.page.check(f"input[name=choice][value={choice}]")
        walker.page.get_by_role("button", name="Decide").click()
        walker.page.wait_for_function(
            "n => !document.querySelector('[name=choice]') || document.querySelectorAll('.v-outline li').length > n",
            arg=before,
        )
        walker.page.wait_for_load_state()
        walker.look()

    walker.go(CASE)
    walker.press("Begin")
    decide("dial")
    walker.go(walker.page.url.removeprefix(live_server.url) + "?decision=1")
    walker.press("Go on from where you are")
    decide("remembered" if walker.page.locator("[value=remembered]").count() else "hang-up")
    walker.press("Prepare another attempt")
    walker.press("Begin another attempt")
    decide("ask-colleague")
    decide("remembered")
    for details in walker.page.locator("details").all():
        details.locator("summary").click()
    walker.look()
    region = walker.page.locator(".v-graph[role=region]")
    region.focus()
    assert region.evaluate("region => region === document.activeElement")
    assert region.evaluate("region => region.getBoundingClientRect().right <= document.documentElement.clientWidth")
    assert region.evaluate(IS_BEGINNING_IN_VIEW)
    walker.press("Walk it again, for practice")
    decide("dial")
    walker.go("/learn/pause/")

    assert walker.complaints == []


def test_back_after_leaving_shows_no_scene_that_the_browser_kept(
    enrollment: Enrollment, ana: User, live_server: Any, open_window: Callable[..., BrowserContext]
) -> None:
    page = signed_in(open_window(), ana, live_server.url)
    page.goto(live_server.url + CASE)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Leave quietly").click()
    page.wait_for_url("**/pause/")
    asked: list[Route] = []

    def refuse(route: Route) -> None:
        asked.append(route)
        route.abort()

    page.route("**/learn/attempts/**", refuse)

    page.evaluate("setTimeout(() => history.back())")
    for _ in range(100):
        if asked:
            break
        page.wait_for_timeout(100)

    assert asked  # the server is asked for the scene again: nothing of it was kept
    assert "A slip on your desk" not in source_of(page)
