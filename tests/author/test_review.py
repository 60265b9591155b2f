"""The reviewer's copy and the page of a case: everything for authors, and no answer for one who takes the course herself."""

import datetime as dt
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from courses.document import Scenario, parse
from courses.library import published
from courses.models import Course, CourseVersion
from enrollments.services import enroll
from quizzes.services import submit_attempt
from tests.author.folders import change, copy_of_example
from tests.author.test_desk import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.enrollments import documents
from tests.publishing import EXAMPLE, publish_example
from tests.taking import start, take_scenario
from tests.test_canaries import SLUG, course, reasons
from tests.web.structure import structural_faults
from web.pictures import picture_of_scenario


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_example(clinic.organization)


@pytest.fixture
def marked(clinic: Clinic) -> CourseVersion:
    """A course with a word of its own in every reason."""
    Course.objects.create(slug=SLUG, provider=clinic.organization)
    return documents.publish(course(), SLUG)


def path(name: str, version: CourseVersion, *more: str) -> str:
    return reverse(f"author:{name}", args=["riverbend", version.public_id, *more])


def page(name: str, version: CourseVersion, by: User, *more: str) -> Any:
    return client_of(by).get(path(name, version, *more))


# --- the reviewer's copy


def test_copy_holds_every_text_of_the_course(version: CourseVersion, theo: User) -> None:
    browser = client_of(theo)
    with expect_statements(6):
        response = browser.get(path("review", version))

    told = " ".join(response.content.decode().split())
    document, inline = published(version).document, published(version).inline
    texts = [" ".join(inline[source].split()) for source in document.inline_texts()]
    assert [each for each in texts if each not in told] == []
    for fact in (*document.course.facts, *(fact for lesson in document.lessons for fact in lesson.facts)):
        assert fact.claim in told
    for reference in document.course.references:
        assert (reference.url or "") in told


def test_copy_tells_answers_points_sources_and_figures(version: CourseVersion, theo: User) -> None:
    told = text(page("review", version, theo))

    assert "A first name and a number. Correct q4 It can be explained away by anybody in the house." in told
    assert "Your hours. Step 3 p8" in told
    assert "Critical: could lead to harm 0 points · clinic" in told
    assert "Only when care is at least 2" in told
    assert "General knowledge; checked on November 2, 2026, to be checked again by May 2, 2027. Source: GK R1" in told
    assert "Completion asks for 9 minutes: certificates and reports of hours say this" in told
    assert "All parts take 18 minutes" in told
    assert "Completion asks for 9 minutes" in told
    assert "Words in lessons 405" in told


def test_reason_that_stands_for_every_answer_is_told_once(version: CourseVersion, theo: User) -> None:
    assert text(page("review", version, theo)).count("A new voice speaks against it") == 1


def test_copy_is_well_built_with_lessons_below_their_titles(version: CourseVersion, theo: User) -> None:
    html = page("review", version, theo).content.decode()

    assert structural_faults(html) == []
    assert '<h4 id="who-may-hear--what-a-stranger-learns">What a stranger learns</h4>' in html


@pytest.mark.parametrize("name", ["review", "changes", "coverage", "desk"])
def test_no_page_tells_reasons_to_an_author_who_takes_the_course(
    marked: CourseVersion, clinic: Clinic, theo: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("author.versions.AHEAD", dt.timedelta(days=3650))
    address = reverse("author:desk", args=["riverbend"]) if name == "desk" else path(name, marked)
    newer = course().canonical_text().replace("XREASON-test-one-ill.", "XREASON-test-one-ill, now.")
    documents.publish(parse(newer), SLUG)
    told_before = reasons(client_of(theo).get(address).content.decode())

    enroll(user=theo, course=marked.course, acknowledged=True, by=theo)

    assert reasons(client_of(theo).get(address).content.decode()) == set()
    assert bool(told_before) is (name != "coverage")


def test_copy_without_answers_says_so_and_names_what_is_kept(marked: CourseVersion, theo: User) -> None:
    enroll(user=theo, course=marked.course, acknowledged=True, by=theo)

    told = text(page("review", marked, theo))

    assert "without the answers and reasons of 4 parts that are not told to you yet: Practice, Try, Case, Test." in told
    assert "The stem of one." in told
    assert "XOPTION" not in told


def test_copy_tells_the_answers_of_what_she_has_finished(marked: CourseVersion, theo: User) -> None:
    enrollment = enroll(user=theo, course=marked.course, acknowledged=True, by=theo)
    submit_attempt(attempt=start(enrollment, "practice"), by=theo)
    take_scenario(enrollment, "try", ["run"])

    told = reasons(page("review", marked, theo).content.decode())

    assert {each.split("-")[1] for each in told} == {"practice", "try", "votes"}


# --- the page of a case


def test_case_shows_every_place_with_its_choices(version: CourseVersion, theo: User) -> None:
    browser = client_of(theo)
    with expect_statements(6):
        response = browser.get(path("assessment", version, "the-callback"))

    told = text(response)
    assert "1. Before dialing before-dialing Decision. The case begins here." in told
    assert "Moves care +2" in told
    assert "Leads to 3. Her mother answers Only when care is at least 2" in told
    assert "Leads to 4. A voice you do not know Only when no way above was open" in told
    assert "7. Ending 3 not-called Ends, does not pass 0 points From: 4" in told
    assert structural_faults(response.content.decode()) == []


def test_picture_of_a_case_has_the_numbers_of_its_places(version: CourseVersion, theo: User) -> None:
    scenario = published(version).document.assessment_by_key["the-callback"]
    assert isinstance(scenario, Scenario)
    numbers = {key: str(number) for number, key in enumerate(scenario.nodes, 1)}

    drawn = {box.box.key: box.badge.text.text for box in picture_of_scenario(scenario, numbers).boxes if box.badge}

    assert drawn == numbers
    html = page("assessment", version, theo, "the-callback").content.decode()
    assert len(re.findall(r'<rect class="v-badge"', html)) == len(scenario.nodes)


def test_case_that_she_takes_herself_is_not_drawn(marked: CourseVersion, theo: User) -> None:
    assert reasons(page("assessment", marked, theo, "case").content.decode()) != set()

    enroll(user=theo, course=marked.course, acknowledged=True, by=theo)

    response = page("assessment", marked, theo, "case")
    assert "You take this course yourself" in text(response)
    assert reasons(response.content.decode()) == set()
    assert 'role="img"' not in response.content.decode()


def test_desk_leads_to_quizzes_and_cases_of_every_version(version: CourseVersion, theo: User) -> None:
    html = client_of(theo).get(reverse("author:desk", args=["riverbend"])).content.decode()

    for key in ("warm-up", "first-message", "the-callback", "voicemail-test"):
        assert path("assessment", version, key) in html
    for name in ("coverage", "review"):
        assert path(name, version) in html
    assert path("changes", version) not in html  # there is no earlier one


# --- the file


def write(folder: Path, output: Path) -> str:
    out = StringIO()
    call_command("review_copy", str(folder), "--output", str(output), stdout=out)
    return out.getvalue()


def test_file_holds_everything_and_loads_nothing(tmp_path: Path) -> None:
    output = tmp_path / "copy.html"

    assert write(EXAMPLE, output) == f"Wrote {output}: it holds every answer, so give it to reviewers only.\n"

    html = output.read_text()
    assert "It can be explained away by anybody in the house." in html
    assert "data:image/svg+xml;base64," in html
    assert set(re.findall(r'(?:src|href)="(?!#|data:|https://example\.org)([^"]*)', html)) == set()
    assert "@import" not in html
    icons = set(re.findall(r'<use href="#([^"]+)"', html))
    assert icons
    assert icons <= set(re.findall(r'<symbol id="([^"]+)"', html))


def test_file_is_not_written_over(tmp_path: Path) -> None:
    output = tmp_path / "copy.html"
    output.write_text("mine")

    with pytest.raises(CommandError, match="is there already; nothing was written"):
        write(EXAMPLE, output)

    assert output.read_text() == "mine"


def test_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        write(EXAMPLE, tmp_path / "absent" / "copy.html")


def test_file_of_a_faulty_package_is_not_written(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(
        folder,
        "scenarios/the-callback.yaml",
        "        to: ringing\n        points: 0",
        "        to: nowhere\n        points: 0",
    )

    with pytest.raises(CommandError, match=r"Nothing was written\.$"):
        write(folder, tmp_path / "copy.html")

    assert not (tmp_path / "copy.html").exists()
