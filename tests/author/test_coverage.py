"""Coverage: each point and objective with where it is taught and practiced, as rows, as a command and as a page."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from author.coverage import Coverage, Gap, Places, coverage_of
from author.packages import read_package
from author.tables import text_table
from tests.author.folders import change, copy_of_example
from tests.author.test_desk import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.publishing import EXAMPLE, publish_example


def example(folder: Path = EXAMPLE) -> Coverage:
    document = read_package(folder).document()
    assert document is not None
    return coverage_of(document)


def places_of(found: Coverage, name: str) -> Places:
    rows = {row.point.id: row.places for row in found.points}
    return (rows | {row.objective.key: row.places for row in found.objectives})[name]


@pytest.fixture
def holes(tmp_path: Path) -> Path:
    """The example with a point that nothing names, and one that is taught and not practiced."""
    folder = copy_of_example(tmp_path)
    added = "- id: G{0}\n  point: Point {0}.\n  standing: wrong\n  correction: The reverse of {0}.\n"
    change(folder, "guidance.yaml", "- id: G02", added.format("08") + added.format("09") + "- id: G02")
    change(folder, "lessons/02-say-it-slowly.md", "guidance: [G02]", "guidance: [G02, G09]")
    return folder


# --- the rows


def test_point_is_taught_in_the_section_that_an_objective_with_it_names() -> None:
    [section] = places_of(example(), "G01").taught

    assert (section.passage, section.heading) == ("who-may-hear#what-a-stranger-learns", "What a stranger learns")


def test_point_without_a_section_is_taught_by_its_lesson_as_a_whole() -> None:
    [section] = places_of(example(), "G02").taught

    assert (section.passage, section.heading) == ("say-it-slowly", "")


def test_passage_in_a_lesson_that_does_not_name_the_point_is_not_claimed(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(
        folder,
        "course.yaml",
        "    guidance: [G02]",
        "    guidance: [G02]\n    passages: [who-may-hear#what-a-stranger-learns]",
    )

    assert [section.passage for section in places_of(example(folder), "G02").taught] == ["say-it-slowly"]


def test_practice_is_named_in_the_order_of_the_course() -> None:
    places = places_of(example(), "G01")

    assert [case.key for case in places.cases] == ["first-message", "the-callback"]
    assert [(asked.quiz.key, asked.item.key) for asked in places.questions] == [
        ("warm-up", "shared-recording"),
        ("voicemail-test", "hospital-name"),
    ]


def test_objective_has_its_lesson_cases_and_questions() -> None:
    places = places_of(example(), "be-understood")

    assert [section.passage for section in places.taught] == ["say-it-slowly"]
    assert [case.key for case in places.cases] == ["the-callback"]
    assert {asked.item.key for asked in places.questions} == {
        *("pace", "parts-of-a-message", "number-first", "which-name"),
    }


def test_gaps_say_what_is_missing(holes: Path) -> None:
    found = example(holes)

    assert {row.point.id: row.places.gaps for row in found.uncovered_points} == {
        "G08": (Gap.NOT_TAUGHT, Gap.NOT_PRACTICED),
        "G09": (Gap.NOT_PRACTICED,),
    }
    assert (found.open_count, found.is_full, example().is_full) == (2, False, True)


# --- the command


def test_command_lists_what_is_uncovered_first_and_fails(holes: Path) -> None:
    out = StringIO()

    with pytest.raises(CommandError, match=r"^Not covered: 2 of 4 points, 0 of 2 objectives\.$") as refused:
        call_command("coverage", str(holes), stdout=out)

    assert refused.value.returncode == 1
    assert out.getvalue().startswith(
        "Not covered\n  G08: no lesson, no case and no question\n  G09: no case and no question\n"
    )
    assert "CORRECTION: The reverse of 08." in out.getvalue()


def test_command_succeeds_where_all_is_covered() -> None:
    out = StringIO()

    call_command("coverage", str(EXAMPLE), stdout=out)

    assert out.getvalue().startswith("2 of 2 points are covered.\n")
    assert "who-may-hear#what-a-stranger-learns" in out.getvalue()


def test_command_gives_rows_as_json(holes: Path) -> None:
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("coverage", str(holes), "--format", "json", stdout=out)

    rows = {row["id"]: row for row in json.loads(out.getvalue())["points"]}
    assert rows["G09"]["taught"] == ["say-it-slowly"]
    assert rows["G09"]["gaps"] == ["not_practiced"]
    assert rows["G09"]["correction"] == "The reverse of 09."


def test_command_asks_for_a_whole_package(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "level: introductory", "level: beginner")

    with pytest.raises(CommandError, match="run check_course first"):
        call_command("coverage", str(folder))


def test_table_wraps_cells_and_breaks_words_that_are_too_long() -> None:
    assert list(text_table((5, 3), ("A", "B"), [("one two", "x\ny-z"), ("abcdefg", "")])) == [
        "A      B",
        "-----  ---",
        "one    x",
        "two    y-z",
        "abcde",
        "fg",
    ]


# --- the page


@pytest.mark.django_db
def test_page_tells_the_same_with_links_to_what_it_names(clinic: Clinic, theo: User) -> None:
    version = publish_example(clinic.organization)
    address = reverse("author:coverage", args=["riverbend", version.public_id])
    browser = client_of(theo)

    with expect_statements(5):
        page = browser.get(address)

    html = page.content.decode()
    assert "Every point and every objective is taught and practiced." in text(page)
    assert "G02 Speak clearly. Stands with a change Clear is not enough" in text(page)
    assert f"/versions/{version.public_id}/review/#who-may-hear--what-a-stranger-learns" in html
    assert f"/versions/{version.public_id}/the-callback/" in html
    assert f"/versions/{version.public_id}/voicemail-test/hospital-name/" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("standing", "shown"),
    [("stands", {"G01"}), ("stands_with_change", {"G02"}), ("wrong", set()), ("other", {"G01", "G02"})],
)
def test_page_is_filtered_by_standing(clinic: Clinic, theo: User, standing: str, shown: set[str]) -> None:
    version = publish_example(clinic.organization)

    page = client_of(theo).get(
        reverse("author:coverage", args=["riverbend", version.public_id]), {"standing": standing}
    )

    assert {key for key in ("G01", "G02") if f'id="point-{key}"' in page.content.decode()} == shown


@pytest.mark.django_db
def test_page_of_another_providers_version_is_not_found(clinic: Clinic, theo: User) -> None:
    version = publish_example()

    for name in ("coverage", "review", "changes"):
        assert client_of(theo).get(reverse(f"author:{name}", args=["riverbend", version.public_id])).status_code == 404
    assert Client().get(reverse("author:coverage", args=["riverbend", version.public_id])).status_code == 302
