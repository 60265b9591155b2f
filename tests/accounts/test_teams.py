import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries import forest_of, team_paths, team_rows, today_in
from accounts.rules import Branch, Forest, PathFault, in_order
from accounts.services import (
    NotAllowed,
    OtherOrganization,
    TeamBelowItself,
    TeamNotEmpty,
    TeamRetired,
    TeamTaken,
    TeamTooDeep,
    add_team,
    end_membership,
    grant_role,
    move_team,
    rename_team,
    retire_team,
    team_of_path,
)
from audit.models import AuditEvent
from audit.services import SYSTEM
from tests.conftest import HIRED, Clinic, expect_statements, person, seat
from tests.properties import examples

TODAY = dt.date(2026, 11, 28)


@pytest.fixture
def tree(clinic: Clinic) -> dict[str, Team]:
    """north > wards > night; south."""
    organization = clinic.organization
    north = add_team(organization=organization, name="North", by=SYSTEM)
    wards = add_team(organization=organization, name="Wards", parent=north, by=SYSTEM)
    night = add_team(organization=organization, name="Night", parent=wards, by=SYSTEM)
    south = add_team(organization=organization, name="South", by=SYSTEM)
    return {"north": north, "wards": wards, "night": night, "south": south}


def manager_of(team: Team, name: str = "Mona Vance") -> User:
    user = person(name)
    membership = seat(user, team.organization)
    RoleGrant.objects.create(membership=membership, role=Role.MANAGER, team=team, starts_on=HIRED)
    return user


def colleague_in(team: Team, name: str) -> Membership:
    return Membership.objects.create(
        organization=team.organization, name=name, work_email=f"{name.lower()}@example.com", team=team, started_on=HIRED
    )


def seen(user: User, organization: Organization) -> set[str]:
    people = Membership.objects.seen_by(user, organization, today_in(organization))
    return set(people.values_list("name", flat=True))


# Who sees whom


def test_manager_sees_her_team_and_all_below_it_and_nobody_beside_or_above(tree: dict[str, Team]) -> None:
    for name, team in tree.items():
        colleague_in(team, name.title())
    mona = manager_of(tree["wards"])

    assert seen(mona, tree["wards"].organization) == {"Wards", "Night"}


def test_manager_of_two_teams_sees_each_person_once(tree: dict[str, Team]) -> None:
    colleague_in(tree["night"], "Nora")
    mona = manager_of(tree["wards"])
    RoleGrant.objects.create(
        membership=Membership.objects.get(user=mona), role=Role.MANAGER, team=tree["night"], starts_on=HIRED
    )

    people = Membership.objects.seen_by(mona, tree["night"].organization, TODAY)

    assert [each.name for each in people] == ["Nora"]


def test_team_that_moves_is_seen_from_its_new_place_and_no_more_from_the_old(tree: dict[str, Team]) -> None:
    colleague_in(tree["night"], "Nora")
    mona, stan = manager_of(tree["north"]), manager_of(tree["south"], "Stan Weir")
    organization = tree["night"].organization

    move_team(team=tree["night"], parent=tree["south"], by=SYSTEM)

    assert (seen(mona, organization), seen(stan, organization)) == (set(), {"Nora"})


def test_grant_that_ended_covers_nothing_below(tree: dict[str, Team]) -> None:
    colleague_in(tree["night"], "Nora")
    mona = manager_of(tree["north"])
    RoleGrant.objects.filter(membership__user=mona).update(ends_on=HIRED)

    assert seen(mona, tree["night"].organization) == set()


def test_seen_by_is_one_statement_for_the_people_whatever_the_depth(tree: dict[str, Team]) -> None:
    mona = manager_of(tree["north"])
    organization = tree["north"].organization
    with expect_statements(2):  # does she administer; the people
        list(Membership.objects.seen_by(mona, organization, TODAY))
    parent = tree["night"]
    for level in range(4):
        parent = add_team(organization=organization, name=f"Level {level}", parent=parent, by=SYSTEM)
        colleague_in(parent, f"C{level}")
    with expect_statements(2):
        assert len(Membership.objects.seen_by(mona, organization, TODAY)) == 4


def test_a_circle_in_the_rows_does_not_hang_whoever_looks(tree: dict[str, Team]) -> None:
    mona = manager_of(tree["wards"])
    Team.objects.filter(pk=tree["north"].pk).update(parent=tree["night"])
    colleague_in(tree["north"], "Nora")

    assert seen(mona, tree["north"].organization) == {"Nora"}


@settings(max_examples=examples(30), deadline=None)
@given(parents=st.lists(st.integers(-1, 9), min_size=1, max_size=10), managed=st.sets(st.integers(0, 9), max_size=3))
@pytest.mark.django_db(transaction=False)
def test_seen_teams_are_those_whose_way_up_meets_a_grant(parents: list[int], managed: set[int]) -> None:
    # Each stands below one that was made before it, so that there is no circle.
    above = {n: (parent if parent < n else None) for n, parent in enumerate(parents) if parent != -1}
    organization = Organization.objects.create(slug=f"o{Organization.objects.count()}", name="O")
    teams: list[Team] = []
    for number in range(len(parents)):
        parent = above.get(number)
        teams.append(
            Team.objects.create(
                organization=organization, name=f"T{number}", parent=teams[parent] if parent is not None else None
            )
        )
    user = User.objects.create_user(f"m{organization.pk}@example.com", "x")
    membership = seat(user, organization)
    for number in managed & set(range(len(parents))):
        RoleGrant.objects.create(membership=membership, role=Role.MANAGER, team=teams[number], starts_on=HIRED)

    def is_covered(number: int | None) -> bool:
        return number is not None and (number in managed or is_covered(above.get(number)))

    expected = {f"T{number}" for number in range(len(parents)) if is_covered(number)}
    assert {team.name for team in Team.objects.seen_by(user, organization, TODAY)} == expected


# Acts


def test_team_does_not_stand_below_itself(tree: dict[str, Team]) -> None:
    for parent in (tree["north"], tree["wards"], tree["night"]):
        with pytest.raises(TeamBelowItself):
            move_team(team=tree["north"], parent=parent, by=SYSTEM)
    assert Team.objects.get(pk=tree["north"].pk).parent is None


def test_tree_is_at_most_eight_levels_deep(clinic: Clinic) -> None:
    parent: Team | None = None
    for level in range(8):
        parent = add_team(organization=clinic.organization, name=f"L{level}", parent=parent, by=SYSTEM)
    with pytest.raises(TeamTooDeep):
        add_team(organization=clinic.organization, name="L8", parent=parent, by=SYSTEM)
    with pytest.raises(TeamTooDeep):
        move_team(team=Team.objects.get(name="L0"), parent=clinic.front_desk, by=SYSTEM)
    assert not Team.objects.filter(name="L8").exists()


def test_move_marks_everybody_below_as_changed(tree: dict[str, Team]) -> None:
    nora, sid = colleague_in(tree["night"], "Nora"), colleague_in(tree["south"], "Sid")

    move_team(team=tree["wards"], parent=None, by=SYSTEM)

    assert Membership.objects.get(pk=nora.pk).changed_at > nora.changed_at
    assert Membership.objects.get(pk=sid.pk).changed_at == sid.changed_at


def test_rename_keeps_names_unique_among_siblings_whatever_the_case(tree: dict[str, Team]) -> None:
    with pytest.raises(TeamTaken):
        rename_team(team=tree["south"], name="NORTH", by=SYSTEM)
    assert rename_team(team=tree["south"], name="Far south", by=SYSTEM).name == "Far south"


def test_retire_is_refused_while_people_or_teams_are_in_it(tree: dict[str, Team]) -> None:
    nora = colleague_in(tree["night"], "Nora")
    for name, people, teams in (("night", 1, 0), ("wards", 0, 1)):
        with pytest.raises(TeamNotEmpty) as refusal:
            retire_team(team=tree[name], by=SYSTEM)
        assert (refusal.value.people, refusal.value.teams) == (people, teams)
    end_membership(membership=nora, by=SYSTEM)

    assert retire_team(team=tree["night"], by=SYSTEM).retired_at is not None


def test_retired_team_frees_its_name_ends_its_grants_and_takes_nothing_in(tree: dict[str, Team]) -> None:
    mona = manager_of(tree["south"])

    retire_team(team=tree["south"], by=SYSTEM)

    assert RoleGrant.objects.get(membership__user=mona).ends_on is not None
    with pytest.raises(TeamRetired):
        add_team(organization=tree["south"].organization, name="East", parent=tree["south"], by=SYSTEM)
    assert add_team(organization=tree["south"].organization, name="South", by=SYSTEM).pk != tree["south"].pk


def test_retired_team_ends_also_the_grants_that_would_have_ended_or_begun_later(tree: dict[str, Team]) -> None:
    today = today_in(tree["south"].organization)
    seat = Membership.objects.get(user=manager_of(tree["north"]))
    days = dt.timedelta(days=1)
    given = [
        grant_role(membership=seat, role=Role.MANAGER, team=tree["south"], starts_on=first, ends_on=end, by=SYSTEM)
        for first, end in (
            (today, today + 30 * days),
            (today + 10 * days, today + 30 * days),
            (today - 9 * days, today - days),
        )
    ]

    retire_team(team=tree["south"], by=SYSTEM)

    ends = [RoleGrant.objects.get(pk=grant.pk).ends_on for grant in given]
    assert ends == [today, today + 10 * days, today - days]
    assert AuditEvent.objects.filter(action="role.ended").count() == 2


def test_managers_and_strangers_change_no_team(tree: dict[str, Team], charlie: User) -> None:
    mona = manager_of(tree["north"])
    organization = tree["north"].organization
    acts: list[Any] = [
        lambda by: add_team(organization=organization, name="East", by=by),
        lambda by: rename_team(team=tree["night"], name="Late", by=by),
        lambda by: move_team(team=tree["night"], parent=None, by=by),
        lambda by: retire_team(team=tree["night"], by=by),
    ]
    for act in acts:
        for by in (mona, charlie):
            with pytest.raises(NotAllowed):
                act(by)
    assert AuditEvent.objects.filter(outcome="refused").count() == 8


def test_team_of_another_organization_is_no_parent(tree: dict[str, Team], charlie: User) -> None:
    harbor = Organization.objects.get(slug="harbor")
    theirs = add_team(organization=harbor, name="Pier", by=charlie)
    with pytest.raises(OtherOrganization):
        move_team(team=tree["north"], parent=theirs, by=SYSTEM)


# Reading


def test_team_rows_stand_in_the_order_of_the_tree_with_people_and_managers(
    clinic: Clinic, tree: dict[str, Team]
) -> None:
    colleague_in(tree["night"], "Nora")
    manager_of(tree["wards"])
    manager_of(tree["wards"], "Paul Weir")
    organization = clinic.organization
    people = Membership.objects.filter(organization=organization)

    with expect_statements(3):
        rows = team_rows(Team.objects.filter(organization=organization), people, TODAY)

    assert [(row.name, row.level, row.people, row.people_below) for row in rows] == [
        ("Crisis team", 0, 0, 0),
        ("Front desk", 0, 0, 0),
        ("North", 0, 0, 1),
        ("Wards", 1, 0, 1),
        ("Night", 2, 1, 1),
        ("South", 0, 0, 0),
    ]
    assert [manager.name for manager in rows[3].managers] == ["Mona Vance", "Paul Weir"]


def test_paths_are_written_from_the_top(tree: dict[str, Team]) -> None:
    assert team_paths(tree["north"].organization)[tree["night"].pk] == "North / Wards / Night"


@pytest.mark.parametrize(
    ("path", "means"),
    [
        ("night", "North / Wards / Night"),
        ("NORTH /  Wards / Night", "North / Wards / Night"),
        ("Wards / Night", "North / Wards / Night"),
        ("south / wards", "South / Wards"),
        ("South / Night", PathFault.UNKNOWN),
        ("North / Attic", PathFault.UNKNOWN),
        ("Attic", PathFault.UNKNOWN),
        ("Attic / Attic", PathFault.UNKNOWN),
        ("Wards", PathFault.AMBIGUOUS),
        ("Wards / Attic", PathFault.AMBIGUOUS),
        (" / ".join("abcdefghi"), PathFault.TOO_DEEP),
        ("Night / " + " / ".join("abcdef"), PathFault.TOO_DEEP),
        ("Night / " + " / ".join("abcde"), PathFault.UNKNOWN),
        ("x" * 81, PathFault.TOO_LONG),
    ],
)
def test_path_means_a_team_or_says_why_not(tree: dict[str, Team], path: str, means: str) -> None:
    organization = tree["north"].organization
    add_team(organization=organization, name="Wards", parent=tree["south"], by=SYSTEM)
    forest = forest_of(organization)

    meant = forest.meant(path)

    assert (meant.fault or forest.path_of(meant.pk or 0)) == means


def test_team_at_the_top_is_meant_by_its_name_alone_whatever_is_called_so_below(tree: dict[str, Team]) -> None:
    organization = tree["north"].organization
    add_team(organization=organization, name="North", parent=tree["south"], by=SYSTEM)

    assert forest_of(organization).meant("North").pk == tree["north"].pk


def test_team_of_path_makes_what_is_missing_and_only_that(tree: dict[str, Team]) -> None:
    organization = tree["north"].organization
    path = forest_of(organization).path_to_make("wards / Attic / Loft")
    assert path == "North / Wards / Attic / Loft"

    made = team_of_path(organization=organization, path=path, by=SYSTEM)

    assert team_paths(organization)[made.pk] == path
    assert team_of_path(organization=organization, path="north / wards / attic / loft", by=SYSTEM) == made


def test_team_does_not_move_beside_another_of_its_name(tree: dict[str, Team]) -> None:
    add_team(organization=tree["south"].organization, name="night", parent=tree["south"], by=SYSTEM)
    with pytest.raises(TeamTaken):
        move_team(team=tree["night"], parent=tree["south"], by=SYSTEM)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12)), max_size=12, unique_by=lambda each: each[0])
)
def test_order_of_the_tree_holds_every_team_that_hangs_from_the_top_once(rows: list[tuple[int, int | None]]) -> None:
    branches = [Branch(pk, f"team {pk}", parent) for pk, parent in rows]

    placed = in_order(branches)

    assert len({each.pk for each in placed}) == len(placed)
    level = {each.pk: each.level for each in placed}
    for branch in branches:
        if branch.pk in level and branch.parent in level:
            assert level[branch.pk] == level[branch.parent] + 1
    forest = Forest(branches)
    assert all(forest.meant(forest.path_of(branch.pk)).pk == branch.pk for branch in branches)
