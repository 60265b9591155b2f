"""What axe says of a page of the account."""

from playwright.sync_api import Page

from tests.browser.conftest import AXE, VIOLATIONS


def axe_faults(page: Page) -> list[str]:
    # By evaluation: the pages' own policy refuses a script tag that is not ours.
    page.evaluate(AXE)
    return [f"{fault['id']}: {node['html']}" for fault in page.evaluate(VIOLATIONS) for node in fault["nodes"]]
