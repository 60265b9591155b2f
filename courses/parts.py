"""What every part of a document is made of: frozen, closed shapes, keys, texts, and dated facts."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

KEY_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=60)]
GuidanceId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+[0-9]+$", max_length=12)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _is_day(value: str) -> str:
    dt.date.fromisoformat(value)
    return value


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_is_day)]
Minutes = Annotated[int, Field(ge=1, le=6000, strict=True)]
Points = Annotated[int, Field(ge=0, le=1000, strict=True)]
Percent = Annotated[int, Field(ge=1, le=100, strict=True)]


class Part(BaseModel):
    """A piece of a document: frozen, and nothing in it that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class FactStatus(StrEnum):
    VERIFIED = "verified"
    REPORTED = "reported"
    GENERAL = "general"
    CONTESTED = "contested"


class Fact(Part):
    """A dated, legal or numerical statement, how it is known, and when it must be looked at again."""

    key: Key | None = None
    claim: Text
    status: FactStatus
    source: Text
    checked_on: Day
    check_by: Day
    note: Text | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.source.split())


class ContentNotice(Part):
    """What a part touches on, said before it begins, and where to turn."""

    topics: tuple[Text, ...] = Field(min_length=1)
    text: Text
    skip_to: Key | None = None
    support: Text


class Line(Part):
    """One line of dialogue. `other` marks the speaker who is not the client."""

    who: Text
    text: Text
    other: bool = False


def unique(what: str, keys: Iterator[str]) -> None:
    """Refuse, with ValueError, a key that two parts of one list have."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"two {what}s have the key `{key}`")
        seen.add(key)
