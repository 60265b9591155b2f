"""Whose account it is."""

from allauth.account.models import EmailAddress
from django.db.models import Q

from accounts.models import User


def account_of(address: str) -> User | None:
    """The account that somebody means who signs in with this address; nobody's is None."""
    address = address.strip().lower()
    confirmed = EmailAddress.objects.filter(email=address, verified=True)
    return User.objects.filter(Q(email=address) | Q(pk__in=confirmed.values("user"))).order_by("pk").first()
