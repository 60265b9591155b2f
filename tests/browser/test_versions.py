"""An author looks at a whole version: coverage, feedback, the reviewer's copy, a case and what changed, on a screen and on a phone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext

from accounts.models import User
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from tests.author.folders import change, copy_of_example
from tests.browser.conftest import Walker
from tests.certifying import feedback_in
from tests.conftest import Clinic
from tests.publishing import SLUG, publish_example

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"


@pytest.mark.parametrize(("script", "width"), [(True, 1280), (True, 390), (False, 390)])
def test_author_reads_a_whole_version(
    script: bool,
    width: int,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
    clinic: Clinic,
    theo: User,
    tmp_path: Path,
) -> None:
    first = publish_example(clinic.organization)
    feedback_in(first, 1, *[{"objectives-met.choose-words": 4, "clear": 5, "level": "right", "change": "Shorter."}] * 5)
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "change_note: First publication.", "change_note: A new point.")
    change(folder, "guidance.yaml", "- id: G02", "- id: G03\n  point: New.\n  standing: stands\n- id: G02")
    publish_package(package=read_package(folder), slug=SLUG, provider=clinic.organization, by=SYSTEM)
    context = open_window(java_script_enabled=script, viewport={"width": width, "height": 900})
    author = Walker(context.new_page(), live_server.url, with_axe=script)
    author.go("/author/riverbend/")
    author.sign_in("theo@example.com", PASSWORD)

    # The newest version stands first.
    author.press("Coverage")
    assert "One thing is not covered." in author.text
    author.press("Stands with a change")
    assert author.page.locator("#point-G02").count() == 1
    assert author.page.locator("#point-G01").count() == 0
    author.press("Changes")
    assert "Nobody is taking version 1 now." in author.text
    assert author.page.locator("ins", has_text="A new point.").count() == 1
    author.press("Feedback")
    author.press("All versions")
    assert all(words in author.text for words in ("What 5 learners said", "Shorter."))
    author.press("Reviewer’s copy")
    author.page.get_by_role("link", name="The callback").first.click()
    assert author.page.url.endswith("/review/#the-callback")
    author.go("/author/riverbend/")
    author.press("The callback")
    assert author.page.get_by_role("img", name="Every way through The callback").count() == 1
    author.page.get_by_role("link", name="5. Ending 1").first.click()
    assert author.page.url.endswith("#the-callback--5")
    assert author.complaints == []


def test_file_for_reviewers_stands_alone(open_window: Callable[..., BrowserContext], tmp_path: Path) -> None:
    output = tmp_path / "copy.html"
    call_command("review_copy", str(copy_of_example(tmp_path)), "--output", str(output))
    context = open_window(viewport={"width": 390, "height": 900})
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))

    reviewer = Walker(context.new_page(), "", with_axe=True)
    reviewer.go(output.as_uri())

    assert "It can be explained away by anybody in the house." in reviewer.text
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert reviewer.complaints == []
