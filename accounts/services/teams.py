"""The tree of teams: made, renamed, moved, retired."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, RoleGrant, Team, WithTeamsBelow
from accounts.queries import today_in
from accounts.rules import MOST_LEVELS, parts_of
from accounts.services.access import NotAllowed, TeamRetired, require_administrator, require_same
from audit.services import Person, record, refusals_recorded


class TeamTaken(Exception):
    """There is a team of that name in that place."""


class TeamBelowItself(Exception):
    """The new parent is the team itself, or stands below it."""


class TeamTooDeep(Exception):
    """The tree would have more levels than it may have."""


class TeamNotEmpty(Exception):
    """There are people or teams in it."""

    def __init__(self, people: int, teams: int) -> None:
        super().__init__(people, teams)
        self.people, self.teams = people, teams


def add_team(*, organization: Organization, name: str, by: Person, parent: Team | None = None) -> Team:
    """A new team. Raises NotAllowed, OtherOrganization, TeamTaken, TeamRetired, TeamTooDeep."""
    with refusals_recorded("team.added", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        require_same(organization, parent)
        team = Team(organization=organization, name=name, parent=parent)
        _save(team)
        record("team.added", by=by, target=team, organization=organization, parent=team.parent_id)
        _require_shape(team)
    return team


def change_team(*, team: Team, name: str, parent: Team | None, by: Person) -> Team:
    """Another name, or another place, or both: all of it or nothing. Raises what `rename_team` and `move_team` raise."""
    organization = team.organization
    with refusals_recorded("team.changed", NotAllowed, by=by, target=team, organization=organization):
        require_administrator(by, organization)
        require_same(organization, parent)
        _rename(team, name, by)
        _move(team, parent, by)
    return team


def rename_team(*, team: Team, name: str, by: Person) -> Team:
    """The team has another name from now on. Raises NotAllowed, TeamTaken, TeamRetired."""
    organization = team.organization
    with refusals_recorded("team.renamed", NotAllowed, by=by, target=team, organization=organization):
        require_administrator(by, organization)
        _rename(team, name, by)
    return team


def move_team(*, team: Team, parent: Team | None, by: Person) -> Team:
    """The team, and all below it, stands below another one from now on, or at the top.

    Managers of the teams above it see its people from the next request on, and those of the old ones no more. Raises
    NotAllowed, OtherOrganization, TeamRetired, TeamTaken, TeamBelowItself, TeamTooDeep.
    """
    organization = team.organization
    with refusals_recorded("team.moved", NotAllowed, by=by, target=team, organization=organization):
        require_administrator(by, organization)
        require_same(organization, parent)
        _move(team, parent, by)
    return team


def _rename(team: Team, name: str, by: Person) -> None:
    team.refresh_from_db()
    _require_open(team)
    if team.name != name:
        team.name = name
        _save(team)
        record("team.renamed", by=by, target=team, organization=team.organization)


def _move(team: Team, parent: Team | None, by: Person) -> None:
    team.refresh_from_db()
    _require_open(team)
    if team.parent_id == (parent.pk if parent else None):
        return
    if parent and parent.pk == team.pk:
        raise TeamBelowItself
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(parent=parent)
    except IntegrityError as error:
        raise TeamTaken(team.name) from error
    # Before the look at the tree: of two moves at once, the second waits here and then sees what the first did.
    record("team.moved", by=by, target=team, organization=team.organization, parent=parent.pk if parent else None)
    team.refresh_from_db()
    _require_shape(team)
    below = WithTeamsBelow(Team.objects.filter(pk=team.pk).values("pk"))
    Membership.objects.filter(team__in=below).update(changed_at=timezone.now())


def retire_team(*, team: Team, by: Person) -> Team:
    """The team is no longer in use, and its name is free. Grants over it end today; a team retired before stays so.

    Raises NotAllowed, and TeamNotEmpty while people who have not left, or teams, are in it.
    """
    organization = team.organization
    today = today_in(organization)
    with refusals_recorded("team.retired", NotAllowed, by=by, target=team, organization=organization):
        require_administrator(by, organization)
        if not Team.objects.filter(pk=team.pk, retired_at=None).update(retired_at=timezone.now()):
            team.refresh_from_db()
            return team
        # The turn comes before the look, as in `move_team`.
        record("team.retired", by=by, target=team, organization=organization)
        people = Membership.objects.here(today).filter(team=team).count()
        teams = Team.objects.open().filter(parent=team).count()
        if people or teams:
            raise TeamNotEmpty(people, teams)
        _end_grants(team, by)
    team.refresh_from_db()
    return team


def _end_grants(team: Team, by: Person) -> None:
    today = today_in(team.organization)
    for grant in RoleGrant.objects.filter(team=team).now_or_later(today).select_related("membership"):
        RoleGrant.objects.filter(pk=grant.pk).update(ends_on=max(today, grant.starts_on))
        record(
            "role.ended",
            by=by,
            target=grant.membership,
            organization=team.organization,
            role=grant.role,
            team=team.pk,
        )


def team_of_path(*, organization: Organization, path: str, by: Person) -> Team:
    """The team at a path from the top, with whatever of it is missing made. Raises what `add_team` raises."""
    parent: Team | None = None
    for part in parts_of(path):
        siblings = Team.objects.open().filter(organization=organization, parent=parent)
        found = siblings.filter(name__iexact=part).first()
        parent = found or add_team(organization=organization, name=part, parent=parent, by=by)
    assert parent is not None
    return parent


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise TeamTaken(team.name) from error


def _require_open(team: Team) -> None:
    if team.retired_at:
        raise TeamRetired


def _require_shape(team: Team) -> None:
    """Refuse a circle, a parent that is out of use, and a tree that is too deep."""
    up, seen = team.parent, {team.pk}
    while up is not None:
        if up.pk in seen:
            raise TeamBelowItself
        seen.add(up.pk)
        _require_open(up)
        up = up.parent
    if len(seen) + _levels_below(team) > MOST_LEVELS:
        raise TeamTooDeep


def _levels_below(team: Team) -> int:
    level, at = 0, [team.pk]
    while level <= MOST_LEVELS:
        at = list(Team.objects.open().filter(parent__in=at).values_list("pk", flat=True))
        if not at:
            return level
        level += 1
    return level
