"""The people of an organization, as whoever trains them sees them."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Invitation, Membership, Organization
from audit.services import SYSTEM


class Account(StrEnum):
    """Whether a person can start: she needs an account that she linked herself."""

    JOINED = "joined"
    INVITED = "invited"
    NOT_INVITED = "not_invited"


def with_account(people: QuerySet[Membership], now: dt.datetime) -> QuerySet[Any]:
    """Whether an invitation is open, in the annotation `is_invited`."""
    return people.annotate(is_invited=Exists(_open_invitations(now).filter(membership=OuterRef("pk"))))


def account_state(membership: Membership, now: dt.datetime) -> Account:
    if membership.user_id:
        return Account.JOINED
    is_invited = _open_invitations(now).filter(membership=membership).exists()
    return Account.INVITED if is_invited else Account.NOT_INVITED


def _open_invitations(now: dt.datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now)


def names_of(organization: Organization, actors: Iterable[str]) -> dict[str, str]:
    """The organization's names for actors as records name them; its own name for whoever is not one of its people."""
    ids = {actor: UUID(actor) for actor in set(actors) if actor != SYSTEM.audit_name}
    seats = Membership.objects.filter(organization=organization, user__public_id__in=ids.values())
    found = dict(seats.values_list("user__public_id", "name"))
    return {actor: found.get(ids[actor], organization.name) if actor in ids else organization.name for actor in actors}
