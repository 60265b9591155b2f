"""Time zones that a person or an organization may choose."""

from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError


@cache
def zone_names() -> tuple[str, ...]:
    """Names of places such as America/Denver, sorted; without the database's own aliases."""
    places = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return tuple(sorted(name for name in available_timezones() if name == "UTC" or name.startswith(places)))


def validate_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError("Choose a time zone from the list, such as America/Denver.", code="unknown-zone")


DEFAULT_ZONE: Final = "America/New_York"

#: Where most people are, by the names that they use.
_UNITED_STATES: Final = (
    ("America/New_York", "Eastern (New York)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Mountain without daylight saving (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska (Anchorage)"),
    ("Pacific/Honolulu", "Hawaii (Honolulu)"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
    ("Pacific/Guam", "Chamorro (Guam)"),
)


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone once, for a select: the United States first, the others by part of the world."""
    known = dict(_UNITED_STATES)
    groups: dict[str, list[tuple[str, str]]] = {"United States": list(_UNITED_STATES)}
    for name in zone_names():
        if name in known:
            continue
        part, _slash, place = name.partition("/")
        groups.setdefault(part if place else "Other", []).append((name, (place or name).replace("_", " ")))
    return list(groups.items())


def zone_words(name: str) -> str:
    """The zone's name as people say it: Mountain (Denver)."""
    return dict(_UNITED_STATES).get(name) or name.rpartition("/")[2].replace("_", " ")


@cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
