"""What stands after the question mark of a list's address. Anything that makes no sense is as if it were not there."""

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from training.queries import BoardFilter
from training.rules import Status


def board_filter(given: Mapping[str, str]) -> BoardFilter:
    status = given.get("status", "")
    return BoardFilter(
        status=Status(status) if status in list(Status) else None,
        team=number(given.get("team", "")),
        course=given.get("course", "").replace("\x00", "")[:80],
        search=given.get("q", "").replace("\x00", "").strip()[:80],
    )


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


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
        "status": chosen.status or "",
        "team": str(chosen.team or ""),
        "course": chosen.course,
        "q": chosen.search,
    }
    return {name: str(value) for name, value in values.items() if value}
