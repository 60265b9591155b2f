"""A roster from its bytes to the people."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from accounts.models import (
    Membership,
    Organization,
    Role,
    RoleGrant,
    RosterFile,
    RosterImport,
    RosterRow,
    Team,
    User,
)
from accounts.queries import new_seats_of, reading_of, today_in
from accounts.rules.roster import DayOrder, Encoding, Field, FileFault, Kind
from accounts.services import (
    AnotherApplies,
    CannotMap,
    ErrorsFirst,
    FactsMoved,
    NotAllowed,
    NotAsSeen,
    RosterBusy,
    TooManyEnded,
    add_member,
    change_member,
    check_roster,
    confirm_roster,
    end_grant,
    end_membership,
    grant_role,
    invite,
    receive_roster,
    remove_old_rosters,
    remove_roster,
)
from audit.models import AuditEvent, OutboxMail
from audit.queries import faults_of
from audit.services import SYSTEM
from tests.accounts.roster.build import HEADER, applied, checked, content, received, worked
from tests.conftest import Clinic

ANA = ("Ana Reyes", "ana@example.com", "S-1", "Crisis team", "", "")
DEE = ("Dee Marchetti", "dee@example.com", "S-2", "Crisis team", "Nurse", "2024-03-01")


def numbers(roster: RosterImport) -> dict[str, int]:
    return {kind: number for kind, number in roster.counts.items() if number}


def seat(name: str, clinic: Clinic, **facts: object) -> Membership:
    email = f"{name.lower()}@example.com"
    started = dt.date(2026, 1, 5)
    return Membership.objects.create(
        **{"organization": clinic.organization, "name": name, "work_email": email, "started_on": started, **facts}
    )


def faults(roster: RosterImport) -> list[str]:
    rows = RosterRow.objects.filter(roster=roster, kind=Kind.ERROR).order_by("number")
    return [fault["code"] for row in rows for fault in row.faults]


# The dry run


def test_new_changed_unchanged_and_missing_are_told_apart(clinic: Clinic, ana: User, cody: User, omar: User) -> None:
    Membership.objects.filter(user=cody).update(job_title="Counselor")
    seat("Eli", clinic)
    body = content(
        ("Ana Reyes", "ana@example.com", "S-1", "Front desk", "", ""),
        ("Cody Blake", "cody@example.com", "", "Front desk", "Counselor", ""),
        DEE,
    )

    roster = checked(clinic.organization, body, omar)

    assert roster.state == "checked"
    assert numbers(roster) == {"new": 1, "changed": 1, "unchanged": 1, "missing": 1, "kept": 1, "here": 4}
    changed = RosterRow.objects.get(kind=Kind.CHANGED)
    assert (changed.was, changed.facts) == (
        {"staff_number": "", "team": "Crisis team"},
        {"staff_number": "S-1", "team": "Front desk"},
    )
    assert changed.line == 2
    assert Membership.objects.count() == 4


def test_dry_run_changes_nobody(clinic: Clinic, ana: User, omar: User) -> None:
    before = list(Membership.objects.values())

    checked(clinic.organization, content(("Ana R.", *ANA[1:]), DEE), omar)

    assert list(Membership.objects.values()) == before
    assert not OutboxMail.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        content(DEE, delimiter=";"),
        content(DEE, delimiter="\t"),
        content(DEE, delimiter="|"),
        b"\xef\xbb\xbf" + content(DEE),
        content(DEE).replace(b"\r\n", b"\r\n\r\n"),
        content(DEE).replace(b"\r\n", b"\n"),
        content(DEE).replace(b"\r\n", b"\r"),
        content(DEE).replace(b"2024-03-01", b"45352"),
        content(DEE).replace(b"2024-03-01", b"3/1/2024"),
        content(DEE).replace(b"Dee Marchetti", b'"Dee\nMarchetti"'),
        b"sep=,\r\n" + content(DEE),
    ],
)
def test_every_spelling_of_the_same_line_is_the_same_person(clinic: Clinic, body: bytes) -> None:
    roster = checked(clinic.organization, body)

    assert RosterRow.objects.get(roster=roster).facts == {
        "name": "Dee Marchetti",
        "work_email": "dee@example.com",
        "staff_number": "S-2",
        "team": "Crisis team",
        "job_title": "Nurse",
        "hired_on": "2024-03-01",
        "started_on": "2024-03-01",
    }


def test_latin_1_is_read_only_after_a_person_said_so(clinic: Clinic) -> None:
    body = content(("José", "jose@example.com", "", "", "", "")).decode().encode("latin-1")
    roster = received(clinic.organization, body)
    columns = reading_of(roster).columns
    with pytest.raises(CannotMap):
        check_roster(roster=roster, columns=columns, by=SYSTEM)

    check_roster(roster=roster, columns=columns, encoding=Encoding.LATIN_1, by=SYSTEM)

    worked(roster)
    assert RosterRow.objects.get(roster=roster).facts["name"] == "José"


def test_days_that_could_be_read_in_two_ways_are_asked(clinic: Clinic) -> None:
    body = content((*DEE[:5], "03.04.2024"))
    roster = checked(clinic.organization, body)
    assert (roster.state, roster.stop_reason) == ("read", "ask_order")
    assert not RosterRow.objects.exists()

    for order, day in ((DayOrder.DAY_FIRST, "2024-04-03"), (DayOrder.MONTH_FIRST, "2024-03-04")):
        check_roster(roster=roster, columns=reading_of(roster).columns, order=order, by=SYSTEM)
        worked(roster)
        assert RosterRow.objects.get(roster=roster).facts["hired_on"] == day


def test_days_with_dots_that_can_be_read_in_one_way_only_are_not_asked(clinic: Clinic) -> None:
    roster = checked(
        clinic.organization, content((*DEE[:5], "03.04.2024"), ("Eli", "eli@example.com", "", "", "", "31.12.2020"))
    )

    assert roster.reading["order"] == "day_first"
    assert RosterRow.objects.get(roster=roster, number=1).facts["hired_on"] == "2024-04-03"


def test_columns_are_remembered_for_the_next_file_of_the_organization_alone(clinic: Clinic, charlie: User) -> None:
    header = ("Wer", "Post", "Abteilung")
    rows = (("Dee", "dee@example.com", "Crisis team"),)
    columns = {Field.NAME: 0, Field.WORK_EMAIL: 1, Field.TEAM: 2}
    checked(clinic.organization, content(*rows, header=header), columns=columns)

    again = received(
        clinic.organization, content(("Crisis team", "Dee", "dee@example.com"), header=header[2:] + header[:2])
    )

    assert reading_of(again).columns == {Field.NAME: 1, Field.WORK_EMAIL: 2, Field.TEAM: 0}
    assert reading_of(again).is_remembered
    harbor = Organization.objects.get(slug="harbor")
    assert reading_of(received(harbor, content(*rows, header=header))).columns == {}


def test_lines_with_errors_name_what_is_wrong_and_the_rest_is_fit(clinic: Clinic, ana: User) -> None:
    Membership.objects.filter(user=ana).update(staff_number="S-1")
    body = content(
        DEE,
        ("", "x", "", "", "", "soon"),
        ("Eli", "eli@example.com", "S-7", "Attic", "", ""),
        ("Fay", "fay@example.com", "S-8", "", "", ""),
        ("Gus", "gus@example.com", "S-8", "", "", ""),
        ("Hal", "FAY@example.com", "", "", "", ""),
        ("Ira", "ana@example.com", "S-9", "", "", ""),
    )

    roster = checked(clinic.organization, body)

    assert numbers(roster)["error"] == 6
    assert numbers(roster)["new"] == 1
    assert faults(roster) == [
        "not_an_email", "not_a_day", "no_name",
        "unknown_team",
        "number_twice", "email_twice",
        "number_twice",
        "email_twice",
        "number_of_another",
    ]  # fmt: skip
    assert RosterRow.objects.get(roster=roster, number=2).cells == ["", "x", "", "", "", "soon"]
    assert "missing" not in numbers(roster)  # Ira's line names ana's address: she is not taken for missing


def test_file_that_breaks_off_inside_a_quotation_is_stopped_with_its_line(clinic: Clinic) -> None:
    roster = checked(clinic.organization, content(DEE) + b'"Eli,eli@example.com\r\nFay,fay@example.com')

    assert (roster.state, roster.stop_reason, roster.stop_line) == ("stopped", "quotes", 3)
    assert not RosterRow.objects.exists()


def test_fifty_thousand_people_are_the_most(clinic: Clinic) -> None:
    line = b"A,a@b.co\n"
    roster = checked(clinic.organization, b"Name,Email\n" + line * 50_001)

    assert (roster.state, roster.stop_reason, roster.stop_line) == ("stopped", "too_many", 50_002)


@pytest.mark.parametrize("body", [b"", b"Name,Email\n", b"PK\x03\x04xxxx", "Name,Email\nA,b".encode("utf-16")])
def test_what_is_no_list_of_people_is_not_kept(clinic: Clinic, body: bytes) -> None:
    with pytest.raises(FileFault):
        received(clinic.organization, body)
    assert not RosterImport.objects.exists()


def test_columns_that_make_no_people_are_refused(clinic: Clinic) -> None:
    roster = received(clinic.organization, content(DEE))
    with pytest.raises(CannotMap) as refusal:
        check_roster(roster=roster, columns={Field.NAME: 0}, by=SYSTEM)
    assert refusal.value.faults == ("no_email",)


# Teams


def test_teams_that_are_not_there_are_made_only_when_that_is_said(clinic: Clinic, omar: User) -> None:
    body = content((*DEE[:3], "North / Night", *DEE[4:]), ("Eli", "eli@example.com", "", "north", "", ""))
    assert faults(checked(clinic.organization, body, omar)) == ["unknown_team", "unknown_team"]
    assert not Team.objects.filter(name="Night").exists()

    roster = applied(clinic.organization, body, omar, makes_teams=True)

    night = Team.objects.get(name="Night")
    assert (night.parent.name if night.parent else "", roster.outcome) == ("North", {"new": 2})
    assert Membership.objects.get(work_email="dee@example.com").team == night
    assert Membership.objects.get(work_email="eli@example.com").team == night.parent
    assert numbers(checked(clinic.organization, body, omar))["unchanged"] == 2


# Application


def test_what_was_confirmed_is_applied_and_the_same_file_then_changes_nothing(
    clinic: Clinic, ana: User, omar: User
) -> None:
    body = content(("Ana R. Reyes", "ana@example.com", "S-1", "Front desk", "", ""), DEE)

    roster = applied(clinic.organization, body, omar)

    assert (roster.state, roster.outcome) == ("applied", {"new": 1, "changed": 1})
    dee = Membership.objects.get(work_email="dee@example.com")
    assert (dee.team, dee.hired_on, dee.started_on, dee.user) == (
        clinic.crisis_team, dt.date(2024, 3, 1), dt.date(2024, 3, 1), None,
    )  # fmt: skip
    hers = Membership.objects.get(user=ana)
    assert (hers.name, hers.team, hers.staff_number) == ("Ana R. Reyes", clinic.front_desk, "S-1")
    assert not OutboxMail.objects.exists()
    assert not dee.grants.exists()

    before = list(Membership.objects.order_by("pk").values())
    again = applied(clinic.organization, body, omar)
    assert (again.counts["unchanged"], again.outcome) == (2, {})
    assert list(Membership.objects.order_by("pk").values()) == before


def test_changed_at_is_set_for_whoever_changes_and_for_nobody_else(clinic: Clinic, ana: User, cody: User) -> None:
    before = dict(Membership.objects.values_list("pk", "changed_at"))
    applied(clinic.organization, content(("Ana R.", *ANA[1:]), ("Cody Blake", "cody@example.com", "", "", "", "")))

    after = dict(Membership.objects.values_list("user__email", "changed_at"))
    pks = dict(Membership.objects.values_list("user__email", "pk"))
    assert after["ana@example.com"] > before[pks["ana@example.com"]]
    assert after["cody@example.com"] == before[pks["cody@example.com"]]


def test_address_of_an_account_elsewhere_makes_a_seat_and_links_nothing(clinic: Clinic, charlie: User) -> None:
    applied(clinic.organization, content(("C. Adeyemi", "charlie@example.com", "", "", "", "")))

    made = Membership.objects.get(organization=clinic.organization)
    assert (made.user, made.name) == (None, "C. Adeyemi")


def test_seats_of_another_organization_are_neither_found_nor_missing(clinic: Clinic, charlie: User) -> None:
    roster = checked(clinic.organization, content(("C. Adeyemi", "charlie@example.com", "", "", "", "")))

    assert numbers(roster) == {"new": 1}


def test_rejoiner_gets_a_new_seat_and_the_old_one_stays(clinic: Clinic, ana: User) -> None:
    old = end_membership(membership=Membership.objects.get(user=ana), on=dt.date(2026, 6, 1), by=SYSTEM)

    roster = applied(clinic.organization, content(ANA))

    assert roster.outcome == {"rejoining": 1}
    new = Membership.objects.get(work_email="ana@example.com", ended_on=None)
    assert (new.user, new.staff_number) == (None, "S-1")
    old.refresh_from_db()
    assert (old.user, old.ended_on) == (ana, dt.date(2026, 6, 1))


@pytest.mark.parametrize(("day", "hired_on"), [("2026-06-20", dt.date(2026, 6, 20)), ("", None)])
def test_rejoiner_is_hired_anew_on_the_day_of_the_row_or_the_first_day(
    clinic: Clinic, ana: User, day: str, hired_on: dt.date | None
) -> None:
    Membership.objects.filter(user=ana).update(hired_on=dt.date(2020, 1, 6))
    end_membership(membership=Membership.objects.get(user=ana), on=dt.date(2026, 6, 1), by=SYSTEM)
    body = content((*ANA[:5], day))

    applied(clinic.organization, body)

    new = Membership.objects.get(work_email="ana@example.com", ended_on=None)
    assert new.hired_on == (hired_on or today_in(clinic.organization))
    assert numbers(checked(clinic.organization, body)) == {"unchanged": 1, "here": 1}


def test_missing_people_stay_unless_that_mode_is_chosen(clinic: Clinic, omar: User) -> None:
    for number in range(10):
        seat(f"P{number}", clinic)
    lines = [(f"P{number}", f"p{number}@example.com", "", "", "", "") for number in range(9)]

    applied(clinic.organization, content(*lines), omar)
    assert Membership.objects.filter(ended_on=None).count() == 11

    roster = applied(clinic.organization, content(*lines), omar, ends=True)
    assert roster.outcome == {"missing": 1}
    gone = Membership.objects.get(name="P9")
    assert gone.ended_on is not None
    assert Membership.objects.get(user=omar).ended_on is None  # on no line, and kept: he has a role


def test_end_by_a_file_closes_the_invitation(clinic: Clinic) -> None:
    for number in range(10):
        seat(f"P{number}", clinic)
    invite(membership=Membership.objects.get(name="P9"), by=SYSTEM)
    lines = [(f"P{number}", f"p{number}@example.com", "", "", "", "") for number in range(9)]

    applied(clinic.organization, content(*lines), ends=True)

    assert Membership.objects.get(name="P9").invitations.get().withdrawn_at is not None


def test_more_than_a_tenth_is_ended_only_after_an_owner_says_so_once_more(
    clinic: Clinic, omar: User, nina: User
) -> None:
    for name in ("Eli", "Fay"):
        seat(name, clinic)
    roster = checked(clinic.organization, content(("Eli", "eli@example.com", "", "", "", "")), omar)

    for by, lifts in ((omar, False), (omar, True), (nina, False)):
        with pytest.raises(TooManyEnded) as refusal:
            confirm_roster(roster=roster, digest=roster.digest, ends_missing=True, lifts_limit=lifts, by=by)
        assert (refusal.value.missing, refusal.value.here) == (1, 4)
    assert Membership.objects.filter(ended_on=None).count() == 4

    confirm_roster(roster=roster, digest=roster.digest, ends_missing=True, lifts_limit=True, by=nina)
    assert worked(roster).outcome == {"missing": 1}
    assert roster.lifted_by == str(nina.public_id)


def test_nobody_is_ended_while_lines_cannot_be_read(clinic: Clinic, nina: User) -> None:
    for number in range(12):
        seat(f"P{number}", clinic)
    lines = [(f"P{number}", f"p{number}@example.com", "", "", "", "") for number in range(11)]
    roster = checked(clinic.organization, content(*lines, ("P11", "p11.example.com", "", "", "", "")), nina)
    with pytest.raises(ErrorsFirst):
        confirm_roster(roster=roster, digest=roster.digest, ends_missing=True, lifts_limit=True, by=nina)


def test_roles_and_owners_are_never_changed(clinic: Clinic, nina: User, omar: User) -> None:
    before = list(RoleGrant.objects.values())
    body = content(
        ("Nina O.", "nina@example.com", "S-1", "Front desk", "Director", ""),
        ("Omar Haddad", "elsewhere@example.com", "S-2", "", "", ""),
    )
    Membership.objects.filter(user=omar).update(staff_number="S-2")

    roster = applied(clinic.organization, body, omar)

    assert list(RoleGrant.objects.values()) == before
    assert faults(roster) == ["email_with_role"]
    assert Membership.objects.get(user=nina).name == "Nina O."


# What moved in between


def test_person_changed_after_the_comparison_stops_the_application(clinic: Clinic, ana: User, omar: User) -> None:
    roster = checked(clinic.organization, content(("Ana R.", *ANA[1:]), DEE), omar)
    hers = Membership.objects.get(user=ana)
    change_member(membership=hers, facts={"job_title": "Counselor"}, seen=hers.changed_at, by=omar)

    with pytest.raises(FactsMoved) as refusal:
        confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)

    assert refusal.value.number == 1
    assert not Membership.objects.filter(work_email="dee@example.com").exists()


def test_person_added_by_hand_after_the_comparison_stops_the_application(clinic: Clinic, omar: User) -> None:
    cases: list[dict[str, Any]] = [
        {"work_email": "dee@example.com"},
        {"work_email": "x@example.com", "staff_number": "S-2"},
    ]
    for facts in cases:
        roster = checked(clinic.organization, content(DEE), omar)
        added = add_member(organization=clinic.organization, name="Dee", by=omar, **facts)
        with pytest.raises(FactsMoved):
            confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)
        Membership.objects.filter(pk=added.pk).delete()


def test_person_who_moved_after_the_confirmation_is_left_alone_and_told(clinic: Clinic, ana: User, omar: User) -> None:
    roster = checked(clinic.organization, content(("Ana R.", *ANA[1:]), DEE), omar)
    confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)
    hers = Membership.objects.get(user=ana)
    change_member(membership=hers, facts={"job_title": "Counselor"}, seen=hers.changed_at, by=omar)
    add_member(organization=clinic.organization, name="Dee", work_email="dee@example.com", by=omar)

    worked(roster)

    assert (roster.state, roster.outcome) == ("applied", {"moved": 1, "taken": 1})
    assert Membership.objects.get(user=ana).name == "Ana Reyes"
    assert list(new_seats_of(clinic.organization, str(roster.public_id))) == []


def test_digest_of_another_comparison_is_refused(clinic: Clinic, ana: User, omar: User) -> None:
    roster = checked(clinic.organization, content(ANA), omar)
    for digest in ("", "0" * 64):
        with pytest.raises(NotAsSeen):
            confirm_roster(roster=roster, digest=digest, ends_missing=False, by=omar)
    seen = roster.digest
    hers = Membership.objects.get(user=ana)
    change_member(membership=hers, facts={"name": "A. Reyes"}, seen=hers.changed_at, by=omar)
    check_roster(roster=roster, columns=reading_of(roster).columns, by=omar)
    with pytest.raises(NotAsSeen):  # not compared yet
        confirm_roster(roster=roster, digest=seen, ends_missing=False, by=omar)
    worked(roster)
    assert roster.digest != seen
    with pytest.raises(NotAsSeen):
        confirm_roster(roster=roster, digest=seen, ends_missing=False, by=omar)


def test_second_confirmation_changes_nothing(clinic: Clinic, omar: User) -> None:
    roster = checked(clinic.organization, content(DEE), omar)
    for _ in range(2):
        confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)
    worked(roster)
    confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)
    worked(roster)

    assert Membership.objects.filter(work_email="dee@example.com").count() == 1
    assert AuditEvent.objects.filter(action="roster.confirmed").count() == 1


def test_two_rosters_of_one_organization_are_not_applied_at_once(clinic: Clinic, omar: User) -> None:
    first, second = (checked(clinic.organization, content(DEE), omar) for _ in range(2))
    confirm_roster(roster=first, digest=first.digest, ends_missing=False, by=omar)
    with pytest.raises(AnotherApplies):
        confirm_roster(roster=second, digest=second.digest, ends_missing=False, by=omar)
    with pytest.raises(RosterBusy):
        check_roster(roster=first, columns=reading_of(first).columns, by=omar)


# Rights and traces


def test_a_job_outlives_no_right(clinic: Clinic, omar: User, nina: User) -> None:
    roster = checked(clinic.organization, content(DEE), omar)
    confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=omar)
    end_grant(grant=RoleGrant.objects.get(membership__user=omar), by=nina)

    worked(roster)

    assert (roster.state, roster.stop_reason) == ("stopped", "not_allowed")
    assert not Membership.objects.filter(work_email="dee@example.com").exists()


def test_rosters_are_for_administrators_of_the_place(clinic: Clinic, mara: User, charlie: User, omar: User) -> None:
    roster = checked(clinic.organization, content(DEE), omar)
    acts: list[Callable[[User], object]] = [
        lambda by: receive_roster(organization=clinic.organization, name="x", content=content(DEE), by=by),
        lambda by: check_roster(roster=roster, columns=reading_of(roster).columns, by=by),
        lambda by: confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=by),
        lambda by: remove_roster(roster=roster, by=by),
    ]
    for act in acts:
        for by in (mara, charlie):
            with pytest.raises(NotAllowed):
                act(by)
    assert AuditEvent.objects.filter(outcome="refused").count() == 8


def test_trail_holds_ids_and_never_what_the_file_says(clinic: Clinic, ana: User, omar: User) -> None:
    applied(clinic.organization, content(("Ana R.", *ANA[1:]), DEE), omar)

    told = " ".join(str(event.details) for event in AuditEvent.objects.filter(action__startswith="roster."))
    dee = Membership.objects.get(work_email="dee@example.com")
    assert str(dee.public_id) in told
    assert not [word for word in ("Dee", "Ana", "example.com", "S-2", "Nurse") if word in told]
    assert faults_of(str(clinic.organization.public_id)) == []


def test_file_and_lines_are_removed_after_seven_days_and_counts_stay(clinic: Clinic, omar: User) -> None:
    done, waiting = applied(clinic.organization, content(DEE), omar), checked(clinic.organization, content(ANA), omar)
    assert remove_old_rosters(by=SYSTEM) == 0

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=7, minutes=1)):
        assert [remove_old_rosters(by=SYSTEM) for _ in range(2)] == [2, 0]

    assert not RosterFile.objects.exists()
    assert not RosterRow.objects.exists()
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, done.outcome, len(done.sha256)) == ("applied", {"new": 1}, 64)
    assert (waiting.state, waiting.stop_reason) == ("stopped", "removed")
    with pytest.raises(NotAsSeen):
        confirm_roster(roster=waiting, digest=waiting.digest, ends_missing=False, by=omar)
    with pytest.raises(RosterBusy):
        check_roster(roster=waiting, columns=reading_of(waiting).columns, by=omar)


def test_a_roster_that_fails_again_and_again_is_stopped(clinic: Clinic) -> None:
    roster = received(clinic.organization, content(DEE))
    check_roster(roster=roster, columns=reading_of(roster).columns, by=SYSTEM)
    RosterImport.objects.update(tries=10)

    assert (worked(roster).state, roster.stop_reason) == ("stopped", "failed")


def test_managers_of_a_role_that_ended_count_as_missing_people(clinic: Clinic, ana: User) -> None:
    grant = grant_role(membership=Membership.objects.get(user=ana), role=Role.AUTHOR, by=SYSTEM)
    assert numbers(checked(clinic.organization, content(DEE)))["kept"] == 1
    end_grant(grant=grant, by=SYSTEM)
    assert numbers(checked(clinic.organization, content(DEE)))["missing"] == 1


@pytest.mark.parametrize(("starts", "ends"), [(0, 60), (30, None), (30, 60)])
def test_whoever_has_a_role_from_a_day_to_a_day_keeps_place_and_address(
    clinic: Clinic, ana: User, nina: User, omar: User, starts: int, ends: int | None
) -> None:
    today, days = today_in(clinic.organization), dt.timedelta(days=1)
    hers = Membership.objects.filter(user=ana)
    hers.update(staff_number="S-1")
    until = None if ends is None else today + ends * days
    RoleGrant.objects.create(membership=hers.get(), role=Role.OWNER, starts_on=today + starts * days, ends_on=until)

    missing = checked(clinic.organization, content(DEE), omar)
    moved = checked(clinic.organization, content(("Ana Reyes", "evil@example.com", "S-1", "", "", "")), omar)

    assert numbers(missing)["kept"] == 3
    assert faults(moved) == ["email_with_role"]


@pytest.mark.parametrize(("starts", "ends"), [(0, 60), (30, None), (30, 60)])
def test_nobody_is_ended_who_was_given_a_role_after_the_comparison(
    clinic: Clinic, ana: User, starts: int, ends: int | None
) -> None:
    today, days = today_in(clinic.organization), dt.timedelta(days=1)
    for name in ("P1", "P2"):
        seat(name, clinic)
    roster = checked(clinic.organization, content(DEE))
    confirm_roster(roster=roster, digest=roster.digest, ends_missing=True, lifts_limit=True, by=SYSTEM)
    until = None if ends is None else today + ends * days
    RoleGrant.objects.create(
        membership=Membership.objects.get(user=ana), role=Role.OWNER, starts_on=today + starts * days, ends_on=until
    )

    worked(roster)

    assert Membership.objects.get(user=ana).ended_on is None
    assert Membership.objects.get(name="P1").ended_on == today


def test_header_of_the_build_is_what_the_rules_guess(clinic: Clinic) -> None:
    assert len(reading_of(received(clinic.organization, content(DEE))).columns) == len(HEADER)
