"""What an attempt is made of: which items, in which order. Drawn once, stored, never changed."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from courses.document import Quiz
from courses.items import Control, Item


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One question of an attempt: its item, its options in the order shown, its marks."""

    key: str
    options: tuple[str, ...]
    marks: int


@dataclass(frozen=True, slots=True)
class QuizPlan:
    """The questions of one attempt in order, and the pass percent it is held to.

    `seen`, `missed` and `withdrawn` are what the draw knew: with the seed they draw the same plan again.
    """

    items: tuple[PlannedItem, ...]
    pass_percent: int | None
    seed: str
    seen: tuple[str, ...] = ()  # keys of items, avoided where the pool allows
    missed: tuple[str, ...] = ()  # keys of objectives, preferred among what was not seen, and then among what was
    withdrawn: tuple[str, ...] = ()  # keys of items, put right since and avoided where the pool allows

    @property
    def maximum(self) -> int:
        return sum(item.marks for item in self.items)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items)

    def item(self, key: str) -> PlannedItem | None:
        """The question with that key; None where the attempt has none."""
        return next((item for item in self.items if item.key == key), None)

    def to_json(self) -> dict[str, object]:
        return {
            "items": [{"key": item.key, "options": list(item.options), "marks": item.marks} for item in self.items],
            "pass_percent": self.pass_percent,
            "seed": self.seed,
            "seen": list(self.seen),
            "missed": list(self.missed),
            "withdrawn": list(self.withdrawn),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        items = tuple(PlannedItem(item["key"], tuple(item["options"]), item["marks"]) for item in value["items"])
        # Plans drawn before the draw preferred anything do not have the last three.
        known = (tuple(value.get(name, ())) for name in ("seen", "missed", "withdrawn"))
        return cls(items, value["pass_percent"], value["seed"], *known)


def draw_quiz(
    quiz: Quiz,
    *,
    seed: str,
    seen: frozenset[str] = frozenset(),
    missed: frozenset[str] = frozenset(),
    withdrawn: frozenset[str] = frozenset(),
) -> QuizPlan:
    """The plan that this seed draws: the same seed, items seen and withdrawn, objectives missed draw the same plan.

    What the quiz always asks and the least it asks of an objective comes first; then items not seen in earlier attempts,
    the ones with an objective missed in front, as far as the pool reaches; where items seen must come again, those with an
    objective missed come first too; all by chance among equals. Without `shuffle`
    items and options keep the author's order, save steps that are to be ordered: they never come in the right one.
    Items that an adjustment withdrew are asked where the pool is too small without them, and nowhere else.
    """
    chance = random.Random(f"{quiz.key}/{seed}")  # noqa: S311 - a repeatable order, not a secret
    chosen = _choose(quiz, _preferred(quiz, chance, seen, missed), withdrawn)
    if quiz.shuffle:
        chance.shuffle(chosen)
    items = tuple(
        PlannedItem(item.key, _shown(item, chance, mixed=quiz.shuffle), item.marks if item.is_scored else 0)
        for item in chosen
    )
    known = (tuple(sorted(keys)) for keys in (seen, missed, withdrawn))
    return QuizPlan(items, quiz.pass_percent, seed, *known)


def _preferred(quiz: Quiz, chance: random.Random, seen: frozenset[str], missed: frozenset[str]) -> list[Item]:
    """Every item, the one to be drawn first in front."""
    pool = list(quiz.items)
    chance.shuffle(pool)
    return sorted(pool, key=lambda item: (item.key in seen, missed.isdisjoint(item.objectives)))


def _choose(quiz: Quiz, preferred: list[Item], withdrawn: frozenset[str]) -> list[Item]:
    """As many as an attempt has, in the author's order. That the demands have room is proved when the quiz is made.

    Where items were withdrawn it is not: what takes their place may meet fewer demands, so room is asked for again.
    """
    standing = sorted(preferred, key=lambda item: item.key in withdrawn)
    chosen = set(quiz.always) - withdrawn
    for objective, wanted in quiz.per_objective.items():
        asking = [item.key for item in standing if objective in item.objectives and item.key not in withdrawn]
        have = sum(key in chosen for key in asking)
        room = min(max(wanted - have, 0), quiz.drawn - len(chosen))
        chosen |= set([key for key in asking if key not in chosen][:room])
    chosen |= set([item.key for item in standing if item.key not in chosen][: quiz.drawn - len(chosen)])
    if not any(quiz.item_by_key[key].is_scored for key in chosen):
        chosen = _with_marks(quiz, standing, chosen)
    return [item for item in quiz.items if item.key in chosen]


def _with_marks(quiz: Quiz, standing: list[Item], chosen: set[str]) -> set[str]:
    """The same with one question that carries marks, in the place of the one that is missed least.

    What stands comes first in `standing`, so that a withdrawn question is taken only where nothing else carries marks.
    """
    scored = next(item.key for item in standing if item.is_scored)  # publishing sees to it that there is one

    def cost(out: str) -> tuple[bool, int]:
        left = [quiz.item_by_key[key] for key in chosen - {out} | {scored}]
        have = {name: sum(name in item.objectives for item in left) for name in quiz.per_objective}
        return out in quiz.always, sum(max(wanted - have[name], 0) for name, wanted in quiz.per_objective.items())

    out = min((item.key for item in reversed(standing) if item.key in chosen), key=cost)
    return chosen - {out} | {scored}


def _shown(item: Item, chance: random.Random, *, mixed: bool) -> tuple[str, ...]:
    """The options in the order shown."""
    options = [option.key for option in item.shown]
    if item.control is Control.ORDER:
        chance.shuffle(options)
        while tuple(options) == item.best:  # drawn again, so that every wrong order is as likely as any other
            chance.shuffle(options)
    elif mixed and item.mixes_options:
        chance.shuffle(options)
    return tuple(options)


class Refusal(StrEnum):
    """Why an attempt may not begin."""

    NO_ATTEMPTS_LEFT = "no-attempts-left"
    ALREADY_PASSED = "already-passed"
    PRACTICE_OPEN = "practice-open"
    ATTEMPT_OPEN = "attempt-open"
    NOT_RELEASED = "not-released"
    NO_PRACTICE = "no-practice"
    COOLING_DOWN = "cooling-down"


def may_start(
    *,
    taken: int,
    allowed: int | None,
    passed: bool,
    summative: bool,
    next_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Refusal | None:
    """None when another attempt may begin. What counts is passed once; practice may be repeated.

    `next_at` is when the wait after a failed attempt is over, where there is one.
    """
    if summative and passed:
        return Refusal.ALREADY_PASSED
    if allowed is not None and taken >= allowed:
        return Refusal.NO_ATTEMPTS_LEFT
    if next_at is not None and now is not None and now < next_at:
        return Refusal.COOLING_DOWN
    return None


def may_practice(*, summative_case: bool, counting: bool, released: bool) -> Refusal | None:
    """None when a walk that never counts may begin: for a case that counts, once its reasons are told."""
    if not summative_case:
        return Refusal.NO_PRACTICE
    if counting:
        return Refusal.ATTEMPT_OPEN
    return None if released else Refusal.NOT_RELEASED
