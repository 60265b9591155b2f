"""What an organization asks for, in one version of a requirement, and whether it can be asked like this."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from training.rules.facts import Match, PartKind
from training.rules.reminders import LADDER

MOST_PARTS: Final = 12
#: Days before or after the due day beyond which nobody is reminded.
FURTHEST: Final = 365


class Misfit(StrEnum):
    """What is wrong with what would be asked."""

    NO_TITLE = "no_title"
    NO_PARTS = "no_parts"
    TOO_MANY_PARTS = "too_many_parts"
    NO_COURSE = "no_course"
    NO_TEXT = "no_text"
    TWO_KINDS_OF_EVIDENCE = "two_kinds_of_evidence"
    COURSE_TWICE = "course_twice"
    BAD_LADDER = "bad_ladder"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartText:
    """One thing that is asked. A course comes with those that count as it, by their ids."""

    kind: PartKind
    course: int = 0
    equivalents: tuple[int, ...] = ()
    title: str = ""
    text: str = ""

    @property
    def courses(self) -> tuple[int, ...]:
        return (self.course, *self.equivalents) if self.kind is PartKind.COURSE else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a version of a requirement says; `ladder` in days from the due day."""

    title: str
    reason: str = ""
    match: Match = Match.ALL
    ladder: tuple[int, ...] = LADDER
    parts: tuple[PartText, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is kept in a preview."""
        parts = [
            {
                "kind": part.kind.value,
                "course": part.course,
                "equivalents": list(part.equivalents),
                "title": part.title,
                "text": part.text,
            }
            for part in self.parts
        ]
        return {
            "title": self.title,
            "reason": self.reason,
            "match": self.match.value,
            "ladder": list(self.ladder),
            "parts": parts,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        parts = tuple(
            PartText(
                kind=PartKind(part["kind"]),
                course=part["course"],
                equivalents=tuple(part["equivalents"]),
                title=part["title"],
                text=part["text"],
            )
            for part in value["parts"]
        )
        return cls(
            title=value["title"],
            reason=value["reason"],
            match=Match(value["match"]),
            ladder=tuple(value["ladder"]),
            parts=parts,
        )


def misfit_of(asking: Asking) -> Misfit | None:
    """The first thing that is wrong with it; none where it can be asked."""
    if not asking.title.strip():
        return Misfit.NO_TITLE
    if not asking.parts:
        return Misfit.NO_PARTS
    if len(asking.parts) > MOST_PARTS:
        return Misfit.TOO_MANY_PARTS
    if len(set(asking.ladder)) != len(asking.ladder) or any(abs(day) > FURTHEST for day in asking.ladder):
        return Misfit.BAD_LADDER
    if sum(part.kind is PartKind.EVIDENCE for part in asking.parts) > 1:
        return Misfit.TWO_KINDS_OF_EVIDENCE
    return next((misfit for part in asking.parts if (misfit := _misfit_of_part(part))), None)


def _misfit_of_part(part: PartText) -> Misfit | None:
    match part.kind:
        case PartKind.COURSE if not part.course:
            return Misfit.NO_COURSE
        case PartKind.COURSE if len(set(part.courses)) != len(part.courses):
            return Misfit.COURSE_TWICE
        case PartKind.POLICY if not part.title.strip() or not part.text.strip():
            return Misfit.NO_TEXT
        case PartKind.EVIDENCE if not part.title.strip():
            return Misfit.NO_TITLE
        case _:
            return None
