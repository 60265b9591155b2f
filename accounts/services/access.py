"""Who may do what in an organization, and the refusals that several acts share."""

import datetime as dt

from accounts.models import Organization, Role, Team, User
from accounts.queries import has_lasting_owner, held_roles, today_in
from accounts.rules import may_confer
from audit.services import SYSTEM, Person


class NotAllowed(Exception):
    """The person's roles in the organization do not cover the act."""


class OtherOrganization(Exception):
    """The team belongs to another organization."""


class TeamRetired(Exception):
    """The team is no longer in use."""


class LastOwner(Exception):
    """Nobody would own the organization any more."""


class MembershipEnded(Exception):
    """The person is no longer there."""


class NoSecondFactor(Exception):
    """The account has none."""


def require_administrator(by: Person, organization: Organization) -> None:
    if by is not SYSTEM and not _roles(by, organization) & {Role.OWNER, Role.TRAINING_ADMINISTRATOR}:
        raise NotAllowed


def require_may_confer(by: Person, organization: Organization, role: Role) -> None:
    if by is not SYSTEM and not may_confer(_roles(by, organization), role):
        raise NotAllowed


def require_same(organization: Organization, team: Team | None) -> None:
    if team is not None and team.organization_id != organization.pk:
        raise OtherOrganization


def refuse_retired(*teams: Team | None) -> None:
    # Call it after `record`, as `refuse_without_owner`: of a team's end and somebody's entry at once, one sees the other.
    if Team.objects.filter(pk__in=[team.pk for team in teams if team], retired_at__isnull=False).exists():
        raise TeamRetired


def refuse_without_owner(organization: Organization, on: dt.date, *, owned: bool) -> None:
    # Call it after `record`: of two owners who leave at once, the second waits there for the first, because both move
    # the head of the organization's chain, and then sees that she is the last.
    if owned and not has_lasting_owner(organization, on):
        raise LastOwner


def _roles(by: Person, organization: Organization) -> frozenset[Role]:
    return held_roles(by, organization, today_in(organization)) if isinstance(by, User) else frozenset()
