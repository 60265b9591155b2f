"""From the first page to a certificate that a stranger verifies, and from an assignment to the board.

Both with JavaScript, where axe looks at every page, and without it, where only forms and links carry the work.

The bundled course takes hours. What repeats itself is done by the services: all lessons but the first and the last, two of the
three cases that count, and the middle of the post-test. The third case, the questions at both ends and everything around them
are walked.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from accounts.models import User
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from certificates import keys
from certificates.models import Certificate
from certificates.services import publish_key
from courses.document import Choice, Document, Scenario
from enrollments.models import Enrollment
from enrollments.services import mark_lesson_read
from quizzes.models import Attempt, Response
from quizzes.queries import sitting
from quizzes.rules import Walk, advance, begin, open_choices, scenario_outcome
from tests.browser.conftest import Walker
from tests.conftest import Clinic
from tests.taking import answer, take_scenario

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PACKAGE = Path(django_settings.BASE_DIR) / "content" / "anonymous-platforms"
PASSWORD = "correct horse battery"
COURSE = "/learn/courses/anonymous-platforms/"
#: How many questions are answered on their pages before the services answer all but the last.
WALKED = 6


@pytest.fixture
def document(clinic: Clinic, settings: Any, tmp_path: Path) -> Document:
    settings.CERTIFICATE_KEY_FILE = tmp_path / "keys.pem"
    publish_key(public_key=keys.make_private_key(tmp_path / "keys.pem"), is_demo=False, by=SYSTEM)
    package = read_package(PACKAGE)
    publish_package(package=package, slug="anonymous-platforms", provider=clinic.organization, by=SYSTEM)
    document = package.document()
    assert document is not None
    return document


def passing_choices(scenario: Scenario) -> list[str]:
    """The choices of one passing walk, found in the graph: the better choice first, and no state looked at twice."""
    walks, met = [begin(scenario)], set()
    while walks:
        walk = walks.pop()
        if scenario.nodes[walk.node].ending:
            if scenario_outcome(scenario, walk)[1]:
                return [turn.choice for turn in walk.turns]
            continue
        state = (walk.node, walk.points, *sorted(walk.variables.items()), bool(walk.critical))
        if state not in met:
            met.add(state)
            walks += [advance(scenario, walk, choice.key) for choice in _worst_first(scenario, walk)]
    raise AssertionError(f"no passing walk through {scenario.key}")


def _worst_first(scenario: Scenario, walk: Walk) -> list[Choice]:
    return sorted(open_choices(scenario, walk), key=lambda choice: choice.points)


def do_what_repeats_itself(document: Document) -> None:
    """Everything of the open enrollment's gate, but the first lesson, the last, one case and the post-test."""
    enrollment = Enrollment.objects.get()
    for lesson in document.lessons[1:-1]:
        mark_lesson_read(enrollment=enrollment, lesson_key=lesson.key, by=enrollment.user)
    counted = [case for case in document.scenarios if case.key in document.course.gates.pass_]
    for case in counted[1:]:
        take_scenario(enrollment, case.key, passing_choices(case))


class Learner:
    """Ana, who knows the answers and otherwise does only what the pages say."""

    def __init__(self, walker: Walker, document: Document, *, script: bool) -> None:
        self.walker = walker
        self.page = walker.page
        self.script = script
        self.best = {item.key: item.best for quiz in document.quizzes for item in quiz.items}
        self.ways: dict[str, Iterator[str]] = {
            case.title: iter(passing_choices(case))
            for case in document.scenarios
            if case.key in document.course.gates.pass_
        }
        counted = document.course.gates.pass_
        self.practice = [f"/quizzes/{key}/" for key in document.assessment_by_key if key not in counted]
        self.saw_autosave = False

    def take_the_course(self) -> None:
        """Follow the one lit step, page after page, until the certificate is there."""
        for _ in range(100):
            if "/certificates/" in self.page.url:
                return
            self.step()
        raise AssertionError(f"no certificate; the way was {self.walker.visited}")

    def step(self) -> None:
        if self.page.url.endswith(tuple(self.practice)):  # she leaves it out, and looks what her certificate needs
            self.walker.go(COURSE)
        elif self.page.locator("input[name=option]").count():
            self.answer()
        elif self.page.locator("input[name=choice]").count():
            self.decide()
        elif "/evaluation/" in self.page.url:
            self.give_feedback()
        elif "/attestation/" in self.page.url:
            self.page.locator("main input[type=checkbox]").check()
            self.send()
        else:
            submits = self.page.locator("form[data-submits]").count()
            self.page.locator("main .btn-primary:visible").first.click()
            if submits:  # what is unsent goes first
                self.page.wait_for_url("**/result/")
            self.arrive()

    def answer(self) -> None:
        heading = self.page.locator("h1").inner_text()
        saved = Response.objects.count()
        # Steps to be ordered are left as they stand: going on counts the order shown, and one question may be wrong.
        best = self.best[self.page.locator("form[data-answer] input[name=item]").input_value()]
        fields = self.page.locator("input[name=option]:not([type=hidden])").all()
        for field in fields:
            if field.get_attribute("value") in best:
                field.check()
        if fields and self.script and not self.saw_autosave:
            expect(self.page.locator("#saved")).to_contain_text(re.compile(r"Saved at \d+:\d\d"))
            assert Response.objects.count() == saved + 1
            self.saw_autosave = True
        self.page.locator("button[name=go][value=next]").click()
        expect(self.page.locator("h1")).not_to_have_text(heading)
        if heading.startswith(f"Question {WALKED} "):
            self.leave_the_middle_out()
        self.arrive()

    def leave_the_middle_out(self) -> None:
        attempt = Attempt.objects.get(submitted_at=None)
        keys = sitting(attempt).plan.keys
        for key in keys[WALKED:-1]:
            answer(attempt, key, self.best[key])
        self.page.goto(f"{self.walker.base}/learn/attempts/{attempt.public_id}/?item={len(keys)}")

    def decide(self) -> None:
        title = self.page.locator(".v-rail strong").inner_text()
        before = self.page.locator(".v-outline li").count()
        self.page.check(f"input[name=choice][value='{next(self.ways[title])}']")
        self.page.get_by_role("button", name="Decide").click()
        if self.script:
            self.page.wait_for_function(
                "before => !document.querySelector('input[name=choice]') || document.querySelectorAll('.v-outline li').length > before",
                arg=before,
            )
        self.arrive()

    def give_feedback(self) -> None:
        names = dict.fromkeys(
            radio.get_attribute("name") for radio in self.page.locator("main input[type=radio]:visible").all()
        )
        for name in names:
            self.page.locator(f"main input[name='{name}']").last.check()
        self.send()

    def send(self) -> None:
        self.page.locator("main form button[type=submit]").last.click()
        self.arrive()

    def arrive(self) -> None:
        self.page.wait_for_load_state()
        self.walker.look()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_whole_way(  # noqa: PLR0915 - one way, from its beginning to its end
    script: bool,
    live_server: Any,
    open_window: Callable[..., BrowserContext],
    document: Document,
    ana: User,
    mara: User,
    omar: User,
) -> None:
    def walker() -> Walker:
        page = open_window(java_script_enabled=script).new_page()
        return Walker(page, live_server.url, with_axe=script)

    learner, stranger, administrator, manager = walker(), walker(), walker(), walker()

    # A visitor reads what the course is, signs in, confirms that she read it, and begins.
    learner.go("/")
    learner.go("/courses/")
    learner.press(document.course.title)
    learner.press("Sign in to begin")
    learner.sign_in("ana@example.com", PASSWORD)
    learner.page.check("[name=acknowledged]")
    learner.page.locator("main form button[type=submit]").last.click()
    learner.page.wait_for_load_state()
    learner.look()
    do_what_repeats_itself(document)
    learner.go(COURSE)
    Learner(learner, document, script=script).take_the_course()
    assert "Ana Reyes" in learner.text
    certificate = Certificate.objects.get()

    # She downloads it, and finds it on her transcript.
    with learner.page.expect_download() as download:
        learner.page.get_by_role("link", name="Download the PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    for path in ("/learn/transcript/", "/learn/", "/learn/profile/", "/learn/licenses/", "/learn/shared/"):
        learner.go(path)

    # A stranger types the code.
    stranger.go("/verify/")
    stranger.page.fill("main input[name=code]", certificate.code.lower())
    stranger.page.locator("main form button[type=submit]").first.click()
    stranger.page.wait_for_load_state()
    stranger.look()
    assert "This certificate is valid" in stranger.text
    assert "Ana Reyes" in stranger.text

    # The training administrator assigns the course and sees on the board who is done and who owes it.
    administrator.go("/accounts/login/")
    administrator.sign_in("omar@example.com", PASSWORD)
    administrator.page.get_by_role("link", name="Staff training").click()
    administrator.look()
    assign(administrator, document.course.title, ["Ana Reyes", "Mara Lindqvist"])
    administrator.go("/manage/riverbend/obligations/")
    assert re.search(r"Ana Reyes.*Done", administrator.text, re.DOTALL)
    for path in ("", "people/", "people/new/", "requirements/", "requirements/new/", "matrix/"):
        administrator.go(f"/manage/riverbend/{path}")
    administrator.go("/manage/riverbend/people/")
    administrator.press("Ana Reyes")

    # The manager sees her team; and what she owes herself stands on her own page.
    manager.go("/manage/riverbend/obligations/")
    manager.sign_in("mara@example.com", PASSWORD)
    assert "Ana Reyes" in manager.text
    manager.go("/learn/")
    assert document.course.title in manager.text

    assert [
        complaint for person in (learner, stranger, administrator, manager) for complaint in person.complaints
    ] == []


def assign(walker: Walker, title: str, names: list[str]) -> None:
    page = walker.page
    walker.go("/manage/riverbend/requirements/assignment/")
    page.select_option("main select[name=course]", label=title)
    for name in names:
        page.get_by_label(name).check()
    due = timezone.localdate() + dt.timedelta(days=20)
    page.fill("main input[name=due_on]", due.isoformat())
    walker.press("Look it over")
    walker.press("Assign the course")
