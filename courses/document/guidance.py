"""The guidance that a course was made from, point by point."""

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from courses.parts import GuidanceId, Part, Text


class Standing(StrEnum):
    STANDS = "stands"
    STANDS_WITH_CHANGE = "stands_with_change"
    OUTDATED = "outdated"
    WRONG = "wrong"
    CONTESTED = "contested"


class GuidancePoint(Part):
    """One point of the guidance a course was made from, and whether it still stands."""

    id: GuidanceId
    point: Text
    standing: Standing
    correction: Text | None = None
    standards: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _corrected(self) -> Self:
        if self.standing is not Standing.STANDS and self.correction is None:
            raise ValueError("a point that does not simply stand has a `correction`")
        return self
