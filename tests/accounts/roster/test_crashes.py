"""A worker that dies at any statement: what it wrote is whole parts, and the next one ends the same."""

import datetime as dt
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organization, RosterImport, RosterRow
from accounts.queries import reading_of
from accounts.rules.roster import Encoding, FileFault, Kind
from accounts.services import CannotMap, check_roster, confirm_roster, receive_roster, work_on_rosters
from accounts.services.rosters import applying, checking
from audit.models import AuditEvent
from audit.queries import faults_of
from audit.services import SYSTEM
from tests.accounts.roster.build import applied, checked, content, received, worked
from tests.crashing import Killed, killed_at
from tests.properties import examples

pytestmark = pytest.mark.django_db

STARTED = dt.date(2026, 1, 5)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PART", 2)
    monkeypatch.setattr(applying, "PART", 2)


def clinic(slug: str) -> Organization:
    """Six people: one will change, one comes back, one is the same, and three are missing."""
    organization = Organization.objects.create(slug=slug, name=slug, time_zone="America/Chicago")
    for number in range(6):
        Membership.objects.create(
            organization=organization,
            name=f"P{number}",
            work_email=f"p{number}@example.com",
            started_on=STARTED,
            ended_on=dt.date(2026, 2, 1) if number == 2 else None,
        )
    return organization


BODY = content(
    ("P0 changed", "p0@example.com", "S-0", "", "", ""),
    ("P1", "p1@example.com", "", "", "", ""),
    ("P2", "p2@example.com", "", "", "", ""),
    ("New 1", "n1@example.com", "", "Night", "", ""),
    ("New 2", "n2@example.com", "", "Night", "", ""),
    ("Bad", "bad", "", "", "", ""),
)
FIT = BODY.replace(b"Bad,bad,,,,\r\n", b"")


def people(organization: Organization) -> list[tuple[object, ...]]:
    found = Membership.objects.filter(organization=organization).order_by("work_email", "started_on")
    return list(found.values_list("name", "work_email", "staff_number", "team__name", "started_on", "ended_on"))


def rows(roster: RosterImport) -> list[tuple[object, ...]]:
    return list(RosterRow.objects.filter(roster=roster).values_list("number", "line", "kind", "facts", "was"))


def worked_through_kills(at: int) -> int:
    """Work with a kill at the n-th statement, then again without; whether the kill came, as a number."""
    try:
        with killed_at(at):
            work_on_rosters(by=SYSTEM)
    except Killed:
        work_on_rosters(by=SYSTEM)
        return 1
    return 0


@pytest.mark.django_db(transaction=True)
def test_dry_run_killed_at_any_statement_ends_the_same() -> None:
    expected = checked(clinic("whole"), BODY, makes_teams=True)
    for at in count(1):
        organization = clinic(f"killed-{at}")
        roster = received(organization, BODY)
        check_roster(roster=roster, columns=reading_of(roster).columns, makes_teams=True, by=SYSTEM)
        before = people(organization)
        was_killed = worked_through_kills(at)
        roster.refresh_from_db()
        assert roster.state == "checked", at
        assert rows(roster) == rows(expected), at
        assert people(organization) == before, at
        if not was_killed:
            break
    assert at > 20, "every statement was a crash point"


@pytest.mark.django_db(transaction=True)
def test_application_killed_at_any_statement_ends_the_same() -> None:
    def confirmed(organization: Organization) -> RosterImport:
        roster = checked(organization, FIT, makes_teams=True)
        confirm_roster(roster=roster, digest=roster.digest, ends_missing=True, lifts_limit=True, by=SYSTEM)
        return roster

    whole = clinic("whole")
    expected = worked(confirmed(whole))
    assert expected.outcome == {"new": 2, "changed": 1, "rejoining": 1, "missing": 3}
    for at in count(1):
        organization = clinic(f"killed-{at}")
        roster = confirmed(organization)
        was_killed = worked_through_kills(at)
        roster.refresh_from_db()
        assert (roster.state, roster.outcome) == ("applied", expected.outcome), at
        assert people(organization) == people(whole), at
        assert faults_of(str(organization.public_id)) == [], at
        parts = AuditEvent.objects.filter(chain=str(organization.public_id), action="roster.part_applied")
        told = [seat for event in parts for kind in Kind for seat in event.details.get(kind, [])]
        assert len(told) == len(set(told)) == 7, at
        if not was_killed:
            break
    assert at > 30, "every statement was a crash point"


# Any file

names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(names, st.integers(0, 30), st.booleans()), max_size=8, unique_by=lambda row: row[1]))
def test_a_valid_roster_imported_twice_is_imported_once(given_rows: list[tuple[str, int, bool]]) -> None:
    organization = clinic(f"c{Organization.objects.count()}")
    lines = [
        (f"x{name}", f"p{number}@example.com", f"S{number}" if has_number else "", "", "", "2024-03-01")
        for name, number, has_number in given_rows
    ]
    body = content(*lines, ("Last", "last@example.com", "", "", "", ""))

    first = applied(organization, body)
    after = people(organization)
    second = applied(organization, body)

    assert first.counts["error"] == second.counts["error"] == 0
    assert people(organization) == after
    assert second.outcome == {}
    assert second.counts["unchanged"] == len(lines) + 1


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(BODY) - 1), st.binary(max_size=3)), min_size=1, max_size=6))
def test_a_file_with_any_bytes_changed_never_fails_and_never_writes_before_it_is_confirmed(
    changes: list[tuple[int, bytes]],
) -> None:
    body = BODY
    for place, put in changes:
        body = body[:place] + put + body[place + 1 :]
    organization = clinic(f"m{Organization.objects.count()}")
    before = people(organization)
    try:
        roster = receive_roster(organization=organization, name="x.csv", content=body, by=SYSTEM)
        check_roster(
            roster=roster, columns=reading_of(roster).columns, encoding=Encoding.LATIN_1, makes_teams=True, by=SYSTEM
        )
    except (FileFault, CannotMap):
        assert people(organization) == before
        return
    worked(roster)
    assert roster.state in ("checked", "stopped", "read")
    assert people(organization) == before
