"""How many obligations were met, open and overdue on a day, by requirement and team, with both numbers of each percent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import NamedTuple

from training.queries.past.asked import Titles
from training.queries.past.orders import Cell, Order, Progress
from training.queries.past.standings import Chunk, StoodThen, standings_then
from training.rules import Status

COMPLIANCE_HEADER = (
    "requirement_id", "requirement", "team", "done_in_time", "done_late", "open", "in_grace", "not_open_yet", "overdue",
    "waived", "on_leave", "no_longer_asked", "of_people_who_left", "done", "late", "counted",
    "percent_done", "percent_overdue", "with_later_facts",
)  # fmt: skip


class Line(StrEnum):
    """What a line is of, where it is not of one team."""

    ALL_TEAMS = "(all teams)"
    NO_TEAM = "(no team)"
    ALL_REQUIREMENTS = "(all requirements)"


#: The statuses that a percentage is of. Whom nobody asks, who is waived, on leave or has left is in none.
COUNTED = (Status.DONE, Status.DONE_LATE, Status.DUE, Status.GRACE, Status.UPCOMING, Status.OVERDUE)
SHOWN = (*COUNTED, Status.WAIVED, Status.SUSPENDED, Status.RELEASED)


@dataclass(slots=True)
class Tally:
    """Obligations by their status; `later` counts those about which something became known after that day."""

    by_status: Counter[Status] = field(default_factory=Counter)
    left: int = 0
    later: int = 0

    def add(self, stood: StoodThen, *, has_left: bool) -> None:
        self.later += bool(stood.later)
        if has_left:
            self.left += 1
        else:
            self.by_status[stood.standing.status] += 1

    @property
    def done(self) -> int:
        return self.by_status[Status.DONE] + self.by_status[Status.DONE_LATE]

    @property
    def overdue(self) -> int:
        return self.by_status[Status.OVERDUE]

    @property
    def counted(self) -> int:
        return sum(self.by_status[status] for status in COUNTED)


class TeamThen(NamedTuple):
    """A team by the name that it had then; in another part of the tree another one may have the same name."""

    name: str
    pk: int | None


#: The tallies of requirements, by their ids, and teams.
Tallies = Mapping[tuple[int, TeamThen], Tally]


def teams_in(tallies: Tallies) -> dict[TeamThen, str]:
    """The teams by name, who is in none last, and what each is called: with its number where two have one name."""
    teams = sorted({team for _, team in tallies}, key=lambda team: (team.name == "", team.name.casefold(), team))
    named = Counter(team.name for team in teams)
    return {team: team.name if named[team.name] == 1 else f"{team.name} ({team.pk})" for team in teams}


def percent(part: int, whole: int) -> Decimal | None:
    """One decimal, never rounded up: 9,999 of 10,000 are not 100 percent. Of nothing there is none."""
    if not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), rounding=ROUND_DOWN)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.by_status += tally.by_status
        total.left += tally.left
        total.later += tally.later
    return total


def compliance(order: Order) -> Iterator[Progress]:
    tallies: dict[tuple[int, TeamThen], Tally] = {}
    for chunk in standings_then(order):
        add_to(tallies, chunk, order)
        yield Progress((), chunk.read)
    yield Progress(list(compliance_lines(tallies, Titles.of(order))), 0)


def add_to(tallies: dict[tuple[int, TeamThen], Tally], chunk: Chunk, order: Order) -> None:
    for stood in chunk.stood:
        said = stood.seat.said
        key = stood.obligation.requirement_id, TeamThen(said.team_name, said.team_id)
        tallies.setdefault(key, Tally()).add(stood, has_left=stood.seat.has_left(order.day))


def compliance_lines(tallies: Tallies, titles: Titles) -> Iterator[list[Cell]]:
    """A line for each requirement and team, one for all teams of each, and one for all of it."""
    teams = teams_in(tallies)
    for requirement in titles.in_order({key[0] for key in tallies}):
        of_it = {team: tally for (pk, team), tally in tallies.items() if pk == requirement}
        names = [titles.public_id(requirement), titles.title(requirement)]
        for team, name in teams.items():
            if team in of_it:
                yield [*names, name or Line.NO_TEAM.value, *_numbers(of_it[team])]
        yield [*names, Line.ALL_TEAMS.value, *_numbers(sum_of(of_it.values()))]
    yield ["", Line.ALL_REQUIREMENTS.value, Line.ALL_TEAMS.value, *_numbers(sum_of(tallies.values()))]


def _numbers(tally: Tally) -> list[Cell]:
    return [
        *(tally.by_status[status] for status in SHOWN),
        tally.left,
        tally.done,
        tally.overdue,
        tally.counted,
        percent(tally.done, tally.counted),
        percent(tally.overdue, tally.counted),
        tally.later,
    ]
