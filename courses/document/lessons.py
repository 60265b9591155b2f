"""What is read: lessons, and the pages to print or to look things up on."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from courses.parts import ContentNotice, Fact, GuidanceId, Key, Minutes, Part, Text


class LessonKind(StrEnum):
    """A lesson that is more than read once: a page to print, or one to look things up on."""

    CHECKLIST = "checklist"
    REFERENCE = "reference"


#: What stands beside reference pages at the course's address, where their keys are the next word.
TAKEN_ADDRESSES = frozenset({"facts", "media", "references"})


class Lesson(Part):
    key: Key
    kind: LessonKind | None = None
    module: Key | None = None
    title: Text
    objectives: tuple[Key, ...] = Field(min_length=1)
    guidance: tuple[GuidanceId, ...] = ()
    minutes: Minutes
    content_notice: ContentNotice | None = None
    facts: tuple[Fact, ...] = ()
    body: Text

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.is_reference and self.key in TAKEN_ADDRESSES:
            raise ValueError(f"a reference page stands at its key, and `{self.key}` is another page of the course")
        return self

    @property
    def is_checklist(self) -> bool:
        return self.kind is LessonKind.CHECKLIST

    @property
    def is_reference(self) -> bool:
        return self.kind is LessonKind.REFERENCE
