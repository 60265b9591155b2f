"""A scenario: a graph of decisions and pieces of story, each way ending in a verdict."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from courses.document.assessments import AssessmentKind, Hours, Release
from courses.parts import ContentNotice, Fact, GuidanceId, Key, Line, Minutes, Part, Percent, Points, Text, unique


class Variable(Part):
    """A whole number that earlier choices move and later guards ask. Its value is never shown to the learner."""

    min: Annotated[int, Field(ge=-100, le=100, strict=True)]
    max: Annotated[int, Field(ge=-100, le=100, strict=True)]
    start: Annotated[int, Field(strict=True)]
    meaning: Text

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        if not self.min <= self.start <= self.max:
            raise ValueError("`start` lies within `min` and `max`")
        return self


VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


Whole = Annotated[int, Field(ge=-1000, le=1000, strict=True)]


class Guard(Part):
    """Holds when every named variable is within its bound."""

    at_least: dict[VariableName, Whole] = Field(default_factory=dict)
    at_most: dict[VariableName, Whole] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.at_least and not self.at_most:
            raise ValueError("a guard names `at_least` or `at_most`")
        return self


class Effect(Part):
    add: dict[VariableName, Whole] = Field(min_length=1)


class Critical(StrEnum):
    """A safety-critical choice: an omission or a commission. Either fails a summative scenario."""

    MISSED = "missed"
    HARM = "harm"


class Choice(Part):
    key: Key
    text: Text
    consequence: Text
    to: Key
    points: Points
    effects: tuple[Effect, ...] = ()
    critical: Critical | None = None
    rationale: Text
    tone: Text | None = None
    when: Guard | None = None


class Route(Part):
    """A way on from a piece of story: what is told only on this way, and what it moves."""

    to: Key
    when: Guard | None = None
    text: Text | None = None
    effects: tuple[Effect, ...] = ()


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"


class Ending(Part):
    verdict: Verdict
    points: Points


class Node(Part):
    """A place in a scenario: a decision with choices, a piece of story with routes, or an ending."""

    kind: Literal["decision", "info"] | None = None
    title: Text | None = None
    text: Text
    script: tuple[Line, ...] = ()
    choices: tuple[Choice, ...] = ()
    routes: tuple[Route, ...] = ()
    ending: Ending | None = None
    debrief: Text | None = None
    max_visits: Annotated[int, Field(ge=1, le=3, strict=True)] | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if self.ending is not None:
            if self.kind is not None or self.choices or self.routes:
                raise ValueError("an ending has no `kind`, `choices` or `routes`")
            if self.debrief is None:
                raise ValueError("an ending has a `debrief`")
            return self
        if self.debrief is not None:
            raise ValueError("only an ending has a `debrief`")
        if self.kind == "decision":
            return self._decision()
        if self.kind == "info":
            return self._info()
        raise ValueError("a node is an `ending` or says `kind: decision` or `kind: info`")

    def _decision(self) -> Self:
        if self.routes or len(self.choices) < 2:
            raise ValueError("a decision has two or more `choices` and no `routes`")
        unique("choice", (choice.key for choice in self.choices))
        return self

    def _info(self) -> Self:
        if self.choices or not self.routes:
            raise ValueError("an info node has `routes` and no `choices`")
        if self.routes[-1].when is not None or any(route.when is None for route in self.routes[:-1]):
            raise ValueError("the last route, and only the last, has no `when`")
        return self

    @cached_property
    def choice_by_key(self) -> dict[str, Choice]:
        return {choice.key: choice for choice in self.choices}

    def inline_texts(self) -> Iterator[str]:
        yield self.text
        yield from (line.text for line in self.script)
        if self.debrief:
            yield self.debrief
        for choice in self.choices:
            yield from (choice.text, choice.consequence, choice.rationale)
        yield from (route.text for route in self.routes if route.text)


class Scenario(Part):
    key: Key
    title: Text
    kind: AssessmentKind
    module: Key | None = None
    objectives: tuple[Key, ...] = Field(min_length=1)
    guidance: tuple[GuidanceId, ...] = ()
    minutes: Minutes
    intro: Text | None = None
    content_notice: ContentNotice | None = None
    passing_rule: Text | None = None
    pass_percent: Percent | None = None
    max_attempts: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    cool_down_hours: Hours | None = None
    release: Literal[Release.AFTER_EACH_CHOICE, Release.AFTER_SUBMISSION, Release.AFTER_PASS_OR_LAST_ATTEMPT] | None = (
        None
    )
    variables: dict[VariableName, Variable] = Field(default_factory=dict)
    start: Key
    maximum: Points
    facts: tuple[Fact, ...] = ()
    nodes: dict[Key, Node] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind is AssessmentKind.SUMMATIVE and self.passing_rule is None:
            raise ValueError("a summative scenario tells its `passing_rule` before the first choice")
        if self.kind is AssessmentKind.SUMMATIVE and self.release is Release.AFTER_EACH_CHOICE:
            raise ValueError("`release: after_each_choice` would tell a summative scenario's reasons while it runs")
        return self

    @property
    def released(self) -> Release:
        """The release rule, with its default: at once in practice, after a pass or the last attempt where it counts."""
        if self.release is not None:
            return self.release
        if self.kind is AssessmentKind.FORMATIVE:
            return Release.AFTER_EACH_CHOICE
        return Release.AFTER_PASS_OR_LAST_ATTEMPT

    def inline_texts(self) -> Iterator[str]:
        if self.intro:
            yield self.intro
        for node in self.nodes.values():
            yield from node.inline_texts()
