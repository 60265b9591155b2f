import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import Leave, Membership, Role, RoleGrant, User
from accounts.queries import hanging_on, held_anywhere, held_roles, other_seats, seats_of
from accounts.services import (
    AddressTaken,
    BeforeTheEnd,
    ChangedMeanwhile,
    FirstDayHolds,
    GrantEndsFirst,
    LastOwner,
    LeaveCancelled,
    LeaveEndsFirst,
    LeaveOutside,
    LeaveOverlaps,
    MembershipEnded,
    NotAllowed,
    NotYours,
    OtherOrganization,
    StaffNumberTaken,
    StillHere,
    TeamRetired,
    accept_invitation,
    add_member,
    add_team,
    cancel_leave,
    change_member,
    end_grant,
    end_leave,
    end_membership,
    grant_role,
    invite,
    invite_all,
    record_leave,
    retire_team,
    return_member,
    withdraw_end,
    withdraw_invitation,
)
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from tests.conftest import HIRED, Clinic, client_of, seat
from tests.training import build

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_day() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def change(membership: Membership, by: Any = SYSTEM, **facts: object) -> Membership:
    return change_member(membership=membership, facts=facts, seen=membership.changed_at, by=by)


# Every act leaves its mark, for whoever computes from seats


@pytest.fixture
def acts(clinic: Clinic, ana: User, vera: User) -> dict[str, Callable[[], object]]:
    def accepted() -> object:
        membership = Membership.objects.get(work_email="vera@example.com")
        return accept_invitation(token=invite(membership=membership, by=SYSTEM).token, user=vera)

    def leave() -> Leave:
        return Leave.objects.get()

    def grant() -> RoleGrant:
        return RoleGrant.objects.get()

    hers = seat_of(ana)
    return {
        "change": lambda: change(seat_of(ana), job_title="Counselor"),
        "leave": lambda: record_leave(membership=hers, starts_on=TODAY, by=SYSTEM),
        "back": lambda: end_leave(leave=leave(), ends_on=TODAY + DAY, by=SYSTEM),
        "cancel": lambda: cancel_leave(leave=leave(), by=SYSTEM),
        "grant": lambda: grant_role(membership=hers, role=Role.AUTHOR, by=SYSTEM),
        "end grant": lambda: end_grant(grant=grant(), by=SYSTEM),
        "end": lambda: end_membership(membership=hers, by=SYSTEM),
        "withdraw end": lambda: withdraw_end(membership=hers, by=SYSTEM),
        "accept": accepted,
    }


def test_every_act_on_a_seat_sets_changed_at(
    clinic: Clinic, ana: User, acts: dict[str, Callable[[], object]], on_a_day: time_machine.Traveller
) -> None:
    other = add_member(organization=clinic.organization, name="V", work_email="vera@example.com", by=SYSTEM)
    for name, act in acts.items():
        on_a_day.shift(60)
        pk = other.pk if name == "accept" else seat_of(ana).pk
        before = Membership.objects.get(pk=pk).changed_at
        act()
        assert Membership.objects.get(pk=pk).changed_at > before, name


# Corrections


def test_change_corrects_what_is_given_and_leaves_the_rest(clinic: Clinic, ana: User, omar: User) -> None:
    change(seat_of(ana), by=omar, name="Ana R. Reyes", team=clinic.front_desk, hired_on=HIRED)

    hers = seat_of(ana)
    assert (hers.name, hers.team, hers.hired_on, hers.work_email) == (
        "Ana R. Reyes", clinic.front_desk, HIRED, "ana@example.com",
    )  # fmt: skip
    event = AuditEvent.objects.get(action="membership.changed")
    assert event.details == {"fields": ["hired_on", "name", "team"]}


def test_change_of_nothing_is_not_recorded(ana: User) -> None:
    change(seat_of(ana), name="Ana Reyes")

    assert not AuditEvent.objects.filter(action="membership.changed").exists()


def test_change_is_refused_after_somebody_else_changed_it(
    ana: User, on_a_day: time_machine.Traveller, omar: User
) -> None:
    read = seat_of(ana)
    on_a_day.shift(60)
    change(seat_of(ana), job_title="Counselor")

    with pytest.raises(ChangedMeanwhile):
        change_member(membership=read, facts={"name": "Ana R."}, seen=read.changed_at - DAY, by=omar)
    assert (seat_of(ana).name, seat_of(ana).job_title) == ("Ana Reyes", "Counselor")


def test_change_to_anothers_address_or_number_is_refused(clinic: Clinic, ana: User, cody: User) -> None:
    change(seat_of(cody), staff_number="S-1")
    with pytest.raises(AddressTaken):
        change(seat_of(ana), work_email="cody@example.com")
    with pytest.raises(StaffNumberTaken):
        change(seat_of(ana), staff_number="S-1")
    assert seat_of(ana).work_email == "ana@example.com"


def test_change_of_the_address_kills_the_link_to_the_old_one(clinic: Clinic, vera: User) -> None:
    membership = add_member(organization=clinic.organization, name="V", work_email="vera@example.com", by=SYSTEM)
    token = invite(membership=membership, by=SYSTEM).token
    change(membership, work_email="v.stone@example.com")

    with pytest.raises(Exception, match="withdrawn"):
        accept_invitation(token=token, user=vera)


def test_first_day_moves_while_nothing_hangs_on_it(clinic: Clinic, ana: User) -> None:
    change(seat_of(ana), started_on=HIRED + DAY)
    assert hanging_on(seat_of(ana)) == frozenset()

    build.obligation(seat_of(ana), build.course(clinic.organization), TODAY)

    assert hanging_on(seat_of(ana)) == {"training.obligation"}
    with pytest.raises(FirstDayHolds):
        change(seat_of(ana), started_on=HIRED)
    assert seat_of(ana).started_on == HIRED + DAY


def test_change_is_for_administrators_of_the_place(
    clinic: Clinic, ana: User, mara: User, charlie: User, omar: User
) -> None:
    for by in (ana, mara, charlie):
        with pytest.raises(NotAllowed):
            change(seat_of(ana), by=by, name="X")
    pier = add_team(organization=seat_of(charlie).organization, name="Pier", by=charlie)
    with pytest.raises(OtherOrganization):
        change(seat_of(ana), by=omar, team=pier)


def test_address_of_an_owner_who_has_not_joined_is_not_turned_elsewhere_by_who_cannot_make_one(
    clinic: Clinic, omar: User, nina: User
) -> None:
    invited = add_member(organization=clinic.organization, name="Lou", work_email="lou@example.com", by=nina)
    grant_role(membership=invited, role=Role.OWNER, by=nina)
    invited.refresh_from_db()
    with pytest.raises(NotAllowed):
        change(invited, by=omar, work_email="omar.two@example.com")
    assert change(invited, by=nina, work_email="lou.two@example.com").work_email == "lou.two@example.com"


#: Of a role: from which day, and until which, that holds now or will.
DATED = [(0, 60), (30, None), (30, 60), (-30, 1), (-30, None)]


def dated(membership: Membership, by: Any, starts: int, ends: int | None, role: Role = Role.OWNER) -> RoleGrant:
    ends_on = None if ends is None else TODAY + ends * DAY
    return grant_role(membership=membership, role=role, by=by, starts_on=TODAY + starts * DAY, ends_on=ends_on)


@pytest.mark.parametrize(("starts", "ends"), DATED)
def test_owner_from_a_day_to_a_day_is_taken_over_by_nobody(
    clinic: Clinic, omar: User, nina: User, vera: User, starts: int, ends: int | None
) -> None:
    """The whole way: another address, a new link to it, and somebody who accepts it."""
    deputy = add_member(organization=clinic.organization, name="Deputy", work_email="deputy@example.com", by=nina)
    dated(deputy, nina, starts, ends)
    deputy.refresh_from_db()

    with pytest.raises(NotAllowed):
        change(deputy, by=omar, work_email="vera@example.com")

    deputy.refresh_from_db()
    assert deputy.work_email == "deputy@example.com"
    link = invite(membership=deputy, by=omar)
    with pytest.raises(NotYours):
        accept_invitation(token=link.token, user=vera)
    for days in range(0, 90, 30):
        assert held_roles(vera, clinic.organization, TODAY + days * DAY) == frozenset()


@pytest.mark.parametrize(("starts", "ends"), DATED)
def test_owner_from_a_day_to_a_day_is_ended_by_no_administrator(
    ana: User, omar: User, nina: User, starts: int, ends: int | None
) -> None:
    grant = dated(seat_of(ana), nina, starts, ends)
    for act in (
        lambda: end_membership(membership=seat_of(ana), by=omar),
        lambda: end_membership(membership=seat_of(ana), on=TODAY + 90 * DAY, by=omar),
        lambda: withdraw_end(membership=seat_of(ana), by=omar),
        lambda: end_grant(grant=grant, by=omar),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert seat_of(ana).ended_on is None
    end_membership(membership=seat_of(ana), by=nina)
    with pytest.raises(NotAllowed):
        withdraw_end(membership=seat_of(ana), by=omar)


@pytest.mark.parametrize(("starts", "ends"), [(-30, 0), (-30, -1)])
def test_role_that_is_over_is_in_nobodys_way(
    clinic: Clinic, ana: User, omar: User, nina: User, starts: int, ends: int
) -> None:
    dated(seat_of(ana), nina, starts, ends)
    assert change(seat_of(ana), by=omar, work_email="ana.two@example.com").work_email == "ana.two@example.com"
    assert end_membership(membership=seat_of(ana), by=omar).ended_on == TODAY


def test_role_that_was_taken_back_before_its_first_day_is_in_nobodys_way(ana: User, omar: User, nina: User) -> None:
    end_grant(grant=dated(seat_of(ana), nina, 30, None), by=nina)
    assert end_membership(membership=seat_of(ana), by=omar).ended_on == TODAY


@pytest.mark.parametrize("role", [Role.OWNER, Role.TRAINING_ADMINISTRATOR, Role.AUTHOR])
def test_no_role_holds_before_the_first_day(clinic: Clinic, vera: User, role: Role) -> None:
    newcomer = add_member(
        organization=clinic.organization,
        name="Vera Stone",
        work_email=vera.email,
        started_on=TODAY + 30 * DAY,
        by=SYSTEM,
    )
    grant_role(membership=newcomer, role=role, by=SYSTEM)
    accept_invitation(token=invite(membership=newcomer, by=SYSTEM).token, user=vera)

    assert held_roles(vera, clinic.organization, TODAY + 29 * DAY) == frozenset()
    assert held_roles(vera, clinic.organization, TODAY + 30 * DAY) == {role}
    assert held_anywhere(vera) == frozenset()
    assert not Membership.objects.seen_by(vera, clinic.organization, TODAY).exists()


def test_first_day_of_an_owner_is_moved_by_owners_alone_and_never_the_last_ones(
    clinic: Clinic, omar: User, nina: User, vera: User
) -> None:
    with pytest.raises(NotAllowed):
        change(seat_of(nina), by=omar, started_on=TODAY + 900 * DAY)
    with pytest.raises(LastOwner):
        change(seat_of(nina), by=nina, started_on=TODAY + DAY)
    assert held_roles(nina, clinic.organization, TODAY) == {Role.OWNER}

    seat(vera, clinic.organization, None, Role.OWNER)

    assert change(seat_of(nina), by=vera, started_on=TODAY + DAY).started_on == TODAY + DAY
    assert held_roles(nina, clinic.organization, TODAY) == frozenset()


def test_record_of_somebody_who_left_stays_as_it_is(ana: User) -> None:
    end_membership(membership=seat_of(ana), by=SYSTEM)
    with pytest.raises(MembershipEnded):
        change(seat_of(ana), name="X")


# Leaving and coming back


def test_leaver_is_refused_at_the_next_request_everywhere_and_keeps_the_account(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    assert client.get("/manage/riverbend/").status_code == 200

    end_membership(membership=seat_of(omar), by=SYSTEM)

    pages = ["/manage/riverbend/", "/manage/riverbend/people/", "/manage/riverbend/teams/", "/author/riverbend/"]
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post("/manage/riverbend/obligations.csv").status_code == 404
    assert held_roles(omar, clinic.organization, TODAY) == frozenset()
    with pytest.raises(NotAllowed):
        add_member(organization=clinic.organization, name="X", work_email="x@example.com", by=omar)
    assert client.get("/learn/").status_code == 200
    assert omar.is_active


def test_end_on_a_later_day_leaves_everything_open_until_then(
    clinic: Clinic, omar: User, vera: User, on_a_day: time_machine.Traveller
) -> None:
    membership = add_member(organization=clinic.organization, name="V", work_email="vera@example.com", by=SYSTEM)
    token = invite(membership=membership, by=SYSTEM).token
    end_membership(membership=membership, on=TODAY + 7 * DAY, by=SYSTEM)
    end_membership(membership=seat_of(omar), on=TODAY + 7 * DAY, by=SYSTEM)

    assert client_of(omar).get("/manage/riverbend/").status_code == 200
    on_a_day.move_to(NOW + 7 * DAY)
    assert client_of(omar).get("/manage/riverbend/").status_code == 404
    with pytest.raises(Exception, match="ended"):
        accept_invitation(token=token, user=vera)


def test_end_in_the_past_holds_since_then(clinic: Clinic, omar: User) -> None:
    end_membership(membership=seat_of(omar), on=TODAY - 3 * DAY, by=SYSTEM)

    assert held_roles(omar, clinic.organization, TODAY) == frozenset()
    assert held_roles(omar, clinic.organization, TODAY - 4 * DAY) == {Role.TRAINING_ADMINISTRATOR}


def test_end_that_was_a_mistake_is_withdrawn_with_its_roles(clinic: Clinic, omar: User, nina: User) -> None:
    end_membership(membership=seat_of(omar), by=nina)

    withdraw_end(membership=seat_of(omar), by=nina)

    assert held_roles(omar, clinic.organization, TODAY) == {Role.TRAINING_ADMINISTRATOR}
    with pytest.raises(NotAllowed):
        withdraw_end(membership=seat_of(nina), by=omar)  # who cannot make an owner cannot bring one back


def test_end_stands_when_somebody_took_the_address(clinic: Clinic, ana: User) -> None:
    hers = seat_of(ana)
    end_membership(membership=hers, by=SYSTEM)
    add_member(organization=clinic.organization, name="Ana Two", work_email="ana@example.com", by=SYSTEM)
    with pytest.raises(AddressTaken):
        withdraw_end(membership=hers, by=SYSTEM)


def test_return_is_a_new_seat_and_the_old_one_stays(clinic: Clinic, ana: User, omar: User) -> None:
    old = end_membership(membership=seat_of(ana), on=TODAY - 30 * DAY, by=omar)

    new = return_member(membership=old, started_on=TODAY, team=clinic.front_desk, by=omar)

    assert (new.user, new.started_on, new.team, new.name) == (None, TODAY, clinic.front_desk, "Ana Reyes")
    old.refresh_from_db()
    assert (old.user, old.ended_on, old.team) == (ana, TODAY - 30 * DAY, clinic.crisis_team)
    assert list(other_seats(new)) == [old]
    accept_invitation(token=invite(membership=new, by=omar).token, user=ana)
    assert [each.is_current for each in seats_of(ana)] == [True, False]


def test_return_before_the_end_or_of_somebody_here_is_refused(ana: User, cody: User) -> None:
    old = end_membership(membership=seat_of(ana), on=TODAY, by=SYSTEM)
    with pytest.raises(BeforeTheEnd):
        return_member(membership=old, started_on=TODAY - DAY, by=SYSTEM)
    with pytest.raises(StillHere):
        return_member(membership=seat_of(cody), started_on=TODAY, by=SYSTEM)


def test_nobody_is_added_beside_somebody_who_leaves_later(clinic: Clinic, ana: User) -> None:
    change(seat_of(ana), staff_number="S-1")
    old = end_membership(membership=seat_of(ana), on=TODAY + 7 * DAY, by=SYSTEM)
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"work_email": "ana@example.com"}, AddressTaken),
        ({"work_email": "x@example.com", "staff_number": "S-1"}, StaffNumberTaken),
    ]
    for facts, refusal in cases:
        with pytest.raises(refusal):
            add_member(organization=clinic.organization, name="A", by=SYSTEM, **facts)
    assert return_member(membership=old, started_on=TODAY + 7 * DAY, by=SYSTEM).started_on == TODAY + 7 * DAY


# Leaves


def leave(membership: Membership, start: int, end: int | None, by: Any = SYSTEM) -> Leave:
    ends_on = None if end is None else TODAY + end * DAY
    return record_leave(membership=membership, starts_on=TODAY + start * DAY, ends_on=ends_on, by=by)


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ((0, 5), (5, 9), False),  # back on the day on which the next begins
        ((0, 5), (4, 9), True),
        ((0, 5), (1, 2), True),
        ((0, 5), (-9, 0), False),
        ((0, 5), (-9, 1), True),
        ((0, None), (99, 100), True),
        ((0, 5), (3, None), True),
        ((0, 5), (5, None), False),
        ((0, None), (-9, 0), False),
    ],
)
def test_leaves_do_not_share_a_day(
    ana: User, first: tuple[int, int | None], second: tuple[int, int | None], is_refused: bool
) -> None:
    leave(seat_of(ana), *first)
    if is_refused:
        with pytest.raises(LeaveOverlaps):
            leave(seat_of(ana), *second)
    else:
        leave(seat_of(ana), *second)
    assert Leave.objects.count() == (1 if is_refused else 2)


def test_leave_that_was_cancelled_is_in_nobodys_way(ana: User) -> None:
    cancel_leave(leave=leave(seat_of(ana), 0, None), by=SYSTEM)

    again = leave(seat_of(ana), 0, None)

    assert end_leave(leave=again, ends_on=TODAY + DAY, by=SYSTEM).ends_on == TODAY + DAY
    with pytest.raises(LeaveCancelled):
        end_leave(leave=Leave.objects.exclude(pk=again.pk).get(), ends_on=TODAY + DAY, by=SYSTEM)


def test_day_back_that_reaches_into_the_next_leave_is_refused(ana: User) -> None:
    first = leave(seat_of(ana), 0, 5)
    leave(seat_of(ana), 5, 9)
    with pytest.raises(LeaveOverlaps):
        end_leave(leave=first, ends_on=TODAY + 6 * DAY, by=SYSTEM)
    assert Leave.objects.get(pk=first.pk).ends_on == TODAY + 5 * DAY


def test_leave_lies_within_the_time_here(ana: User, cody: User) -> None:
    with pytest.raises(LeaveOutside):
        record_leave(membership=seat_of(ana), starts_on=HIRED - DAY, by=SYSTEM)
    with pytest.raises(LeaveEndsFirst):
        leave(seat_of(ana), 3, 3)
    end_membership(membership=seat_of(cody), on=TODAY + DAY, by=SYSTEM)
    with pytest.raises(LeaveOutside):
        leave(seat_of(cody), 1, 3)


def test_leaves_are_recorded_by_administrators_only_and_never_with_a_reason(ana: User, mara: User, omar: User) -> None:
    for by in (ana, mara):
        with pytest.raises(NotAllowed):
            leave(seat_of(ana), 0, 5, by=by)
    leave(seat_of(ana), 0, 5, by=omar)
    assert AuditEvent.objects.get(action="leave.recorded", outcome="done").details == {"starts_on": "2026-11-22"}
    assert not {field.name for field in Leave._meta.get_fields()} & {"reason", "kind", "note"}


# Roles


def test_role_holds_from_a_day_to_a_day(clinic: Clinic, ana: User, omar: User) -> None:
    grant_role(
        membership=seat_of(ana),
        role=Role.MANAGER,
        team=clinic.front_desk,
        starts_on=TODAY + DAY,
        ends_on=TODAY + 3 * DAY,
        by=omar,
    )
    held = [bool(held_roles(ana, clinic.organization, TODAY + n * DAY)) for n in range(4)]
    assert held == [False, True, True, False]
    with pytest.raises(GrantEndsFirst):
        grant_role(membership=seat_of(ana), role=Role.AUTHOR, starts_on=TODAY, ends_on=TODAY, by=SYSTEM)


def test_team_has_several_managers(clinic: Clinic, ana: User, mara: User, omar: User) -> None:
    grant_role(membership=seat_of(ana), role=Role.MANAGER, team=clinic.crisis_team, by=omar)

    for user in (ana, mara):
        people = Membership.objects.seen_by(user, clinic.organization, TODAY)
        assert set(people) == {seat_of(ana), seat_of(mara)}


def test_role_over_a_retired_team_is_refused(clinic: Clinic, ana: User) -> None:
    spare = add_team(organization=clinic.organization, name="Spare", by=SYSTEM)
    with pytest.raises(TeamRetired):
        grant_role(membership=seat_of(ana), role=Role.MANAGER, team=retire_team(team=spare, by=SYSTEM), by=SYSTEM)


def test_role_ends_on_a_later_day_and_earlier_when_that_is_said(clinic: Clinic, mara: User, omar: User) -> None:
    grant = RoleGrant.objects.get(membership__user=mara)
    assert end_grant(grant=grant, on=TODAY + 9 * DAY, by=omar).ends_on == TODAY + 9 * DAY
    assert end_grant(grant=grant, by=omar).ends_on == TODAY
    assert end_grant(grant=grant, on=TODAY + 9 * DAY, by=omar).ends_on == TODAY  # an earlier end stays


def test_last_owner_cannot_be_given_an_end_of_any_day(nina: User) -> None:
    grant = RoleGrant.objects.get(membership__user=nina)
    for on in (None, TODAY + 365 * DAY):
        with pytest.raises(LastOwner):
            end_grant(grant=grant, on=on, by=nina)
    with pytest.raises(LastOwner):
        end_membership(membership=seat_of(nina), on=TODAY + 365 * DAY, by=nina)
    grant.refresh_from_db()
    assert grant.ends_on is None


# Many invitations at once


def test_invite_all_passes_over_who_joined_left_or_holds_a_link(
    clinic: Clinic, ana: User, omar: User, on_a_day: time_machine.Traveller
) -> None:
    seats = [
        add_member(organization=clinic.organization, name=name, work_email=f"{name}@example.com", by=SYSTEM)
        for name in ("dee", "eli", "fay")
    ]
    invite(membership=seats[1], by=omar)
    end_membership(membership=seats[2], by=SYSTEM)
    everybody = Membership.objects.filter(organization=clinic.organization)

    invited = invite_all(organization=clinic.organization, memberships=everybody, by=omar)

    assert invited == [seats[0]]
    assert OutboxMail.objects.count() == 2
    assert invite_all(organization=clinic.organization, memberships=everybody, by=omar) == []
    on_a_day.shift(dt.timedelta(days=15))
    assert invite_all(organization=clinic.organization, memberships=everybody, by=omar) == seats[:2]


def test_invite_all_works_with_the_links_it_sends(clinic: Clinic, vera: User, omar: User) -> None:
    membership = add_member(organization=clinic.organization, name="V", work_email="vera@example.com", by=SYSTEM)
    invite_all(organization=clinic.organization, memberships=[membership], by=omar)
    token = OutboxMail.objects.get().payload["token"]

    assert accept_invitation(token=token, user=vera) == membership


def test_invite_all_invites_nobody_of_another_organization(ana: User, clinic: Clinic, charlie: User) -> None:
    theirs = add_member(organization=clinic.organization, name="V", work_email="v@example.com", by=SYSTEM)
    harbor = seat_of(charlie).organization

    assert invite_all(organization=harbor, memberships=[theirs], by=charlie) == []
    with pytest.raises(NotAllowed):
        invite_all(organization=clinic.organization, memberships=[theirs], by=charlie)
    assert not OutboxMail.objects.exists()


def test_withdrawn_invitation_closes_once(clinic: Clinic, omar: User, mara: User) -> None:
    membership = add_member(organization=clinic.organization, name="V", work_email="v@example.com", by=SYSTEM)
    invite(membership=membership, by=omar)
    with pytest.raises(NotAllowed):
        withdraw_invitation(membership=membership, by=mara)
    assert [withdraw_invitation(membership=membership, by=omar) for _ in range(2)] == [True, False]
