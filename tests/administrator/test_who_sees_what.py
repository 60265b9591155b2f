"""Whatever roles somebody holds: every page tells her of the same people, and less of a role never shows her more."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries import held_roles, people_seen
from accounts.rules import may_confer
from accounts.services import (
    NotAllowed,
    NotYours,
    accept_invitation,
    change_member,
    deactivate_account,
    end_grant,
    end_membership,
    grant_role,
    invite,
    withdraw_end,
)
from audit.services import SYSTEM
from tests.conftest import HIRED, client_of
from tests.properties import examples
from tests.training import build
from tests.training.build import NOW

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
TEAMS = 4

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Grant:
    """A role that the viewer holds in one of the two clinics, perhaps over a team, perhaps no longer or not yet."""

    clinic: int
    role: Role
    team: int
    starts: int
    ends: int | None


grants = st.builds(
    Grant,
    clinic=st.integers(0, 1),
    # Of four grants three are a manager's, whose people are the hard ones.
    role=st.sampled_from(
        [Role.MANAGER, Role.MANAGER, Role.MANAGER, Role.TRAINING_ADMINISTRATOR, Role.OWNER, Role.AUTHOR]
    ),
    team=st.integers(0, TEAMS - 1),
    starts=st.sampled_from([-300, -1, 0, 1]),
    ends=st.sampled_from([None, None, 0, 1]),
)


def several(most: int, *, least: int = 0) -> st.SearchStrategy[list[Grant]]:
    """Of each role, and of a manager's over each team, one at a time, as the database has it."""

    def place(grant: Grant) -> tuple[object, ...]:
        return grant.clinic, grant.role, grant.team if grant.role == Role.MANAGER else None

    return st.lists(grants, min_size=least, max_size=most, unique_by=place)


parents = st.lists(st.integers(-1, TEAMS - 2), min_size=TEAMS, max_size=TEAMS)


@dataclass
class World:
    clinics: list[Organization]
    viewer: User
    grants: list[RoleGrant]

    @property
    def client(self) -> Client:
        return client_of(self.viewer)

    def seats(self, clinic: Organization) -> list[Membership]:
        return list(Membership.objects.filter(organization=clinic).exclude(user=self.viewer))

    def seen(self, clinic: Organization) -> set[str]:
        people = people_seen(self.viewer, clinic, TODAY, held_roles(self.viewer, clinic, TODAY))
        return set(people.exclude(user=self.viewer).values_list("name", flat=True))


def world(given_grants: list[Grant], above: list[int]) -> World:
    viewer = User.objects.create_user("viewer@example.com", "x", legal_name="Vic Wen", time_zone="UTC")
    made = World([], viewer, [])
    teams: list[list[Team]] = []
    for number in range(2):
        clinic = Organization.objects.create(slug=f"c{number}", name=f"Clinic {number}", time_zone="UTC")
        made.clinics.append(clinic)
        teams.append(_teams(clinic, above))
        course = build.course(clinic, f"course-{number}")
        for place in [*teams[-1], None]:
            name = f"{clinic.slug} {place.name if place else 'Nowhere'}"
            seat = Membership.objects.create(
                organization=clinic, name=name, work_email=f"{name.replace(' ', '-').lower()}@example.com", team=place,
                started_on=HIRED,
            )  # fmt: skip
            build.obligation(seat, course, TODAY + 9 * DAY)
        # Somebody else owns the clinic, so that the viewer may go.
        name = f"{clinic.slug} Owner"
        boss = User.objects.create_user(f"{clinic.slug}@example.com", "x", legal_name=name, time_zone="UTC")
        seat = Membership.objects.create(
            organization=clinic, user=boss, name=name, work_email=boss.email, started_on=HIRED
        )
        RoleGrant.objects.create(membership=seat, role=Role.OWNER, starts_on=HIRED)
        build.obligation(seat, course, TODAY + 9 * DAY)
    for grant in given_grants:
        made.grants.append(_granted(made, teams, grant))
    return made


def _teams(clinic: Organization, above: list[int]) -> list[Team]:
    teams: list[Team] = []
    for number, parent in enumerate(above):
        # Each stands below one that was made before it, so that there is no circle.
        over = teams[parent] if 0 <= parent < number else None
        teams.append(Team.objects.create(organization=clinic, name=f"T{number}", parent=over))
    return teams


def _granted(made: World, teams: list[list[Team]], grant: Grant) -> RoleGrant:
    clinic = made.clinics[grant.clinic]
    seat, _ = Membership.objects.get_or_create(
        organization=clinic,
        user=made.viewer,
        defaults={"name": "Vic Wen", "work_email": "v@e.com", "started_on": HIRED},
    )
    starts_on = TODAY + grant.starts * DAY
    ends_on = None if grant.ends is None else max(TODAY + grant.ends * DAY, starts_on + DAY)
    team = teams[grant.clinic][grant.team] if grant.role == Role.MANAGER else None
    return RoleGrant.objects.create(membership=seat, role=grant.role, team=team, starts_on=starts_on, ends_on=ends_on)


def undone() -> transaction.Atomic:
    """Each example in a world of its own."""
    return transaction.atomic()


@settings(max_examples=examples(8))
@given(given_grants=several(4), above=parents)
def test_every_way_to_people_leads_to_the_same_ones(given_grants: list[Grant], above: list[int]) -> None:
    """Board, export, list of people and the people's own pages agree, and none tells of another clinic."""
    with undone():
        made = world(given_grants, above)
        for clinic in made.clinics:
            told = made.seen(clinic)
            assert all(name.startswith(clinic.slug) for name in told)
            ways = [_on_the_board(made, clinic), _in_the_export(made, clinic), _in_the_list(made, clinic)]
            assert ways == [told] * 3
            assert _with_a_page(made, clinic) == told
        transaction.set_rollback(True)


def _on_the_board(made: World, clinic: Organization) -> set[str]:
    return _named(made, clinic, made.client.get(reverse("administrator:obligations", args=[clinic.slug])).content)


def _in_the_list(made: World, clinic: Organization) -> set[str]:
    return _named(made, clinic, made.client.get(reverse("administrator:people", args=[clinic.slug])).content)


def _in_the_export(made: World, clinic: Organization) -> set[str]:
    response = made.client.post(reverse("administrator:obligations-csv", args=[clinic.slug]))
    return _named(made, clinic, response.getvalue())


def _named(made: World, clinic: Organization, page: bytes) -> set[str]:
    """Of all people of both clinics those whom the page names."""
    everybody = [seat.name for each in made.clinics for seat in made.seats(each)]
    return {name for name in everybody if name.encode() in page}


def _with_a_page(made: World, clinic: Organization) -> set[str]:
    client = made.client
    return {
        seat.name
        for seat in made.seats(clinic)
        if client.get(reverse("administrator:person", args=[clinic.slug, seat.public_id])).status_code == 200
    }


@settings(max_examples=examples(25))
@given(given_grants=several(4, least=1), above=parents, which=st.integers(0, 3), data=st.data())
def test_less_of_a_role_never_shows_more(
    given_grants: list[Grant], above: list[int], which: int, data: st.DataObject
) -> None:
    """A role that ends, a place that ends and an account that closes add nobody, and the last leaves nobody."""
    with undone():
        made = world(given_grants, above)
        grant = made.grants[which % len(made.grants)]
        before = {clinic.pk: made.seen(clinic) for clinic in made.clinics}
        loss = data.draw(st.sampled_from(["role", "place", "account"]))
        _lose(loss, grant, made.viewer)

        for clinic in made.clinics:
            after = made.seen(clinic)
            assert after <= before[clinic.pk]
            assert loss != "account" or after == set()
            assert loss != "place" or clinic != grant.membership.organization or after == set()
        transaction.set_rollback(True)


def _lose(loss: str, grant: RoleGrant, viewer: User) -> None:
    if loss == "role":
        end_grant(grant=grant, by=SYSTEM)
    elif loss == "place":
        end_membership(membership=grant.membership, on=TODAY, by=SYSTEM)
    else:
        deactivate_account(user=viewer, by=SYSTEM)


@settings(max_examples=examples(25))
@given(given_grants=several(3), above=parents, role=st.sampled_from(list(Role)))
def test_nobody_gives_what_is_not_part_of_the_own_role(given_grants: list[Grant], above: list[int], role: Role) -> None:
    """Also for roles that ended or have not begun: what is given shows nobody more than who gave it sees."""
    with undone():
        made = world(given_grants, above)
        clinic = made.clinics[0]
        pupil = Membership.objects.get(organization=clinic, name="c0 Nowhere")
        pupil.user = User.objects.create_user("pupil@example.com", "x")
        pupil.save()
        team = Team.objects.filter(organization=clinic).first() if role == Role.MANAGER else None
        giver_sees = made.seen(clinic)
        try:
            grant_role(membership=pupil, role=role, team=team, by=made.viewer)
        except NotAllowed:
            assert held_roles(pupil.user, clinic, TODAY) == frozenset()
        else:
            assert role in held_roles(pupil.user, clinic, TODAY)
            assert held_roles(made.viewer, clinic, TODAY) & {Role.OWNER, Role.TRAINING_ADMINISTRATOR}
            seen = people_seen(pupil.user, clinic, TODAY, held_roles(pupil.user, clinic, TODAY))
            assert set(seen.exclude(user=made.viewer).values_list("name", flat=True)) <= giver_sees
        transaction.set_rollback(True)


#: What somebody has who is to be robbed of it: her role, and from when until when, counted from today.
targets = st.tuples(
    st.sampled_from(list(Role)), st.sampled_from([-30, 0, 1, 30]), st.sampled_from([None, None, 0, 1, 31, 60])
)


@settings(max_examples=examples(35))
@given(
    given_grants=several(3),
    above=parents,
    held=st.lists(targets, max_size=2, unique_by=lambda target: target[0]),
    has_left=st.booleans(),
)
def test_nobody_takes_or_ends_what_she_could_not_give(
    given_grants: list[Grant], above: list[int], held: list[tuple[Role, int, int | None]], has_left: bool
) -> None:
    """Around the door: another address with a link to it, an end, an end taken back; of a role of whatever days."""
    with undone():
        made = world(given_grants, above)
        clinic = made.clinics[0]
        victim = Membership.objects.get(organization=clinic, name="c0 Nowhere")
        for role, starts, ends in held:
            _hold(victim, role, starts, ends)
        mine = held_roles(made.viewer, clinic, TODAY)
        is_beyond = any(not may_confer(mine, role) for role in _ahead(victim))
        if has_left:
            Membership.objects.filter(pk=victim.pk).update(ended_on=TODAY)
            victim.refresh_from_db()
        acts: list[Callable[[], object]] = [
            lambda: _taken_over(victim, made.viewer),
            lambda: end_membership(membership=victim, by=made.viewer),
        ]
        if has_left:
            acts = [lambda: withdraw_end(membership=victim, by=made.viewer)]
        for act in acts:
            with transaction.atomic():
                try:
                    act()
                except (NotAllowed, NotYours):
                    pass
                else:
                    assert not is_beyond
                    assert mine & {Role.OWNER, Role.TRAINING_ADMINISTRATOR}
                transaction.set_rollback(True)
        transaction.set_rollback(True)


def _hold(seat: Membership, role: Role, starts: int, ends: int | None) -> None:
    starts_on = TODAY + starts * DAY
    ends_on = None if ends is None else max(TODAY + ends * DAY, starts_on)
    team = Team.objects.filter(organization=seat.organization).first() if role == Role.MANAGER else None
    RoleGrant.objects.create(membership=seat, role=role, team=team, starts_on=starts_on, ends_on=ends_on)


def _ahead(seat: Membership) -> set[Role]:
    """What she may be called on a day from today on, looked up day by day."""
    days = [TODAY + number * DAY for number in range(90)]
    grants = list(seat.grants.all())
    return {
        Role(grant.role)
        for grant in grants
        for day in days
        if grant.starts_on <= day and (grant.ends_on is None or day < grant.ends_on)
    }


def _taken_over(seat: Membership, by: User) -> None:
    """Her place with another address, a link that goes there, and an account of that address."""
    change_member(membership=seat, facts={"work_email": "twin@example.com"}, seen=seat.changed_at, by=by)
    twin = User.objects.create_user("twin@example.com", "x", legal_name="Twin", time_zone="UTC")
    twin.emailaddress_set.create(email=twin.email, verified=True, primary=True)  # type: ignore[attr-defined]
    accept_invitation(token=invite(membership=seat, by=by).token, user=twin)
