import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organization
from audit.services import SYSTEM
from author import editing
from author.editing.cases import case_warnings
from author.faults import Fault, warning
from author.packages import Package, read_package
from author.reviews import Review, review
from author.services import publish_package
from courses.document import Scenario
from courses.queries import package_files
from courses.services import Unchanged
from quizzes.rules import GraphProof, prove
from tests.author.folders import change, copy_of_example, line_of
from tests.publishing import EXAMPLE

TEST = "quizzes/voicemail-test.yaml"
NO_GREETING = "- key: no-greeting"


def doubt(package: Package) -> Iterator[Fault]:
    """An eye that never likes the second question of the test."""
    quiz = next(source for source in package.quizzes if source.file == TEST)
    yield warning(TEST, quiz.line("items", 1, "lead_in"), "odd", "this is odd", "Look again.")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(editing, "EYES", (doubt,))
    folder = copy_of_example(tmp_path)
    (folder / "allow.yaml").unlink()
    return folder


def allow(folder: Path, *waivers: str) -> None:
    (folder / "allow.yaml").write_text("".join(f"- {{{waiver}}}\n" for waiver in waivers))


def looked_over(folder: Path) -> Review:
    return review(read_package(folder))


def rules(found: Review) -> tuple[list[str], list[str], list[str]]:
    """The rules of errors, warnings and what is waived."""
    return (
        [told.fault.rule for told in found.errors],
        [told.fault.rule for told in found.warnings],
        [waived.told.fault.rule for waived in found.waived],
    )


def check(folder: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("check_course", str(folder), *arguments, stdout=out)
    return out.getvalue()


# --- warnings and waivers


def test_warning_is_told_apart_from_errors_with_the_key_that_it_stands_at(folder: Path) -> None:
    change(folder, "scenarios/the-callback.yaml", "maximum: 6", "maximum: 7")

    found = looked_over(folder)

    assert rules(found) == (["maximum-differs"], ["odd"], [])
    assert [told.at for told in (*found.errors, *found.warnings)] == [None, "no-greeting"]
    assert found.counts == "1 error, 1 warning, 0 waived."


@pytest.mark.parametrize(
    ("waiver", "outcome"),
    [
        ("rule: odd, file: quizzes/voicemail-test.yaml, reason: Meant so.", ([], [], ["odd"])),
        ("rule: odd, file: quizzes/voicemail-test.yaml, at: no-greeting, reason: Meant so.", ([], [], ["odd"])),
        ("rule: odd, file: quizzes/voicemail-test.yaml, at: which-name, reason: x", ([], ["waiver-unused", "odd"], [])),
        ("rule: odd, file: quizzes/warm-up.yaml, reason: Another file.", ([], ["waiver-unused", "odd"], [])),
        ("rule: even, file: quizzes/voicemail-test.yaml, reason: x", ([], ["waiver-unused", "odd"], [])),
    ],
)
def test_waiver_waives_its_rule_in_its_file_and_place(
    folder: Path, waiver: str, outcome: tuple[list[str], list[str], list[str]]
) -> None:
    allow(folder, waiver)

    assert rules(looked_over(folder)) == outcome


def test_waiver_keeps_its_reason_and_is_used_once(folder: Path) -> None:
    allow(folder, f"rule: odd, file: {TEST}, reason: Meant so.", f"rule: odd, file: {TEST}, reason: Once more.")

    found = looked_over(folder)

    assert [waived.reason for waived in found.waived] == ["Meant so."]
    assert [(told.fault.rule, told.fault.file, told.fault.line) for told in found.warnings] == [
        ("waiver-unused", "allow.yaml", 2)
    ]


def test_no_waiver_lets_an_error_through(folder: Path) -> None:
    change(folder, "scenarios/the-callback.yaml", "maximum: 6", "maximum: 7")
    allow(folder, "rule: maximum-differs, file: scenarios/the-callback.yaml, reason: Seven is nicer.")

    assert rules(looked_over(folder)) == (["maximum-differs"], ["waiver-of-error", "odd"], [])


def test_what_is_said_of_waivers_cannot_be_waived(folder: Path) -> None:
    allow(folder, "rule: waiver-unused, file: allow.yaml, reason: Quiet.")

    assert rules(looked_over(folder)) == ([], ["waiver-unused", "odd"], [])


def test_waivers_of_another_shape_are_an_error_and_waive_nothing(folder: Path) -> None:
    (folder / "allow.yaml").write_text(f"- {{rule: odd, file: {TEST}}}\n")

    assert rules(looked_over(folder)) == (["missing"], ["odd"], [])


def test_waivers_are_kept_with_the_version_and_are_no_part_of_what_is_taught(folder: Path, db: None) -> None:
    provider = Organization.objects.create(slug="riverbend", name="Riverbend")
    allow(folder, f"rule: odd, file: {TEST}, reason: Meant so.")
    version = publish_package(package=read_package(folder), slug="calls", provider=provider, by=SYSTEM)

    assert package_files(version)["allow.yaml"] == (folder / "allow.yaml").read_bytes()

    (folder / "allow.yaml").unlink()
    with pytest.raises(Unchanged):
        publish_package(package=read_package(folder), slug="calls", provider=provider, by=SYSTEM)


def test_publishing_asks_for_no_waiver(folder: Path, db: None) -> None:
    provider = Organization.objects.create(slug="riverbend", name="Riverbend")

    assert rules(looked_over(folder))[1] == ["odd"]
    assert publish_package(package=read_package(folder), slug="calls", provider=provider, by=SYSTEM).number == 1


def test_states_of_a_case_are_searched_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors, warnings and figures share one proof of each case."""
    monkeypatch.setattr(editing, "EYES", (*editing.EYES, case_warnings))
    searched: list[str] = []

    def counted(scenario: Scenario) -> GraphProof:
        searched.append(scenario.key)
        return prove(scenario)

    monkeypatch.setattr("author.graphs.prove", counted)

    assert looked_over(folder).figures is not None
    assert sorted(searched) == ["first-message", "the-callback"]


# --- the command


def test_check_tells_warnings_waivers_figures_and_counts(folder: Path) -> None:
    line = line_of(folder, TEST, "lead_in: What is the safest")

    told = check(folder)
    assert told.startswith(f"Warnings:\n{TEST}:{line}: odd: this is odd\n    Look again.\n\nFigures:\n")
    assert told.endswith("\n\n0 errors, 1 warning, 0 waived.\n")

    allow(folder, f"rule: odd, file: {TEST}, reason: Meant so.")
    told = check(folder)
    assert told.startswith(f"Waived:\n{TEST}:{line}: odd: this is odd\n    Kept: Meant so.\n\nFigures:\n")
    assert told.endswith("\n\n0 errors, 0 warnings, 1 waived.\n")


def test_check_ends_with_1_on_warnings_only_when_it_is_strict(folder: Path) -> None:
    check(folder)
    with pytest.raises(CommandError, match=r"^0 errors, 1 warning, 0 waived\.$") as refused:
        check(folder, "--strict")
    assert refused.value.returncode == 1

    allow(folder, f"rule: odd, file: {TEST}, reason: Meant so.")
    assert check(folder, "--strict").endswith("0 errors, 0 warnings, 1 waived.\n")


def test_json_is_one_object_of_errors_warnings_waived_and_figures(folder: Path) -> None:
    line = line_of(folder, TEST, "lead_in: What is the safest")
    odd = {
        "file": TEST,
        "line": line,
        "at": "no-greeting",
        "rule": "odd",
        "message": "this is odd",
        "remedy": "Look again.",
    }

    found = json.loads(check(folder, "--format", "json"))
    assert list(found) == ["errors", "warnings", "waived", "figures"]
    assert (found["errors"], found["warnings"], found["waived"]) == ([], [odd], [])

    allow(folder, f"rule: odd, file: {TEST}, reason: Meant so.")
    found = json.loads(check(folder, "--format", "json"))
    assert (found["warnings"], found["waived"]) == ([], [{**odd, "reason": "Meant so."}])


def test_json_of_a_faulty_package_has_no_figures_and_stands_alone_in_the_output(folder: Path) -> None:
    change(folder, "course.yaml", "level: introductory", "level: beginner")
    out = StringIO()

    with pytest.raises(CommandError, match=r"^1 error, 1 warning, 0 waived\.$"):
        call_command("check_course", str(folder), "--format", "json", stdout=out)

    found = json.loads(out.getvalue())
    assert ([told["rule"] for told in found["errors"]], found["figures"]) == (["word"], None)


# --- figures


def test_figures_count_words_and_minutes_and_what_completion_asks_for() -> None:
    found = json.loads(check(EXAMPLE, "--format", "json"))["figures"]

    assert {kind: (part["parts"], part["minutes"]) for kind, part in found["parts"].items()} == {
        "lessons": (2, 2),
        "quizzes": (2, 10),
        "scenarios": (2, 6),
    }
    inputs = {estimate["method"]: estimate["inputs"] for estimate in found["credit"]}
    # Two lessons, the callback and the test; the warm-up and the first message are practice.
    assert inputs["sixty-minute hour"] == {"minutes": 9}
    assert inputs["Mergener"] == {"words": found["parts"]["lessons"]["words"], "questions": 3}


def test_figures_take_difficulty_and_pilot_times_from_the_course(folder: Path) -> None:
    change(
        folder, "course.yaml", "  rounding: down", "  rounding: down\n  difficulty: 3\n  pilot_minutes: [14, 16, 21]"
    )

    credit = json.loads(check(folder, "--format", "json"))["figures"]["credit"]

    amounts = {estimate["method"]: estimate["estimate"] for estimate in credit}
    assert (amounts["Mergener"], amounts["pilot mean"]) == (0.5, 0.28)


def test_a_difficulty_that_the_author_states_herself_is_marked_as_provisional(folder: Path) -> None:
    change(folder, "course.yaml", "  rounding: down", "  rounding: down\n  provisional_difficulty: 3")
    marked = "difficulty is provisional, stated by the author: have experts in the subject judge it"

    (mergener,) = (each for each in estimates(folder) if each["method"] == "Mergener")
    assert (mergener["estimate"], mergener["inputs"]["difficulty"], mergener["note"]) == (0.5, 3, marked)
    assert f"difficulty 3 (Am J Pharm Educ 55 (1991) 263-266); {marked}\n" in check(folder)

    change(folder, "course.yaml", "  provisional_difficulty: 3", "  difficulty: 3\n  provisional_difficulty: 5")
    (mergener,) = (each for each in estimates(folder) if each["method"] == "Mergener")
    assert (mergener["estimate"], mergener["note"]) == (0.5, None)


def estimates(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(check(folder, "--format", "json"))["figures"]["credit"]
    return found


def test_figures_tell_every_pool_and_every_case() -> None:
    found = json.loads(check(EXAMPLE, "--format", "json"))["figures"]

    assert found["pools"]["voicemail-test"] == {"items": 4, "application": 100, "longest": 50, "positions": [4]}
    assert found["pools"].keys() == {"voicemail-test", "warm-up"}
    both = {"passes": True, "fails": True}
    assert found["cases"] == {
        "first-message": {"states": 3, "minimum": 0, "maximum": 2, "shortest": 1, "longest": 1, **both},
        "the-callback": {"states": 11, "minimum": 0, "maximum": 6, "shortest": 2, "longest": 2, **both},
    }


def test_text_has_the_figures_of_what_counts() -> None:
    told = check(EXAMPLE)

    assert "voicemail-test: 4 items, 100% application, correct is longest in 50%, by place 4\n" in told
    proved = "2 to 2 decisions, 0 to 6 points, some path passes, some fails, 11 states"
    assert f"the-callback: {proved}, counts\n" in told
    assert "first-message: 1 to 1 decisions, 0 to 2 points, some path passes, some fails, 3 states, practice\n" in told
    assert "warm-up" not in told
