"""Teams as a tree: in the order in which people read them, and what stands below one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Team


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team, and how deep it stands among those that are shown."""

    pk: int
    name: str
    depth: int


def in_tree_order(teams: Iterable[Team]) -> list[TeamChoice]:
    """Each team before those below it. One whose parent is not among them stands at the top."""
    shown = sorted(teams, key=lambda team: team.name.casefold())
    below = _below(shown)
    found = list[TeamChoice]()
    waiting = [(team, 0) for team in reversed(below[None])]
    while waiting:
        team, depth = waiting.pop()
        found.append(TeamChoice(team.pk, team.name, depth))
        waiting += [(each, depth + 1) for each in reversed(below[team.pk])]
    return found


def team_and_below(pk: int, teams: Iterable[Team]) -> frozenset[int]:
    """The team and every one below it among these; the team alone when it is none of them."""
    below, found, waiting = _below(teams), {pk}, [pk]
    while waiting:
        for team in below[waiting.pop()]:
            if team.pk not in found:
                found.add(team.pk)
                waiting.append(team.pk)
    return frozenset(found)


def _below(teams: Iterable[Team]) -> dict[int | None, list[Team]]:
    shown = list(teams)
    names = {team.pk for team in shown}
    below: dict[int | None, list[Team]] = defaultdict(list)
    for team in shown:
        below[team.parent_id if team.parent_id in names else None].append(team)
    return below
