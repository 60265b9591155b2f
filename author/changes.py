"""What differs between two versions of a course, down to the word. Nothing is left out: no change, no difference.

Both documents are spread out into one text for each name that an author writes, and the texts are compared. Lists of
things that have a key are compared by key, so that moving a thing is not taking it away and adding it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from author.runs import Mark, Run, runs, shortened
from courses.document import Document

#: Names from the outside in, as the files of a package have them: ("quizzes", "post-test", "items", "q1", "stem").
Names: TypeAlias = tuple[str, ...]

#: By which of its names a thing in a list is known.
KNOWN_BY = ("key", "id", "module", "file", "name")
#: Stands for the order of the things in a list. No author writes it, because it is no name.
ORDER = "(order)"
#: Within a part, these hold things that are told one by one.
HOLDERS = frozenset(
    {"items", "nodes", "facts", "objectives", "references", "questions", "variables", "outline", "media", "authors"}
)


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text that differs; `names` lead to it within its part or thing."""

    names: Names
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class ThingChange:
    """A question, a place of a case, a fact, a reference: whatever of a part has a key of its own."""

    holder: str
    key: str
    kind: Kind
    texts: tuple[TextChange, ...]


@dataclass(frozen=True, slots=True)
class PartChange:
    """A lesson, a quiz, a case; or the course itself, its guidance or its feedback form, which have no key."""

    area: str
    key: str
    title: str
    kind: Kind
    texts: tuple[TextChange, ...]
    things: tuple[ThingChange, ...]


def changes_between(older: Document, newer: Document) -> tuple[PartChange, ...]:
    """Every part that differs, the course first, then the parts in the order of the newer version; empty when both say the same."""
    before, after = Spread(older), Spread(newer)
    parts: dict[PartName, list[Names]] = {}
    for names in dict.fromkeys([*after.texts, *before.texts]):
        if before.texts.get(names) != after.texts.get(names):
            parts.setdefault(_part_of(names), []).append(names)
    order = {key: number for number, key in enumerate(newer.part_keys)}
    found = (_part_change(part, names, before, after) for part, names in parts.items())
    told = (each for each in found if each.texts or each.things)
    return tuple(sorted(told, key=lambda each: (each.key != "", order.get(each.key, len(order)))))


# --- spreading a document out

PartName: TypeAlias = tuple[str, str]
ThingName: TypeAlias = tuple[str, str]


class Spread:
    """A document as one text for each name, and what parts and things there are."""

    def __init__(self, document: Document) -> None:
        dumped = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        self.texts: dict[Names, str] = dict(_texts(dumped, ()))
        self.known: set[tuple[PartName, ThingName | None]] = {
            (_part_of(names), thing) for names in self.texts for thing in (_thing_of(names), None)
        }
        self.titles = {key: document.part(key).title for key in {*document.lesson_by_key, *document.assessment_by_key}}


def _texts(value: object, names: Names) -> Iterator[tuple[Names, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, (*names, name))
    elif isinstance(value, list) and (known_by := _known_by(value)):
        for each in value:
            rest = {name: below for name, below in each.items() if name != known_by}
            yield from _texts(rest, (*names, each[known_by]))
        yield (*names, ORDER), "\n".join(each[known_by] for each in value)
    else:
        yield names, _told(value)


def _known_by(values: list[object]) -> str | None:
    """The name that all of them have, each with another value; None where they have none."""
    for name in KNOWN_BY:
        found = [value.get(name) for value in values if isinstance(value, Mapping)]
        if values and len(found) == len(values) == len(set(found)) and None not in found:
            return name
    return None


def _told(value: object) -> str:
    """A value in a line, or in a line for each entry of a list."""
    if isinstance(value, list):
        return "\n".join(_in_line(each) for each in value)
    return _in_line(value)


def _in_line(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_in_line(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "; ".join(_in_line(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- comparing what was spread out


def _part_of(names: Names) -> PartName:
    """Area and key of the part to which the text belongs."""
    area = names[0]
    if area in ("lessons", "quizzes", "scenarios"):
        return area, names[1] if names[1] != ORDER else ""
    return area, ""


def _thing_of(names: Names) -> ThingName | None:
    """Holder and key of the thing within its part; None for what the part says itself."""
    if names[0] == "guidance":
        return ("guidance", names[1]) if names[1] != ORDER else None
    rest = _within(names)
    return (rest[0], rest[1]) if len(rest) > 2 and rest[0] in HOLDERS else None


def _within(names: Names) -> Names:
    return names[2:] if names[0] in ("lessons", "quizzes", "scenarios") else names[1:]


def _kind(part: PartName, thing: ThingName | None, before: Spread, after: Spread) -> Kind:
    if (part, thing) not in before.known:
        return Kind.ADDED
    return Kind.CHANGED if (part, thing) in after.known else Kind.REMOVED


def _part_change(part: PartName, names: Sequence[Names], before: Spread, after: Spread) -> PartChange:
    by_thing: dict[ThingName | None, list[Names]] = {}
    for each in names:
        by_thing.setdefault(_thing_of(each), []).append(each)
    own = _text_changes(by_thing.pop(None, []), before, after)
    things = (
        ThingChange(*thing, _kind(part, thing, before, after), _text_changes(below, before, after))
        for thing, below in by_thing.items()
        if thing
    )
    return PartChange(
        area=part[0],
        key=part[1],
        title=after.titles.get(part[1]) or before.titles.get(part[1], ""),
        kind=_kind(part, None, before, after),
        texts=own,
        things=tuple(each for each in things if each.texts),
    )


def _text_changes(names: Sequence[Names], before: Spread, after: Spread) -> tuple[TextChange, ...]:
    found = (TextChange(_shown(each), _runs_at(each, before, after)) for each in names)
    return tuple(each for each in found if any(run.mark is not Mark.SAME for run in each.runs))


def _shown(names: Names) -> Names:
    """The names within the part or thing."""
    thing = _thing_of(names)
    if names[0] == "guidance":
        return names[2:] if thing else names[1:]
    return _within(names)[2:] if thing else _within(names)


def _runs_at(names: Names, before: Spread, after: Spread) -> tuple[Run, ...]:
    old, new = before.texts.get(names, ""), after.texts.get(names, "")
    if names[-1] != ORDER:
        return shortened(runs(old, new))
    # What was added or taken away is told by itself; the order is that of what both have.
    both = set(old.split("\n")) & set(new.split("\n"))
    kept = [", ".join(key for key in each.split("\n") if key in both) for each in (old, new)]
    return runs(*kept)
