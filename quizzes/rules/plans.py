"""What an attempt is made of: which items, in which order, under which limits. Drawn once, stored, never changed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from courses.document import Quiz


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One question of an attempt: its item, its options in the order shown, its marks."""

    key: str
    options: tuple[str, ...]
    marks: int


@dataclass(frozen=True, slots=True)
class QuizPlan:
    """The questions of one attempt in order, and the pass percent it is held to."""

    items: tuple[PlannedItem, ...]
    pass_percent: int | None
    seed: str

    @property
    def maximum(self) -> int:
        return sum(item.marks for item in self.items)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items)

    def to_json(self) -> dict[str, object]:
        return {
            "items": [{"key": item.key, "options": list(item.options), "marks": item.marks} for item in self.items],
            "pass_percent": self.pass_percent,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        items = tuple(PlannedItem(item["key"], tuple(item["options"]), item["marks"]) for item in value["items"])
        return cls(items, value["pass_percent"], value["seed"])


def draw_quiz(quiz: Quiz, *, seed: str, seen: frozenset[str] = frozenset()) -> QuizPlan:
    """The plan that this seed draws: the same seed and the same items seen draw the same plan.

    Items not seen in earlier attempts come first, as far as the pool reaches. Without `shuffle` items and options keep
    the author's order.
    """
    chance = random.Random(f"{quiz.key}/{seed}")  # noqa: S311 - a repeatable order, not a secret
    pool = list(quiz.items)
    if quiz.shuffle:
        chance.shuffle(pool)
    chosen = sorted(pool, key=lambda item: item.key in seen)[: quiz.drawn]
    if not quiz.shuffle:
        chosen.sort(key=quiz.items.index)
    items = []
    for item in chosen:
        options = [option.key for option in item.shown]
        if quiz.shuffle and item.mixes_options:
            chance.shuffle(options)
        items.append(PlannedItem(item.key, tuple(options), item.marks if item.is_scored else 0))
    return QuizPlan(tuple(items), quiz.pass_percent, seed)


class Refusal(StrEnum):
    """Why an attempt may not begin."""

    NO_ATTEMPTS_LEFT = "no-attempts-left"
    ALREADY_PASSED = "already-passed"
    PRACTICE_OPEN = "practice-open"
    ATTEMPT_OPEN = "attempt-open"
    NOT_RELEASED = "not-released"
    NO_PRACTICE = "no-practice"


def may_start(*, taken: int, allowed: int | None, passed: bool, summative: bool) -> Refusal | None:
    """None when another attempt may begin. What counts is passed once; practice may be repeated."""
    if summative and passed:
        return Refusal.ALREADY_PASSED
    if allowed is not None and taken >= allowed:
        return Refusal.NO_ATTEMPTS_LEFT
    return None


def may_practice(*, summative_case: bool, counting: bool, released: bool) -> Refusal | None:
    """None when a walk that never counts may begin: for a case that counts, once its reasons are told."""
    if not summative_case:
        return Refusal.NO_PRACTICE
    if counting:
        return Refusal.ATTEMPT_OPEN
    return None if released else Refusal.NOT_RELEASED
