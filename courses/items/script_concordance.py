"""What a new fact does to a hypothesis, compared with what a panel of experts said (the script concordance test).

Charlin and Van der Vleuten, Evaluation & the Health Professions 27 (2004): the credit of an answer is the number of
experts who gave it, divided by the number of those who gave the most frequent one. Gagnon, Charlin, Coletti, Sauve and
Van der Vleuten, Medical Education 39 (2005): fewer than ten experts make unstable scores.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from courses.items.base import Answer, BaseItem, Control, CreditRule, ItemFault, ItemPath, Option, Premise
from courses.parts import Text

SCALE = ("much-less", "less", "neither", "more", "much-more")
FEWEST_EXPERTS = 10

Votes: TypeAlias = Annotated[int, Field(ge=0, le=1000, strict=True)]


class ScriptConcordance(BaseItem):
    """Experts may differ, so no option is simply wrong. Without a panel nothing is known to score by."""

    kind_title: ClassVar[str] = "Script concordance"
    control: ClassVar[Control] = Control.ONE
    mixes_options: ClassVar[bool] = False  # it is a scale

    kind: Literal["script_concordance"]
    hypothesis: Text
    new_information: Text
    texts: tuple[Text, Text, Text, Text, Text] = (
        "Much less likely",
        "Less likely",
        "Neither less nor more likely",
        "More likely",
        "Much more likely",
    )
    panel: tuple[Votes, Votes, Votes, Votes, Votes] | None = None
    rationale: Text

    @model_validator(mode="after")
    def _voted(self) -> Self:
        if self.panel and not sum(self.panel):
            raise ValueError("nobody on the `panel` chose anything; leave it out until there is one")
        return self

    @cached_property
    def shown(self) -> tuple[Option, ...]:
        """The scale. `correct` marks what most experts chose; the one reason stands for every answer."""
        return tuple(
            Option(key=key, text=text, correct=key in self.votes and self._share(key) == 1, rationale=self.rationale)
            for key, text in zip(SCALE, self.texts, strict=True)
        )

    @property
    def is_scored(self) -> bool:
        return self.panel is not None

    @property
    def credit_rule(self) -> CreditRule:
        return CreditRule.PANEL if self.is_scored else CreditRule.UNSCORED

    @property
    def premises(self) -> tuple[tuple[Premise, str], ...]:
        return (Premise.HYPOTHESIS, self.hypothesis), (Premise.NEW_INFORMATION, self.new_information)

    @cached_property
    def votes(self) -> Mapping[str, int]:
        return dict(zip(SCALE, self.panel, strict=True)) if self.panel else {}

    def takes(self, answer: Answer) -> bool:
        return len(answer) == 1

    def credit(self, answer: Answer) -> Fraction:
        return self._share(answer[0]) if self.is_scored else Fraction(0)

    def _share(self, key: str) -> Fraction:
        return Fraction(self.votes[key], max(self.votes.values()))

    @property
    def best(self) -> Answer:
        return next(((option.key,) for option in self.shown if option.correct), ())

    def faults(self) -> Iterator[ItemFault]:
        if self.panel and sum(self.panel) < FEWEST_EXPERTS:
            message = f"a panel of {sum(self.panel)} is too small for a stable score"
            remedy = (
                f"Ask {FEWEST_EXPERTS} experts or more; leave `panel` out until then, and the question has no marks."
            )
            yield ItemFault(("panel",), "small-panel", message, remedy)

    def option_path(self, index: int, name: str) -> ItemPath:
        return ("texts", index) if name == "text" else ("rationale",)
