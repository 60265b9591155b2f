import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from author.commands import document_at
from author.coverage import Coverage, Gap, ObjectiveRow, Places, PointRow, coverage_of
from author.tables import text_table

POINTS = ("POINT", "STANDING", "WHAT IT SAYS", "TAUGHT", "CASES", "QUESTIONS")
OBJECTIVES = ("OBJECTIVE", "TAUGHT", "CASES", "QUESTIONS")
#: Of the columns; the table of points is 166 characters wide.
OF_POINTS = (6, 18, 36, 38, 24, 34)
OF_OBJECTIVES = (28, 46, 34, 50)
WORDS = {Gap.NOT_TAUGHT: "no lesson", Gap.NOT_PRACTICED: "no case and no question"}


class Command(BaseCommand):
    help = "Show where every guidance point and objective of a package is taught and practiced; uncovered ones first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--format", choices=("text", "json"), default="text", dest="form")

    def handle(self, *args: object, folder: Path, form: str, **options: object) -> None:
        found = coverage_of(document_at(folder))
        if form == "json":
            self.stdout.write(json.dumps(as_json(found), indent=2))
        else:
            self.stdout.writelines(as_text(found))
        if not found.is_full:
            raise CommandError(_summary(found), returncode=1)


def _summary(found: Coverage) -> str:
    points, objectives = len(found.uncovered_points), len(found.uncovered_objectives)
    return f"Not covered: {points} of {len(found.points)} points, {objectives} of {len(found.objectives)} objectives."


# --- text


def as_text(found: Coverage) -> Iterator[str]:
    """Lines: what is uncovered, then every point and every objective."""
    gaps = [(row.point.id, row.places) for row in found.uncovered_points]
    gaps += [(row.objective.key, row.places) for row in found.uncovered_objectives]
    if gaps:
        yield "Not covered\n"
        yield from (f"  {name}: {', '.join(WORDS[gap] for gap in places.gaps)}\n" for name, places in gaps)
        yield "\n"
    points, objectives = len(found.points), len(found.objectives)
    yield f"{points - len(found.uncovered_points)} of {points} points are covered.\n"
    yield from _table(OF_POINTS, POINTS, (_point_cells(row) for row in found.points))
    yield f"\n{objectives - len(found.uncovered_objectives)} of {objectives} objectives are covered.\n"
    yield from _table(OF_OBJECTIVES, OBJECTIVES, (_objective_cells(row) for row in found.objectives))


def _table(widths: tuple[int, ...], header: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"{line}\n" for line in text_table(widths, header, rows))


def _point_cells(row: PointRow) -> tuple[str, ...]:
    point = row.point
    says = [point.point, *([f"CORRECTION: {point.correction}"] if point.correction else [])]
    says += [f"({'; '.join(point.standards)})"] if point.standards else []
    return (point.id, point.standing.value, "\n".join(says), *_places_cells(row.places))


def _objective_cells(row: ObjectiveRow) -> tuple[str, ...]:
    return (row.objective.key, *_places_cells(row.places))


def _places_cells(places: Places) -> tuple[str, str, str]:
    named = _names(places)
    return "\n".join(named["taught"]) or "-", "\n".join(named["cases"]) or "-", "\n".join(named["questions"]) or "-"


def _names(places: Places) -> dict[str, list[str]]:
    return {
        "taught": [section.passage for section in places.taught],
        "cases": [case.key for case in places.cases],
        "questions": [f"{asked.quiz.key}/{asked.item.key}" for asked in places.questions],
    }


# --- JSON


def as_json(found: Coverage) -> dict[str, object]:
    """Points and objectives as rows, each with its places and what it has not got."""
    return {
        "points": [
            {**row.point.model_dump(mode="json", exclude_none=True), **_places_json(row.places)} for row in found.points
        ],
        "objectives": [
            {"key": row.objective.key, "text": row.objective.text, **_places_json(row.places)}
            for row in found.objectives
        ],
    }


def _places_json(places: Places) -> dict[str, list[str]]:
    return {**_names(places), "gaps": [gap.value for gap in places.gaps]}
