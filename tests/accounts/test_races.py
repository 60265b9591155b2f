import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from accounts.models import Invitation, Leave, Membership, Organization, Role, RoleGrant, RosterImport, Team, User
from accounts.queries import has_lasting_owner, reading_of, today_in
from accounts.services import (
    InvitationClosed,
    LastOwner,
    LeaveOverlaps,
    TeamBelowItself,
    TeamNotEmpty,
    TeamRetired,
    accept_invitation,
    add_member,
    add_team,
    change_member,
    check_roster,
    confirm_roster,
    create_account,
    end_grant,
    end_membership,
    grant_role,
    invite,
    invite_all,
    move_team,
    record_leave,
    retire_team,
    work_on_rosters,
)
from audit.models import AuditEvent, OutboxMail
from audit.queries import chains, faults_of
from audit.services import SYSTEM
from tests.accounts.roster.build import content, received

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(acts))
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            outcomes.append(act())
        except (LastOwner, InvitationClosed, TeamBelowItself, LeaveOverlaps, TeamNotEmpty, TeamRetired) as refusal:
            outcomes.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [name for chain in chains() if (name := faults_of(chain))]
    return outcomes


def owners() -> tuple[Organization, list[Membership]]:
    organization = Organization.objects.create(slug="riverbend", name="Riverbend", time_zone="America/Chicago")
    memberships = []
    for name in ("nina", "omar"):
        user = create_account(
            email=f"{name}@example.com", password="x", legal_name=name, time_zone="America/Chicago", by=SYSTEM
        )
        seat = add_member(organization=organization, name=name, work_email=user.email, by=SYSTEM)
        accept_invitation(token=invite(membership=seat, by=SYSTEM).token, user=user)
        seat.refresh_from_db()
        grant_role(membership=seat, role=Role.OWNER, by=SYSTEM)
        memberships.append(seat)
    return organization, memberships


@pytest.mark.parametrize("round_number", range(3))
def test_two_owners_who_leave_at_once_leave_one(round_number: int) -> None:
    organization, (nina, omar) = owners()
    grant = RoleGrant.objects.get(membership=omar)

    outcomes = at_once(
        lambda: end_membership(membership=nina, by=nina.user or SYSTEM),
        lambda: end_grant(grant=grant, by=omar.user or SYSTEM),
    )

    assert outcomes.count(LastOwner) == 1
    assert has_lasting_owner(organization, today_in(organization))


def test_one_invitation_taken_twice_at_once_links_one_seat() -> None:
    organization, (nina, _omar) = owners()
    vera = create_account(email="vera@example.com", password="x", legal_name="V", time_zone="UTC", by=SYSTEM)
    seat = add_member(organization=organization, name="Vera", work_email=vera.email, by=nina.user or SYSTEM)
    token = invite(membership=seat, by=SYSTEM).token

    outcomes = at_once(*[lambda: accept_invitation(token=token, user=vera)] * 3)

    assert outcomes == [seat, seat, seat]
    assert User.objects.get(memberships=seat) == vera
    assert Invitation.objects.filter(membership=seat, accepted_at__isnull=False).count() == 1


@pytest.mark.parametrize("round_number", range(3))
def test_two_teams_moved_below_each_other_at_once_make_no_circle(round_number: int) -> None:
    organization, _ = owners()
    north, south = (add_team(organization=organization, name=name, by=SYSTEM) for name in ("North", "South"))

    outcomes = at_once(
        lambda: move_team(team=north, parent=south, by=SYSTEM), lambda: move_team(team=south, parent=north, by=SYSTEM)
    )

    assert outcomes.count(TeamBelowItself) == 1
    assert Team.objects.filter(parent=None).count() == 1


@pytest.mark.parametrize("round_number", range(3))
def test_two_leaves_of_the_same_days_recorded_at_once_leave_one(round_number: int) -> None:
    organization, (nina, _) = owners()
    today = today_in(organization)

    outcomes = at_once(
        *[lambda: record_leave(membership=nina, starts_on=today, ends_on=today + dt.timedelta(days=3), by=SYSTEM)] * 2
    )

    assert outcomes.count(LeaveOverlaps) == 1
    assert Leave.objects.count() == 1


def test_people_invited_by_two_at_once_get_one_mail_each() -> None:
    organization, (nina, _) = owners()
    seats = [
        add_member(organization=organization, name=f"P{n}", work_email=f"p{n}@example.com", by=SYSTEM) for n in range(5)
    ]
    OutboxMail.objects.all().delete()

    at_once(*[lambda: invite_all(organization=organization, memberships=seats, by=nina.user or SYSTEM)] * 2)

    assert OutboxMail.objects.count() == Invitation.objects.filter(accepted_at=None, withdrawn_at=None).count() == 5


def test_team_does_not_take_somebody_in_while_it_is_retired() -> None:
    organization, (nina, _) = owners()
    team = add_team(organization=organization, name="North", by=SYSTEM)
    facts: dict[str, object] = {"team": team}
    nina.refresh_from_db()

    outcomes = at_once(
        lambda: retire_team(team=team, by=SYSTEM),
        lambda: change_member(membership=nina, facts=facts, seen=nina.changed_at, by=SYSTEM),
    )

    nina.refresh_from_db()
    team.refresh_from_db()
    assert not (team.retired_at and nina.team)
    assert outcomes.count(TeamNotEmpty) + outcomes.count(TeamRetired) == 1


def test_a_roster_worked_on_by_three_at_once_is_applied_once() -> None:
    organization, _ = owners()
    rows = [(f"P{n}", f"p{n}@example.com", "", "", "", "") for n in range(40)]
    roster = received(organization, content(*rows))
    check_roster(roster=roster, columns=reading_of(roster).columns, by=SYSTEM)
    at_once(*[lambda: work_on_rosters(by=SYSTEM)] * 3)
    roster.refresh_from_db()
    assert (roster.state, roster.counts["new"]) == ("checked", 40)

    digest = roster.digest

    def confirm() -> object:
        mine = RosterImport.objects.get()
        return confirm_roster(roster=mine, digest=digest, ends_missing=False, by=SYSTEM)

    assert at_once(confirm, confirm) == [roster, roster]
    assert AuditEvent.objects.filter(action="roster.confirmed").count() == 1
    at_once(*[lambda: work_on_rosters(by=SYSTEM)] * 3)

    roster = RosterImport.objects.get()
    assert (roster.state, roster.outcome) == ("applied", {"new": 40})
    assert Membership.objects.filter(name__startswith="P").count() == 40
