"""Invitations, by which people link their account to a seat."""

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Invitation, Membership, Organization, User
from accounts.notices import owe_invitation, owe_invitations
from accounts.queries import (
    InvitationState,
    invitation_by,
    owns_address,
    state_of,
    to_invite,
    today_in,
    token_hash,
)
from accounts.services.access import MembershipEnded, NotAllowed, require_administrator
from accounts.services.seats import withdraw_invitations
from audit.services import Person, record, refusals_recorded

INVITATION_LASTS: Final = dt.timedelta(days=14)
#: So many people are invited in one transaction.
AT_ONCE: Final = 500


class AlreadyJoined(Exception):
    """The seat, or another seat in the same organization, is already linked to an account."""


class UnknownInvitation(Exception):
    """No invitation has the token."""


class InvitationClosed(Exception):
    """The invitation was used, withdrawn, or has expired."""

    def __init__(self, state: InvitationState) -> None:
        super().__init__(state)
        self.state = state


class NotYours(Exception):
    """The invitation was sent to an address that is not one of the person's verified addresses."""

    def __init__(self, email: str) -> None:
        super().__init__()
        self.email = email


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its token, which is known only now: the database keeps a hash."""

    invitation: Invitation
    token: str


def invite(*, membership: Membership, by: Person) -> Invited:
    """Send a link by which the owner of the seat's work e-mail can take it, once, within fourteen days.

    Earlier links of the seat stop working. Raises NotAllowed, MembershipEnded, AlreadyJoined.
    """
    organization = membership.organization
    with refusals_recorded("invitation.sent", NotAllowed, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        membership.refresh_from_db()
        if membership.user_id:
            raise AlreadyJoined
        if membership.ended_on and membership.ended_on <= today_in(organization):
            raise MembershipEnded
        withdraw_invitations(membership)
        invited = _new_invitation(membership)
        owe_invitation(invited.invitation, invited.token)
        record("invitation.sent", by=by, target=membership, organization=organization)
    return invited


def withdraw_invitation(*, membership: Membership, by: Person) -> bool:
    """The links that the person was sent stop working; whether there was one. Raises NotAllowed."""
    organization = membership.organization
    with refusals_recorded("invitation.withdrawn", NotAllowed, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        is_withdrawn = withdraw_invitations(membership) > 0
        if is_withdrawn:
            record("invitation.withdrawn", by=by, target=membership, organization=organization)
    return is_withdrawn


def invite_all(*, organization: Organization, memberships: Iterable[Membership], by: Person) -> list[Membership]:
    """Send each of them a link, and say who was sent one: whoever has joined, left or holds an open link is passed over.

    In transactions of so many people as one event of the trail can name; a repetition sends nothing twice. Raises
    NotAllowed.
    """
    wanted, invited = [seat.pk for seat in memberships], list[Membership]()
    with refusals_recorded("invitations.sent", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
    for start in range(0, len(wanted), AT_ONCE):
        invited += _invite_some(organization, wanted[start : start + AT_ONCE], by)
    return invited


@transaction.atomic
def _invite_some(organization: Organization, wanted: list[int], by: Person) -> list[Membership]:
    now = timezone.now()
    # First the turn: of two administrators who press at once, the second waits here and finds them invited.
    found = Membership.objects.filter(organization=organization, pk__in=wanted)
    record("invitations.sent", by=by, target=organization, organization=organization, memberships=_ids(found))
    seats = list(to_invite(found, today_in(organization), now).order_by("pk"))
    Invitation.objects.filter(membership__in=seats, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=now
    )
    tokens = {seat.pk: secrets.token_urlsafe(32) for seat in seats}
    made = Invitation.objects.bulk_create(_unsaved(seat, tokens[seat.pk], now) for seat in seats)
    owe_invitations({invitation.pk: tokens[invitation.membership_id] for invitation in made})
    return seats


def _ids(seats: QuerySet[Membership]) -> list[str]:
    return [str(each) for each in seats.order_by("pk").values_list("public_id", flat=True)]


def _new_invitation(membership: Membership) -> Invited:
    token = secrets.token_urlsafe(32)
    invitation = _unsaved(membership, token, timezone.now())
    invitation.save(force_insert=True)
    return Invited(invitation, token)


def _unsaved(membership: Membership, token: str, now: dt.datetime) -> Invitation:
    return Invitation(
        membership=membership,
        email=membership.work_email,
        token_sha256=token_hash(token),
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )


def accept_invitation(*, token: str, user: User) -> Membership:
    """Link the invitation's seat to the person's account; a repetition by the same person is a success.

    Only somebody who has verified the invited address can. Raises UnknownInvitation, InvitationClosed, NotYours, and
    AlreadyJoined when the person has another open seat there.
    """
    invitation = invitation_by(token)
    if invitation is None:
        raise UnknownInvitation
    membership = invitation.membership
    organization = membership.organization
    with refusals_recorded(
        "invitation.accepted", NotYours, AlreadyJoined, by=user, target=membership, organization=organization
    ):
        if not owns_address(user, invitation.email):
            raise NotYours(invitation.email)
        if not _take_seat(invitation, user):
            _require_taken_by(user, invitation)
            return membership
        record("invitation.accepted", by=user, target=membership, organization=organization)
    membership.refresh_from_db()
    return membership


def _take_seat(invitation: Invitation, user: User) -> bool:
    now = timezone.now()
    if state_of(invitation, now) is not InvitationState.OPEN:
        return False
    unused = Invitation.objects.filter(
        pk=invitation.pk, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now
    )
    if not unused.update(accepted_at=now):
        return False
    free = Membership.objects.filter(Q(ended_on=None) | Q(ended_on__gt=today_in(invitation.membership.organization)))
    try:
        with transaction.atomic():
            taken = free.filter(pk=invitation.membership_id, user=None).update(user=user, changed_at=now)
    except IntegrityError as error:
        raise AlreadyJoined from error
    if not taken:
        raise InvitationClosed(InvitationState.WITHDRAWN)
    return True


def _require_taken_by(user: User, invitation: Invitation) -> None:
    invitation = Invitation.objects.select_related("membership__organization").get(pk=invitation.pk)
    if invitation.accepted_at is None or invitation.membership.user_id != user.pk:
        state = state_of(invitation, timezone.now())
        # Open here means that whoever took it was undone in between; the person may simply try again.
        raise InvitationClosed(state)
