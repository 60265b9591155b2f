"""The people of an organization on a day, as they were on record then; who had left is marked."""

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from training.queries.facts import CHUNK, chunks
from training.queries.past.orders import Cell, Order, Progress
from training.queries.past.seats import SeatThen, seats_then
from training.rules import local_day

ROSTER_HEADER = (
    "person", "name", "staff_number", "job_title", "team", "hired_on", "first_day", "left_on", "state", "known_since",
)  # fmt: skip


class RosterState(StrEnum):
    HERE = "here"
    LEFT = "left"
    #: She was here, and nobody had put her on record yet: she is in no number of that day.
    RECORDED_LATER = "recorded_later"


def roster(order: Order) -> Iterator[Progress]:
    """Everybody whose first day here had come; people who were put on record later are told as such."""
    for chunk in chunks(order.seats.values_list("pk", "public_id").iterator(chunk_size=CHUNK)):
        then = seats_then([pk for pk, _ in chunk], order.on)
        # A seat that was added a moment ago, while this is read, is not kept yet: nothing was known of it then.
        known = [(str(public_id), then[pk]) for pk, public_id in chunk if pk in then]
        rows = [_row(person, seat, order) for person, seat in known if is_listed(seat, order)]
        yield Progress(rows, len(chunk))


def is_listed(seat: SeatThen, order: Order) -> bool:
    """Whether her first day had come, and she is of the teams that is asked for."""
    return seat.said.started_on <= order.day and order.is_of_its_teams(seat.said.team_id)


def _row(person: str, seat: SeatThen, order: Order) -> list[Cell]:
    said = seat.said
    left_on = said.ended_on if seat.has_left(order.day) else None
    return [
        person,
        said.name,
        said.staff_number,
        said.job_title,
        said.team_name,
        said.hired_on,
        said.started_on,
        left_on,
        _state(seat, order.day).value,
        known_since(seat, order),
    ]


def _state(seat: SeatThen, day: dt.date) -> RosterState:
    if seat.known_since is not None:
        return RosterState.RECORDED_LATER
    return RosterState.LEFT if seat.has_left(day) else RosterState.HERE


def known_since(seat: SeatThen, order: Order) -> dt.date | None:
    """The day on which it was put on record that she was here then, or had left, where that was later."""
    zone = order.organization.time_zone
    if seat.known_since is not None:
        return local_day(seat.known_since, zone)
    newest = seat.newest
    has_left = newest.ended_on is not None and newest.ended_on <= order.day
    return local_day(newest.known_at, zone) if has_left != seat.has_left(order.day) else None
