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
    lambda first, last, user_id: (
        RoleGrant.objects.current_within(first, last)
        .filter(membership__user=user_id)
        .select_related("membership__organization")
    ),
    dt.date,
    dt.date,
    int,
)


def grants_of(user: User) -> list[RoleGrant]:
    """What makes the person something today, in any organization; with the organizations.

    Today is each organization's own, as at its pages: by any other a sign-in of somebody who opens them would now and then
    stand in no trail of theirs.
    """
    day, today = dt.timedelta(days=1), timezone.now().astimezone(dt.UTC).date()
    grants = GRANTS.rows(today - day, today + day, user.pk)
    return [grant for grant in grants if grant.holds_on(today_in(grant.membership.organization))]


def held_anywhere(user: User) -> frozenset[Role]:
    """What the person may be called today, in any organization."""
    return roles_in(grants_of(user))


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
