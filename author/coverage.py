"""What a course covers: every point of its guidance and every objective, with where it is taught and where it is practiced.

A lesson names its points as a whole. Where an objective has the same point and names a section of that lesson, that
section is told; a point without one is taught by the lesson, and nothing closer is claimed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from courses.document import Document, GuidancePoint, Lesson, Objective, Quiz, Scenario
from courses.items import Item
from courses.rendering import headings


class Gap(StrEnum):
    """What a point or an objective has not got."""

    NOT_TAUGHT = "not_taught"  # no lesson names it
    NOT_PRACTICED = "not_practiced"  # no case and no question does


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a lesson, or the lesson as a whole, which has no anchor."""

    lesson: Lesson
    anchor: str = ""

    @property
    def passage(self) -> str:
        return f"{self.lesson.key}#{self.anchor}" if self.anchor else self.lesson.key

    @property
    def heading(self) -> str:
        return headings(self.lesson.body).get(self.anchor, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the quiz in which it stands."""

    quiz: Quiz
    item: Item


@dataclass(frozen=True, slots=True)
class Places:
    """Where something is taught, and where it is practiced, in the order of the course."""

    taught: tuple[Section, ...]
    cases: tuple[Scenario, ...]
    questions: tuple[Asked, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        found = ((Gap.NOT_TAUGHT, not self.taught), (Gap.NOT_PRACTICED, not (self.cases or self.questions)))
        return tuple(gap for gap, is_open in found if is_open)


@dataclass(frozen=True, slots=True)
class PointRow:
    point: GuidancePoint
    places: Places


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    objective: Objective
    places: Places


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every point and every objective, in the author's order."""

    points: tuple[PointRow, ...]
    objectives: tuple[ObjectiveRow, ...]

    @property
    def uncovered_points(self) -> tuple[PointRow, ...]:
        return tuple(row for row in self.points if row.places.gaps)

    @property
    def uncovered_objectives(self) -> tuple[ObjectiveRow, ...]:
        return tuple(row for row in self.objectives if row.places.gaps)

    @property
    def open_count(self) -> int:
        return len(self.uncovered_points) + len(self.uncovered_objectives)

    @property
    def is_full(self) -> bool:
        return not self.open_count


def coverage_of(document: Document) -> Coverage:
    """The coverage of the whole course; both tables are empty where it has no guidance or no objectives."""
    parts = tuple(_parts(document))
    return Coverage(
        points=tuple(PointRow(point, _of_point(document, parts, point.id)) for point in document.guidance),
        objectives=tuple(
            ObjectiveRow(objective, _of_objective(parts, objective)) for objective in document.course.objectives
        ),
    )


_Part = Lesson | Quiz | Scenario


def _parts(document: Document) -> Iterator[_Part]:
    """In the outline's order; what the outline leaves out comes last, so that a draft is read too."""
    known = dict.fromkeys([*document.lesson_by_key, *document.assessment_by_key])
    ordered = dict.fromkeys([*(key for key in document.part_keys if key in known), *known])
    yield from map(document.part, ordered)


def _of_point(document: Document, parts: Collection[_Part], point: str) -> Places:
    near = [objective for objective in document.course.objectives if point in objective.guidance]
    sections = _sections_by_lesson(objective.passages for objective in near)
    return Places(
        taught=tuple(
            section
            for part in parts
            if isinstance(part, Lesson) and point in part.guidance
            for section in _sections(part, sections)
        ),
        cases=tuple(part for part in parts if isinstance(part, Scenario) and point in part.guidance),
        questions=tuple(asked for asked in _asked(parts) if point in asked.item.guidance),
    )


def _of_objective(parts: Collection[_Part], objective: Objective) -> Places:
    sections = _sections_by_lesson([objective.passages])
    return Places(
        taught=tuple(
            section
            for part in parts
            if isinstance(part, Lesson) and objective.key in part.objectives
            for section in _sections(part, sections)
        ),
        cases=tuple(part for part in parts if isinstance(part, Scenario) and objective.key in part.objectives),
        questions=tuple(asked for asked in _asked(parts) if objective.key in asked.item.objectives),
    )


def _sections_by_lesson(passages: Iterable[tuple[str, ...]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for passage in (each for group in passages for each in group):
        lesson, _, anchor = passage.partition("#")
        if anchor:
            found.setdefault(lesson, []).append(anchor)
    return found


def _sections(lesson: Lesson, named: Mapping[str, list[str]]) -> tuple[Section, ...]:
    """The sections of the lesson that are named, in its order; the lesson as a whole where none is."""
    anchors = [anchor for anchor in headings(lesson.body) if anchor in named.get(lesson.key, ())]
    return tuple(Section(lesson, anchor) for anchor in anchors) or (Section(lesson),)


def _asked(parts: Collection[_Part]) -> Iterator[Asked]:
    for part in parts:
        if isinstance(part, Quiz):
            yield from (Asked(part, item) for item in part.items)
