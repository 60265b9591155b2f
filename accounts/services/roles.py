"""Roles, given and ended."""

from accounts.models import Membership, Role, RoleGrant, Team
from accounts.queries import today_in
from accounts.services.access import (
    LastOwner,
    MembershipEnded,
    NotAllowed,
    refuse_without_owner,
    require_may_confer,
    require_same,
)
from audit.services import Person, record, refusals_recorded


def grant_role(*, membership: Membership, role: Role, by: Person, team: Team | None = None) -> RoleGrant:
    """Give a member a role from today; the open grant if she has it already.

    Nobody gives a role that is not part of the own one. Only managers have a team. Raises NotAllowed, OtherOrganization,
    MembershipEnded.
    """
    organization = membership.organization
    with refusals_recorded("role.granted", NotAllowed, by=by, target=membership, organization=organization):
        require_may_confer(by, organization, role)
        require_same(organization, team)
        today = today_in(organization)
        if membership.ended_on and membership.ended_on <= today:
            raise MembershipEnded
        grant, is_new = RoleGrant.objects.get_or_create(
            membership=membership, role=role, team=team, ends_on=None, defaults={"starts_on": today}
        )
        if is_new:
            record(
                "role.granted", by=by, target=membership, organization=organization, role=role.value, team=grant.team_id
            )
    return grant


def end_grant(*, grant: RoleGrant, by: Person) -> RoleGrant:
    """The role no longer holds from today on. A grant that has an end keeps it.

    Whoever may give a role may end it, and everybody may lay down the own one. Raises NotAllowed, and LastOwner when
    nobody would own the organization any more.
    """
    membership = grant.membership
    organization = membership.organization
    with refusals_recorded("role.ended", NotAllowed, LastOwner, by=by, target=membership, organization=organization):
        if membership.user != by:
            require_may_confer(by, organization, Role(grant.role))
        today = max(today_in(organization), grant.starts_on)
        if RoleGrant.objects.filter(pk=grant.pk, ends_on=None).update(ends_on=today):
            record(
                "role.ended", by=by, target=membership, organization=organization, role=grant.role, team=grant.team_id
            )
            refuse_without_owner(organization, today, owned=grant.role == Role.OWNER)
    grant.refresh_from_db()
    return grant
