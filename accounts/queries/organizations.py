"""What day it is at an organization, and who may be called what there."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import Organization, Role, RoleGrant, User
from accounts.zones import zone
from audit.statements import Statement


def today_in(organization: Organization) -> dt.date:
    """The date at the organization's place."""
    return timezone.now().astimezone(zone(organization.time_zone)).date()


def held_roles(user: User, organization: Organization, on: dt.date) -> frozenset[Role]:
    """What the person may be called in the organization on that day."""
    grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


GRANTS = Statement(
    lambda on, user_id: (
        RoleGrant.objects.current(on).filter(membership__user=user_id).select_related("membership__organization")
    ),
    dt.date,
    int,
)


def grants_of(user: User, on: dt.date) -> list[RoleGrant]:
    """What makes the person something on that day, in any organization; with the organizations."""
    return GRANTS.rows(on, user.pk)


def held_anywhere(user: User, on: dt.date) -> frozenset[Role]:
    """What the person may be called on that day, in any organization."""
    return roles_in(grants_of(user, on))


def roles_in(grants: Iterable[RoleGrant]) -> frozenset[Role]:
    return frozenset(Role(grant.role) for grant in grants)


def organizations_in(grants: Iterable[RoleGrant]) -> tuple[Organization, ...]:
    """Each once, always in the same order: whoever takes the turn of two chains takes them in it."""
    found = {grant.membership.organization for grant in grants}
    return tuple(sorted(found, key=lambda each: str(each.public_id)))


def has_lasting_owner(organization: Organization, on: dt.date) -> bool:
    """Whether somebody with an account owns the organization on that day, with no end in sight."""
    owners = RoleGrant.objects.current(on).filter(
        role=Role.OWNER, membership__organization=organization, ends_on=None, membership__ended_on=None
    )
    return owners.exists()
