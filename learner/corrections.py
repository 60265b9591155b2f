"""What a result says of questions that were put right, and of those that the learner challenged."""

import datetime as dt
from dataclasses import dataclass

from learner.messages.marks import marks_words
from quizzes.models import ScoreChange
from quizzes.queries import AttemptCorrections
from quizzes.rules import ItemResult, Outcome


@dataclass(frozen=True, slots=True)
class Corrected:
    """How a question was put right. `is_full` and `is_accepted` say why this learner wins its marks."""

    at: dt.datetime
    is_dropped: bool
    is_full: bool
    is_accepted: bool


def corrected(result: ItemResult, corrections: AttemptCorrections) -> Corrected | None:
    """None where the question stands as published, or where what was put right did not concern her answer."""
    at = corrections.corrected_at(result.planned.key)
    correction = result.correction
    is_accepted = bool(correction.accepted.intersection(result.chosen))
    if at is None or not (correction.withdraws or is_accepted):
        return None
    return Corrected(at, correction.is_dropped, correction.is_full, is_accepted)


@dataclass(frozen=True, slots=True)
class Challenged:
    """A question of a finished attempt, and what became of her challenge of it.

    The answer speaks of what is correct, so that before the reasons are released she learns no more than that there is
    one: otherwise a challenge would be a way to ask for them. Where reasons are never told she learns what was found.
    """

    number: int
    item_key: str
    words: str = ""
    is_answered: bool = False
    outcome: str = ""  # only when it may be told
    answer: str = ""  # only when reasons are released

    @property
    def is_made(self) -> bool:
        return bool(self.words)


def challenged(
    keys: tuple[str, ...], corrections: AttemptCorrections, *, found: bool, released: bool
) -> tuple[Challenged, ...]:
    """Every question of the attempt in order, challenged or not. `found` lets the finding be told, `released` the answer."""
    return tuple(
        _challenged(number, key, corrections, found=found, released=released) for number, key in enumerate(keys, 1)
    )


def _challenged(number: int, key: str, corrections: AttemptCorrections, *, found: bool, released: bool) -> Challenged:
    row = corrections.challenge_of(key)
    if row is None:
        return Challenged(number, key)
    return Challenged(
        number,
        key,
        row.words,
        is_answered=row.answered_at is not None,
        outcome=row.outcome if found or released else "",
        answer=row.answer if released else "",
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the score, in the words and numbers of the page."""

    on: dt.datetime
    before: str
    before_maximum: int
    after: str
    after_maximum: int
    gives_pass: bool

    @property
    def is_unscored(self) -> bool:
        return self.after_maximum == 0


def changes(rows: tuple[ScoreChange, ...]) -> tuple[Change, ...]:
    return tuple(_change(row.changed_at, row.before, row.after) for row in rows)


def _change(at: dt.datetime, before: Outcome, after: Outcome) -> Change:
    return Change(
        at,
        marks_words(before.score.raw),
        before.score.maximum,
        marks_words(after.score.raw),
        after.score.maximum,
        after.passed and not before.passed,
    )
