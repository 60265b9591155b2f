"""What stands after the question mark of a list's address. Anything that makes no sense is as if it were not there."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from accounts.models import Team
from training.queries import LISTED, BoardFilter, Sort, in_tree_order, team_and_below
from training.rules import Status

#: What the address says for every status that is still to be met.
OPEN = "open"
#: What the address says for dates on record that cannot be right, on whatever list.
ODD = "odd"
EM_SPACE = "\u2003"


def board_filter(given: Mapping[str, str]) -> BoardFilter:
    status, sort = given.get("status", ""), given.get("sort", "")
    return BoardFilter(
        status=Status(status) if status in LISTED else None,
        is_open=status == OPEN,
        team=number(given.get("team", "")),
        requirement=public_id(given.get("requirement", "")),
        job_title=words(given.get("job", "")),
        due_from=day_of(given.get("from", "")),
        due_to=day_of(given.get("to", "")),
        search=words(given.get("q", "")),
        dates_are_odd=given.get("dates", "") == ODD,
        sort=Sort(sort) if sort in list(Sort) else Sort.STATUS,
    )


def with_teams(chosen: BoardFilter, teams: Iterable[Team]) -> BoardFilter:
    """The filter with the teams below the one that was chosen."""
    return replace(chosen, teams=team_and_below(chosen.team, teams)) if chosen.team else chosen


def team_choices(teams: Iterable[Team]) -> list[tuple[int, str]]:
    """The teams as a list to choose from: each below its parent, and further in."""
    return [(each.pk, f"{EM_SPACE * each.depth}{each.name}") for each in in_tree_order(teams)]


def words(text: str) -> str:
    return text.replace("\x00", "").strip()[:80]


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def public_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_of(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


def address_part(chosen: BoardFilter) -> str:
    """The filter as it stands in an address, for the links to other pages of the list."""
    return urlencode(posted(chosen))


def posted(chosen: BoardFilter) -> dict[str, str]:
    values = {
        "status": OPEN if chosen.is_open else chosen.status or "",
        "team": str(chosen.team or ""),
        "requirement": str(chosen.requirement or ""),
        "job": chosen.job_title,
        "from": chosen.due_from.isoformat() if chosen.due_from else "",
        "to": chosen.due_to.isoformat() if chosen.due_to else "",
        "q": chosen.search,
        "dates": ODD if chosen.dates_are_odd else "",
        "sort": "" if chosen.sort is Sort.STATUS else chosen.sort,
    }
    return {name: str(value) for name, value in values.items() if value}
