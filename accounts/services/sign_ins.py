"""What is put on record of signing in.

An event of an account belongs to the chain of each organization where the person holds a role that day, and to the site's
where she holds none: when somebody learns is nobody's business (ADR 67).
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organization, RoleGrant, SignInTally, User
from accounts.queries import grants_of, organizations_in
from audit.models import Outcome
from audit.services import VISITOR, Person, record


@transaction.atomic
def record_account_event(
    action: str,
    *,
    user: User,
    by: Person,
    grants: Iterable[RoleGrant] | None = None,
    outcome: Outcome = Outcome.DONE,
    **details: object,
) -> None:
    """Add what happened to an account to the trails that it belongs to.

    `grants` are those of today, where the caller has them. `details` holds words of code: no address, no name of a device.
    """
    held = grants_of(user) if grants is None else grants
    places: Sequence[Organization | None] = organizations_in(held) or (None,)
    for organization in places:
        record(action, by=by, target=user, organization=organization, outcome=outcome, **details)


def refuse_sign_in(*, user: User | None, because: str, by: Person = VISITOR) -> None:
    """Put a refused sign-in on record: in the trail, or in the day's tally where no account is named.

    Each writes once, so that the time it takes tells no visitor whether there is an account.
    """
    if user is None:
        _count()
        return
    record_account_event("account.sign_in_refused", user=user, by=by, outcome=Outcome.REFUSED, because=because)


def _count() -> None:
    today = timezone.now().date()
    if SignInTally.objects.filter(on=today).update(refused=F("refused") + 1):
        return
    SignInTally.objects.get_or_create(on=today)
    SignInTally.objects.filter(on=today).update(refused=F("refused") + 1)


@transaction.atomic
def set_password(*, user: User, password: str, by: Person) -> None:
    """A new password, changed by the person herself or set by whoever holds the mailed link (VISITOR)."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_account_event("password.reset" if by is VISITOR else "password.changed", user=user, by=by)
