"""A window for the pages of the account, and what axe says of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.conftest import AXE, PATIENCE, VIOLATIONS


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
    page.evaluate(AXE)
    return [f"{fault['id']}: {node['html']}" for fault in page.evaluate(VIOLATIONS) for node in fault["nodes"]]
