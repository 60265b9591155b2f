"""Scoring: from a document, a plan and answers to marks, in whole numbers and fractions, never in floats."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from courses.document import AssessmentKind, Quiz, Release, Scenario, Verdict
from courses.items import Item
from quizzes.rules.adjustments import AS_PUBLISHED, NONE, Correction, Corrections
from quizzes.rules.plans import PlannedItem, QuizPlan
from quizzes.rules.walks import Walk

#: Stored with every score. A change of what this module computes is a new number; old scores keep theirs.
SCORING_VERSION = 1


@dataclass(frozen=True, slots=True)
class Score:
    """Marks won of marks possible; `maximum` is zero where every item was dropped, and then nothing was scored."""

    raw: Fraction
    maximum: int

    @property
    def fraction(self) -> Fraction:
        return self.raw / self.maximum if self.maximum else Fraction(0)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One question of an attempt and what became of it."""

    planned: PlannedItem
    chosen: tuple[str, ...]
    credit: Fraction  # of the item's marks, 0 to 1
    correction: Correction = AS_PUBLISHED

    @property
    def is_answered(self) -> bool:
        return bool(self.chosen)

    @property
    def marks(self) -> int:
        """The marks that there are to win: none for an item that was dropped."""
        return 0 if self.correction.is_dropped else self.planned.marks


def item_results(
    quiz: Quiz, plan: QuizPlan, responses: Mapping[str, tuple[str, ...]], adjustments: Corrections = NONE
) -> tuple[ItemResult, ...]:
    """One result for each planned item, in the plan's order. An unanswered item wins nothing, unless it was adjusted.

    A response to an item outside the plan, or with an option the item does not have, is an error in the caller: ValueError.
    """
    if unknown := responses.keys() - set(plan.keys):
        raise ValueError(f"responses to items outside the plan: {sorted(unknown)}")
    return tuple(
        ItemResult(
            planned, chosen, correction.credit(_credit(quiz.item_by_key[planned.key], chosen), chosen), correction
        )
        for planned in plan.items
        for chosen in [responses.get(planned.key, ())]
        for correction in [adjustments.get(planned.key, AS_PUBLISHED)]
    )


def _credit(item: Item, chosen: tuple[str, ...]) -> Fraction:
    if unknown := set(chosen) - item.option_by_key.keys():
        raise ValueError(f"options that {item.key} does not have: {sorted(unknown)}")
    return item.credit(chosen) if chosen and item.takes(chosen) else Fraction(0)


def score_quiz(
    quiz: Quiz, plan: QuizPlan, responses: Mapping[str, tuple[str, ...]], adjustments: Corrections = NONE
) -> Score:
    """The marks of an attempt with the adjustments in force; see `item_results` for what is refused."""
    results = item_results(quiz, plan, responses, adjustments)
    raw = sum((result.credit * result.marks for result in results), Fraction(0))
    return Score(raw, sum(result.marks for result in results))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is stored of a finished attempt."""

    score: Score
    passed: bool


def outcome_again(
    quiz: Quiz,
    plan: QuizPlan,
    responses: Mapping[str, tuple[str, ...]],
    adjustments: Corrections,
    *,
    passed_before: bool,
) -> Outcome:
    """What a finished attempt comes to under these adjustments. A pass that was given stays.

    An attempt whose every item was dropped is not scored: zero of zero marks, and it has passed or not as before.
    """
    score = score_quiz(quiz, plan, responses, adjustments)
    return Outcome(score, passed_before or (score.maximum > 0 and is_pass(score, plan.pass_percent)))


def is_pass(score: Score, pass_percent: int | None) -> bool:
    """Whether the score reaches the standard; without a standard every finished attempt does."""
    if pass_percent is None:
        return True
    # Fractions, not floats: 29 of 100 is 28.999... % in floats, and a fail.
    return score.fraction >= Fraction(pass_percent, 100)


def marks_needed(maximum: int, pass_percent: int | None) -> int:
    """The smallest whole number of marks that passes."""
    return -(-maximum * (pass_percent or 0) // 100)


def is_released(release: Release, *, submitted: bool, ever_passed: bool, attempts_left: int | None) -> bool:
    """Whether this learner may now see correct options and rationales of a finished attempt.

    `attempts_left` is None where there is no limit.
    """
    if not submitted or release is Release.NEVER:
        return False
    if release is Release.AFTER_PASS_OR_LAST_ATTEMPT:
        return ever_passed or attempts_left == 0
    return True


def scenario_outcome(scenario: Scenario, walk: Walk) -> tuple[Score, bool]:
    """Points of a finished walk, and whether it passed.

    A summative scenario is passed when its ending says so, no safety-critical choice was taken, and the points reach
    `pass_percent` where there is one. In practice the ending's verdict alone decides. ValueError while the walk goes on.
    """
    ending = scenario.nodes[walk.node].ending
    if ending is None:
        raise ValueError("the walk has not ended")
    score = Score(Fraction(min(walk.points, scenario.maximum)), max(scenario.maximum, 1))
    passed = ending.verdict is Verdict.PASS
    if scenario.kind is AssessmentKind.SUMMATIVE:
        passed = passed and not walk.critical and is_pass(score, scenario.pass_percent)
    return score, passed
