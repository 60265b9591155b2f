"""Reports as of any instant, from the facts as they were known then, in flat memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from training.queries.past.asked import Names, Titles
from training.queries.past.compliance import COMPLIANCE_HEADER, Line, Tally, compliance, compliance_lines, percent
from training.queries.past.detail import DETAIL_HEADER, detail
from training.queries.past.hours import HOURS_HEADER, hours
from training.queries.past.lists import LISTS, Listed, evidence_then, stood_then
from training.queries.past.orders import Cell, Order, Progress, ReportKind
from training.queries.past.roster import ROSTER_HEADER, RosterState, roster
from training.queries.past.seats import SeatThen, seats_then
from training.queries.past.standings import StoodThen, standings_then


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a kind of report, and what makes its rows."""

    header: tuple[str, ...]
    rows: Callable[[Order], Iterator[Progress]]


SHAPES = {
    ReportKind.ROSTER: Shape(ROSTER_HEADER, roster),
    ReportKind.COMPLIANCE: Shape(COMPLIANCE_HEADER, compliance),
    ReportKind.DETAIL: Shape(DETAIL_HEADER, detail),
    ReportKind.HOURS: Shape(HOURS_HEADER, hours),
}

#: What is read one by one for a kind of report: people, or what they were asked for.
OF_PEOPLE = (ReportKind.ROSTER, ReportKind.HOURS)


def things_to_read(kind: ReportKind, order: Order) -> int:
    """How many people or obligations are read for it: whether it is small, and how far it has come."""
    if kind in OF_PEOPLE:
        return order.seats.count()
    return order.obligations.count()


__all__ = [
    "LISTS",
    "OF_PEOPLE",
    "SHAPES",
    "Cell",
    "Line",
    "Listed",
    "Names",
    "Order",
    "Progress",
    "ReportKind",
    "RosterState",
    "SeatThen",
    "Shape",
    "StoodThen",
    "Tally",
    "Titles",
    "compliance",
    "compliance_lines",
    "detail",
    "evidence_then",
    "hours",
    "percent",
    "roster",
    "seats_then",
    "standings_then",
    "stood_then",
    "things_to_read",
]
