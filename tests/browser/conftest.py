"""Chromium for tests: the system's, with a fresh profile. Without it the tests are skipped, and in CI they fail."""

import os
import shutil
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        reason = "Chromium is not installed: on Debian, apt install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        # With the pages that people's browsers keep in memory: what Back shows depends on them.
        kept = ["--disable-back-forward-cache"]
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, ignore_default_args=kept)
        yield browser
        browser.close()


@pytest.fixture
def open_window(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A window of its own for each call: no shared cookies, as on another person's computer."""
    contexts: list[BrowserContext] = []

    def opened(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
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
