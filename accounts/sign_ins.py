"""What allauth tells of sign-ins and second factors, on its way to the audit trail.

allauth speaks by hooks of its adapter, by its forms, and of second factors and addresses by signals alone. Everything it
says arrives here, and leaves as one call of a service.
"""

from typing import Any, Final
from zlib import crc32

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import account_of
from accounts.services import record_account_event, refuse_sign_in
from audit.services import VISITOR, Person

#: Addresses without an account share so many counters: one for each would be a day's memory for whatever is typed.
BUCKETS: Final = 256

#: Words of code for why a sign-in was refused.
WRONG_PASSWORD, WRONG_CODE, LIMITED, CLOSED = "wrong-password", "wrong-code", "limited", "closed"


def methods_of(request: HttpRequest, user: User) -> list[str]:
    """By what the person showed in this session that it is she, in the order in which she did."""
    records = get_authentication_records(request, user)
    return list(dict.fromkeys(str(each.get("type") or each["method"]) for each in records))


def address_refused(request: HttpRequest, address: str, because: str) -> None:
    """A sign-in with this address was refused, whether or not anybody has it."""
    if not _is_told_already(request, because, address.lower()):
        user = account_of(address)
        _refused(request, user, because, user.audit_name if user else f"nobody-{crc32(address.encode()) % BUCKETS}")


def account_refused(request: HttpRequest, user: User, because: str) -> None:
    """A sign-in was refused although the password was right."""
    if not _is_told_already(request, because, user.audit_name):
        _refused(request, user, because, user.audit_name)


def _is_told_already(request: HttpRequest, because: str, key: str) -> bool:
    # Every try beyond a limit would else be written: the stop is, once.
    return because == LIMITED and not ratelimit.consume(request, action="limit_recorded", key=key)


def _refused(request: HttpRequest, user: User | None, because: str, key: str) -> None:
    # Each reason by itself: wrong passwords, which anybody can type, must not hide wrong codes, for which the password is
    # known.
    is_kept = ratelimit.consume(request, action="refusal_recorded", key=f"{because}:{key}")
    refuse_sign_in(user=user if is_kept else None, because=because, by=actor(request))


def actor(request: HttpRequest) -> Person:
    return request.user if isinstance(request.user, User) else VISITOR


def listen() -> None:
    """Hear what allauth says by its signals."""
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_codes_made)
    mfa.authenticator_used.connect(_factor_used)
    account.email_added.connect(_address_added)
    account.email_removed.connect(_address_removed)
    account.email_changed.connect(_main_address_changed)


def _factor_added(user: User, authenticator: Authenticator, **_told: Any) -> None:
    record_account_event("second_factor.added", user=user, by=user, type=str(authenticator.type))


def _factor_removed(user: User, authenticator: Authenticator, **_told: Any) -> None:
    record_account_event("second_factor.removed", user=user, by=user, type=str(authenticator.type))


def _codes_made(user: User, **_told: Any) -> None:
    record_account_event("second_factor.codes_made", user=user, by=user)


def _factor_used(user: User, authenticator: Authenticator, **_told: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        record_account_event("second_factor.code_used", user=user, by=user)


def _address_added(user: User, **_told: Any) -> None:
    record_account_event("address.added", user=user, by=user)


def _address_removed(user: User, **_told: Any) -> None:
    record_account_event("address.removed", user=user, by=user)


def _main_address_changed(user: User, **_told: Any) -> None:
    record_account_event("address.main_changed", user=user, by=user)
