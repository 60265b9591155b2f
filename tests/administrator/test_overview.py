"""The overview: are we where we should be, who is not, what comes next, what waits."""

import datetime as dt

import pytest

from accounts.models import Leave, Membership, Team, User
from accounts.services import invite
from courses.models import Course
from tests.administrator.conftest import Owed
from tests.administrator.test_access import address
from tests.administrator.test_pages import fill, text
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from training.models import Evidence, Statement, Waiver
from training.services import recount

pytestmark = pytest.mark.django_db


def test_overview_of_a_new_organization_begins_with_its_people(omar: User, mara: User) -> None:
    first = f'<a href="{address("people")}">Add your people</a> first, one by one or as a list; then ask them.'

    assert first in text(client_of(omar), "overview")
    assert first not in text(client_of(mara), "overview")


def test_overview_says_how_far_it_is_and_where_to_begin(owed: Owed, omar: User) -> None:
    page = text(client_of(omar), "overview")

    assert "1 of 2 obligations is done (50%), and 1 is overdue. Begin with Ana Reyes, 10 days overdue." in page


def test_overview_draws_teams_and_requirements_with_their_numbers(owed: Owed, omar: User) -> None:
    page = text(client_of(omar), "overview")

    team = f'<a href="{address("obligations")}?team={owed.ana.membership.team_id}">Crisis team</a>'
    assert f'{team}</th><td role="cell" class="v-wide"><svg class="v-bar"' in page
    assert 'data-label="Done" class="text-end text-nowrap">0 of 1 (0%)</td>' in page
    assert 'data-label="Done" class="text-end text-nowrap">1 of 1 (100%)</td>' in page
    requirement = f'?requirement={owed.ana.requirement.public_id}">Strangers, screens</a>'
    assert requirement in page
    assert 'data-label="Done" class="text-end text-nowrap">1 of 2 (50%)</td>' in page


def test_overview_counts_waived_and_on_leave_beside_and_in_no_percentage(
    owed: Owed, omar: User, mara: User, nina: User, course: Course
) -> None:
    Waiver.objects.create(obligation=owed.ana, reason="other", granted_at=NOW, granted_by="system")
    Leave.objects.create(
        membership=seat_of(mara), starts_on=dt.date(2026, 11, 1), recorded_by="system", recorded_at=NOW
    )
    build.obligation(seat_of(mara), course, dt.date(2026, 12, 1))
    build.count()

    page = text(client_of(omar), "overview")

    assert "<dt>of 1 obligation done, 100%</dt><dd>1</dd>" in page
    assert "<dt>waived or on leave, not counted</dt><dd>2</dd>" in page
    assert "Everything that was asked is done." in page


def test_overview_when_all_is_waived_says_so(owed: Owed, mara: User) -> None:
    Waiver.objects.create(obligation=owed.ana, reason="other", granted_at=NOW, granted_by="system")
    recount([owed.ana.pk], NOW)

    page = text(client_of(mara), "overview")

    assert "All that was asked is waived, or its people are on leave." in page
    assert "<dt>of 0 obligations done, 0%</dt><dd>0</dd>" in page


def test_overview_shows_what_falls_due_by_week(owed: Owed, omar: User, mara: User, course: Course) -> None:
    build.obligation(seat_of(mara), course, dt.date(2026, 11, 30))  # a Monday, eight days ahead
    build.obligation(seat_of(omar), course, dt.date(2027, 4, 1))  # later than ninety days
    build.count()

    page = text(client_of(omar), "overview")

    assert "One open obligation falls due in this time." in page
    week = f'{address("obligations")}?status=open&amp;from=2026-11-30&amp;to=2026-12-06">Nov 30 to Dec 6</a>'
    assert week in page
    after = page[page.index(week) :]
    assert after[: after.index("</tr>")].endswith('class="text-end">1</td>')
    listed = text(client_of(omar), "obligations", query="?status=open&from=2026-11-30&to=2026-12-06")
    assert ("Mara Lindqvist" in listed, "Ana Reyes" in listed) == (True, False)


def test_overview_lists_work_that_waits(owed: Owed, clinic: Clinic, omar: User) -> None:
    ana = owed.ana
    Evidence.objects.create(
        membership=ana.membership,
        requirement=ana.requirement,
        title="A day elsewhere",
        issuer="A hospital",
        done_on=dt.date(2026, 11, 3),
        submitted_by="somebody",
    )
    Statement.objects.create(
        obligation=ana, done_on=dt.date(2026, 11, 3), reason="Seen", stated_by="somebody", needs_second=True
    )
    newcomer = Membership.objects.create(
        organization=clinic.organization,
        name="Noa",
        work_email="noa@example.com",
        started_on=dt.date(2026, 11, 1),
        hired_on=dt.date(2026, 11, 9),
    )
    invite(membership=newcomer, by=omar)
    course = owed.ana.requirement.course
    assert course is not None
    build.obligation(newcomer, course, dt.date(2026, 10, 20))
    build.count()

    page = text(client_of(omar), "overview")

    for words in (
        "1 piece of evidence to decide",
        "1 statement that a second person must confirm",
        "1 invitation not accepted",
        f'<a href="{address("people")}?dates=odd">1 person was hired after the first day here, by the dates on record</a>',
        '?status=overdue&amp;dates=odd">1 obligation was due before the person’s first day</a>',
        f'<a href="{address("people")}?account=none">1 person without an account, who cannot start</a>',
    ):
        assert words in page


def test_overview_says_when_nothing_waits(owed: Owed, omar: User) -> None:
    assert "Nothing. Evidence, statements, invitations and requests" in text(client_of(omar), "overview")


def test_overview_of_a_manager_shows_her_people_only(owed: Owed, clinic: Clinic, mara: User, omar: User) -> None:
    cody = owed.cody
    for obligation in (owed.ana, cody):
        Evidence.objects.create(
            membership=obligation.membership,
            requirement=obligation.requirement,
            title="A day elsewhere",
            issuer="A hospital",
            done_on=dt.date(2026, 11, 3),
            submitted_by="somebody",
        )
    Statement.objects.create(
        obligation=owed.ana, done_on=dt.date(2026, 11, 3), reason="Seen", stated_by="somebody", needs_second=True
    )

    page = text(client_of(mara), "overview")

    assert "1 piece of evidence to decide" in page
    assert "statement" not in page
    assert "0 of 1 (0%)" in page
    for hers in ("Front desk", "Cody Blake", "1 of 1", "1 of 2"):
        assert hers not in page


def test_overview_takes_as_many_statements_at_thirty_rows_as_at_one(
    clinic: Clinic, course: Course, omar: User, mara: User
) -> None:
    client, hers = client_of(omar), client_of(mara)
    fill(clinic, course, 1)
    with expect_statements(11):
        client.get(address("overview"))
    other = build.course(clinic.organization, slug="another")
    fill(clinic, other, 30, first=100)
    with expect_statements(11):
        assert b"Person 112" in client.get(address("overview")).content
    with expect_statements(12):
        hers.get(address("overview"))


def test_overview_draws_the_teams_with_most_overdue(clinic: Clinic, course: Course, omar: User) -> None:
    for n in range(20):
        team = Team.objects.create(organization=clinic.organization, name=f"Team {n:02}")
        member = seat(person(f"Member{n}"), clinic.organization, team)
        build.obligation(member, course, dt.date(2026, 11, 10) if n >= 15 else dt.date(2026, 12, 10))
    build.count()

    page = text(client_of(omar), "overview")

    assert all(f"Team {n}" in page for n in range(15, 20))
    assert "7 more are found by the filter" in page  # of 22 teams fifteen are drawn
