"""Obligations as they stood at an instant, from the facts as they were known then, in flat memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from training.models import Obligation
from training.queries.facts import CHUNK, chunks, facts_of
from training.queries.past.orders import Order
from training.queries.past.seats import SeatThen, facts_then, seats_then
from training.rules import Facts, Later, Standing, later_facts, obligation_status


@dataclass(frozen=True, slots=True)
class StoodThen:
    """An obligation with its person and its status as they were; `later` is what became known after that."""

    obligation: Obligation
    seat: SeatThen
    facts: Facts
    standing: Standing
    later: tuple[Later, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Obligations that were read together, less those that the order leaves out."""

    stood: list[StoodThen]
    read: int


def standings_then(order: Order) -> Iterator[Chunk]:
    """All that the order asks for, a chunk at a time, so that whoever needs more rows reads them by the chunk."""
    found = order.obligations.select_related("membership").iterator(chunk_size=CHUNK)
    for chunk in chunks(found):
        yield Chunk(list(_stood(chunk, order)), len(chunk))


def _stood(chunk: list[Obligation], order: Order) -> Iterator[StoodThen]:
    facts = facts_of(chunk)
    seats = seats_then({obligation.membership_id for obligation in chunk}, order.on)
    for obligation in chunk:
        seat = seats[obligation.membership_id]
        if not order.is_of_its_teams(seat.said.team_id):
            continue
        known = facts[obligation.pk]
        then = facts_then(known, seat)
        later = later_facts(known, order.on, order.asked_at)
        yield StoodThen(obligation, seat, then, obligation_status(then, order.on), later)
