"""What is kept at hand of a long course: checklists on one sheet each, pages that are open to everybody, a short form."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import BrowserContext, Page
from pypdf import PdfReader

from accounts.models import User
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from certificates.models import EvaluationAnswers
from courses.document import Document
from courses.models import CourseVersion
from enrollments.services import enroll
from tests.browser.conftest import Walker
from tests.certifying import pass_everything
from tests.conftest import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PACKAGE = Path(django_settings.BASE_DIR) / "content" / "anonymous-platforms"
PASSWORD = "correct horse battery"
ABOUT, COURSE = "/courses/anonymous-platforms/", "/learn/courses/anonymous-platforms/"


@pytest.fixture
def document() -> Document:
    document = read_package(PACKAGE).document()
    assert document is not None
    return document


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    package = read_package(PACKAGE)
    return publish_package(package=package, slug="anonymous-platforms", provider=clinic.organization, by=SYSTEM)


def printed(page: Page, paper: str) -> PdfReader:
    return PdfReader(BytesIO(page.pdf(format=paper)))


def test_every_checklist_prints_alone_on_one_sheet(
    live_server: Any, open_window: Callable[..., BrowserContext], document: Document, version: CourseVersion, ana: User
) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    walker = Walker(open_window().new_page(), live_server.url, with_axe=True)
    walker.go("/accounts/login/")
    walker.sign_in("ana@example.com", PASSWORD)
    checklists = [lesson for lesson in document.lessons if lesson.is_checklist]
    assert len(checklists) == 8

    for lesson in checklists:
        walker.go(f"{COURSE}lessons/{lesson.key}/")
        for paper in ("Letter", "A4"):
            sheet = printed(walker.page, paper)
            words = " ".join(sheet.pages[0].extract_text().split())
            assert len(sheet.pages) == 1, (lesson.key, paper)
            assert words.startswith(lesson.title), words[:80]
            assert f"From “{version.title}”, version 1, published on" in words
            assert "Mark as read" not in words
            assert "Print" not in words

    assert walker.complaints == []


def test_print_is_a_button_with_script_and_words_without(
    live_server: Any, open_window: Callable[..., BrowserContext], version: CourseVersion, ana: User
) -> None:
    enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    for script in (True, False):
        page = open_window(java_script_enabled=script).new_page()
        walker = Walker(page, live_server.url, with_axe=False)
        walker.go("/accounts/login/")
        walker.sign_in("ana@example.com", PASSWORD)
        walker.go(f"{COURSE}lessons/checklist-m1/")
        button = page.get_by_role("button", name="Print this page")
        assert button.is_visible() is script
        assert "Use the Print command of your browser." in walker.text
        if script:
            page.evaluate("window.print = () => { document.title = 'printed' }")
            button.click()
            assert page.title() == "printed"


@pytest.mark.parametrize("width", [390, 1280])
def test_what_the_course_says_can_be_looked_up_by_anybody(
    width: int, live_server: Any, open_window: Callable[..., BrowserContext], document: Document, version: CourseVersion
) -> None:
    walker = Walker(open_window(viewport={"width": width, "height": 900}).new_page(), live_server.url, with_axe=True)

    walker.go(ABOUT)
    walker.press("What this course says, how it knows, when it looks again")
    on_paper = " ".join(" ".join(sheet.extract_text() for sheet in printed(walker.page, "Letter").pages).split())
    assert [fact.claim for fact in document.lessons[-1].facts if fact.claim not in on_paper] == []
    walker.press("Contested")
    walker.page.locator("main li a").last.click()
    walker.look()
    assert "/references/#source-" in walker.page.url
    for page in document.reference_pages:
        walker.go(f"{ABOUT}{page.key}/")
        assert page.title in walker.text

    assert walker.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script, on a phone"])
def test_thirty_nine_objectives_are_rated_by_module(
    script: bool, live_server: Any, open_window: Callable[..., BrowserContext], version: CourseVersion, ana: User
) -> None:
    pass_everything(enroll(user=ana, course=version.course, acknowledged=True, by=ana))
    window = open_window(java_script_enabled=script, viewport={"width": 1280 if script else 390, "height": 900})
    walker = Walker(window.new_page(), live_server.url, with_axe=script)
    walker.go("/accounts/login/")
    walker.sign_in("ana@example.com", PASSWORD)
    walker.go(f"{COURSE}evaluation/")
    page = walker.page

    # She forgets a module, is led to it, and rates one of its objectives by itself.
    groups = page.locator("main section.v-part").all()
    for group in groups[1:]:
        group.locator("input[type=radio]:visible").last.check()
    names = dict.fromkeys(
        radio.get_attribute("name") for radio in page.locator("form > .mb-4 input[type=radio]:visible").all()
    )
    for name in names:
        page.locator(f"main input[name='{name}']").last.check()
    walker.press("Send feedback")
    assert "Nothing was sent yet: one question needs an answer." in walker.text
    first = page.locator("main section.v-part").first
    first.locator("input[type=radio]:visible").first.check()
    first.locator("summary").click()
    first.locator("details input[type=radio]").nth(4).check()
    walker.look()
    walker.press("Send feedback")

    assert "/attestation/" in page.url
    answers = EvaluationAnswers.objects.get().answers
    rated = [value for name, value in answers.items() if name.startswith("objectives.")]
    assert sorted(rated) == [1, 1, 1, *[5] * 36]
    assert walker.complaints == []
