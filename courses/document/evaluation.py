"""The form on which learners judge a finished course."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from courses.parts import Key, Part, Text, unique


class EvaluationOption(Part):
    key: Key
    text: Text


class EvaluationQuestion(Part):
    """One question of the feedback form. `objectives` asks its scale of one to five once for each objective."""

    key: Key
    kind: Literal["scale", "choice", "text", "objectives"]
    text: Text
    required: bool
    low: Text | None = None
    high: Text | None = None
    options: tuple[EvaluationOption, ...] = ()

    @model_validator(mode="after")
    def _shape(self) -> Self:
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise ValueError("`options`, two or more, belong to `kind: choice` and to nothing else")
        if self.kind in ("scale", "objectives") and not (self.low and self.high):
            raise ValueError("a scale says what its ends mean: `low` and `high`")
        return self


class Evaluation(Part):
    version: Annotated[str, StringConstraints(pattern=r"^v[0-9]+$")]
    intro: Text
    questions: tuple[EvaluationQuestion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys(self) -> Self:
        unique("question", (question.key for question in self.questions))
        return self
