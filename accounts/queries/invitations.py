"""Invitations by their tokens, whether they still work, and who could be sent one."""

import datetime as dt
import hashlib
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Invitation, Membership, User
from accounts.queries.organizations import today_in


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
    ENDED = "ended"  # the person left before she accepted


def state_of(invitation: Invitation, now: dt.datetime) -> InvitationState:
    """Whether the link still works; a seat that has ended takes its invitations with it."""
    if invitation.accepted_at:
        return InvitationState.USED
    membership = invitation.membership
    if membership.ended_on and membership.ended_on <= today_in(membership.organization):
        return InvitationState.ENDED
    if invitation.withdrawn_at or membership.user_id:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < invitation.expires_at else InvitationState.EXPIRED


def to_invite(people: QuerySet[Membership], on: dt.date, now: dt.datetime) -> QuerySet[Membership]:
    """Those of the people who have not left, have no account here, and hold no link that still works."""
    opened = Invitation.objects.filter(
        membership=OuterRef("pk"), accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    return people.here(on).filter(~Exists(opened), user=None)  # type: ignore[attr-defined,no-any-return]
