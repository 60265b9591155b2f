"""Keeping what seats said: a copy after each change, from which reports as of a day are made."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Leave, Membership, Organization
from audit.services import Person
from training.models import CountedTo, SeatVersion
from training.queries.facts import CHUNK
from training.services.counting import OVERLAP

LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def keep_seats(*, by: Person) -> int:  # noqa: ARG001 - a duty is told who does it
    """Keep what changed in seats and their leaves since the last look; say how many were other ones.

    Any number of workers may do so at once: a version stands once for its instant.
    """
    now = timezone.now()
    kept, _ = CountedTo.objects.get_or_create(name="seats", defaults={"at": LONG_AGO})
    changed = _keep(Membership.objects.filter(changed_at__gte=kept.at - OVERLAP), now)
    CountedTo.objects.filter(pk=kept.pk, at__lt=now).update(at=now)
    return changed


def keep_seats_of(organization: Organization) -> int:
    """The same for everybody of one organization, seat by seat: a worker calls it before it makes a report."""
    return _keep(Membership.objects.filter(organization=organization), timezone.now())


def keep_changed_seats_of(organization: Organization) -> int:
    """The same for those that say that they changed: quick enough for a report that is made while its reader waits."""
    newest = SeatVersion.objects.filter(membership=OuterRef("pk")).order_by("-known_at").values("known_at")[:1]
    seats = Membership.objects.filter(organization=organization).alias(kept=Subquery(newest))
    return _keep(seats.filter(Q(kept__isnull=True) | Q(changed_at__gt=F("kept"))), timezone.now())


def _keep(seats: QuerySet[Membership], now: dt.datetime) -> int:
    """Chunk by chunk, each in a transaction of its own."""
    changed, last = 0, 0
    while chunk := list(seats.filter(pk__gt=last).select_related("team").order_by("pk")[:CHUNK]):
        changed, last = changed + _keep_chunk(chunk, now), chunk[-1].pk
    return changed


@transaction.atomic
def _keep_chunk(seats: Sequence[Membership], now: dt.datetime) -> int:
    newest, leaves = _newest(seats), _leaves(seats)
    changed = [
        version
        for seat in seats
        if (version := _changed(seat, leaves.get(seat.pk, []), newest.get(seat.pk), now)) is not None
    ]
    SeatVersion.objects.bulk_create(changed, ignore_conflicts=True, batch_size=200)
    return len(changed)


def _newest(seats: Iterable[Membership]) -> dict[int, SeatVersion]:
    # The newest comes last and stays.
    versions = SeatVersion.objects.filter(membership__in=seats).order_by("membership", "known_at")
    return {version.membership_id: version for version in versions}


def _leaves(seats: Iterable[Membership]) -> dict[int, list[list[str | None]]]:
    found: dict[int, list[list[str | None]]] = defaultdict(list)
    for leave in Leave.objects.filter(membership__in=seats, cancelled_at__isnull=True).order_by("starts_on", "pk"):
        back = leave.ends_on.isoformat() if leave.ends_on else None
        found[leave.membership_id].append([leave.starts_on.isoformat(), back])
    return found


def _changed(
    seat: Membership, leaves: list[list[str | None]], newest: SeatVersion | None, now: dt.datetime
) -> SeatVersion | None:
    said: dict[str, Any] = {
        "name": seat.name,
        "staff_number": seat.staff_number,
        "job_title": seat.job_title,
        "team_id": seat.team_id,
        "team_name": seat.team.name if seat.team else "",
        "hired_on": seat.hired_on,
        "started_on": seat.started_on,
        "ended_on": seat.ended_on,
        "is_linked": seat.user_id is not None,
        "leaves": leaves,
    }
    if newest is None:
        return SeatVersion(membership=seat, known_at=seat.changed_at, **said)
    if all(getattr(newest, name) == value for name, value in said.items()):
        return None
    # What changes without the seat itself, as a team's name does, is known from this look on.
    known_at = seat.changed_at if seat.changed_at > newest.known_at else now
    return SeatVersion(membership=seat, known_at=known_at, **said)
