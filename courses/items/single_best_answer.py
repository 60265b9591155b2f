"""One of the options is best. An answer is that option or it is not."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from courses.items.base import Answer, BaseItem, Control, Option
from courses.parts import unique


class SingleBestAnswer(BaseItem):
    kind_title: ClassVar[str] = "One best answer"
    control: ClassVar[Control] = Control.ONE

    kind: Literal["single_best_answer"]
    options: tuple[Option, ...] = Field(min_length=2, max_length=6)

    @model_validator(mode="after")
    def _one_correct(self) -> Self:
        if sum(option.correct for option in self.options) != 1:
            raise ValueError("a single best answer has exactly one option with `correct: true`")
        unique("option", (option.key for option in self.options))
        return self

    @property
    def shown(self) -> tuple[Option, ...]:
        return self.options

    def takes(self, answer: Answer) -> bool:
        return len(answer) == 1

    def credit(self, answer: Answer) -> Fraction:
        return Fraction(self.option_by_key[answer[0]].correct)

    @property
    def best(self) -> Answer:
        return tuple(option.key for option in self.options if option.correct)
