"""Working out anew what the facts of obligations come to (`rules.projection`), after an act, or when time has passed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership, User
from audit.services import Person
from certificates.models import CertificateStatus, StatusChange
from enrollments.models import Enrollment
from training.models import CountedTo, Obligation
from training.queries.facts import CHUNK, facts_of
from training.rules import Projection, projection

#: A transaction may become visible later than the instants it wrote; what changed so shortly before is looked at again.
OVERLAP: Final = dt.timedelta(minutes=5)

#: The columns that `recount` alone writes.
COLUMNS: Final = (
    "due_on",
    "due_at",
    "overdue_at",
    "opens_on",
    "opens_at",
    "met_at",
    "met_on",
    "met_by",
    "met_enrollment_id",
    "expires_on",
    "waived_until",
    "away_from",
    "away_until",
    "released_at",
    "left_at",
    "recheck_at",
)


def hold(obligations: Iterable[int]) -> None:
    """Take the turn at these obligations, by their ids, until the transaction ends.

    Whoever writes for several of them, or for one and something else, holds them first, all at once and in the order
    of their ids: two who each hold what the other wants would wait for good. The audit chain's turn comes last. Where
    the database knows no row locks, a writer is alone anyway.
    """
    pks = sorted(set(obligations))
    for start in range(0, len(pks), CHUNK):
        turn = Obligation.objects.select_for_update().filter(pk__in=pks[start : start + CHUNK])
        list(turn.order_by("pk").values_list("pk"))


def recount(obligations: Sequence[int], now: dt.datetime | None = None) -> int:
    """Work out anew the sums of these obligations, by their ids; say how many were other ones.

    Call it in the transaction of whatever changed their facts. Two at once for one obligation take turns, so the
    second reads what the first one's act wrote.
    """
    pks, changed = sorted(set(obligations)), 0
    for start in range(0, len(pks), CHUNK):
        changed += _recount(pks[start : start + CHUNK], now or timezone.now())
    return changed


@transaction.atomic
def _recount(pks: Sequence[int], now: dt.datetime) -> int:
    hold(pks)  # before the reading
    rows = list(Obligation.objects.filter(pk__in=pks).select_related("membership").order_by("pk"))
    facts = facts_of(rows)
    changed = [row for row in rows if _differs(row, columns_of(projection(facts[row.pk], now)))]
    for row in changed:
        row.counted_at = now
    fields = [*(name.removesuffix("_id") for name in COLUMNS), "counted_at"]
    if changed:
        Obligation.objects.bulk_update(changed, fields, batch_size=200)
    return len(changed)


def columns_of(summed: Projection) -> dict[str, object]:
    """The projection as the columns of an obligation."""
    met = summed.met
    return {
        "due_on": summed.due_on,
        "due_at": summed.due_at,
        "overdue_at": summed.overdue_at,
        "opens_on": summed.opens_on,
        "opens_at": summed.opens_at,
        "met_at": met.at if met else None,
        "met_on": met.on if met else None,
        "met_by": (met.proof.kind.value if met.proof else "course") if met else "",
        "met_enrollment_id": met.completion.id if met and met.completion else None,
        "expires_on": met.expires_on if met else None,
        "waived_until": summed.waived_until,
        "away_from": summed.away_from,
        "away_until": summed.away_until,
        "released_at": summed.released_at,
        "left_at": summed.left_at,
        "recheck_at": summed.recheck_at,
    }


def _differs(row: Obligation, columns: dict[str, object]) -> bool:
    """Write the columns on the object, and say whether any of them was another."""
    differs = False
    for name, value in columns.items():
        differs |= getattr(row, name) != value
        setattr(row, name, value)
    return differs


def count_completions(*, user: User) -> int:
    """Count what this person has completed for every employer that may see it; call it after a course was settled.

    What is missed here is found by `count_changes`.
    """
    open_ones = Obligation.objects.filter(membership__user=user, met_at__isnull=True)
    return recount(list(open_ones.values_list("pk", flat=True)))


def count_changes(*, by: Person) -> int:  # noqa: ARG001 - a duty is told who does it
    """Find the obligations whose facts have changed below, or whose time has come, and work them out anew.

    Seats and leaves, completions, revoked certificates: training is told of none of them, and looks. Any number of
    workers may do so at once.
    """
    now = timezone.now()
    counted, _ = CountedTo.objects.get_or_create(name="facts", defaults={"at": now - OVERLAP})
    changed = sum(_recount_all(found, now) for found in _changed_since(counted.at - OVERLAP, now))
    CountedTo.objects.filter(pk=counted.pk, at__lt=now).update(at=now)
    return changed


def _changed_since(since: dt.datetime, now: dt.datetime) -> Iterator[QuerySet[Obligation]]:
    seats = Membership.objects.filter(changed_at__gte=since)
    completed = Enrollment.objects.filter(completed_at__gte=since)
    revoked = StatusChange.objects.filter(at__gte=since, status=CertificateStatus.REVOKED)
    yield Obligation.objects.filter(recheck_at__lte=now)
    yield Obligation.objects.filter(membership__in=seats)
    yield Obligation.objects.filter(membership__user__in=completed.values("user"), met_at__isnull=True)
    yield Obligation.objects.filter(met_enrollment__in=revoked.values("certificate__enrollment"))


def _recount_all(found: QuerySet[Obligation], now: dt.datetime) -> int:
    """Chunk by chunk, each in a transaction of its own: nobody waits long for a row, and a worker that dies loses one."""
    changed, last = 0, 0
    while pks := list(found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        changed, last = changed + recount(pks, now), pks[-1]
    return changed
