"""The keys that sign: made known, retired, compromised."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from audit.services import Person, record
from certificates import keys
from certificates.models import (
    SigningKey,
)


@transaction.atomic
def publish_key(*, public_key: str, is_demo: bool, by: Person) -> SigningKey:
    """Make a public key known; from now on the newest one signs."""
    key = SigningKey.objects.create(kid=keys.kid_of(public_key), public_key=public_key, is_demo=is_demo)
    record("signing-key.published", by=by, target=key, kid=key.kid, is_demo=is_demo)
    return key


@transaction.atomic
def retire_key(*, key: SigningKey, by: Person) -> None:
    """Sign nothing more with this key, once said for ever; what it signed stays valid."""
    if SigningKey.objects.filter(pk=key.pk, retired_at__isnull=True).update(retired_at=timezone.now()):
        record("signing-key.retired", by=by, target=key, kid=key.kid)
    key.refresh_from_db()


@transaction.atomic
def mark_key_compromised(*, key: SigningKey, since: dt.datetime, by: Person) -> None:
    """Trust nothing that this key signed at or after that time. An earlier time may be set later, never a later one."""
    keep = SigningKey.objects.filter(pk=key.pk, compromised_at__lte=since).exists()
    if not keep:
        SigningKey.objects.filter(pk=key.pk).update(compromised_at=since)
        record("signing-key.compromised", by=by, target=key, kid=key.kid, since=since.isoformat())
    key.refresh_from_db()
