"""Roles, given and ended, from a day to a day."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Role, RoleGrant, Team
from accounts.queries import today_in
from accounts.services.access import (
    LastOwner,
    MembershipEnded,
    NotAllowed,
    TeamRetired,
    refuse_without_owner,
    require_may_confer,
    require_same,
)
from audit.services import Person, record, refusals_recorded


class GrantEndsFirst(Exception):
    """The end of the role is not after its beginning."""


def grant_role(
    *,
    membership: Membership,
    role: Role,
    by: Person,
    team: Team | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> RoleGrant:
    """Give a member a role from a day (today, if none is given), until a day or for good; the grant she has, if it is the same.

    Nobody gives a role that is not part of the own one. Only managers have a team, and several may have the same one.
    Raises NotAllowed, OtherOrganization, TeamRetired, MembershipEnded, GrantEndsFirst.
    """
    organization = membership.organization
    with refusals_recorded("role.granted", NotAllowed, by=by, target=membership, organization=organization):
        require_may_confer(by, organization, role)
        require_same(organization, team)
        if team and team.retired_at:
            raise TeamRetired
        today = today_in(organization)
        if membership.ended_on and membership.ended_on <= today:
            raise MembershipEnded
        starts_on = starts_on or today
        if ends_on and ends_on <= starts_on:
            raise GrantEndsFirst
        same = {"starts_on": starts_on} if ends_on else {}
        grant, is_new = RoleGrant.objects.get_or_create(
            membership=membership, role=role, team=team, ends_on=ends_on, **same, defaults={"starts_on": starts_on}
        )
        if is_new:
            _touch(membership)
            record(
                "role.granted", by=by, target=membership, organization=organization, role=role.value, team=grant.team_id
            )
    return grant


def end_grant(*, grant: RoleGrant, by: Person, on: dt.date | None = None) -> RoleGrant:
    """The role no longer holds from that day on (today, if none is given). A grant that ends earlier keeps its end.

    Whoever may give a role may end it, and everybody may lay down the own one. Raises NotAllowed, and LastOwner when
    nobody would own the organization any more.
    """
    membership = grant.membership
    organization = membership.organization
    with refusals_recorded("role.ended", NotAllowed, LastOwner, by=by, target=membership, organization=organization):
        if membership.user != by:
            require_may_confer(by, organization, Role(grant.role))
        day = max(on or today_in(organization), today_in(organization), grant.starts_on)
        later = RoleGrant.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), pk=grant.pk)
        if later.update(ends_on=day):
            _touch(membership)
            record(
                "role.ended",
                by=by,
                target=membership,
                organization=organization,
                role=grant.role,
                team=grant.team_id,
                on=day.isoformat(),
            )
            refuse_without_owner(organization, today_in(organization), owned=grant.role == Role.OWNER)
    grant.refresh_from_db()
    return grant


def _touch(membership: Membership) -> None:
    # Before the chain's turn is taken: whoever ends a seat holds the seat and then wants the chain (ADR 50).
    Membership.objects.filter(pk=membership.pk).update(changed_at=timezone.now())
