"""Readings that several acts and pages share."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import Invitation, Membership, Organization, Role, RoleGrant, User
from accounts.zones import zone


def today_in(organization: Organization) -> dt.date:
    """The date at the organization's place."""
    return timezone.now().astimezone(zone(organization.time_zone)).date()


def held_roles(user: User, organization: Organization, on: dt.date) -> frozenset[Role]:
    """What the person may be called in the organization on that day."""
    grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


def held_anywhere(user: User, on: dt.date) -> frozenset[Role]:
    """What the person may be called on that day, in any organization."""
    grants = RoleGrant.objects.current(on).filter(membership__user=user)
    return frozenset(Role(role) for role in grants.values_list("role", flat=True))


def has_lasting_owner(organization: Organization, on: dt.date) -> bool:
    """Whether somebody with an account owns the organization on that day, with no end in sight."""
    owners = RoleGrant.objects.current(on).filter(
        role=Role.OWNER, membership__organization=organization, ends_on=None, membership__ended_on=None
    )
    return owners.exists()


def owns_address(user: User, email: str) -> bool:
    """Whether the person has shown that mail to the address reaches her."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_by(token: str) -> Invitation | None:
    """The invitation that the token opens, with its seat and organization."""
    found = Invitation.objects.filter(token_sha256=token_hash(token))
    return found.select_related("membership__organization", "membership__user").first()


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state_of(invitation: Invitation, now: dt.datetime) -> InvitationState:
    """Whether the link still works; a seat that has ended takes its invitations with it."""
    if invitation.accepted_at:
        return InvitationState.USED
    membership = invitation.membership
    ended = membership.ended_on and membership.ended_on <= today_in(membership.organization)
    if invitation.withdrawn_at or ended or membership.user_id:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < invitation.expires_at else InvitationState.EXPIRED


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the person's places of work, and the roles of others that can see her there."""

    membership: Membership
    is_current: bool
    roles: frozenset[Role]


def seats_of(user: User) -> list[Seat]:
    """Where the person has, or had, a seat; current ones first."""
    seats = []
    for membership in Membership.objects.of(user).select_related("organization", "team").order_by("organization__name"):
        today = today_in(membership.organization)
        is_current = membership.started_on <= today and (membership.ended_on is None or membership.ended_on > today)
        roles = held_roles(user, membership.organization, today) if is_current else frozenset()
        seats.append(Seat(membership, is_current, roles))
    return sorted(seats, key=lambda seat: not seat.is_current)
