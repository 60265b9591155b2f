"""Reports as of a day: they tell what was known then, whatever is learned later."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import Leave, Membership, Organization, Team, User
from audit.services import SYSTEM
from certificates.models import Certificate, SigningKey
from courses.models import Course
from enrollments.models import Enrollment
from tests.conftest import Clinic, expect_statements
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from tests.training.past import DAY, order, rows
from training.models import Evidence, Extension, Obligation, SeatVersion, SharedCompletion, Statement, Waiver
from training.queries import late_by_team, owed_in, team_rows
from training.queries.past import ReportKind, detail, percent
from training.services import keep_seats, keep_seats_of

LATER = NOW + dt.timedelta(days=30)
KINDS = list(ReportKind)
#: The columns that say what became known later: the only ones that may change.
OF_LATER = {"later_facts", "known_since", "with_later_facts"}


@pytest.fixture
def owed(course: Course, ana: User, cody: User, mara: User) -> dict[str, Obligation]:
    """As of November 15: ana is overdue, cody did it in time, mara has until December."""
    Membership.objects.update(changed_at=dt.datetime(2026, 9, 1, tzinfo=UTC))
    at = dt.datetime(2026, 11, 2, 15, tzinfo=UTC)
    build.enrollment(cody, course, at, at)
    days = {"ana": dt.date(2026, 11, 12), "cody": dt.date(2026, 11, 12), "mara": dt.date(2026, 12, 1)}
    people = {"ana": ana, "cody": cody, "mara": mara}
    keep_seats_of(seat_of(ana).organization)
    with time_machine.travel(dt.datetime(2026, 9, 1, tzinfo=UTC), tick=False):  # so long has it been asked
        return {name: build.obligation(seat_of(user), course, days[name]) for name, user in people.items()}


def by_name(kind: ReportKind, organization: Organization, **more: Any) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows(kind, order(organization, **more))}


def change(seat: Membership, at: dt.datetime = NOW, **facts: Any) -> None:
    """What every act on a seat does."""
    Membership.objects.filter(pk=seat.pk).update(changed_at=at, **facts)
    with time_machine.travel(at, tick=False):
        keep_seats_of(seat.organization)


# Detail


def test_detail_says_who_what_by_when_and_how_it_stood(owed: dict[str, Obligation], clinic: Clinic, ana: User) -> None:
    row = by_name(ReportKind.DETAIL, clinic.organization)["Ana Reyes"]

    assert {name: row[name] for name in ("team", "requirement", "requirement_version", "period")} == {
        "team": "Crisis team",
        "requirement": "Strangers, screens",
        "requirement_version": 1,
        "period": 1,
    }
    assert (row["due_on"], row["status"], row["days"]) == (dt.date(2026, 11, 12), "overdue", 3)
    assert (row["done_on"], row["met_by"], row["course"], row["certificate"]) == (None, "", "", "")
    assert (row["person"], row["asked_by"], row["rule"]) == (str(seat_of(ana).public_id), "system", "")


def test_detail_names_the_version_with_its_hash(
    owed: dict[str, Obligation], clinic: Clinic, course: Course, cody: User
) -> None:
    row = by_name(ReportKind.DETAIL, clinic.organization)["Cody Blake"]

    version = course.versions.get()
    assert (row["status"], row["done_on"], row["met_by"]) == ("done", dt.date(2026, 11, 2), "course")
    assert (row["course"], row["course_version"]) == ("strangers", 1)
    assert row["document_sha256"] == version.document_sha256


def test_detail_tells_the_day_that_the_certificate_tells(
    owed: dict[str, Obligation], clinic: Clinic, cody: User
) -> None:
    Enrollment.objects.filter(user=cody).update(completed_on=dt.date(2026, 11, 1), completed_zone="Pacific/Honolulu")

    assert by_name(ReportKind.DETAIL, clinic.organization)["Cody Blake"]["done_on"] == dt.date(2026, 11, 1)


def a_certificate(taken: Enrollment, number: int, issued_at: dt.datetime, **more: Any) -> Certificate:
    key, _ = SigningKey.objects.get_or_create(kid="k", defaults={"public_key": "x"})
    return Certificate.objects.create(
        code=f"{number:026}",
        enrollment=taken,
        user=taken.user,
        payload="{}",
        signature="x",
        key=key,
        template=1,
        license_salt="x",
        issued_at=issued_at,
        **more,
    )


def test_detail_has_the_address_of_the_certificate_of_then(owed: dict[str, Obligation], clinic: Clinic) -> None:
    taken = Enrollment.objects.get()
    first = a_certificate(taken, 1, dt.datetime(2026, 11, 2, tzinfo=UTC))
    a_certificate(taken, 2, LATER, replaces=first)

    addresses = [
        by_name(ReportKind.DETAIL, clinic.organization, day=day)["Cody Blake"]["certificate"]
        for day in (DAY, LATER.date())
    ]
    assert [address.rsplit("/", 2)[1] for address in addresses] == [f"{1:026}", f"{2:026}"]


def test_detail_of_a_team_and_a_requirement(owed: dict[str, Obligation], clinic: Clinic, course: Course) -> None:
    wanted = {"teams": frozenset([clinic.front_desk.pk]), "requirement": owed["ana"].requirement.public_id}

    assert by_name(ReportKind.DETAIL, clinic.organization, **wanted).keys() == {"Cody Blake"}


def test_what_was_asked_later_is_not_told(owed: dict[str, Obligation], clinic: Clinic) -> None:
    assert rows(ReportKind.DETAIL, order(clinic.organization, dt.date(2026, 9, 15))) == []


def test_detail_takes_as_many_statements_for_thirty_as_for_one(clinic: Clinic, course: Course, ana: User) -> None:
    build.obligation(seat_of(ana), course, DAY)
    rows(ReportKind.DETAIL, order(clinic.organization))
    with expect_statements(DETAIL_STATEMENTS):
        assert len(rows_without_keeping(order(clinic.organization))) == 1
    for number in range(29):
        seat = Membership.objects.create(
            organization=clinic.organization, name=f"P{number}", work_email=f"{number}@x.example", started_on=DAY
        )
        build.obligation(seat, course, DAY)
    keep_seats_of(clinic.organization)

    with expect_statements(DETAIL_STATEMENTS):
        assert len(rows_without_keeping(order(clinic.organization))) == 30


DETAIL_STATEMENTS = 15


def rows_without_keeping(asked: Any) -> list[Any]:
    return [row for progress in detail(asked) for row in progress.rows]


# What is learned later


def a_waiver(owed: dict[str, Obligation], ana: User) -> None:
    Waiver.objects.create(obligation=owed["ana"], reason="regulator", granted_at=LATER, granted_by="system")


def an_extension(owed: dict[str, Obligation], ana: User) -> None:
    Extension.objects.create(obligation=owed["ana"], days=30, reason="r", granted_at=LATER, granted_by="system")


def a_statement(owed: dict[str, Obligation], ana: User) -> None:
    Statement.objects.create(
        obligation=owed["ana"], done_on=dt.date(2026, 11, 1), reason="r", stated_at=LATER, stated_by="system"
    )


def a_shared_completion(owed: dict[str, Obligation], ana: User) -> None:
    before = dt.datetime(2025, 6, 1, tzinfo=UTC)
    taken = build.enrollment(ana, Course.objects.get(), before, before)
    SharedCompletion.objects.create(membership=seat_of(ana), enrollment=taken, shared_at=LATER)


def approved_evidence(owed: dict[str, Obligation], ana: User) -> None:
    Evidence.objects.create(
        membership=seat_of(ana),
        requirement=owed["ana"].requirement,
        title="CPR",
        issuer="Red Cross",
        done_on=dt.date(2026, 11, 1),
        hours=Decimal("2.5"),
        submitted_at=LATER,
        submitted_by="a",
        decided_at=LATER,
        decided_by="b",
        decision="approved",
    )


def another_team(owed: dict[str, Obligation], ana: User) -> None:
    front_desk = Team.objects.get(name="Front desk")
    change(seat_of(ana), LATER, team=front_desk, job_title="Receptionist", name="Ana Reyes-Low", staff_number="9")


def another_name_of_a_team(owed: dict[str, Obligation], ana: User) -> None:
    Team.objects.filter(name="Crisis team").update(name="Night team")
    with time_machine.travel(LATER, tick=False):
        keep_seats_of(seat_of(ana).organization)


def an_end_in_the_past(owed: dict[str, Obligation], ana: User) -> None:
    change(seat_of(ana), LATER, ended_on=dt.date(2026, 11, 10))


def a_leave_in_the_past(owed: dict[str, Obligation], ana: User) -> None:
    Leave.objects.create(
        membership=seat_of(ana),
        starts_on=dt.date(2026, 11, 1),
        ends_on=dt.date(2026, 11, 20),
        recorded_at=LATER,
        recorded_by="system",
    )
    change(seat_of(ana), LATER)


def a_completion(owed: dict[str, Obligation], ana: User) -> None:
    build.enrollment(ana, Course.objects.get(), LATER, LATER)


def a_newcomer_of_last_month(owed: dict[str, Obligation], ana: User) -> None:
    organization = seat_of(ana).organization
    seat = Membership.objects.create(
        organization=organization, name="Noa", work_email="n@x.example", started_on=DAY, changed_at=LATER
    )
    course = Course.objects.get()
    build.obligation(seat, course, dt.date(2026, 12, 1), assigned_at=LATER)


CHANGES = [
    a_waiver,
    an_extension,
    a_statement,
    a_shared_completion,
    approved_evidence,
    another_team,
    another_name_of_a_team,
    an_end_in_the_past,
    a_leave_in_the_past,
    a_completion,
    a_newcomer_of_last_month,
]


def known(kind: ReportKind, organization: Organization) -> list[dict[str, Any]]:
    """The rows without what they say of later, and without people who were on record only later."""
    found = rows(kind, order(organization))
    return [
        {name: cell for name, cell in row.items() if name not in OF_LATER}
        for row in found
        if row.get("state") != "recorded_later"
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("learned", CHANGES)
def test_report_is_the_same_whatever_is_learned_later(
    owed: dict[str, Obligation], clinic: Clinic, ana: User, kind: ReportKind, learned: Any
) -> None:
    before = known(kind, clinic.organization)

    learned(owed, ana)

    assert known(kind, clinic.organization) == before
    assert before


@pytest.mark.parametrize(
    ("learned", "words"),
    [
        (a_waiver, "waiver 2026-12-22"),
        (an_extension, "extension 2026-12-22"),
        (a_statement, "statement 2026-12-22"),
        (a_shared_completion, "shared 2026-12-22"),
        (a_completion, ""),
    ],
)
def test_what_is_learned_later_is_told_beside(
    owed: dict[str, Obligation], clinic: Clinic, ana: User, learned: Any, words: str
) -> None:
    learned(owed, ana)

    assert by_name(ReportKind.DETAIL, clinic.organization)["Ana Reyes"]["later_facts"] == words
    totals = rows(ReportKind.COMPLIANCE, order(clinic.organization))[-1]
    assert totals["with_later_facts"] == bool(words)


def test_completions_before_the_person_took_the_seat_were_not_seen(clinic: Clinic, course: Course, ana: User) -> None:
    seat = seat_of(ana)
    change(seat, dt.datetime(2026, 9, 1, tzinfo=UTC), user=None)
    build.obligation(seat, course, DAY)
    at = dt.datetime(2026, 11, 2, tzinfo=UTC)
    build.enrollment(ana, course, at, at)
    change(seat, NOW, user=ana)

    statuses = [rows(ReportKind.DETAIL, order(clinic.organization, day))[0]["status"] for day in (DAY, NOW.date())]
    assert statuses == ["due", "done"]


# Compliance


def test_compliance_gives_both_numbers_of_each_percentage(owed: dict[str, Obligation], clinic: Clinic) -> None:
    found = rows(ReportKind.COMPLIANCE, order(clinic.organization))

    assert [(row["team"], row["done"], row["late"], row["counted"], row["percent_done"]) for row in found] == [
        ("Crisis team", 0, 1, 2, Decimal("0.0")),
        ("Front desk", 1, 0, 1, Decimal("100.0")),
        ("(all teams)", 1, 1, 3, Decimal("33.3")),
        ("(all teams)", 1, 1, 3, Decimal("33.3")),
    ]
    assert found[-1]["requirement"] == "(all requirements)"


def test_compliance_keeps_teams_of_one_name_apart(
    owed: dict[str, Obligation], clinic: Clinic, ana: User, cody: User
) -> None:
    nights = [
        clinic.organization.teams.create(name="Night shift", parent=parent)
        for parent in (clinic.crisis_team, clinic.front_desk)
    ]
    for user, team in zip((ana, cody), nights, strict=True):
        change(seat_of(user), dt.datetime(2026, 11, 2, tzinfo=UTC), team=team)

    found = rows(ReportKind.COMPLIANCE, order(clinic.organization))

    teams = {row["team"]: (row["done"], row["late"]) for row in found[:-2]}
    assert {name: teams[name] for name in teams if "Night" in name} == {
        f"Night shift ({nights[0].pk})": (0, 1),
        f"Night shift ({nights[1].pk})": (1, 0),
    }


def test_compliance_of_now_is_what_the_overview_says(owed: dict[str, Obligation], clinic: Clinic) -> None:
    Waiver.objects.create(obligation=owed["mara"], reason="regulator", granted_at=NOW, granted_by="system")
    build.count(NOW)

    found = rows(ReportKind.COMPLIANCE, order(clinic.organization, NOW.date()))[:-2]
    told = [(row["team"], row["done"], row["late"], row["counted"], row["waived"] + row["on_leave"]) for row in found]
    owed_now = owed_in(clinic.organization, NOW)
    teams, late = Team.objects.filter(organization=clinic.organization), late_by_team(owed_now, NOW)
    shown = [row.counts for row in team_rows(owed_now, teams, late, NOW, limit=9)]
    assert sorted(told) == sorted((one.team, one.done, one.overdue, one.total, one.apart) for one in shown)


def test_people_who_left_are_in_no_percentage(owed: dict[str, Obligation], clinic: Clinic, ana: User) -> None:
    change(seat_of(ana), dt.datetime(2026, 11, 14, tzinfo=UTC), ended_on=dt.date(2026, 11, 14))

    total = rows(ReportKind.COMPLIANCE, order(clinic.organization))[-1]
    assert (total["counted"], total["of_people_who_left"], total["late"]) == (2, 1, 0)
    assert by_name(ReportKind.DETAIL, clinic.organization)["Ana Reyes"]["left_on"] == dt.date(2026, 11, 14)


@pytest.mark.parametrize(
    ("part", "whole", "found"),
    [(0, 0, None), (0, 3, "0.0"), (1, 3, "33.3"), (2, 3, "66.6"), (9_999, 10_000, "99.9"), (3, 3, "100.0")],
)
def test_percent_is_cut_and_never_rounded_up(part: int, whole: int, found: str | None) -> None:
    assert percent(part, whole) == (None if found is None else Decimal(found))


# Roster


def test_roster_marks_who_had_left_and_who_was_recorded_later(
    owed: dict[str, Obligation], clinic: Clinic, ana: User, cody: User
) -> None:
    change(seat_of(cody), dt.datetime(2026, 11, 1, tzinfo=UTC), ended_on=dt.date(2026, 11, 1))
    a_newcomer_of_last_month(owed, ana)
    an_end_in_the_past(owed, ana)

    found = by_name(ReportKind.ROSTER, clinic.organization)
    assert {name: (row["state"], row["left_on"], row["known_since"]) for name, row in found.items()} == {
        "Ana Reyes": ("here", None, dt.date(2026, 12, 22)),
        "Cody Blake": ("left", dt.date(2026, 11, 1), None),
        "Mara Lindqvist": ("here", None, None),
        "Noa": ("recorded_later", None, dt.date(2026, 12, 22)),
    }


def test_roster_has_nobody_whose_first_day_was_to_come(owed: dict[str, Obligation], clinic: Clinic, ana: User) -> None:
    change(seat_of(ana), dt.datetime(2026, 10, 1, tzinfo=UTC), started_on=DAY + dt.timedelta(days=1))

    assert by_name(ReportKind.ROSTER, clinic.organization).keys() == {"Cody Blake", "Mara Lindqvist"}


# Hours


def test_hours_are_of_courses_and_approved_evidence_in_the_period(
    owed: dict[str, Obligation], clinic: Clinic, ana: User, cody: User
) -> None:
    for number, (title, done_on, decision) in enumerate(
        [
            ("counts", dt.date(2026, 11, 3), "approved"),
            ("too early", dt.date(2026, 9, 3), "approved"),
            ("rejected", dt.date(2026, 11, 3), "rejected"),
        ]
    ):
        Evidence.objects.create(
            membership=seat_of(cody),
            requirement=owed["cody"].requirement,
            title=title,
            issuer="Red Cross",
            done_on=done_on,
            hours=Decimal("2.50") + number,
            submitted_at=dt.datetime(2026, 11, 4, tzinfo=UTC),
            submitted_by="a",
            decided_at=dt.datetime(2026, 11, 5, tzinfo=UTC),
            decided_by="b",
            decision=decision,
            because="r" if decision == "rejected" else "",
        )

    found = by_name(ReportKind.HOURS, clinic.organization, from_on=dt.date(2026, 10, 1))
    told = {
        name: (row["courses"], row["course_hours"], row["evidence_hours"], row["hours"]) for name, row in found.items()
    }
    assert told == {
        "Ana Reyes": (0, Decimal("0.00"), Decimal("0.00"), Decimal("0.00")),
        "Cody Blake": (1, Decimal("1.00"), Decimal("2.50"), Decimal("3.50")),
        "Mara Lindqvist": (0, Decimal("0.00"), Decimal("0.00"), Decimal("0.00")),
    }


def test_hours_count_nothing_that_the_employer_does_not_see(
    owed: dict[str, Obligation], clinic: Clinic, course: Course, ana: User
) -> None:
    before = dt.datetime(2026, 1, 2, tzinfo=UTC)  # begun before her first day here
    build.enrollment(ana, course, before, before)
    private = build.course(clinic.organization, "private", "For herself")
    build.enrollment(ana, private, NOW - dt.timedelta(days=20), NOW - dt.timedelta(days=20))

    assert by_name(ReportKind.HOURS, clinic.organization)["Ana Reyes"]["courses"] == 0


# Keeping what seats said


def test_seats_are_kept_once_for_each_change(clinic: Clinic, ana: User) -> None:
    assert [keep_seats(by=SYSTEM), keep_seats(by=SYSTEM)] == [1, 0]
    change(seat_of(ana), dt.datetime.now(UTC) + dt.timedelta(seconds=1), job_title="Lead")

    assert list(SeatVersion.objects.values_list("job_title", flat=True)) == ["", "Lead"]


def test_a_leave_that_ends_is_another_version(clinic: Clinic, ana: User) -> None:
    leave = Leave.objects.create(membership=seat_of(ana), starts_on=DAY, recorded_by="system")
    keep_seats_of(clinic.organization)
    Leave.objects.filter(pk=leave.pk).update(ends_on=NOW.date())
    keep_seats_of(clinic.organization)

    said = SeatVersion.objects.filter(membership=seat_of(ana)).values_list("leaves", flat=True)
    assert list(said) == [[["2026-11-15", None]], [["2026-11-15", "2026-11-22"]]]
