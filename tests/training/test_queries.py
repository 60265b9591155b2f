import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import transaction
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organization, User
from accounts.zones import zone_names
from courses.models import Course
from tests.conftest import Clinic, expect_statements
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from training.models import Obligation, SharedCompletion
from training.queries import (
    BOARD_ORDER,
    PAGE_SIZE,
    BoardFilter,
    board_page,
    board_rows,
    counts_by_team,
    due_for,
    employers_seeing,
    explained_obligations,
    facts_of,
    having_status,
    owed_by,
    status_counts,
    with_completion,
    with_status,
)
from training.rules import Completion, Facts, Status, due_at, obligation_status

instants = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 3, 31)).map(lambda at: at.replace(tzinfo=UTC))
days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 31))


@st.composite
def any_completion(draw: st.DrawFn) -> Completion:
    started, ended = sorted([draw(instants), draw(instants)])
    return Completion(started_at=started, completed_at=ended, shared_at=draw(st.none() | instants))


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    zone, due_on, started_on = draw(st.sampled_from(zone_names())), draw(days), draw(days)
    ended_on = draw(st.none() | st.dates(started_on, dt.date(2026, 4, 1)))
    completions = tuple(draw(st.lists(any_completion(), max_size=3)))
    if draw(st.booleans()) and completions:
        # At the very edges: begun at the first instant of the first day, completed at the last of the due day.
        edge = due_at(due_on, zone)
        start = min(due_at(started_on - dt.timedelta(days=1), zone), edge)
        completions = (*completions, Completion(started_at=start, completed_at=edge))
    return Facts(
        assigned_at=dt.datetime(2026, 1, 1, tzinfo=UTC),
        due_on=due_on,
        due_at=due_at(due_on, zone),
        zone=zone,
        started_on=started_on,
        ended_on=ended_on,
        completions=completions,
    )


def stored(facts: Facts, organization: Organization, course: Course) -> Obligation:
    email = f"{uuid.uuid4().hex}@example.com"
    user = User.objects.create(email=email, password="!")
    membership = Membership.objects.create(
        organization=organization,
        user=user,
        name=email,
        work_email=email,
        started_on=facts.started_on,
        ended_on=facts.ended_on,
    )
    for completion in facts.completions:
        taken = build.enrollment(user, course, completion.started_at, completion.completed_at)
        if completion.shared_at:
            SharedCompletion.objects.create(membership=membership, enrollment=taken, shared_at=completion.shared_at)
    return build.obligation(membership, course, facts.due_on, zone=facts.zone, assigned_at=facts.assigned_at)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(any_facts(), min_size=1, max_size=4), on=instants)
def test_sql_says_what_the_rule_says(clinic: Clinic, told: list[Facts], on: dt.datetime) -> None:
    moments = [on, *(facts.due_at for facts in told), *(c.completed_at for facts in told for c in facts.completions)]
    with transaction.atomic():
        course = build.course(clinic.organization, slug=uuid.uuid4().hex)
        obligations = {stored(facts, clinic.organization, course).pk: facts for facts in told}
        mine = Obligation.objects.filter(requirement__course=course)
        for moment in moments:
            rule = {pk: obligation_status(facts, moment) for pk, facts in obligations.items()}
            ranks = dict(with_status(mine, moment).values_list("pk", "rank"))
            found = {status: set(having_status(mine, status, moment).values_list("pk", flat=True)) for status in Status}
            counted = Counter(standing.status for standing in rule.values())
            met = dict(with_completion(mine, moment).values_list("pk", "met"))

            assert {pk: BOARD_ORDER[rank] for pk, rank in ranks.items()} == {
                pk: standing.status for pk, standing in rule.items()
            }
            assert status_counts(mine, moment) == {status: counted[status] for status in Status}
            assert found == {s: {pk for pk, standing in rule.items() if standing.status is s} for s in Status}
            assert {pk for pk, seen in met.items() if seen} == {pk for pk, one in rule.items() if one.completion}
        transaction.set_rollback(True)


def test_facts_of_a_row_are_the_facts(clinic: Clinic, ana: User) -> None:
    course = build.course(clinic.organization)
    owed = build.obligation(seat_of(ana), course, dt.date(2026, 11, 12))

    assert facts_of(owed, ()) == Facts(
        assigned_at=owed.assigned_at,
        due_on=dt.date(2026, 11, 12),
        due_at=dt.datetime(2026, 11, 13, 6, tzinfo=UTC),
        zone="America/Chicago",
        started_on=dt.date(2026, 1, 5),
    )


TITLES = {0: "no course has this id"}


def people(clinic: Clinic, number: int) -> list[Membership]:
    return Membership.objects.bulk_create(
        Membership(
            organization=clinic.organization,
            user=User.objects.create(email=f"p{n}@example.com", password="!"),
            name=f"Person {n:03}",
            work_email=f"p{n}@example.com",
            staff_number=f"S{n:03}",
            team=clinic.crisis_team if n % 2 else clinic.front_desk,
            started_on=dt.date(2026, 1, 5),
        )
        for n in range(number)
    )


def everybody(clinic: Clinic) -> QuerySet[Obligation]:
    return owed_by(Membership.objects.filter(organization=clinic.organization), NOW)


@pytest.fixture
def board(clinic: Clinic) -> list[Obligation]:
    """Sixty people: by turns overdue, due, done late and done."""
    course = build.course(clinic.organization)
    owed = []
    for n, seat in enumerate(people(clinic, 60)):
        due_on = dt.date(2026, 11, 1) + dt.timedelta(days=n // 4) if n % 4 != 1 else dt.date(2026, 12, 1)
        owed.append(build.obligation(seat, course, due_on))
        if n % 4 > 1:
            assert seat.user
            at = dt.datetime(2026, 11, 20, tzinfo=UTC) if n % 4 == 2 else dt.datetime(2026, 10, 20, tzinfo=UTC)
            build.enrollment(seat.user, course, at - dt.timedelta(days=1), at)
    return owed


def test_board_lists_overdue_first_and_each_status_by_due_date(clinic: Clinic, board: list[Obligation]) -> None:
    first = board_page(everybody(clinic), BoardFilter(), number=1, on=NOW, titles=TITLES)
    second = board_page(everybody(clinic), BoardFilter(), number=2, on=NOW, titles=TITLES)
    rows = first.rows + second.rows

    assert first.counts == dict.fromkeys(BOARD_ORDER, 15)
    assert (first.pages, len(first.rows), len(second.rows)) == (2, PAGE_SIZE, 10)
    assert {row.obligation for row in rows} == {one.public_id for one in board}
    assert [row.status for row in rows] == [status for status in BOARD_ORDER for _ in range(15)]
    assert [row.due_on for row in rows[:15]] == sorted(row.due_on for row in rows[:15])
    assert (rows[0].name, rows[0].days, rows[0].met) == ("Person 000", 21, None)


def test_board_beyond_its_last_page_shows_the_last(clinic: Clinic, board: list[Obligation]) -> None:
    assert board_page(everybody(clinic), BoardFilter(), number=99, on=NOW, titles=TITLES).number == 2
    assert board_page(everybody(clinic), BoardFilter(), number=-1, on=NOW, titles=TITLES).number == 1


@pytest.mark.parametrize(
    ("chosen", "number"),
    [
        (BoardFilter(status=Status.OVERDUE), 15),
        (BoardFilter(search="person 00"), 10),
        (BoardFilter(search="P7@"), 1),
        (BoardFilter(search="s05"), 10),
        (BoardFilter(search="50%"), 0),
        (BoardFilter(course="strangers"), 60),
        (BoardFilter(course="other"), 0),
        (BoardFilter(status=Status.DUE, search="Person 001"), 1),
    ],
)
def test_board_filters_page_and_export_alike(
    clinic: Clinic, board: list[Obligation], chosen: BoardFilter, number: int
) -> None:
    page = board_page(everybody(clinic), chosen, number=1, on=NOW, titles=TITLES)
    exported = list(board_rows(everybody(clinic), chosen, NOW))

    assert len(exported) == number
    assert len(page.rows) == min(number, PAGE_SIZE)
    assert {row.obligation for row in page.rows} <= {row.obligation for row in exported}


def test_board_of_one_team(clinic: Clinic, board: list[Obligation]) -> None:
    page = board_page(everybody(clinic), BoardFilter(team=clinic.crisis_team.pk), number=1, on=NOW, titles=TITLES)

    assert {row.team for row in page.rows} == {"Crisis team"}
    assert page.total == 30


def test_counts_take_one_statement(clinic: Clinic, board: list[Obligation]) -> None:
    with expect_statements(1):
        status_counts(everybody(clinic), NOW)


def test_counts_by_team_add_up(clinic: Clinic, board: list[Obligation]) -> None:
    with expect_statements(1):
        teams = counts_by_team(everybody(clinic), NOW)

    assert [(one.team, one.done, one.open, one.overdue) for one in teams] == [
        ("Crisis team", 15, 15, 0),
        ("Front desk", 15, 0, 15),
    ]


def test_export_takes_two_statements_whatever_its_size(clinic: Clinic, board: list[Obligation]) -> None:
    with expect_statements(2):
        assert len(list(board_rows(everybody(clinic), BoardFilter(), NOW))) == 60


def test_people_who_left_and_obligations_to_come_are_not_on_the_board(clinic: Clinic, ana: User, cody: User) -> None:
    course = build.course(clinic.organization)
    build.obligation(seat_of(ana), course, dt.date(2026, 11, 12))
    build.obligation(seat_of(cody), course, dt.date(2026, 12, 1), assigned_at=NOW + dt.timedelta(days=1))
    Membership.objects.filter(user=ana).update(ended_on=dt.date(2026, 11, 22))

    assert list(everybody(clinic)) == []


def test_completion_before_the_seat_is_seen_only_when_shared(clinic: Clinic, ana: User) -> None:
    course = build.course(clinic.organization)
    build.obligation(seat_of(ana), course, dt.date(2026, 12, 12))
    early = dt.datetime(2025, 11, 1, tzinfo=UTC)
    taken = build.enrollment(ana, course, early, early)

    [private] = explained_obligations(seat_of(ana), NOW)
    SharedCompletion.objects.create(membership=seat_of(ana), enrollment=taken, shared_at=NOW)
    [shared] = explained_obligations(seat_of(ana), NOW)

    assert (private.row.met, private.standing.status) == (None, Status.DUE)
    assert shared.row.met is not None
    assert (shared.row.met.completed_on, shared.standing.status) == (dt.date(2025, 11, 1), Status.DONE)


def test_due_for_lists_what_each_organization_asks(clinic: Clinic, ana: User, cody: User) -> None:
    strangers, privacy = build.course(clinic.organization), build.course(clinic.organization, "privacy", "Privacy")
    build.obligation(seat_of(ana), privacy, dt.date(2026, 12, 24))
    build.obligation(seat_of(ana), strangers, dt.date(2026, 11, 12))
    build.obligation(seat_of(cody), strangers, dt.date(2026, 11, 12))

    rows = due_for(ana, NOW)

    assert [(row.organization, row.course_slug, row.course_title, row.status, row.days) for row in rows] == [
        ("Riverbend Clinic", "strangers", "Strangers, screens", Status.OVERDUE, 10),
        ("Riverbend Clinic", "privacy", "Privacy", Status.DUE, 32),
    ]


def test_employers_seeing_tells_who_asks(clinic: Clinic, ana: User, vera: User) -> None:
    strangers, privacy = build.course(clinic.organization), build.course(clinic.organization, "privacy", "Privacy")
    build.obligation(seat_of(ana), strangers, dt.date(2026, 12, 24))

    assert [(one.name, one.asks) for one in employers_seeing(ana, strangers, NOW)] == [("Riverbend Clinic", True)]
    assert [(one.name, one.asks) for one in employers_seeing(ana, privacy, NOW)] == [("Riverbend Clinic", False)]
    assert employers_seeing(vera, strangers, NOW) == []


def test_counts_keep_the_seats_of_one_person_apart(clinic: Clinic, ana: User, charlie: User) -> None:
    course = build.course(clinic.organization)
    harbor = Organization.objects.get(slug="harbor")
    there = Membership.objects.create(
        organization=harbor, user=ana, name="Ana", work_email="ana@harbor.example", started_on=dt.date(2026, 11, 1)
    )
    here_owed = build.obligation(seat_at(clinic.organization, ana), course, dt.date(2026, 12, 1))
    there_owed = build.obligation(there, course, dt.date(2026, 11, 5))
    begun = dt.datetime(2026, 10, 1, tzinfo=UTC)
    build.enrollment(ana, course, begun, dt.datetime(2026, 10, 2, tzinfo=UTC))
    build.enrollment(ana, course, begun, dt.datetime(2026, 10, 3, tzinfo=UTC))

    counts = {one: status_counts(Obligation.objects.filter(pk=one.pk), NOW) for one in (here_owed, there_owed)}

    assert [status for status, number in counts[here_owed].items() if number] == [Status.DONE]
    assert [status for status, number in counts[there_owed].items() if number] == [Status.OVERDUE]
    assert status_counts(Obligation.objects.all(), NOW)[Status.DONE] == 1


def seat_at(organization: Organization, user: User) -> Membership:
    return Membership.objects.get(organization=organization, user=user)
