"""A quiz: items, how an attempt draws from them, and what passes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from courses.document.assessments import AssessmentKind, Hours, Release
from courses.items import Item
from courses.parts import Key, Minutes, Part, Percent, Text, unique

Count = Annotated[int, Field(ge=1, le=1000, strict=True)]


class Quiz(Part):
    key: Key
    title: Text
    kind: AssessmentKind
    module: Key | None = None
    intro: Text | None = None
    pass_percent: Percent | None = None
    draw: Count | None = None
    always: tuple[Key, ...] = ()
    per_objective: dict[Key, Count] = Field(default_factory=dict)
    shuffle: bool = True
    max_attempts: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    cool_down_hours: Hours | None = None
    time_limit_minutes: Minutes | None = None
    release: Literal[Release.NEVER, Release.AFTER_SUBMISSION, Release.AFTER_PASS_OR_LAST_ATTEMPT]
    minutes: Minutes
    items: tuple[Item, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unique("item", (item.key for item in self.items))
        if self.kind is AssessmentKind.SUMMATIVE and self.pass_percent is None:
            raise ValueError("a summative quiz says its `pass_percent`")
        if self.draw is not None and self.draw > len(self.items):
            raise ValueError(f"`draw: {self.draw}` is more than the {len(self.items)} items there are")
        self._can_always_be_drawn()
        self._always_has_marks()
        return self

    def _can_always_be_drawn(self) -> None:
        """Whatever comes first out of the pool, the items that must be drawn have room among those that are."""
        for key in self.always:
            if key not in self.item_by_key or self.always.count(key) > 1:
                raise ValueError(f"`always` names `{key}`, which is no item of this quiz, or names it twice")
        room = self.drawn - len(self.always)
        for objective, wanted in self.per_objective.items():
            asking = [item for item in self.items if objective in item.objectives]
            if len(asking) < wanted:
                raise ValueError(
                    f"`per_objective` wants {wanted} items for `{objective}` of the {len(asking)} there are"
                )
            room -= max(wanted - sum(item.key in self.always for item in asking), 0)
        if room < 0:
            raise ValueError(
                f"`always` and `per_objective` ask for {-room} more than the {self.drawn} items of an attempt"
            )

    def _always_has_marks(self) -> None:
        """No attempt consists of items that carry no marks: what it asks for includes a scored one, or they are too few."""
        unscored = [item for item in self.items if not item.is_scored]
        if len(unscored) < self.drawn or any(self.item_by_key[key].is_scored for key in self.always):
            return
        for objective, wanted in self.per_objective.items():
            if sum(objective in item.objectives for item in unscored) < wanted:
                return
        raise ValueError(
            "an attempt could be drawn in which no question carries marks; add items with marks, or draw more"
        )

    @cached_property
    def item_by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}

    @property
    def counts_answers(self) -> bool:
        """Whether a mark is an answer: one for each question, won whole or not at all."""
        return all(item.marks == 1 and item.is_scored and not item.wins_in_parts for item in self.items)

    @property
    def drawn(self) -> int:
        """How many questions an attempt has."""
        return self.draw or len(self.items)

    def inline_texts(self) -> Iterator[str]:
        if self.intro:
            yield self.intro
        for item in self.items:
            yield from (text for _path, text in item.inline_texts())
