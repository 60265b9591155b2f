"""Seats as they were on record at an instant."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from accounts.models import Membership
from training.models import SeatVersion
from training.rules import Absence, Facts


@dataclass(frozen=True, slots=True)
class SeatThen:
    """What was on record of a seat at an instant.

    A seat that was put on record later is told as it first was, with the instant since which it is known.
    """

    said: SeatVersion
    known_since: dt.datetime | None
    newest: SeatVersion

    def is_here(self, day: dt.date) -> bool:
        return self.said.started_on <= day and not self.has_left(day)

    def has_left(self, day: dt.date) -> bool:
        return self.said.ended_on is not None and self.said.ended_on <= day


def seats_then(seats: Iterable[Membership | int], on: dt.datetime) -> dict[int, SeatThen]:
    """What was known of these seats, by their ids; ask `services.keep_seats_of` first, or the newest is missing."""
    found: dict[int, SeatThen] = {}
    for version in SeatVersion.objects.filter(membership__in=list(seats)).order_by("membership", "known_at"):
        before = found.get(version.membership_id)
        if version.known_at <= on:
            found[version.membership_id] = SeatThen(version, None, version)
        elif before is None:
            found[version.membership_id] = SeatThen(version, version.known_at, version)
        else:
            found[version.membership_id] = replace(before, newest=version)
    return found


def facts_then(facts: Facts, seat: SeatThen) -> Facts:
    """The facts with what the seat said then: the rest of them say themselves since when they are known."""
    said = seat.said
    return replace(
        facts,
        started_on=said.started_on,
        ended_on=said.ended_on,
        completions=facts.completions if said.is_linked else (),
        absences=tuple(
            Absence(starts_on=_day(first), ends_on=_day(back) if back else None, known_at=said.known_at)
            for first, back in said.leaves
        ),
    )


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
