"""A statement that holds or does not."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from courses.items.base import Answer, BaseItem, Control, ItemFault, ItemPath, Option
from courses.parts import Text

PATHS: dict[str, tuple[ItemPath, ItemPath]] = {
    "text": (("true_text",), ("false_text",)),
    "rationale": (("if_true",), ("if_false",)),
}


class TrueFalse(BaseItem):
    """The lead-in is the statement. `if_true` is told of the answer "True", `if_false` of the other, whichever is right."""

    kind_title: ClassVar[str] = "True or false"
    control: ClassVar[Control] = Control.ONE
    mixes_options: ClassVar[bool] = False  # everybody looks for True above False

    kind: Literal["true_false"]
    correct: Annotated[bool, Field(strict=True)]
    if_true: Text
    if_false: Text
    true_text: Text = "True"
    false_text: Text = "False"

    @cached_property
    def shown(self) -> tuple[Option, ...]:
        return (
            Option(key="true", text=self.true_text, correct=self.correct, rationale=self.if_true),
            Option(key="false", text=self.false_text, correct=not self.correct, rationale=self.if_false),
        )

    def takes(self, answer: Answer) -> bool:
        return len(answer) == 1

    def credit(self, answer: Answer) -> Fraction:
        return Fraction(answer == self.best)

    @property
    def best(self) -> Answer:
        return ("true" if self.correct else "false",)

    def faults(self) -> Iterator[ItemFault]:
        """A statement is one, and is a statement (Haladyna, Downing and Rodriguez 2002: one idea; no question)."""
        if self.lead_in.rstrip().endswith("?"):
            message = "the lead-in is a question, and only a statement is true or false"
            yield ItemFault(("lead_in",), "no-statement", message, "Write the statement that is to be judged.")
        if ";" in self.lead_in:
            message = "the lead-in states two things, and one may hold without the other"
            yield ItemFault(("lead_in",), "two-statements", message, "Ask one, or make two questions of it.")

    def option_path(self, index: int, name: str) -> ItemPath:
        return PATHS[name][index]
