"""A window for the pages of the account, and what axe says of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


@contextmanager
def browser_page(chromium: Browser, **context: Any) -> Iterator[Page]:
    """A page in a window of its own."""
    window = chromium.new_context(**context)
    page = window.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    window.close()


def axe_faults(page: Page) -> list[str]:
    # By evaluation: the pages' own policy refuses a script tag that is not ours.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{fault['id']}: {node['html']}" for fault in found["violations"] for node in fault["nodes"]]
