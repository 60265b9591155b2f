"""Chromium for tests: the system's, with a fresh profile. Without it the tests are skipped, and in CI they fail."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = (
    20_000  # milliseconds: what is expected has happened long before, but on a machine that does other things too
)
#: Pages that Chromium opens beside each window for suggestions below its address line, which nobody sees here: two thirds of
#: the processor's time of a window, and what kept one from closing.
UNSEEN = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
#: Seconds for a whole test with a browser, and for closing its windows, on a machine that does other things too.
LONGEST_TEST, CLOSING = 900, 60
expect.set_options(timeout=PATIENCE)
#: Only these are fetched: to carry over all that is well takes as long as to look at it.
VIOLATIONS = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()


def chromium_path() -> str | None:
    return (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


class Program:
    """The browser as a program. Of what Playwright asks it, some has no time limit, and now and then Chromium does not answer
    (it never says that a window is closed): then the program is ended, and the next test gets another one."""

    def __init__(self, launch: Callable[[], Browser]) -> None:
        self._launch = launch
        self._begin()

    def _begin(self) -> None:
        self._browser = self._launch()
        found = self._browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        self._process = next(each["id"] for each in found if each["type"] == "browser")

    def running(self) -> Browser:
        if not self._browser.is_connected():
            self._begin()
        return self._browser

    @contextmanager
    def ended_after(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, os.kill, (self._process, signal.SIGKILL))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def without_unseen(first: Browser) -> str:
    """The flag that turns off what Playwright does and what nobody sees: of several such flags only the last one counts."""
    told = first.new_browser_cdp_session().send("Browser.getBrowserCommandLine")["arguments"]
    first.close()
    flag = "--disable-features="
    return flag + ",".join([*(each.removeprefix(flag) for each in told if each.startswith(flag)), UNSEEN])


@pytest.fixture(scope="session")
def program() -> Iterator[Program]:
    path = chromium_path()
    if path is None:
        reason = "Chromium is not installed: on Debian, apt install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        # With the pages that people's browsers keep in memory: what Back shows depends on them.
        kept = ["--disable-back-forward-cache"]

        def launch(*more: str) -> Browser:
            return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more], ignore_default_args=kept)

        without = without_unseen(launch("--enable-automation"))  # or it does not tell its flags
        running = Program(lambda: launch(without))
        yield running
        with running.ended_after(CLOSING), suppress(Error):
            running.running().close()


@pytest.fixture
def chromium(program: Program) -> Iterator[Browser]:
    running = program.running()
    with program.ended_after(LONGEST_TEST):
        yield running


@pytest.fixture
def open_window(program: Program, chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A window of its own for each call: no shared cookies, as on another person's computer."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield opened
    with program.ended_after(CLOSING):
        for context in contexts:
            with suppress(Error):  # the program was ended, and with it every window
                context.close()


def source_of(page: Page) -> str:
    """The source of the page that stands. While one page gives way to another the browser has none to give."""
    for _ in range(PATIENCE // 100):
        try:
            return page.content()
        except Error:
            page.wait_for_timeout(100)
    return page.content()


def first_of(held: list[Route], page: Page) -> Route:
    """The first request that was held back, once the browser has sent it."""
    for _ in range(PATIENCE // 50):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("the request was never sent")


class Walker:
    """A person at a browser who looks at every page: axe, errors of scripts, refusals of the content policy."""

    def __init__(self, page: Page, base: str, *, with_axe: bool) -> None:
        self.page = page
        self.base = base
        self.with_axe = with_axe
        self.complaints: list[str] = []
        self.visited: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.complaints.append(f"console: {text[:200]}")

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def press(self, name: str) -> None:
        """Press the button or link that says so, and look at what comes."""
        target = (
            self.page.locator("main")
            .get_by_role("button", name=name)
            .or_(self.page.locator("main").get_by_role("link", name=name))
        )
        target.first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """No accessibility violation and no sideways scrolling on this page."""
        self.visited.append(f"{self.page.url.removeprefix(self.base)} {self.page.title()}")
        if not self.with_axe:
            return
        self.page.evaluate(AXE)
        for violation in self.page.evaluate(VIOLATIONS):
            nodes = [node["html"][:150] for node in violation["nodes"][:2]]
            self.complaints.append(f"axe {violation['id']} at {self.page.url}: {nodes}")
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.complaints.append(f"scrolls sideways: {self.page.url}")

    def sign_in(self, email: str, password: str) -> None:
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        self.page.locator("main form").first.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_load_state()
        self.look()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()
