"""What every kind of question has, and what a kind says of itself."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from courses.parts import Fact, GuidanceId, Key, Part, Text

#: What a learner answered: keys of options, in the order that means something to the kind, else in the item's.
Answer: TypeAlias = tuple[str, ...]


class Cognitive(StrEnum):
    RECALL = "recall"
    APPLY = "apply"
    ANALYZE = "analyze"


class Control(StrEnum):
    """How a question is answered on its page. A kind names one; each has a template of its own."""

    ONE = "one"  # one of the options
    ANY = "any"  # any number of them, at least one
    ORDER = "order"  # all of them, in an order


class Option(Part):
    key: Key
    text: Text
    correct: bool = False
    rationale: Text


@dataclass(frozen=True, slots=True)
class ItemFault:
    """What an author should mend in an item whose shape is right: the path within the item, and words."""

    path: tuple[str | int, ...]
    rule: str
    message: str
    remedy: str


class BaseItem(Part):
    """One question. A kind is a subclass in a module of its own: its syntax, check rules, control, scoring and summary.

    Scoring is a pure function of the item and an answer, in fractions of the item's marks.
    """

    #: How it is answered.
    control: ClassVar[Control]
    #: Whether an attempt may mix the order of the options.
    mixes_options: ClassVar[bool] = True

    key: Key
    module: Key | None = None
    objectives: tuple[Key, ...] = Field(min_length=1)
    guidance: tuple[GuidanceId, ...] = ()
    cognitive: Cognitive
    marks: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    stem: Text
    lead_in: Text
    facts: tuple[Fact, ...] = ()

    @property
    @abstractmethod
    def shown(self) -> tuple[Option, ...]:
        """The options as the author ordered them; `correct` marks those that full credit asks for."""

    @property
    def is_scored(self) -> bool:
        """False where nothing is known yet to score by; such an item carries no marks."""
        return True

    @abstractmethod
    def takes(self, answer: Answer) -> bool:
        """Whether the answer has the form this kind asks for. Every option in it is one of the item's."""

    @abstractmethod
    def credit(self, answer: Answer) -> Fraction:
        """The share of the marks, 0 to 1, that an answer of the right form wins."""

    @property
    @abstractmethod
    def best(self) -> Answer:
        """An answer that wins full credit."""

    def canonical(self, answer: Answer) -> Answer:
        """The same answer always in the same order, so that equal answers are equal."""
        return answer

    def faults(self) -> Iterator[ItemFault]:
        """What the checker of packages says beyond the shape; nothing by default."""
        return iter(())

    def summary(self, answers: Iterable[Answer]) -> Mapping[str, int]:
        """How many of the answers chose each option."""
        counts = Counter(key for answer in answers for key in answer)
        return {option.key: counts[option.key] for option in self.shown}

    def inline_texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every inline Markdown source, with its path within the item."""
        yield ("stem",), self.stem
        yield ("lead_in",), self.lead_in
        for index, option in enumerate(self.shown):
            yield ("options", index, "text"), option.text
            yield ("options", index, "rationale"), option.rationale

    @cached_property
    def option_by_key(self) -> dict[str, Option]:
        return {option.key: option for option in self.shown}
