"""What the page before the start says of a course, read from its document."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from courses.document import Assessment, Document, Lesson, Objective, Quiz, Reference, Scenario
from quizzes.rules import marks_needed
from visitor import messages

#: So many objectives are read at a glance; more stand by module.
GLANCE = 10


@dataclass(frozen=True, slots=True)
class PartRow:
    key: str
    title: str
    form: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ModuleRows:
    title: str
    parts: tuple[PartRow, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


@dataclass(frozen=True, slots=True)
class ModuleObjectives:
    """What one module teaches to do; without a title what no lesson teaches, or everything where that is little.

    The numbers go on from module to module.
    """

    title: str
    first: int
    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True)
class GateRow:
    title: str
    passes: str
    attempts: str
    rule: str  # the author's own words, where the kind has some


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    reference: Reference
    grade: str


@dataclass(frozen=True, slots=True)
class Information:
    """A course as its information page tells it."""

    document: Document

    def modules(self) -> Iterator[ModuleRows]:
        for module in self.document.course.outline:
            parts = (self.document.part(key) for key in module.parts)
            rows = (
                PartRow(part.key, part.title, messages.form_of(part, decisions(part)), part.minutes) for part in parts
            )
            yield ModuleRows(module.title, tuple(rows))

    def objectives(self) -> list[ModuleObjectives]:
        """Every objective; where there are many, by the first module that teaches it."""
        every = self.document.course.objectives
        if len(every) <= GLANCE:
            return [ModuleObjectives("", 1, every)]
        taught = self.document.module_of_objective
        found: dict[str, list[Objective]] = {module.title: [] for module in self.document.course.outline}
        for objective in every:
            module = taught.get(objective.key)
            found.setdefault(module.title if module else "", []).append(objective)
        before = accumulate((len(each) for each in found.values()), initial=1)
        rows = zip(found.items(), before, strict=False)
        return [ModuleObjectives(title, first, tuple(each)) for (title, each), first in rows if each]

    def gate(self) -> Iterator[GateRow]:
        """Each assessment that must be passed, and what passes it."""
        for key in self.document.course.gates.pass_:
            assessment = self.document.assessment_by_key[key]
            yield GateRow(
                assessment.title, passing_words(assessment), messages.attempts(assessment), passing_rule(assessment)
            )

    @property
    def level(self) -> str:
        return messages.level(self.document.course.level)

    def references(self) -> list[ReferenceRow]:
        return [ReferenceRow(each, messages.grade(each.grade)) for each in self.document.course.references]


def decisions(part: Lesson | Assessment) -> int:
    return sum(node.kind == "decision" for node in part.nodes.values()) if isinstance(part, Scenario) else 0


def passing_words(assessment: Assessment) -> str:
    if isinstance(assessment, Scenario):
        return messages.scenario_passes()
    return messages.quiz_passes(assessment, _needed(assessment))


def passing_rule(assessment: Assessment) -> str:
    return (assessment.passing_rule or "") if isinstance(assessment, Scenario) else ""


def _needed(quiz: Quiz) -> int | None:
    """How many questions must be right; None where questions differ in weight, and no number would be true."""
    if any(item.marks != 1 for item in quiz.items):
        return None
    return marks_needed(quiz.drawn, quiz.pass_percent)
