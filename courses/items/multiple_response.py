"""Some of the options are right, and all that are right are asked for."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from courses.items.base import Answer, BaseItem, Control, CreditRule, Option
from courses.parts import unique


class MultipleResponse(BaseItem):
    """Credit is a share for each option: right where it is ticked and correct, or left and not; never below zero.

    Ticking everything is no way to full credit, because at least one option is not correct; nor is ticking nothing,
    because at least one is.
    """

    kind_title: ClassVar[str] = "Several answers"
    control: ClassVar[Control] = Control.ANY

    kind: Literal["multiple_response"]
    declared: Literal[CreditRule.ALL_OR_NOTHING, CreditRule.PER_OPTION] = Field(alias="credit")
    options: tuple[Option, ...] = Field(min_length=3, max_length=8)

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    @model_validator(mode="after")
    def _some_correct(self) -> Self:
        if sum(option.correct for option in self.options) not in range(1, len(self.options)):
            raise ValueError(
                "a multiple response has one or more options with `correct: true`, and one or more without"
            )
        unique("option", (option.key for option in self.options))
        return self

    @property
    def shown(self) -> tuple[Option, ...]:
        return self.options

    @property
    def credit_rule(self) -> CreditRule:
        return self.declared

    def takes(self, answer: Answer) -> bool:
        return 0 < len(answer) == len(set(answer))

    def credit(self, answer: Answer) -> Fraction:
        right = sum((option.key in answer) == option.correct for option in self.options)
        if self.declared is CreditRule.ALL_OR_NOTHING:
            return Fraction(right == len(self.options))
        wrong = len(self.options) - right
        return max(Fraction(right - wrong, len(self.options)), Fraction(0))

    @property
    def best(self) -> Answer:
        return tuple(option.key for option in self.options if option.correct)

    def canonical(self, answer: Answer) -> Answer:
        return tuple(option.key for option in self.options if option.key in answer)
