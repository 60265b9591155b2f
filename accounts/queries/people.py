"""Whose account it is, and by what it is kept."""

import datetime as dt

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization, RoleGrant, User


def account_of(address: str) -> User | None:
    """The account that somebody means who signs in with this address; nobody's is None."""
    address = address.strip().lower()
    confirmed = EmailAddress.objects.filter(email=address, verified=True)
    return User.objects.filter(Q(email=address) | Q(pk__in=confirmed.values("user"))).order_by("pk").first()


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password: an authenticator app, or a passkey."""
    return _factors().filter(user=user).exists()


def without_second_factor(organization: Organization, on: dt.date) -> QuerySet[Membership]:
    """Who holds a role there on that day and has none, by name."""
    held = RoleGrant.objects.current(on).filter(membership__organization=organization)
    seats = Membership.objects.filter(pk__in=held.values("membership"))
    return seats.exclude(user__in=_factors().values("user")).order_by("name")


def _factors() -> QuerySet[Authenticator]:
    factors: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return factors
