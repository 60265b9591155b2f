"""The audit trail as its owner reads it."""

import ast
import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Membership, Organization, RoleGrant, User
from accounts.services import NotAllowed, add_member, add_team, end_membership
from administrator.messages.audit import ACTIONS
from audit.models import AuditEvent
from audit.services import SYSTEM, record
from audit.triggers import lifted
from tests.administrator.test_access import address
from tests.administrator.test_pages import text
from tests.conftest import Clinic, client_of, expect_statements
from tests.training.build import NOW, seat_of
from training.services import check_trail, export_trail, open_trail


@pytest.fixture
def reading(clinic: Clinic, nina: User) -> Client:
    client = client_of(nina)
    assert client.post(address("audit-reading")).headers["Location"] == address("audit")
    return client


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def test_trail_is_closed_until_its_reading_is_on_record(clinic: Clinic, omar: User, nina: User) -> None:
    add_team(organization=clinic.organization, name="Night", by=omar)
    client = client_of(nina)
    assert "A team was added" not in text(client, "audit")

    client.post(address("audit-reading"))

    assert "A team was added" in text(client, "audit")
    assert actions() == ["team.added", "audit.read"]
    assert AuditEvent.objects.get(action="audit.read").actor == nina.audit_name


def test_reading_is_put_on_record_anew_after_an_hour(clinic: Clinic, nina: User, reading: Client) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=59), tick=False):
        assert "The audit trail was read" in text(reading, "audit")
    with time_machine.travel(NOW + dt.timedelta(minutes=61), tick=False):
        page = text(reading, "audit")
    assert ("Read the trail" in page, "The audit trail was read" in page) == (True, False)


def test_trail_is_open_in_that_organization_only(clinic: Clinic, nina: User, reading: Client) -> None:
    other = Organization.objects.create(slug="second", name="Second")
    seat = Membership.objects.create(
        organization=other, user=nina, name="Nina", work_email="n@x.example", started_on=dt.date(2026, 1, 1)
    )
    RoleGrant.objects.create(membership=seat, role="owner", starts_on=dt.date(2026, 1, 1))

    assert "Read the trail" in reading.get(address("audit", organization="second")).content.decode()


@pytest.mark.parametrize("who", ["omar", "mara", "ana", "vera", "charlie"])
@pytest.mark.parametrize("name", ["audit-reading", "audit-check", "audit-csv"])
def test_trail_is_for_owners_of_the_organization(
    clinic: Clinic, who: str, name: str, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(who))

    assert client.get(address("audit")).status_code == 404
    assert client.post(address(name)).status_code == 404
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize("act", [open_trail, check_trail])
def test_acts_on_the_trail_refuse_whoever_is_no_owner(clinic: Clinic, omar: User, act: Any) -> None:
    with pytest.raises(NotAllowed):
        act(organization=clinic.organization, by=omar)

    assert AuditEvent.objects.get().outcome == "refused"


def test_export_refuses_whoever_is_no_owner(clinic: Clinic, omar: User) -> None:
    with pytest.raises(NotAllowed):
        export_trail(organization=clinic.organization, by=omar, chosen={})


def test_event_is_told_in_words_with_names(clinic: Clinic, omar: User, reading: Client) -> None:
    add_member(organization=clinic.organization, name="Dee Marchetti", work_email="d@x.example", by=omar)

    page = text(reading, "audit")

    assert 'A person was added<span class="d-block v-cap">Dee Marchetti</span>' in page
    assert ">Omar Haddad</td>" in page


def test_event_without_words_is_told_by_its_code(clinic: Clinic, reading: Client) -> None:
    record("kettle.boiled", by=SYSTEM, target=clinic.organization, organization=clinic.organization, cups=2)

    page = text(reading, "audit")
    assert "kettle.boiled" in page
    assert 'cups <span class="v-code">2</span>' in page
    assert "The system" in page


def recorded_with_an_organization(path: Path) -> Iterator[str]:
    """The actions that a module records in an organization's trail, where they are written out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "refusals_recorded"):
            action = node.args[0]
            if isinstance(action, ast.Constant) and "organization" in {keyword.arg for keyword in node.keywords}:
                yield str(action.value)


def test_every_action_of_an_organization_has_words() -> None:
    apps = ("accounts", "training", "courses", "quizzes")
    found = {
        action for app in apps for path in Path(app).rglob("*.py") for action in recorded_with_an_organization(path)
    }
    assert len(found) > 15
    assert found - ACTIONS.keys() == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=team.added", ["team.added"]),
        ("?outcome=refused", ["membership.ended"]),
        ("?person=omar", ["membership.added", "team.added"]),
        ("?person=dee", ["membership.added"]),
        ("?person=nobody", []),
        ("?first=2026-11-22&last=2026-11-22", ["audit.read", "membership.ended", "membership.added", "team.added"]),
        ("?last=2026-11-21", []),
        ("?first=2026-11-23", []),
        (
            "?first=x&action=%00&outcome=x&before=x",
            ["audit.read", "membership.ended", "membership.added", "team.added"],
        ),
    ],
)
def test_filter(clinic: Clinic, omar: User, mara: User, nina: User, query: str, found: list[str]) -> None:
    add_team(organization=clinic.organization, name="Night", by=omar)
    add_member(organization=clinic.organization, name="Dee Marchetti", work_email="d@x.example", by=omar)
    with pytest.raises(NotAllowed):
        end_membership(membership=seat_of(nina), by=mara)
    client = client_of(nina)
    client.post(address("audit-reading"))

    context = client.get(address("audit") + query).context
    assert [row["event"].action for row in context["rows"]] == found


def test_pages_go_on_from_an_event_whatever_is_added(clinic: Clinic, reading: Client) -> None:
    for _ in range(60):
        record("team.added", by=SYSTEM, target=clinic.organization, organization=clinic.organization)
    first = reading.get(address("audit")).context
    record("team.added", by=SYSTEM, target=clinic.organization, organization=clinic.organization)

    second = reading.get(address("audit") + f"?before={first['before']}").context

    numbers = [row["event"].sequence for page in (first, second) for row in page["rows"]]
    assert numbers == list(range(61, 0, -1))
    assert second["before"] is None


def test_trail_takes_as_many_statements_for_fifty_as_for_one(clinic: Clinic, reading: Client) -> None:
    with expect_statements(8):
        reading.get(address("audit"))
    for _ in range(49):
        record("team.added", by=SYSTEM, target=clinic.organization, organization=clinic.organization)
    with expect_statements(8):
        reading.get(address("audit"))


def test_check_says_that_it_is_whole_and_is_on_record(clinic: Clinic, reading: Client) -> None:
    assert "It has not been checked from here yet." in text(reading, "audit")

    reading.post(address("audit-check"))

    page = text(reading, "audit")
    assert "The trail was whole: all 1 events follow from one another." in page
    assert "Checked on November 22, 2026" in page


def test_check_names_what_was_altered_and_what_is_missing(clinic: Clinic, nina: User, reading: Client) -> None:
    for _ in range(3):
        record("team.added", by=SYSTEM, target=clinic.organization, organization=clinic.organization)
    with lifted(connection, ["audit_auditevent"]):
        AuditEvent.objects.filter(sequence=2).update(action="team.retired")
        AuditEvent.objects.filter(sequence=3).delete()

    faults = check_trail(organization=clinic.organization, by=nina)

    assert {fault.value: number for fault, number in faults.items()} == {"altered": 1, "missing": 1}
    page = text(reading, "audit")
    assert "The trail does not hold: 1 event was altered; 1 event is missing." in page


def test_export_has_what_the_filter_lets_through_and_is_on_record(clinic: Clinic, omar: User, reading: Client) -> None:
    add_team(organization=clinic.organization, name="Night", by=omar)
    add_member(organization=clinic.organization, name="=Dee", work_email="d@x.example", by=omar)

    response = reading.post(address("audit-csv"), {"person": "omar"})

    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [(row["action"], row["actor_name"], row["object_name"]) for row in rows] == [
        ("membership.added", "Omar Haddad", "'=Dee"),
        ("team.added", "Omar Haddad", ""),
    ]
    assert all(len(row["hash"]) == 64 for row in rows)
    assert AuditEvent.objects.get(action="audit.exported").details == {"chosen": {}}


def test_another_clinics_events_are_not_shown(clinic: Clinic, charlie: User, reading: Client) -> None:
    add_team(organization=Organization.objects.get(slug="harbor"), name="Dock", by=charlie)

    rows = reading.get(address("audit")).context["rows"]
    assert [row["event"].action for row in rows] == ["audit.read"]
