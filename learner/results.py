"""What the result of a quiz shows: always the verdict and the objectives; options and reasons only when released."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from courses.document import Quiz
from courses.items import Item, Option
from courses.library import Published
from learner.corrections import Challenged, Change, Corrected, challenged, changes, corrected, marks_words
from quizzes.queries import NOTHING, AssessmentState, AttemptCorrections, Sitting
from quizzes.rules import ItemResult, Level, calibration, item_results, marks_needed, surest_first


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    key: str
    text: str
    correct: int
    asked: int
    lessons: tuple[tuple[str, str], ...]  # key and title of the lessons that teach it

    @property
    def is_missed(self) -> bool:
        return self.correct < self.asked


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    html: SafeString
    rationale: SafeString
    is_chosen: bool
    is_correct: bool
    is_accepted: bool = False  # by an adjustment


@dataclass(frozen=True, slots=True)
class ReviewedItem:
    """A question with its reasons; made only for a learner who may see them."""

    number: int
    stem: SafeString
    lead_in: SafeString
    options: tuple[ReviewedOption, ...]
    is_correct: bool
    is_answered: bool
    confidence: str  # empty when she did not say
    challenge: Challenged
    corrected: Corrected | None = None

    @property
    def is_spoken_of(self) -> bool:
        """Put right in a way that concerns her, or challenged by her though she had it right."""
        return self.corrected is not None or (self.is_correct and self.challenge.is_made)

    @property
    def chosen(self) -> ReviewedOption | None:
        return next((option for option in self.options if option.is_chosen), None)

    @property
    def best(self) -> ReviewedOption:
        return next(option for option in self.options if option.is_correct)


@dataclass(frozen=True, slots=True)
class QuizResult:
    sitting: Sitting
    state: AssessmentState
    needed: int
    objectives: tuple[ObjectiveResult, ...]
    reviewed: tuple[ReviewedItem, ...]  # empty until released
    levels: tuple[Level, ...] = ()  # how sure she was, and how often she was right; empty until released
    corrections: AttemptCorrections = NOTHING
    challenges: tuple[Challenged, ...] = ()  # one for each question, in order

    @property
    def to_read_again(self) -> tuple[ObjectiveResult, ...]:
        """What to read again while reasons are withheld: the objectives missed, and all that one question asked about.

        To say of one question alone whether it was missed would say whether the option chosen is the correct one.
        """
        return tuple(objective for objective in self.objectives if objective.is_missed or objective.asked == 1)

    @property
    def to_look_at(self) -> tuple[ReviewedItem, ...]:
        """What was missed; what she was surest of comes first, because it surprises most and is kept best."""
        missed = [item for item in self.reviewed if not (item.is_correct or item.is_spoken_of)]
        return tuple(sorted(missed, key=lambda item: surest_first(item.confidence)))

    @property
    def sure_and_missed(self) -> int:
        return sum(item.confidence == "sure" for item in self.to_look_at)

    @property
    def correct(self) -> tuple[ReviewedItem, ...]:
        return tuple(item for item in self.reviewed if item.is_correct and not item.is_spoken_of)

    @property
    def spoken_of(self) -> tuple[ReviewedItem, ...]:
        return tuple(item for item in self.reviewed if item.is_spoken_of)

    @property
    def raw_words(self) -> str:
        """The marks won, as a whole number or a fraction: the number shown is the number that decides."""
        raw = self.sitting.attempt.raw
        return marks_words(raw)

    @property
    def is_pass_kept(self) -> bool:
        """Passed, though what is in force now would not reach the standard: a pass that was given stays."""
        return bool(self.sitting.attempt.passed) and self.sitting.attempt.raw < self.needed

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.corrections.changes)

    @property
    def challenged(self) -> tuple[Challenged, ...]:
        return tuple(each for each in self.challenges if each.is_made)


def quiz_result(
    sitting: Sitting, state: AssessmentState, *, released: bool, corrections: AttemptCorrections = NOTHING
) -> QuizResult:
    results = item_results(sitting.quiz, sitting.plan, sitting.chosen(), corrections.rules)
    challenges = challenged(sitting.plan.keys, corrections, released=released)
    reviewed = tuple(_reviewed(sitting, results, corrections, challenges)) if released else ()
    levels = calibration(results, _confidence(sitting)) if released else ()
    maximum = sitting.plan.maximum if sitting.attempt.maximum is None else sitting.attempt.maximum
    return QuizResult(
        sitting,
        state,
        marks_needed(maximum, sitting.plan.pass_percent),
        tuple(_objectives(sitting.published, sitting.quiz, results)),
        reviewed,
        levels,
        corrections,
        challenges,
    )


def _confidence(sitting: Sitting) -> dict[str, str]:
    return {key: response.confidence for key, response in sitting.responses.items()}


def _objectives(published: Published, quiz: Quiz, results: tuple[ItemResult, ...]) -> Iterator[ObjectiveResult]:
    document = published.document
    for objective in document.course.objectives:
        asked = (result for result in results if not result.correction.is_dropped)
        mine = [result for result in asked if objective.key in quiz.item_by_key[result.planned.key].objectives]
        if not mine:
            continue
        lessons = tuple((lesson.key, lesson.title) for lesson in document.lessons if objective.key in lesson.objectives)
        correct = sum(result.credit == Fraction(1) for result in mine)
        yield ObjectiveResult(objective.key, objective.text, correct, len(mine), lessons)


def _reviewed(
    sitting: Sitting,
    results: tuple[ItemResult, ...],
    corrections: AttemptCorrections,
    challenges: tuple[Challenged, ...],
) -> Iterator[ReviewedItem]:
    html = sitting.published.inline
    said = _confidence(sitting)
    for number, result in enumerate(results, 1):
        item: Item = sitting.quiz.item_by_key[result.planned.key]
        options = [item.option_by_key[key] for key in result.planned.options]
        yield ReviewedItem(
            number=number,
            stem=html[item.stem],
            lead_in=html[item.lead_in],
            options=tuple(_option(sitting.published, option, result) for option in options),
            is_correct=result.credit == 1,
            is_answered=result.is_answered,
            confidence=said.get(result.planned.key, "") if result.is_answered else "",
            challenge=challenges[number - 1],
            corrected=corrected(result, corrections),
        )


def _option(published: Published, option: Option, result: ItemResult) -> ReviewedOption:
    html = published.inline
    return ReviewedOption(
        html[option.text],
        html[option.rationale],
        option.key in result.chosen,
        option.correct,
        option.key in result.correction.accepted,
    )
