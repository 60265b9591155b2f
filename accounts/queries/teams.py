"""The teams of an organization: as a tree, with their people and managers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import Membership, Organization, Role, RoleGrant, Team
from accounts.rules import SEPARATOR, Branch, Forest, ancestors, in_order


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody with a grant over a team."""

    seat: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in its place in the tree: people in it, people in it and below it, who manages it."""

    pk: int
    name: str
    level: int
    people: int
    people_below: int
    managers: tuple[Manager, ...]


def branches_of(organization: Organization) -> list[Branch]:
    return _branches(Team.objects.open().filter(organization=organization))


def _branches(teams: QuerySet[Team]) -> list[Branch]:
    return [Branch(*row) for row in teams.values_list("pk", "name", "parent")]


def forest_of(organization: Organization) -> Forest:
    """The open teams, to be asked for by name or path."""
    return Forest(branches_of(organization))


def team_paths(organization: Organization) -> dict[int, str]:
    """Each open team's path from the top, in the order of the tree."""
    branches = branches_of(organization)
    return _paths(branches)


def _paths(branches: list[Branch]) -> dict[int, str]:
    given = {branch.pk: branch for branch in branches}
    above = {placed.pk: list(ancestors(given, placed.pk)) for placed in in_order(branches)}
    return {pk: SEPARATOR.join(branch.name for branch in reversed(path)) for pk, path in above.items()}


def team_rows(teams: QuerySet[Team], people: QuerySet[Membership], on: dt.date) -> list[TeamRow]:
    """The open ones of these teams in the order of the tree, in three statements whatever their number."""
    branches = _branches(teams.filter(retired_at=None))
    names = {branch.pk: branch for branch in branches}
    counted = people.filter(team__isnull=False).order_by().values_list("team").annotate(number=Count("pk"))
    people_in: dict[int, int] = dict(counted)
    managers = _managers(on, list(names))
    below = _sums(names, people_in)
    return [
        TeamRow(
            pk=placed.pk,
            name=names[placed.pk].name,
            level=placed.level,
            people=people_in.get(placed.pk, 0),
            people_below=below.get(placed.pk, 0),
            managers=managers.get(placed.pk, ()),
        )
        for placed in in_order(branches)
    ]


def _sums(branches: Mapping[int, Branch], people_in: Mapping[int, int]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for pk, number in people_in.items():
        for branch in ancestors(branches, pk):
            sums[branch.pk] = sums.get(branch.pk, 0) + number
    return sums


def _managers(on: dt.date, teams: list[int]) -> dict[int, tuple[Manager, ...]]:
    grants = RoleGrant.objects.filter(role=Role.MANAGER, team__in=teams, starts_on__lte=on)
    grants = grants.exclude(ends_on__lte=on).exclude(membership__ended_on__lte=on).order_by("membership__name", "pk")
    found: dict[int, tuple[Manager, ...]] = {}
    for team, seat, name in grants.values_list("team", "membership__public_id", "membership__name").distinct():
        found[team] = (*found.get(team, ()), Manager(seat, name))
    return found
