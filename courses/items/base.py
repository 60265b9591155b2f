"""What every kind of question has, and what a kind says of itself."""

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Self, TypeAlias

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


class CreditRule(StrEnum):
    """How an answer wins marks where right or wrong is not the whole of it; the page says it before she answers.

    A rule brings its words, which pages translate: in short for authors, and what a learner is told.
    """

    in_short: str
    told: str

    def __new__(cls, value: str, in_short: str, told: str) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.in_short, made.told = in_short, told
        return made

    ALL_OR_NOTHING = "all_or_nothing", "all or nothing", "The marks are won by a wholly right answer only."
    PER_OPTION = (
        "per_option",
        "a share for each option",
        (
            "Every option counts: each that you rightly tick or rightly leave wins an equal share of the marks, each that you"
            " do not loses one. Never less than none."
        ),
    )
    PER_PAIR = (
        "per_pair",
        "a share for each pair in order",
        (
            "Every pair of steps counts: each pair in the right order wins an equal share of the marks, each in the wrong"
            " order loses one. Never less than none."
        ),
    )
    PANEL = (
        "panel",
        "by a panel of experts",
        (
            "A panel of experts answered this too. The answer that most of them gave wins full marks, another one a part of"
            " them, by how many gave it."
        ),
    )
    UNSCORED = (
        "unscored",
        "no marks yet",
        "This question carries no marks yet: there is no expert panel for it.",
    )


#: Under these an answer may win a part of the marks.
IN_PARTS = frozenset({CreditRule.PER_OPTION, CreditRule.PER_PAIR, CreditRule.PANEL})


class Premise(StrEnum):
    """A further text between stem and lead-in, by what it is, and the words above it, which pages translate."""

    heading: str

    def __new__(cls, value: str, heading: str) -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.heading = heading
        return made

    HYPOTHESIS = "hypothesis", "Hypothesis"
    NEW_INFORMATION = "new_information", "Then you learn"


class Option(Part):
    key: Key
    text: Text
    correct: bool = False
    rationale: Text


#: Where a text stands within an item, for the line of a fault.
ItemPath: TypeAlias = tuple[str | int, ...]

#: Options are mixed in every attempt, so nothing stands above or below another for long.
BY_PLACE = re.compile(r"\b(all|none|both|neither) of the (above|below)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ItemFault:
    """What an author should mend in an item whose shape is right: the path within the item, and words."""

    path: ItemPath
    rule: str
    message: str
    remedy: str


class BaseItem(Part):
    """One question. A kind is a subclass in a module of its own: its syntax, check rules, control, scoring and summary.

    Scoring is a pure function of the item and an answer, in fractions of the item's marks.
    """

    #: What pages call the kind, before they translate it. Every kind says it itself.
    kind_title: ClassVar[str]
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

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: object) -> None:
        """A kind without a name of its own would go by another's."""
        if missing := [name for name in ("kind_title", "control") if name not in cls.__dict__]:
            raise TypeError(f"{cls.__name__} does not say its {missing}")

    @property
    @abstractmethod
    def shown(self) -> tuple[Option, ...]:
        """The options as the author ordered them; `correct` marks those that full credit asks for."""

    @property
    def is_scored(self) -> bool:
        """False where nothing is known yet to score by; such an item carries no marks."""
        return True

    @property
    def may_be_empty(self) -> bool:
        """Whether an answer is taken back by choosing nothing: a box can be unticked, a radio button cannot."""
        return self.control is Control.ANY

    @property
    def credit_rule(self) -> CreditRule | None:
        """What is told before she answers of how the marks are won; None where one option is right and the others not."""
        return None

    @property
    def wins_in_parts(self) -> bool:
        return self.credit_rule in IN_PARTS

    @property
    def premises(self) -> tuple[tuple[Premise, str], ...]:
        """Inline texts that stand between stem and lead-in."""
        return ()

    @property
    def votes(self) -> Mapping[str, int]:
        """How many experts chose each option; empty where no panel decides."""
        return {}

    @abstractmethod
    def takes(self, answer: Answer) -> bool:
        """Whether the answer has the form this kind asks for. Every option in it is one of the item's."""

    @abstractmethod
    def credit(self, answer: Answer) -> Fraction:
        """The share of the marks, 0 to 1, that an answer of the right form wins."""

    @property
    @abstractmethod
    def best(self) -> Answer:
        """An answer that wins full credit; empty where nothing is known to score by."""

    def canonical(self, answer: Answer) -> Answer:
        """The same answer always in the same order, so that equal answers are equal."""
        return answer

    def faults(self) -> Iterator[ItemFault]:
        """What the checker of packages says beyond the shape."""
        for index, option in enumerate(self.shown if self.mixes_options else ()):
            if found := BY_PLACE.search(option.text):
                message = f'"{found[0]}" means nothing where the order of the options is mixed'
                path = self.option_path(index, "text")
                yield ItemFault(path, "by-place", message, "Say what the option says without the others.")

    def summary(self, answers: Iterable[Answer]) -> Mapping[str, int]:
        """How many of the answers chose each option."""
        counts = Counter(key for answer in answers for key in answer)
        return {option.key: counts[option.key] for option in self.shown}

    def option_path(self, index: int, name: str) -> ItemPath:
        """Where the author wrote the `text` or the `rationale` of the option shown at that place."""
        return "options", index, name

    def inline_texts(self) -> Iterator[tuple[ItemPath, str]]:
        """Every inline Markdown source, with its path within the item."""
        yield ("stem",), self.stem
        yield ("lead_in",), self.lead_in
        yield from (((name.value,), text) for name, text in self.premises)
        for index, option in enumerate(self.shown):
            yield self.option_path(index, "text"), option.text
            yield self.option_path(index, "rationale"), option.rationale

    @cached_property
    def option_by_key(self) -> dict[str, Option]:
        return {option.key: option for option in self.shown}
