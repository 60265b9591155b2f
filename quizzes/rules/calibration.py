"""How well a learner's own sense of being sure agrees with what was right. Hers alone; it moves no mark.

Confidence-based feedback: what a person was sure of and had wrong is corrected best when it is met first (the
hypercorrection effect, Butterfield and Metcalfe 2001).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from quizzes.rules.scoring import ItemResult

#: From most to least sure; what is not in here was not said.
LEVELS = ("sure", "fairly-sure", "guessing")
#: The share of the marks from which on an answer is no error.
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Level:
    """The answers given with one degree of confidence. `right` counts those that were no error; see `is_error`."""

    confidence: str
    answers: int
    right: int

    @property
    def share(self) -> Fraction:
        """Of these answers, how many were right: 0 to 1; zero of none."""
        return Fraction(self.right, self.answers) if self.answers else Fraction(0)


def is_judged(result: ItemResult) -> bool:
    """Whether anything is known of the answer's being right: there is one, and there are marks to win for it."""
    return result.is_answered and result.marks > 0


def is_error(result: ItemResult) -> bool:
    """Whether the answer was wrong: a judged one that won less than half of the marks.

    Where marks are won in parts, an answer with one option of eight too many, or one that a third of the experts of a
    panel would not give, is not what a person was mistaken about. An answer that nothing is scored by is no error either.
    """
    return is_judged(result) and result.credit < HALF


def calibration(results: Iterable[ItemResult], confidence: Mapping[str, str]) -> tuple[Level, ...]:
    """One level for each degree that was said at least once, from sure to guessing.

    `confidence` is by item key. Answers that are not judged and answers without a word are left out.
    """
    counted = [
        (said, not is_error(result))
        for result in results
        if is_judged(result) and (said := confidence.get(result.planned.key, ""))
    ]
    levels = (
        Level(name, sum(said == name for said, _ in counted), sum(right for said, right in counted if said == name))
        for name in LEVELS
    )
    return tuple(level for level in levels if level.answers)


def surest_first(confidence: str) -> int:
    """The place of a degree in an order from sure to unsaid."""
    return LEVELS.index(confidence) if confidence in LEVELS else len(LEVELS)
