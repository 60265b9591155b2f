"""Whom a rule reaches, read from the JSON that is kept with its version: pure.

`{"any": [...], "except": [...], "combine": "any"}`: somebody is reached whom one condition of `any` names, or, where
they combine as `each`, one condition of every kind that stands there; whom `except` names is exempt. A condition is
`{"kind": "team", "team": 7, "below": true}`, `{"kind": "title", "title": "Case manager"}`, and so on (`_FIELDS`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

#: So many conditions and people are more than anybody looks over.
MOST_CONDITIONS: Final = 100
MOST_PEOPLE: Final = 5_000
LONGEST: Final = 80


class Kind(StrEnum):
    EVERYONE = "everyone"
    TEAM = "team"
    ROLE = "role"
    TITLE = "title"
    PROFESSION = "profession"
    HIRED = "hired"
    PEOPLE = "people"


class Combine(StrEnum):
    """Whether one condition is enough, or one of each kind must hold."""

    ANY = "any"
    EACH = "each"


class Choice(StrEnum):
    OUTSIDE = "outside"
    CHOSEN = "chosen"
    EXEMPT = "exempt"


class AudienceFault(StrEnum):
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_KIND = "unknown_kind"
    NOBODY = "nobody"
    BAD_VALUE = "bad_value"
    TOO_MANY = "too_many"


class BadAudience(Exception):
    """The JSON says nothing that names people: which fault, and where it stands."""

    def __init__(self, fault: AudienceFault, where: str) -> None:
        self.fault, self.where = fault, where
        super().__init__(f"{where}: {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One kind of people. Which of the fields count depends on the kind."""

    kind: Kind
    team: int = 0
    below: bool = False
    word: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    any: tuple[Condition, ...]
    exempt: tuple[Condition, ...] = ()
    combine: Combine = Combine.ANY


class Seat(NamedTuple):
    """What is known of one member, as plain as it comes from the database: a hundred thousand are looked at in turn."""

    pk: int
    public_id: UUID
    team: int | None
    title: str
    profession: str
    hired_on: dt.date | None
    started_on: dt.date
    ended_on: dt.date | None
    user: int | None
    #: Only where a rule asks since when she is in her team: reading instants is what takes longest.
    changed_at: dt.datetime | None = None


#: What may stand in a condition of each kind, beside `kind`.
_FIELDS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.EVERYONE: frozenset(),
    Kind.TEAM: frozenset({"team", "below"}),
    Kind.ROLE: frozenset({"role"}),
    Kind.TITLE: frozenset({"title"}),
    Kind.PROFESSION: frozenset({"profession"}),
    Kind.HIRED: frozenset({"from", "to"}),
    Kind.PEOPLE: frozenset({"people"}),
}


def audience_of(data: object) -> Audience:
    """The audience that the JSON says, or BadAudience with the first fault."""
    if not isinstance(data, dict):
        raise BadAudience(AudienceFault.NOT_AN_OBJECT, "audience")
    if unknown := set(data) - {"any", "except", "combine"}:
        raise BadAudience(AudienceFault.UNKNOWN_FIELD, min(map(str, unknown)))
    if data.get("combine", "any") not in list(Combine):
        raise BadAudience(AudienceFault.BAD_VALUE, "combine")
    reached = _conditions(data.get("any", []), "any")
    if not reached:
        raise BadAudience(AudienceFault.NOBODY, "any")
    return Audience(
        any=reached,
        exempt=_conditions(data.get("except", []), "except"),
        combine=Combine(data.get("combine", "any")),
    )


def _conditions(data: object, where: str) -> tuple[Condition, ...]:
    if not isinstance(data, list):
        raise BadAudience(AudienceFault.BAD_VALUE, where)
    if len(data) > MOST_CONDITIONS:
        raise BadAudience(AudienceFault.TOO_MANY, where)
    found = [_condition(each, f"{where}[{number}]") for number, each in enumerate(data)]
    return tuple(dict.fromkeys(found))


def _condition(data: object, where: str) -> Condition:
    if not isinstance(data, dict):
        raise BadAudience(AudienceFault.NOT_AN_OBJECT, where)
    if data.get("kind") not in list(Kind):
        raise BadAudience(AudienceFault.UNKNOWN_KIND, where)
    kind = Kind(data["kind"])
    if unknown := set(data) - _FIELDS[kind] - {"kind"}:
        raise BadAudience(AudienceFault.UNKNOWN_FIELD, f"{where}.{min(map(str, unknown))}")
    match kind:
        case Kind.TEAM:
            return _team(data, where)
        case Kind.HIRED:
            return _hired(data, where)
        case Kind.PEOPLE:
            return Condition(kind=kind, people=_people(data.get("people"), where))
        case Kind.EVERYONE:
            return Condition(kind=kind)
        case _:
            return Condition(kind=kind, word=_word(data.get(kind.value), where))


def _team(data: Mapping[str, object], where: str) -> Condition:
    team, below = data.get("team"), data.get("below", False)
    if type(team) is not int or team < 1 or not isinstance(below, bool):
        raise BadAudience(AudienceFault.BAD_VALUE, where)
    return Condition(kind=Kind.TEAM, team=team, below=below)


def _hired(data: Mapping[str, object], where: str) -> Condition:
    first, last = _day(data.get("from"), where), _day(data.get("to"), where)
    if (first is None and last is None) or (first is not None and last is not None and first > last):
        raise BadAudience(AudienceFault.BAD_VALUE, where)
    return Condition(kind=Kind.HIRED, first=first, last=last)


def _day(given: object, where: str) -> dt.date | None:
    if given in (None, ""):
        return None
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        raise BadAudience(AudienceFault.BAD_VALUE, where) from None


def _word(given: object, where: str) -> str:
    word = " ".join(given.split()) if isinstance(given, str) else ""
    if not word or len(word) > LONGEST:
        raise BadAudience(AudienceFault.BAD_VALUE, where)
    return word


def _people(given: object, where: str) -> frozenset[str]:
    if not isinstance(given, list) or not given:
        raise BadAudience(AudienceFault.BAD_VALUE, where)
    if len(given) > MOST_PEOPLE:
        raise BadAudience(AudienceFault.TOO_MANY, where)
    try:
        return frozenset(str(UUID(str(each))) for each in given)
    except ValueError:
        raise BadAudience(AudienceFault.BAD_VALUE, where) from None


def audience_data(audience: Audience) -> dict[str, object]:
    """The JSON of an audience: equal audiences have equal ones."""
    return {
        "any": [_data(each) for each in audience.any],
        "except": [_data(each) for each in audience.exempt],
        "combine": audience.combine.value,
    }


def _data(condition: Condition) -> dict[str, object]:
    match condition.kind:
        case Kind.EVERYONE:
            more: dict[str, object] = {}
        case Kind.TEAM:
            more = {"team": condition.team, "below": condition.below}
        case Kind.HIRED:
            days = {"from": condition.first, "to": condition.last}
            more = {name: day.isoformat() for name, day in days.items() if day}
        case Kind.PEOPLE:
            more = {"people": sorted(condition.people)}
        case _:
            more = {condition.kind.value: condition.word}
    return {"kind": condition.kind.value, **more}


Test = Callable[[Seat], bool]


def chooser(
    audience: Audience, parents: Mapping[int, int | None], roles: Mapping[int, frozenset[str]]
) -> Callable[[Seat], Choice]:
    """What tells of a seat whether the audience reaches it, made once for many.

    `parents` has each team's parent; `roles` what a seat may do today, by the seat's id.
    """
    reached = _test(audience.any, audience.combine, parents, roles)
    exempt = _test(audience.exempt, Combine.ANY, parents, roles)

    def choice(seat: Seat) -> Choice:
        if not reached(seat):
            return Choice.OUTSIDE
        return Choice.EXEMPT if exempt(seat) else Choice.CHOSEN

    return choice


def _test(
    conditions: Iterable[Condition],
    combine: Combine,
    parents: Mapping[int, int | None],
    roles: Mapping[int, frozenset[str]],
) -> Test:
    by_kind: dict[Kind, list[Condition]] = {}
    for condition in conditions:
        by_kind.setdefault(condition.kind, []).append(condition)
    tests = [_kind_test(kind, found, parents, roles) for kind, found in by_kind.items()]
    if combine is Combine.EACH:
        return lambda seat: all(test(seat) for test in tests)
    return lambda seat: any(test(seat) for test in tests)


def _kind_test(
    kind: Kind, found: list[Condition], parents: Mapping[int, int | None], roles: Mapping[int, frozenset[str]]
) -> Test:
    words = {_plain(condition.word) for condition in found}
    match kind:
        case Kind.EVERYONE:
            return lambda _seat: True
        case Kind.TEAM:
            teams = _teams(found, parents)
            return lambda seat: seat.team in teams
        case Kind.ROLE:
            named = {condition.word for condition in found}
            nobody: frozenset[str] = frozenset()
            return lambda seat: not named.isdisjoint(roles.get(seat.pk, nobody))
        case Kind.TITLE:
            return lambda seat: _plain(seat.title) in words
        case Kind.PROFESSION:
            return lambda seat: _plain(seat.profession) in words
        case Kind.HIRED:
            return lambda seat: any(_is_between(seat.hired_on, condition) for condition in found)
        case Kind.PEOPLE:
            people = frozenset(UUID(each) for condition in found for each in condition.people)
            return lambda seat: seat.public_id in people


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    """Job titles are typed by many hands: case and spaces make no other title."""
    return " ".join(word.split()).casefold()


def _teams(conditions: Iterable[Condition], parents: Mapping[int, int | None]) -> frozenset[int]:
    exactly = {condition.team for condition in conditions}
    above = {condition.team for condition in conditions if condition.below}
    return frozenset(exactly | {team for team in parents if not above.isdisjoint(_line(team, parents))})


def _line(team: int, parents: Mapping[int, int | None]) -> set[int]:
    """The team and all above it. A ring in the data ends it too."""
    line: set[int] = set()
    step: int | None = team
    while step is not None and step not in line:
        line.add(step)
        step = parents.get(step)
    return line


def _is_between(day: dt.date | None, condition: Condition) -> bool:
    if day is None:
        return False
    return (condition.first or dt.date.min) <= day <= (condition.last or dt.date.max)
