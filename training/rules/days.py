"""Days in a place and the instants that end them, and steps of months: pure."""

import calendar
import datetime as dt
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)
ONE_SECOND = dt.timedelta(seconds=1)


@cache
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(instant: dt.datetime, zone_name: str) -> dt.date:
    """The day that the calendar on the wall shows there at that instant."""
    return instant.astimezone(zone_of(zone_name)).date()


@lru_cache(maxsize=8192)
def due_at(due_on: dt.date, zone_name: str) -> dt.datetime:
    """The first instant after the end of the day `due_on` in the zone, in UTC; the day does not come back after it.

    Midnight does not exist everywhere on every day, and sometimes exists twice.
    """
    midnight = dt.datetime.combine(due_on + ONE_DAY, dt.time(), tzinfo=zone_of(zone_name))
    early, late = sorted(midnight.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    if early == late:
        return early
    if local_day(early, zone_name) <= due_on:
        return _first_after(due_on, zone_name, early, late)
    # Midnight comes twice. Only where the first is followed by the old day again does the second end it.
    return early if local_day(late - ONE_SECOND, zone_name) > due_on else late


def _first_after(day: dt.date, zone_name: str, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The second at which the clocks jump over midnight, between an instant before and one after."""
    while after - before > ONE_SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if local_day(middle, zone_name) > day:
            after = middle
        else:
            before = middle
    return after


def day_start(day: dt.date, zone_name: str) -> dt.datetime:
    """The first instant of the day in the zone, in UTC."""
    return due_at(day - ONE_DAY, zone_name)


def last_instant(day: dt.date, zone_name: str, now: dt.datetime) -> dt.datetime:
    """The instant as of which a report of that day tells: its last second in the zone, or now while it is not over."""
    return min(due_at(day, zone_name) - ONE_SECOND, now)


@lru_cache(maxsize=8192)
def add_months(day: dt.date, months: int, *, day_of_month: int | None = None) -> dt.date:
    """The day so many months later, on that day of the month or its last one.

    Give the day of the month that a series began with, or it sinks for good: January 31, February 28, March 31.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day_of_month or day.day, last))
