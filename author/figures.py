"""What a package comes to in numbers: words and minutes, pools of questions, graphs of cases, and inputs of credit."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from author.editing.reading import LessonFigures
from author.editing.reading import figures as lesson_figures
from author.graphs import proof_of
from author.packages import Package
from author.texts import words
from courses.document import AssessmentKind, Document, Lesson, Quiz, Scenario
from courses.rules import CreditEstimate, CreditInputs, credit_estimates
from quizzes.rules import GraphProof
from quizzes.rules.flaws import PoolFigures, pool_figures

P = TypeVar("P", Lesson, Quiz, Scenario)


@dataclass(frozen=True, slots=True)
class PartFigures:
    """All parts of one kind: how many, their words (of cases and questions every word there is) and their minutes."""

    kind: str
    parts: int
    words: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Figures:
    parts: tuple[PartFigures, ...]
    lessons: tuple[LessonFigures, ...]  # in the order of the files
    pools: Mapping[str, PoolFigures]  # of quizzes, by key
    cases: Mapping[str, GraphProof]  # of scenarios, by key
    counting: frozenset[str]  # keys of those that are summative
    credit: tuple[CreditEstimate, ...]


def figures(package: Package) -> Figures | None:
    """The figures of a package; None where a file is missing or has not the shape it should."""
    document = package.document()
    if document is None:
        return None
    parts = (
        _of_kind("lessons", document.lessons, lambda lesson: [lesson.body]),
        _of_kind("quizzes", document.quizzes, _texts_of_quiz),
        _of_kind("scenarios", document.scenarios, _texts_of_scenario),
    )
    return Figures(
        parts=parts,
        lessons=lesson_figures(package),
        pools={quiz.key: pool_figures(quiz) for quiz in document.quizzes},
        cases={source.part.key: proof_of(package, source, source.part) for source in package.scenarios if source.part},
        counting=frozenset(
            key for key, part in document.assessment_by_key.items() if part.kind is AssessmentKind.SUMMATIVE
        ),
        credit=credit_estimates(credit_inputs(document)),
    )


def credit_inputs(document: Document) -> CreditInputs:
    """What completion asks for: every lesson, and the assessments of the gate."""
    course = document.course
    asked = [document.assessment_by_key[key] for key in course.gates.pass_ if key in document.assessment_by_key]
    return CreditInputs(
        words=sum(words(lesson.body) for lesson in document.lessons),
        questions=sum(part.drawn for part in asked if isinstance(part, Quiz)),
        minutes=sum(part.minutes for part in (*document.lessons, *asked)),
        difficulty=course.credit.difficulty or course.credit.provisional_difficulty,
        is_provisional=course.credit.difficulty is None and course.credit.provisional_difficulty is not None,
        pilot_minutes=course.credit.pilot_minutes,
    )


def _of_kind(kind: str, parts: tuple[P, ...], texts: Callable[[P], Iterable[str]]) -> PartFigures:
    count = sum(words(text) for part in parts for text in texts(part))
    return PartFigures(kind, len(parts), count, sum(part.minutes for part in parts))


def _texts_of_quiz(quiz: Quiz) -> Iterator[str]:
    for item in quiz.items:
        yield from (text for _path, text in item.inline_texts())


def _texts_of_scenario(scenario: Scenario) -> Iterator[str]:
    for node in scenario.nodes.values():
        yield node.text
        yield from (line.text for line in node.script)
        yield node.debrief or ""
        for choice in node.choices:
            yield from (choice.text, choice.consequence, choice.rationale)
        yield from (route.text or "" for route in node.routes)
