"""Time zones that a person or an organization may choose."""

from functools import cache
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


@cache
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
