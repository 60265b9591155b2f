"""Rosters: how a file is read, the seats that its lines mean, and what its rows hold."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    JSONField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, RowNumber

from accounts.models import Membership, Organization, RoleGrant, RosterImport, RosterRow
from accounts.rules.roster import (
    CHANGEABLE,
    DayOrder,
    Encoding,
    Fact,
    Field,
    FileFault,
    Found,
    Kind,
    Record,
    Seat,
    decoded,
    records,
)

#: Kinds of rows that an application acts on, whatever else was chosen.
ACTED_ON: Final = (Kind.NEW, Kind.CHANGED, Kind.REJOINING)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: what was found, or chosen by a person."""

    encoding: Encoding | None
    delimiter: str
    columns: Mapping[Field, int]
    order: DayOrder | None = None
    makes_teams: bool = False
    is_remembered: bool = False

    def stored(self, header: Sequence[str]) -> dict[str, Any]:
        return {
            "encoding": self.encoding or "",
            "delimiter": self.delimiter,
            "columns": {field.value: column for field, column in self.columns.items()},
            "names": {field.value: header[column] for field, column in self.columns.items() if column < len(header)},
            "order": self.order or "",
            "makes_teams": self.makes_teams,
            "is_remembered": self.is_remembered,
        }


def reading_of(roster: RosterImport) -> Reading:
    stored = roster.reading
    return Reading(
        encoding=Encoding(stored["encoding"]) if stored["encoding"] else None,
        delimiter=stored["delimiter"],
        # In our order: PostgreSQL keeps the keys of an object in its own.
        columns={field: stored["columns"][field] for field in Field if field in stored["columns"]},
        order=DayOrder(stored["order"]) if stored["order"] else None,
        makes_teams=stored["makes_teams"],
        is_remembered=stored["is_remembered"],
    )


def text_of(roster: RosterImport, reading: Reading) -> str:
    """The file as text; before a person has said how, as the older form, so that she can see it."""
    return decoded(bytes(roster.file.content), reading.encoding or Encoding.LATIN_1)


def first_people(roster: RosterImport, number: int) -> list[Record]:
    """The first lines below the header, to show what stands in each column."""
    reading = reading_of(roster)
    people: list[Record] = []
    try:
        people.extend(islice(records(text_of(roster, reading), reading.delimiter), 1, number + 1))
    except FileFault:
        return people  # the comparison names the line
    return people


def remembered_names(organization: Organization) -> Mapping[str, str]:
    """The headings under which the newest file that was checked here had its columns."""
    checked = RosterImport.objects.filter(organization=organization, checked_at__isnull=False)
    newest = checked.order_by("-checked_at").first()
    return newest.reading.get("names", {}) if newest else {}


class Meaning:
    """The seats that lines with these numbers and addresses may mean."""

    def __init__(
        self,
        organization: Organization,
        *,
        numbers: Iterable[str],
        emails: Iterable[str],
        paths: Mapping[int, str],
        on: dt.date,
    ) -> None:
        grants = RoleGrant.objects.filter(membership=OuterRef("pk")).now_or_later(on)
        seats = Membership.objects.filter(organization=organization).select_related("team")
        seats = seats.annotate(has_role=Exists(grants))
        found = [
            *seats.filter(staff_number__in=[each for each in numbers if each]),
            *seats.filter(work_email__in=emails),
        ]
        # What ended last, and then what has not ended, overwrites what ended before.
        found.sort(key=lambda seat: (seat.ended_on is None, seat.ended_on or dt.date.min, seat.pk))
        self._here: dict[tuple[Field, str], Seat] = {}
        self._left: dict[tuple[Field, str], Seat] = {}
        for membership in found:
            is_here = membership.ended_on is None or membership.ended_on > on
            known = self._here if is_here else self._left
            seat = _seat(membership, paths)
            known[Field.WORK_EMAIL, membership.work_email] = seat
            if membership.staff_number:
                known[Field.STAFF_NUMBER, membership.staff_number] = seat

    def of(self, number: str, email: str) -> Found:
        return Found(
            by_number=self._here.get((Field.STAFF_NUMBER, number)),
            by_email=self._here.get((Field.WORK_EMAIL, email)),
            left_by_number=self._left.get((Field.STAFF_NUMBER, number)),
            left_by_email=self._left.get((Field.WORK_EMAIL, email)),
        )


def _seat(membership: Any, paths: Mapping[int, str]) -> Seat:
    facts: dict[Field, Fact] = {}
    for field in CHANGEABLE:
        value = _path(membership, paths) if field is Field.TEAM else getattr(membership, field.value)
        if value:
            facts[field] = value
    return Seat(membership.pk, membership.changed_at, membership.ended_on, facts, membership.has_role)


def _path(membership: Membership, paths: Mapping[int, str]) -> str:
    if membership.team is None:
        return ""
    return paths.get(membership.team.pk, membership.team.name)


def here_today(organization: Organization, on: dt.date) -> QuerySet[Membership]:
    """Whom a roster would be expected to hold: those who have begun, and have no end."""
    return Membership.objects.filter(organization=organization, ended_on=None, started_on__lte=on)


#: The columns of a row, in the order of `missing_rows`, after its number.
MISSING_COLUMNS: Final = ("roster_id", "kind", "seat", "seen_at", "facts", "was", "faults", "cells", "outcome")


def missing_rows(roster: RosterImport, on: dt.date, *, after: int) -> QuerySet[Any]:
    """A row for each who is here and on no line of the file, numbered from behind `after`; kept, if she has a role."""
    on_a_line = RosterRow.objects.filter(roster=roster, seat=OuterRef("pk"))
    grants = RoleGrant.objects.filter(membership=OuterRef("pk")).now_or_later(on)
    people = here_today(roster.organization, on).filter(~Exists(on_a_line))
    nothing, none_ = Value({}, JSONField()), Value([], JSONField())
    rows = people.annotate(
        row_number=Window(RowNumber(), order_by="pk") + after,
        row_roster=Value(roster.pk, BigIntegerField()),
        row_kind=Case(
            When(Exists(grants), then=Value(Kind.KEPT.value)),
            default=Value(Kind.MISSING.value),
            output_field=CharField(),
        ),
        row_facts=nothing,
        row_was=nothing,
        row_faults=none_,
        row_cells=none_,
        row_outcome=Value("", CharField()),
    )
    return rows.order_by().values_list(
        "row_number", "row_roster", "row_kind", "pk", "changed_at", "row_facts", "row_was", "row_faults", "row_cells",
        "row_outcome",
    )  # fmt: skip


def moved_since(roster: RosterImport, *, ends_missing: bool) -> int:
    """How many rows no longer stand as they were compared: the seat changed, or the person was added by hand."""
    kinds = [Kind.CHANGED, Kind.REJOINING, *([Kind.MISSING] if ends_missing else [])]
    same = Membership.objects.filter(pk=OuterRef("seat"), changed_at=OuterRef("seen_at"))
    acted_on = RosterRow.objects.filter(roster=roster, kind__in=kinds).filter(~Exists(same))
    by_now = Membership.objects.filter(organization=roster.organization_id, ended_on=None)
    new = RosterRow.objects.filter(roster=roster, kind__in=(Kind.NEW, Kind.REJOINING))
    new = new.annotate(email=KT("facts__work_email"), number_=KT("facts__staff_number"))
    taken = Exists(by_now.filter(work_email=OuterRef("email"))) | Exists(
        by_now.filter(staff_number=OuterRef("number_"))
    )
    return acted_on.count() + new.filter(taken).count()


def counts_of(roster: RosterImport) -> dict[str, int]:
    found = RosterRow.objects.filter(roster=roster).order_by().values_list("kind").annotate(number=Count("pk"))
    return {kind.value: 0 for kind in Kind} | dict(found)


def outcomes_of(roster: RosterImport) -> dict[str, int]:
    """What became of the rows: done by kind, and left alone by reason."""
    rows = RosterRow.objects.filter(roster=roster).exclude(outcome="").order_by()
    found = rows.values_list("kind", "outcome").annotate(number=Count("pk"))
    told: dict[str, int] = {}
    for kind, outcome, number in found:
        name = kind if outcome == DONE else outcome
        told[name] = told.get(name, 0) + number
    return told


#: The outcome of a row that was applied, and the reasons for which one was left alone.
DONE: Final = "done"
MOVED: Final = "moved"
TAKEN: Final = "taken"
NO_TEAM: Final = "no_team"


def rows_of(roster: RosterImport, kind: Kind) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, kind=kind).order_by("number")


def names_of_seats(seats: Iterable[int | None]) -> dict[int, tuple[UUID, str, str]]:
    """Address, name and team of seats by their ids, for the rows of a page."""
    wanted = [seat for seat in seats if seat]
    found = Membership.objects.filter(pk__in=wanted).values_list("pk", "public_id", "name", "team__name")
    return {pk: (public_id, name, team or "") for pk, public_id, name, team in found}


def teams_to_make(roster: RosterImport, limit: int) -> list[str]:
    """The paths of teams that the file names and that are not there, as the lines write them."""
    # As text, which both databases can look into: thousands of lines may have other faults.
    rows = rows_of(roster, Kind.ERROR).annotate(told=Cast("faults", TextField())).filter(told__contains="unknown_team")
    paths: dict[str, None] = {}
    for faults in rows.values_list("faults", flat=True).iterator(chunk_size=1000):
        for fault in faults:
            if fault["code"] == "unknown_team":
                paths.setdefault(fault["value"], None)
                if len(paths) == limit:
                    return list(paths)
    return list(paths)


def left_alone(roster: RosterImport) -> QuerySet[RosterRow]:
    return RosterRow.objects.filter(roster=roster, outcome__in=(MOVED, TAKEN, NO_TEAM)).order_by("number")


def new_seats_of(organization: Organization, roster: str) -> QuerySet[Any]:
    """The ids of the seats that an import made, by the import's id as an address carries it; none if it is no id."""
    try:
        public_id = UUID(roster)
    except ValueError:
        return Membership.objects.none().values("pk")
    rows = RosterRow.objects.filter(
        roster__organization=organization,
        roster__public_id=public_id,
        kind__in=(Kind.NEW, Kind.REJOINING),
        outcome=DONE,
    )
    return rows.annotate(made=F("seat")).values("made")
