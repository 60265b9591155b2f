"""What learners said of a version: sums and remarks for its authors, from five answers on, and never whose."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.services import SYSTEM
from author.packages import read_package
from courses.document import Document
from courses.library import published
from courses.models import CourseVersion
from courses.services import publish_version
from tests.author.test_desk import text
from tests.certifying import feedback_in
from tests.conftest import Clinic, client_of, expect_statements
from tests.publishing import EXAMPLE, publish_example

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{ name }}\n=1+1"
SILENT = "Four answers or fewer so far"


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_example(clinic.organization)


@pytest.fixture
def author(theo: User) -> Client:
    return client_of(theo)


def address(version: CourseVersion, query: str = "") -> str:
    return reverse("author:feedback", args=["riverbend", version.public_id]) + query


def form(clear: int = 4, **more: int | str) -> dict[str, int | str]:
    objectives: dict[str, int | str] = {"objectives-met.choose-words": 5, "objectives-met.be-understood": 2}
    return objectives | {"level": "right", "clear": clear} | more


def next_version(version: CourseVersion, **changed: object) -> CourseVersion:
    """The next version of the course; `changed` is its question whether it was clear."""
    made = published(version).document.model_dump(by_alias=True, exclude_none=True)
    made["course"]["review"]["change_note"] = "Another."
    clear = next(each for each in made["evaluation"]["questions"] if each["key"] == "clear")
    clear |= changed
    return publish_version(
        course=version.course,
        document=Document.model_validate(made),
        files={},
        media=read_package(EXAMPLE).media(),
        by=SYSTEM,
    )


def test_page_tells_sums_by_question_and_by_objective(author: Client, version: CourseVersion) -> None:
    feedback_in(version, 1, form(5), form(5), form(4), form(1))
    feedback_in(version, 2, form(2, level="too-high"), form(3))

    with expect_statements(7):
        page = author.get(address(version))

    told = text(page)
    assert "What 6 learners said" in told
    assert (
        "Choose words for a voicemail that reveal no more than the client agreed to. 1: 0 · 2: 0 · 3: 0 · 4: 0 · 5: 6 · median 5 6 of 6"
        in told
    )
    assert (
        "State a name and a number so that they can be written down at the first hearing. 1: 0 · 2: 6 · 3: 0 · 4: 0 · 5: 0 · median 2 0 of 6"
        in told
    )
    assert "The course was clear. 1 (Not at all): 1 · 2: 1 · 3: 1 · 4: 1 · 5 (Entirely): 2 · median 3.5 3 of 6" in told
    assert "too low 0 of 6 right 5 of 6 too high 1 of 6" in told


def test_remarks_are_escaped_and_in_no_order(author: Client, version: CourseVersion) -> None:
    words = ["First.", "Second.", "Third.", "Fourth.", HOSTILE]
    feedback_in(version, 1, *(form(change=each) for each in words))

    html = author.get(address(version)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ name }}<br>=1+1" in html
    assert "<script>alert" not in html
    found = re.findall(r"First\.|Second\.|Third\.|Fourth\.", html)
    assert sorted(found) == sorted(words[:4])
    assert found != words[:4]
    assert not re.search(r"January|2026-01", html)


def test_question_that_few_answered_is_silent(author: Client, version: CourseVersion) -> None:
    feedback_in(version, 1, form(change="Only mine."), *[form()] * 6)

    page = text(author.get(address(version)))

    assert "What 7 learners said" in page
    assert f"What will you do differently on the phone? {SILENT}" in page
    assert "Only mine." not in page


def test_form_that_asks_nothing_new_is_told_in_words_of_its_own(author: Client, version: CourseVersion) -> None:
    made = published(version).document.model_dump(by_alias=True, exclude_none=True)
    del made["evaluation"]
    made["course"]["gates"]["evaluation"] = False
    silent = publish_version(
        course=version.course,
        document=Document.model_validate(made),
        files={},
        media=read_package(EXAMPLE).media(),
        by=SYSTEM,
    )

    page = text(author.get(address(silent)))

    assert "This version asks for no feedback." in page
    assert "answers or fewer" not in page


@pytest.mark.parametrize("given", [0, 1, 4])
def test_below_five_the_page_is_the_same_however_many_answered(
    author: Client, version: CourseVersion, given: int
) -> None:
    feedback_in(version, 1, *[form(change="Mine.")] * given)

    page = text(author.get(address(version)))

    assert "No results yet." in page
    assert f"{SILENT}, from months that are over. Results are shown from five on" in page
    assert "Mine." not in page
    assert page.count("Feedback") == 2  # in the way here, and in the links of the version


def test_month_that_runs_is_not_told(author: Client, theo: User, version: CourseVersion) -> None:
    feedback_in(version, 1, *[form(5)] * 5)
    feedback_in(version, 2, *[form(1)] * 5)

    def told(day: int, month: int) -> str:
        with time_machine.travel(dt.datetime(2026, month, day, 12, tzinfo=dt.UTC), tick=False):
            return text(client_of(theo).get(address(version)))

    assert "What 5 learners said" in told(28, 2)
    assert "What 5 learners said" in told(1, 3)  # it is still February somewhere
    assert "What 10 learners said" in told(2, 3)


def test_all_versions_add_up_to_what_each_of_them_tells(author: Client, version: CourseVersion) -> None:
    second, third = next_version(version), next_version(version, text="It was clear.")
    feedback_in(version, 1, *[form(5)] * 6)
    feedback_in(second, 1, *[form(1)] * 4)  # nobody can subtract the six from a sum of ten
    feedback_in(third, 1, *[form(3)] * 5)

    for each in (second, third):
        published(each)
    with expect_statements(7):
        page = author.get(address(version, "?of=course"))

    told = text(page)
    assert "all versions" in told
    assert "What 11 learners said" in told
    assert "The course was clear. 1 (Not at all): 0 · 2: 0 · 3: 0 · 4: 0 · 5 (Entirely): 6 · median 5 6 of 6" in told
    assert "right 11 of 11" in told
    assert "Every version has four answers or fewer" not in told
    assert "What 6 learners said" in text(author.get(address(version)))
    assert "No results yet." in text(author.get(address(second)))


def test_version_alone_in_its_course_offers_no_sum(author: Client, version: CourseVersion) -> None:
    page = author.get(address(version, "?of=course")).content.decode()

    assert "?of=course" not in page
    assert "all versions" not in page


def test_desk_and_pages_of_the_version_lead_there(author: Client, version: CourseVersion) -> None:
    coverage = reverse("author:coverage", args=["riverbend", version.public_id])
    for page in (reverse("author:desk", args=["riverbend"]), coverage):
        assert f'href="{address(version)}"' in author.get(page).content.decode()


def test_other_providers_authors_and_employers_do_not_find_it(
    version: CourseVersion, charlie: User, omar: User, mara: User, ana: User
) -> None:
    assert [client_of(user).get(address(version)).status_code for user in (omar, mara, ana, charlie)] == [404] * 4
    elsewhere = address(version).replace("riverbend", "harbor")
    assert client_of(charlie).get(elsewhere).status_code == 404
