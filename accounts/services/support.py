"""What support does to an account whose person cannot: each with a reason, on record, and told to her by mail."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.notices import owe_support_mail
from accounts.queries import grants_of
from accounts.rules import reason_fault
from accounts.services.access import NoSecondFactor
from accounts.services.seats import AddressTaken
from accounts.services.sign_ins import record_account_event
from audit.services import Person


class ReasonDoesNotFit(Exception):
    """There is no reason, or one that a trail which nobody can shorten must not hold. Has the fault."""


class NotClosed(Exception):
    """The account is open."""


class SameAddress(Exception):
    """The person signs in with this address already."""


@transaction.atomic
def deactivate_account(*, user: User, by: Person) -> User:
    """The person can no longer sign in, and is refused at the next request; what was recorded stays."""
    grants = grants_of(user)  # nobody holds a role in a closed account
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False, sessions_ended_at=timezone.now()):
        record_account_event("account.deactivated", user=user, by=by, grants=grants)
    user.refresh_from_db()
    return user


@transaction.atomic
def reopen_account(*, user: User, reason: str, by: Person) -> list[RoleGrant]:
    """The person can sign in again, in new sessions only; the roles that she holds again are returned.

    Raises ReasonDoesNotFit, and NotClosed.
    """
    reason = _fitting(reason)
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True, sessions_ended_at=timezone.now()):
        raise NotClosed
    user.refresh_from_db()
    grants = grants_of(user)
    record_account_event("account.reopened", user=user, by=by, grants=grants, reason=reason)
    owe_support_mail("reopened", to=user.email)
    return grants


@transaction.atomic
def reset_second_factor(*, user: User, reason: str, by: Person) -> None:
    """Remove app, passkeys and recovery codes, and end every session; the password stays.

    Raises ReasonDoesNotFit, and NoSecondFactor.
    """
    reason = _fitting(reason)
    removed, _each = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise NoSecondFactor
    _end_sessions(user)
    record_account_event("second_factor.reset", user=user, by=by, reason=reason)
    owe_support_mail("second_factor", to=user.email)


@transaction.atomic
def change_address(*, user: User, email: str, reason: str, by: Person) -> None:
    """The person signs in with this address, which somebody verified, and with no other; every session ends.

    Both addresses are told. The work e-mail of her seats is her employer's to change. Raises ReasonDoesNotFit,
    SameAddress, and AddressTaken when the address belongs to another account.
    """
    reason, email, old = _fitting(reason), email.strip().lower(), user.email
    if email == old:
        raise SameAddress
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email, sessions_ended_at=timezone.now())
            # The others too: whoever reads their mail could have a new password sent there.
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    record_account_event("account.address_changed", user=user, by=by, reason=reason)
    for address in (old, email):
        owe_support_mail("address", to=address)
    user.refresh_from_db()


@transaction.atomic
def end_sessions(*, user: User, reason: str, by: Person) -> None:
    """Whoever is signed in as this person is asked to sign in at the next request. Raises ReasonDoesNotFit."""
    reason = _fitting(reason)
    _end_sessions(user)
    record_account_event("account.sessions_ended", user=user, by=by, reason=reason)
    owe_support_mail("sessions", to=user.email)


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(sessions_ended_at=timezone.now())


def _fitting(reason: str) -> str:
    reason = reason.strip()
    if fault := reason_fault(reason):
        raise ReasonDoesNotFit(fault)
    return reason
