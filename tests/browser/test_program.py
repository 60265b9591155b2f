"""A browser that does not answer holds up one test, and none after it."""

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import Program

pytestmark = pytest.mark.browser


def test_browser_that_does_not_answer_is_ended_and_another_one_begun(program: Program) -> None:
    page = program.running().new_context().new_page()

    with program.ended_after(0.5), pytest.raises(Error):
        page.evaluate("() => new Promise(() => {})")

    again = program.running().new_context()
    assert again.new_page().evaluate("1 + 1") == 2
    again.close()
