"""Steps that are to be put in order."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from courses.items.base import Answer, BaseItem, Control, CreditRule, ItemFault, ItemPath, Option
from courses.parts import Key, Part, Text, unique


class OrderedStep(Part):
    """One step; its place in the list is its right place, and the rationale says why it stands there."""

    key: Key
    text: Text
    rationale: Text


class Ordering(BaseItem):
    """Credit by pairs: those in the right order less those in the wrong one, as a share of all pairs, never below zero.

    This is Kendall's rank correlation with the right order, cut off at zero: an order no better than chance wins
    nothing. An answer is always the whole permutation.
    """

    kind_title: ClassVar[str] = "Steps in order"
    control: ClassVar[Control] = Control.ORDER

    kind: Literal["ordering"]
    declared: Literal[CreditRule.ALL_OR_NOTHING, CreditRule.PER_PAIR] = Field(alias="credit")
    steps: tuple[OrderedStep, ...] = Field(min_length=3, max_length=8)

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _keys(self) -> Self:
        unique("step", (step.key for step in self.steps))
        return self

    @cached_property
    def shown(self) -> tuple[Option, ...]:
        return tuple(
            Option(key=step.key, text=step.text, correct=True, rationale=step.rationale) for step in self.steps
        )

    @property
    def credit_rule(self) -> CreditRule:
        return self.declared

    def takes(self, answer: Answer) -> bool:
        return sorted(answer) == sorted(self.best)

    def credit(self, answer: Answer) -> Fraction:
        if self.declared is CreditRule.ALL_OR_NOTHING:
            return Fraction(answer == self.best)
        place = {key: number for number, key in enumerate(self.best)}
        pairs = [place[first] < place[second] for first, second in combinations(answer, 2)]
        return max(Fraction(2 * sum(pairs) - len(pairs), len(pairs)), Fraction(0))

    @property
    def best(self) -> Answer:
        return tuple(step.key for step in self.steps)

    def faults(self) -> Iterator[ItemFault]:
        """Keys reach the browser with the question, so they may not spell the order."""
        yield from super().faults()
        if list(self.best) in (sorted(self.best), sorted(self.best, reverse=True)):
            message = "the keys of the steps, put in the order of the alphabet, give the answer away"
            yield ItemFault(("steps",), "telling-keys", message, "Give the steps keys that tell nothing: m4, b7, q2.")

    def summary(self, answers: Iterable[Answer]) -> Mapping[str, int]:
        """How many of the answers put each step where it belongs."""
        given = list(answers)
        return {key: sum(answer[number] == key for answer in given) for number, key in enumerate(self.best)}

    def option_path(self, index: int, name: str) -> ItemPath:
        return "steps", index, name
