"""The person's own account, profile and licenses."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import License, User
from accounts.services.seats import AddressTaken
from audit.services import Person, record


class LicenseStatedTwice(Exception):
    """The person already stated the license."""


@transaction.atomic
def create_account(*, email: str, password: str, legal_name: str, time_zone: str, by: Person) -> User:
    """An account with a verified address, for demonstrations and support; people make theirs by signing up.

    Raises AddressTaken.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, legal_name=legal_name, time_zone=time_zone)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    record("account.created", by=by, target=user)
    return user


@transaction.atomic
def update_profile(*, user: User, legal_name: str, time_zone: str, by: Person, language: str = "en-US") -> User:
    """Change what future certificates print and in which zone times are shown; issued certificates stay as they are."""
    new = {"legal_name": legal_name, "time_zone": time_zone, "language": language}
    changed = sorted(name for name, value in new.items() if getattr(user, name) != value)
    if changed:
        User.objects.filter(pk=user.pk).update(**new)
        record("profile.changed", by=by, target=user, fields=changed)
        user.refresh_from_db()
    return user


@transaction.atomic
def add_license(
    *, user: User, profession: str, jurisdiction: str, number: str, by: Person, expires_on: dt.date | None = None
) -> License:
    """State a license; its number is for the person's own certificates. Raises LicenseStatedTwice."""
    license_ = License(
        user=user, profession=profession, jurisdiction=jurisdiction, number=number, expires_on=expires_on
    )
    _save_license(license_)
    record("license.added", by=by, target=license_)
    return license_


@transaction.atomic
def change_license(
    *,
    license_: License,
    profession: str,
    jurisdiction: str,
    number: str,
    by: Person,
    expires_on: dt.date | None = None,
) -> License:
    """Correct a stated license; issued certificates stay as they are. Raises LicenseStatedTwice."""
    license_.profession, license_.jurisdiction = profession, jurisdiction
    license_.number, license_.expires_on = number, expires_on
    _save_license(license_)
    record("license.changed", by=by, target=license_)
    return license_


@transaction.atomic
def remove_license(*, license_: License, by: Person) -> None:
    """Forget a stated license; issued certificates stay as they are. A license already gone is no refusal."""
    removed, _each = License.objects.filter(pk=license_.pk).delete()
    if removed:
        record("license.removed", by=by, target=license_)


def _save_license(license_: License) -> None:
    try:
        with transaction.atomic():
            license_.save()
    except IntegrityError as error:
        raise LicenseStatedTwice from error
