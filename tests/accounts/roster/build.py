"""Rosters from rows, on their way through all of it."""

from collections.abc import Mapping, Sequence

from accounts.models import Organization, RosterImport
from accounts.queries import reading_of
from accounts.rules.roster import DayOrder, Encoding, Field, rendered
from accounts.services import check_roster, confirm_roster, receive_roster, work_on_rosters
from audit.services import SYSTEM, Person

HEADER = ("Name", "Email", "Employee ID", "Department", "Title", "Hire date")


def content(*rows: Sequence[str], header: Sequence[str] = HEADER, delimiter: str = ",") -> bytes:
    return rendered([header, *rows], delimiter).encode()


def received(organization: Organization, body: bytes, by: Person = SYSTEM) -> RosterImport:
    return receive_roster(organization=organization, name="people.csv", content=body, by=by)


def checked(
    organization: Organization,
    body: bytes,
    by: Person = SYSTEM,
    *,
    columns: Mapping[Field, int] | None = None,
    encoding: Encoding | None = None,
    order: DayOrder | None = None,
    makes_teams: bool = False,
) -> RosterImport:
    roster = received(organization, body, by)
    check_roster(
        roster=roster,
        columns=columns or reading_of(roster).columns,
        encoding=encoding,
        order=order,
        makes_teams=makes_teams,
        by=by,
    )
    return worked(roster)


def applied(
    organization: Organization,
    body: bytes,
    by: Person = SYSTEM,
    *,
    ends: bool = False,
    lifts: bool = False,
    makes_teams: bool = False,
) -> RosterImport:
    roster = checked(organization, body, by, makes_teams=makes_teams)
    confirm_roster(roster=roster, digest=roster.digest, ends_missing=ends, lifts_limit=lifts, by=by)
    return worked(roster)


def worked(roster: RosterImport) -> RosterImport:
    work_on_rosters(by=SYSTEM)
    roster.refresh_from_db()
    return roster
