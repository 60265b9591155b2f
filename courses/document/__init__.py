"""The frozen types of a published document, and of the package files it is made from.

One set of types serves both: `author` reads files into them and lists what does not fit; a published version is parsed
into them again from its canonical text. Texts are Markdown sources; those that `inline_texts` yields may hold several
paragraphs but no blocks. `docs/authoring.md` tells authors what each name means.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from pydantic import Field

from courses import canonical
from courses.document.assessments import AssessmentKind, Release
from courses.document.course import CourseFile, Gates, Grade, Objective, OutlineModule, Reference
from courses.document.evaluation import Evaluation, EvaluationQuestion
from courses.document.guidance import GuidancePoint, Standing
from courses.document.lessons import TAKEN_ADDRESSES, Lesson, LessonKind
from courses.document.quizzes import Quiz
from courses.document.scenarios import Choice, Critical, Effect, Guard, Node, Route, Scenario, Verdict
from courses.parts import Part

Assessment: TypeAlias = Quiz | Scenario


class Document(Part):
    """A whole course: what is hashed, published and pinned to."""

    course: CourseFile
    lessons: tuple[Lesson, ...] = Field(min_length=1)
    quizzes: tuple[Quiz, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    evaluation: Evaluation | None = None
    guidance: tuple[GuidancePoint, ...] = ()

    @cached_property
    def lesson_by_key(self) -> dict[str, Lesson]:
        return {lesson.key: lesson for lesson in self.lessons}

    @cached_property
    def assessment_by_key(self) -> dict[str, Assessment]:
        quizzes: dict[str, Assessment] = {quiz.key: quiz for quiz in self.quizzes}
        return quizzes | {scenario.key: scenario for scenario in self.scenarios}

    @cached_property
    def objective_by_key(self) -> dict[str, Objective]:
        return {objective.key: objective for objective in self.course.objectives}

    @cached_property
    def module_of_objective(self) -> dict[str, OutlineModule]:
        """By objective key the first module with a lesson that teaches it; what no lesson teaches is left out."""
        found: dict[str, OutlineModule] = {}
        for module in self.course.outline:
            for key in module.parts:
                if lesson := self.lesson_by_key.get(key):
                    found |= {objective: module for objective in lesson.objectives if objective not in found}
        return found

    @cached_property
    def part_keys(self) -> tuple[str, ...]:
        """Keys of lessons and assessments in the order in which they are shown."""
        return tuple(key for module in self.course.outline for key in module.parts)

    @cached_property
    def required_keys(self) -> frozenset[str]:
        """Keys of the parts that completion asks for: every lesson, and the assessments that must be passed."""
        return frozenset(self.lesson_by_key) | frozenset(self.course.gates.pass_)

    @cached_property
    def minutes(self) -> int:
        return sum(self.part(key).minutes for key in self.part_keys)

    @cached_property
    def required_minutes(self) -> int:
        return sum(self.part(key).minutes for key in self.part_keys if key in self.required_keys)

    @cached_property
    def reference_pages(self) -> tuple[Lesson, ...]:
        """The lessons to look things up on, in the order of the outline."""
        lessons = (self.lesson_by_key[key] for key in self.part_keys if key in self.lesson_by_key)
        return tuple(lesson for lesson in lessons if lesson.is_reference)

    def reference_page(self, key: str) -> Lesson | None:
        return next((lesson for lesson in self.reference_pages if lesson.key == key), None)

    def part(self, key: str) -> Lesson | Assessment:
        """The lesson or assessment with that key. Raises KeyError."""
        return self.lesson_by_key.get(key) or self.assessment_by_key[key]

    def inline_texts(self) -> Iterator[str]:
        """Every inline Markdown source that a page may show."""
        yield from self.course.inline_texts()
        if self.evaluation:
            yield self.evaluation.intro
        for quiz in self.quizzes:
            yield from quiz.inline_texts()
        for scenario in self.scenarios:
            yield from scenario.inline_texts()

    def canonical_text(self) -> str:
        """The document's one canonical text; what says nothing (defaults, absent names) is left out."""
        return canonical.dumps(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def parse(text: str) -> Document:
    """The document of a canonical text.

    Raises `canonical.NotCanonical` on a text that is not canonical and `pydantic.ValidationError` on one of another shape.
    """
    return Document.model_validate(canonical.loads(text))


__all__ = [
    "TAKEN_ADDRESSES",
    "Assessment",
    "AssessmentKind",
    "Choice",
    "CourseFile",
    "Critical",
    "Document",
    "Effect",
    "Evaluation",
    "EvaluationQuestion",
    "Gates",
    "Grade",
    "Guard",
    "GuidancePoint",
    "Lesson",
    "LessonKind",
    "Node",
    "Objective",
    "OutlineModule",
    "Quiz",
    "Reference",
    "Release",
    "Route",
    "Scenario",
    "Standing",
    "Verdict",
    "parse",
]
