"""What the result of a quiz shows: always the verdict and the objectives; options and reasons only when released."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString

from courses.document import Document, Objective
from courses.items import Control, CreditRule, Item, Premise
from courses.library import Published
from courses.parts import Fact
from courses.rendering import headings
from learner.corrections import Challenged, Change, Corrected, challenged, changes, corrected
from learner.messages.marks import marks_words
from quizzes.queries import NOTHING, AssessmentState, AttemptCorrections, Sitting, is_finding_told_for
from quizzes.rules import (
    ItemResult,
    Level,
    ObjectiveCount,
    Score,
    calibration,
    is_error,
    is_pass,
    item_results,
    marks_needed,
    objective_counts,
    surest_first,
)

#: So many objectives are read at a glance; more are folded by module.
GLANCE = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """A place to read again: a lesson, or a section of it."""

    lesson_key: str
    lesson: str
    anchor: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class ObjectiveResult:
    text: str
    count: ObjectiveCount
    passages: tuple[Passage, ...]
    module: str = ""  # the title of the module that teaches it


@dataclass(frozen=True, slots=True)
class ModuleObjectives:
    """Objectives that one module teaches; without a title those that no lesson teaches."""

    title: str
    objectives: tuple[ObjectiveResult, ...]


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    html: SafeString
    rationale: SafeString
    is_chosen: bool
    is_correct: bool
    votes: int  # of a panel of experts


@dataclass(frozen=True, slots=True)
class ReviewedItem:
    """A question with its reasons; made only for a learner who may see them."""

    number: int
    stem: SafeString
    lead_in: SafeString
    premises: tuple[tuple[Premise, SafeString], ...]
    control: Control
    credit_rule: CreditRule | None
    options: tuple[ReviewedOption, ...]  # in the order shown
    hers: tuple[SafeString, ...]  # what she chose, in her order where an order was asked for
    best: tuple[ReviewedOption, ...]  # what wins full credit, in the order asked for
    credit: Fraction
    marks: int
    is_answered: bool
    confidence: str  # empty when she did not say
    challenge: Challenged
    is_error: bool  # judged as wrong, by the same rule as in the picture of how sure she was
    facts: tuple[Fact, ...] = ()
    corrected: Corrected | None = None

    @property
    def is_spoken_of(self) -> bool:
        """Put right in a way that concerns her, or challenged by her though she had it right."""
        return self.corrected is not None or (self.is_correct and self.challenge.is_made)

    @property
    def is_correct(self) -> bool:
        return self.credit == 1

    @property
    def is_partly_right(self) -> bool:
        return 0 < self.credit < 1

    @property
    def has_panel(self) -> bool:
        """Whether experts are asked here instead of an author, or are to be."""
        return self.credit_rule in (CreditRule.PANEL, CreditRule.UNSCORED)

    @property
    def control_template(self) -> str:
        return f"learner/items/_reviewed_{'panel' if self.has_panel else self.control}.html"

    @property
    def won(self) -> str:
        return marks_words(self.credit * self.marks)

    @property
    def chosen(self) -> ReviewedOption | None:
        return next((option for option in self.options if option.is_chosen), None)

    @property
    def others(self) -> tuple[ReviewedOption, ...]:
        return tuple(option for option in self.options if not option.is_chosen and not option.is_correct)

    @property
    def experts(self) -> int:
        return sum(option.votes for option in self.options)


@dataclass(frozen=True, slots=True)
class QuizResult:
    sitting: Sitting
    state: AssessmentState
    needed: str  # marks, in words
    objectives: tuple[ObjectiveResult, ...]
    reviewed: tuple[ReviewedItem, ...]  # empty until released
    levels: tuple[Level, ...] = ()  # how sure she was, and how often she was right; empty until released
    corrections: AttemptCorrections = NOTHING
    challenges: tuple[Challenged, ...] = ()  # one for each question, in order

    @property
    def to_read_again(self) -> tuple[ObjectiveResult, ...]:
        """What to read again while reasons are withheld."""
        return tuple(objective for objective in self.objectives if objective.count.is_to_read_again)

    @property
    def to_read_first(self) -> tuple[ObjectiveResult, ...]:
        """Those of which may be said that something was missed."""
        return tuple(objective for objective in self.objectives if objective.count.is_known_missed)

    @property
    def others_to_read(self) -> tuple[ModuleObjectives, ...]:
        """The rest of what to read again, of which nothing may be said, module by module."""
        found: dict[str, list[ObjectiveResult]] = {}
        for objective in self.to_read_again:
            if not objective.count.is_known_missed:
                found.setdefault(objective.module, []).append(objective)
        return tuple(ModuleObjectives(title, tuple(objectives)) for title, objectives in found.items())

    @property
    def are_others_folded(self) -> bool:
        return sum(len(module.objectives) for module in self.others_to_read) > GLANCE

    @property
    def missed(self) -> tuple[ObjectiveResult, ...]:
        return tuple(objective for objective in self.objectives if objective.count.is_missed)

    @property
    def met(self) -> tuple[ObjectiveResult, ...]:
        """Objectives with nothing missed; they stand folded, so that what needs attention is not below them."""
        return tuple(objective for objective in self.objectives if not objective.count.is_missed)

    @property
    def to_look_at(self) -> tuple[ReviewedItem, ...]:
        """What did not win all its marks; errors that she was surest of come first, because they surprise most and are
        kept best. Where there are no marks to win nothing was missed."""
        missed = [item for item in self.reviewed if item.marks and not (item.is_correct or item.is_spoken_of)]
        return tuple(sorted(missed, key=lambda item: (surest_first(item.confidence), not item.is_error)))

    @property
    def sure_and_missed(self) -> int:
        return sum(item.is_error and item.confidence == "sure" for item in self.reviewed)

    @property
    def are_parts_won(self) -> bool:
        return any(item.is_partly_right for item in self.reviewed)

    @property
    def without_marks(self) -> tuple[ReviewedItem, ...]:
        """What nothing is scored by yet; her answer and the reasons stand there to compare."""
        return tuple(item for item in self.reviewed if not (item.marks or item.is_spoken_of))

    @property
    def correct(self) -> tuple[ReviewedItem, ...]:
        return tuple(item for item in self.reviewed if item.marks and item.is_correct and not item.is_spoken_of)

    @property
    def spoken_of(self) -> tuple[ReviewedItem, ...]:
        return tuple(item for item in self.reviewed if item.is_spoken_of)

    @property
    def raw_words(self) -> str:
        """The marks won: the number shown is the number that decides."""
        return marks_words(self.sitting.attempt.raw)

    @property
    def is_pass_kept(self) -> bool:
        """Passed, though what is in force now would not reach the standard: a pass that was given stays."""
        attempt = self.sitting.attempt
        score = Score(attempt.raw, attempt.maximum or 0)
        return bool(attempt.passed) and not is_pass(score, self.sitting.plan.pass_percent)

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
    found = is_finding_told_for(sitting.attempt, sitting.quiz, state)
    challenges = challenged(sitting.plan.keys, corrections, found=found, released=released)
    reviewed = tuple(_reviewed(sitting, results, corrections, challenges)) if released else ()
    levels = calibration(results, _confidence(sitting)) if released else ()
    counts = objective_counts(sitting.quiz, results)
    objectives = tuple(_objectives(sitting.published, counts))
    return QuizResult(sitting, state, _needed(sitting), objectives, reviewed, levels, corrections, challenges)


def _needed(sitting: Sitting) -> str:
    """The marks that pass: whole ones, unless marks are won in parts; then exactly the share that decides."""
    # What was scored is stored, and is less than the plan's where an item was dropped.
    percent, maximum = sitting.plan.pass_percent, sitting.attempt.maximum or 0
    if any(item.wins_in_parts for item in sitting.quiz.items):
        return marks_words(Fraction(maximum * (percent or 0), 100))
    return str(marks_needed(maximum, percent))


def _confidence(sitting: Sitting) -> dict[str, str]:
    return {key: response.confidence for key, response in sitting.responses.items()}


def _objectives(published: Published, counts: Mapping[str, ObjectiveCount]) -> Iterator[ObjectiveResult]:
    for objective in published.document.course.objectives:
        if count := counts.get(objective.key):
            module = published.document.module_of_objective.get(objective.key)
            passages = _passages(published.document, objective)
            yield ObjectiveResult(objective.text, count, passages, module.title if module else "")


def _passages(document: Document, objective: Objective) -> tuple[Passage, ...]:
    """What its author names for reading again, else the lessons that teach it."""
    named = tuple(_named(document, objective.passages))
    return named or tuple(
        Passage(lesson.key, lesson.title) for lesson in document.lessons if objective.key in lesson.objectives
    )


def _named(document: Document, passages: tuple[str, ...]) -> Iterator[Passage]:
    for passage in passages:
        key, _, anchor = passage.partition("#")
        # Documents published before packages were checked for it may name what is not there.
        if lesson := document.lesson_by_key.get(key):
            section = headings(lesson.body).get(anchor, "")
            yield Passage(key, lesson.title, anchor if section else "", section)


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
        options = {key: _option(html, item, key, result.chosen) for key in result.planned.options}
        yield ReviewedItem(
            number=number,
            stem=html[item.stem],
            lead_in=html[item.lead_in],
            premises=tuple((name, html[text]) for name, text in item.premises),
            control=item.control,
            credit_rule=item.credit_rule,
            options=tuple(options.values()),
            hers=tuple(options[key].html for key in result.chosen),
            best=tuple(options[key] for key in item.best),
            credit=result.credit,
            marks=result.marks,
            is_answered=result.is_answered,
            confidence=said.get(result.planned.key, "") if result.is_answered else "",
            challenge=challenges[number - 1],
            is_error=is_error(result),
            facts=item.facts,
            corrected=corrected(result, corrections),
        )


def _option(html: Mapping[str, SafeString], item: Item, key: str, chosen: tuple[str, ...]) -> ReviewedOption:
    option = item.option_by_key[key]
    return ReviewedOption(
        html[option.text], html[option.rationale], key in chosen, option.correct, item.votes.get(key, 0)
    )
