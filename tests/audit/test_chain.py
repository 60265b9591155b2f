import json
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization, User
from audit.models import AuditEvent, ChainHead, Outcome, RequestId
from audit.queries import chains, faults_of
from audit.request import current_request_id
from audit.rules import GENESIS, SITE_CHAIN, ChainFault, Fault
from audit.services import HEAD, SYSTEM, ChainBusy, record, record_refusal, refusals_recorded
from audit.triggers import lifted
from tests.conftest import Clinic
from tests.properties import examples

TABLE = AuditEvent._meta.db_table


def events(count: int, by: User, organization: Organization | None = None) -> list[AuditEvent]:
    return [record(f"test.act{n}", by=by, target=by, organization=organization, n=n) for n in range(count)]


def all_faults() -> dict[str, list[ChainFault]]:
    return {chain: found for chain in chains() if (found := faults_of(chain))}


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


# Recording


def test_record_goes_to_the_organizations_chain_or_the_sites(clinic: Clinic, vera: User) -> None:
    token = current_request_id.set("abc123")
    here = record("test.here", by=vera, target=clinic.front_desk, organization=clinic.organization, n=1)
    current_request_id.reset(token)
    nowhere = record("test.nowhere", by=SYSTEM, target=vera)

    assert (here.chain, here.sequence, here.previous) == (str(clinic.organization.public_id), 1, GENESIS)
    assert (here.actor, here.request, here.details) == (vera.audit_name, "abc123", {"n": 1})
    assert (here.object_type, here.object_id) == ("accounts.team", str(clinic.front_desk.pk))
    assert (nowhere.chain, nowhere.actor, nowhere.object_id) == (SITE_CHAIN, "system", str(vera.public_id))
    assert (nowhere.outcome, nowhere.request) == (Outcome.DONE, "")
    assert all_faults() == {}


def test_record_goes_with_the_act_that_failed(vera: User) -> None:
    @transaction.atomic
    def act() -> None:
        record("test.done", by=vera, target=vera)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert AuditEvent.objects.count() == 0
    assert ChainHead.objects.count() == 0


def test_record_says_when_the_head_never_rests(vera: User, monkeypatch: pytest.MonkeyPatch) -> None:
    record("test.done", by=vera, target=vera)
    stale = ChainHead(pk=ChainHead.objects.get().pk, chain=SITE_CHAIN, sequence=0, hash=GENESIS)
    monkeypatch.setattr(HEAD, "rows", lambda _chain: [stale])

    with pytest.raises(ChainBusy):
        record("test.done", by=vera, target=vera)


def test_refusal_is_recorded_after_the_act_is_undone(clinic: Clinic, vera: User) -> None:
    class No(Exception):
        pass

    def act() -> None:
        with refusals_recorded("test.refused", No, by=vera, target=vera):
            Organization.objects.create(slug="gone", name="Gone")
            raise No

    with pytest.raises(No):
        act()

    event = AuditEvent.objects.get()
    assert (event.outcome, event.details) == (Outcome.REFUSED, {"because": "No"})
    assert not Organization.objects.filter(slug="gone").exists()


def test_other_faults_are_no_refusals(vera: User) -> None:
    with pytest.raises(RuntimeError), refusals_recorded("test.refused", KeyError, by=vera, target=vera):
        raise RuntimeError

    assert AuditEvent.objects.count() == 0


def test_record_refusal_tells_why(vera: User) -> None:
    event = record_refusal("test.refused", by=vera, target=vera, because="TooLate", attempt=3)

    assert (event.outcome, event.details) == (Outcome.REFUSED, {"because": "TooLate", "attempt": 3})


# Tampering, with the triggers lifted as somebody with all rights on the database could


CHANGES = ["at", "actor", "action", "object_type", "object_id", "outcome", "details", "request", "sequence", "chain"]


def tamper(how: str, data: st.DataObject, count: int) -> None:
    rows = list(AuditEvent.objects.filter(chain=SITE_CHAIN).order_by("sequence"))
    row = rows[data.draw(st.integers(0, count - 1))]
    with lifted(connection, [TABLE]):
        if how == "remove":
            AuditEvent.objects.filter(pk=row.pk).delete()
        elif how == "cut the end":
            AuditEvent.objects.filter(chain=SITE_CHAIN, sequence__gte=row.sequence).delete()
        elif how == "alter":
            alter(row, data.draw(st.sampled_from(CHANGES)))
        elif how == "add":
            AuditEvent.objects.filter(pk=row.pk).update(sequence=10_000)
            row.pk = None
            row.save(force_insert=True)
        else:
            swap(row, rows[data.draw(st.integers(0, count - 1).filter(lambda n: rows[n] != row))])


def alter(row: AuditEvent, field: str) -> None:
    new = {
        "at": row.at.replace(year=2020),
        "details": {"n": -1},
        "sequence": 999,
        "outcome": Outcome.REFUSED,
    }.get(field, "another")
    AuditEvent.objects.filter(pk=row.pk).update(**{field: new})


def swap(one: AuditEvent, other: AuditEvent) -> None:
    AuditEvent.objects.filter(pk=one.pk).update(sequence=0)
    AuditEvent.objects.filter(pk=other.pk).update(sequence=one.sequence)
    AuditEvent.objects.filter(pk=one.pk).update(sequence=other.sequence)


@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), count=st.integers(2, 6), how=st.sampled_from(["remove", "cut the end", "alter", "add", "swap"]))
def test_any_tampering_is_found(vera: User, data: st.DataObject, count: int, how: str) -> None:
    point = transaction.savepoint()
    events(count, vera)
    assert all_faults() == {}

    tamper(how, data, count)

    assert all_faults()
    transaction.savepoint_rollback(point)


def test_cutting_end_and_head_together_is_found_against_saved_heads(vera: User, tmp_path: Path) -> None:
    events(3, vera)
    saved = tmp_path / "heads.json"
    check("--save", str(saved))
    second = AuditEvent.objects.get(sequence=2)
    with lifted(connection, [TABLE]):
        AuditEvent.objects.filter(sequence=3).delete()
    ChainHead.objects.update(sequence=2, hash=second.hash)

    assert "2 events, whole" in check()
    with pytest.raises(CommandError, match="1 faults"):
        check("--against", str(saved))


def test_writing_the_end_anew_is_found_against_saved_heads(vera: User, tmp_path: Path) -> None:
    events(2, vera)
    saved = tmp_path / "heads.json"
    saved.write_text(json.dumps({SITE_CHAIN: [2, "0" * 64], "gone": [1, "1" * 64], "never": [0, GENESIS]}))

    with pytest.raises(CommandError, match="2 faults"):
        check("--against", str(saved))


def test_check_audit_names_chain_event_and_fault(clinic: Clinic, vera: User) -> None:
    events(2, vera)
    events(2, vera, clinic.organization)
    with lifted(connection, [TABLE]):
        AuditEvent.objects.filter(chain=SITE_CHAIN, sequence=1).update(actor="somebody")
    out = StringIO()

    with pytest.raises(CommandError, match="1 faults"):
        call_command("check_audit", stdout=out, stderr=out)

    assert out.getvalue() == "site: event 1 was altered\n"
    assert f"{clinic.organization.public_id}: 2 events, whole" in check("--chain", str(clinic.organization.public_id))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--chain", "riverbend"], "There is no chain `riverbend`: it is `site`, or an organization's public id."),
        (["--against", "{}/none.json"], "{}/none.json cannot be read: No such file or directory."),
        (["--against", "{}/other.json"], "{}/other.json does not hold heads as `--save` writes them."),
        (["--against", "{}/list.json"], "{}/list.json does not hold heads as `--save` writes them."),
        (
            ["--save", "{}/no/heads.json"],
            "The heads were not saved: {}/no/heads.json cannot be written: No such file or directory.",
        ),
    ],
)
def test_check_audit_says_what_it_could_not_check(vera: User, tmp_path: Path, arguments: list[str], told: str) -> None:
    events(1, vera)
    (tmp_path / "other.json").write_text("heads")
    (tmp_path / "list.json").write_text('["site"]')

    with pytest.raises(CommandError) as refused:
        check(*(each.format(tmp_path) for each in arguments))

    assert str(refused.value) == told.format(tmp_path)


def test_check_audit_finds_a_saved_chain_that_is_gone(clinic: Clinic, vera: User, tmp_path: Path) -> None:
    chain = str(clinic.organization.public_id)
    events(1, vera, clinic.organization)
    check("--save", str(tmp_path / "heads.json"))
    with lifted(connection, [TABLE]):
        AuditEvent.objects.all().delete()
    ChainHead.objects.all().delete()

    with pytest.raises(CommandError, match="1 faults"):
        check("--chain", chain, "--against", str(tmp_path / "heads.json"))
    with pytest.raises(CommandError, match="There is no chain"):
        check("--chain", chain)


def test_a_chain_without_its_head_is_found(vera: User) -> None:
    events(1, vera)
    ChainHead.objects.all().delete()

    assert all_faults() == {SITE_CHAIN: [ChainFault(1, Fault.UNCHAINED)]}


# What the database refuses by itself


def test_events_cannot_be_changed_or_removed(vera: User) -> None:
    event = record("test.done", by=vera, target=vera)

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.update(actor="somebody")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEvent.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
    assert AuditEvent.objects.get() == event


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's")
def test_events_cannot_be_replaced(vera: User) -> None:
    event = record("test.done", by=vera, target=vera)
    columns = ", ".join(f'"{field.column}"' for field in AuditEvent._meta.concrete_fields)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}")

    assert AuditEvent.objects.get() == event


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_events_cannot_be_truncated(vera: User) -> None:
    record("test.done", by=vera, target=vera)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE}")


def test_constraints_of_events_heads_and_request_ids(vera: User) -> None:
    event = record("test.done", by=vera, target=vera)
    for change in ({}, {"outcome": "maybe", "sequence": 2}):
        copy = AuditEvent.objects.get(pk=event.pk)
        copy.pk = None
        for name, value in change.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainHead.objects.create(chain=SITE_CHAIN, hash=GENESIS)
    first = RequestId.objects.create(actor="a", request_id="0" * 32, route="r", outcome_id="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestId.objects.create(actor="a", request_id=first.request_id, route="other", outcome_id="2")


# Many at once


@pytest.mark.django_db(transaction=True)
def test_acts_at_once_leave_a_whole_chain() -> None:
    people = [User.objects.create_user(f"p{n}@example.com") for n in range(4)]
    organization = Organization.objects.create(slug="riverbend", name="Riverbend")
    start = threading.Barrier(len(people))

    def act(user: User) -> None:
        try:
            start.wait()
            for n in range(10):
                record("test.act", by=user, target=user, organization=organization, n=n)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AuditEvent.objects.count() == 40
    assert ChainHead.objects.get().sequence == 40
    assert all_faults() == {}
