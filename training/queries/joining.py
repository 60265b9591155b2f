"""Since when members are in their teams, as far as it was put on record."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from accounts.models import Organization
from training.models import SeatVersion
from training.rules import Seat, local_day
from training.rules.planning import joined_on


def joined_days(organization: Organization, seats: Iterable[Seat], pks: Sequence[int] | None) -> dict[int, dt.date]:
    """The day on which each came to the team that she is in, by the id of her seat; who is in none has no day.

    Give the seats with `changed_at`; `pks` are their ids where not all of the organization's are asked for.
    """
    zone = organization.time_zone
    versions = SeatVersion.objects.filter(membership__organization=organization)
    if pks is not None:
        versions = versions.filter(membership__in=pks)
    said: dict[int, list[tuple[int | None, dt.date]]] = defaultdict(list)
    columns = ("membership", "team", "known_at")
    for pk, team, known_at in versions.order_by("membership", "known_at").values_list(*columns):
        said[pk].append((team, local_day(known_at, zone)))
    found = {}
    for seat in seats:
        # What changed a moment ago is not kept yet: then it changed when the seat says that it did.
        seen_on = local_day(seat.changed_at, zone) if seat.changed_at else seat.started_on
        if day := joined_on(seat, said[seat.pk], seen_on):
            found[seat.pk] = day
    return found
