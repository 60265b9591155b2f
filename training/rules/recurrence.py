"""When a requirement is due again: pure.

Rules as compliance trainers declare them: from the completion, from the due day (an anniversary), or on a fixed day of
the calendar. What is promised: the next day is always later than what met the last one, and nobody who always completes
inside the window ever has a gap.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from training.rules.days import ONE_DAY, add_months


class Recurrence(StrEnum):
    NONE = "none"
    FROM_COMPLETION = "from_completion"
    FROM_DUE = "from_due"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """How often it comes back, in months; on the calendar, the month and day; and how long before it opens."""

    kind: Recurrence = Recurrence.NONE
    every_months: int = 12
    month: int = 1
    day: int = 1
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The next time: due by the end of that day, and met by nothing that happened before it opens."""

    due_on: dt.date
    opens_on: dt.date


def next_period(
    repeat: Repeat, *, due_on: dt.date, met_on: dt.date, day_of_month: int, expires_on: dt.date | None = None
) -> Period | None:
    """The period after one that was due and met on these days; None when it does not come back.

    `day_of_month` is the day that the series began with: January 31 comes back as February 28 and then March 31.
    An expiry that is printed on the evidence goes before what would follow from its completion.
    """
    due = _next_due(repeat, due_on, met_on, day_of_month, expires_on)
    if due is None:
        return None
    opens = due - ONE_DAY * repeat.window_days if repeat.window_days is not None else met_on + ONE_DAY
    return Period(due, max(opens, met_on + ONE_DAY))


def _next_due(
    repeat: Repeat, due_on: dt.date, met_on: dt.date, day_of_month: int, expires_on: dt.date | None
) -> dt.date | None:
    match repeat.kind:
        case Recurrence.NONE:
            return None
        case Recurrence.FROM_COMPLETION:
            if expires_on is not None and expires_on > met_on:
                return expires_on
            return add_months(met_on, repeat.every_months)
        case Recurrence.FROM_DUE if met_on <= due_on:
            return add_months(due_on, repeat.every_months, day_of_month=day_of_month)
        case Recurrence.FROM_DUE:
            return add_months(met_on, repeat.every_months)
        case Recurrence.CALENDAR:
            return calendar_day(repeat, after=max(due_on, met_on))


def calendar_day(repeat: Repeat, *, after: dt.date) -> dt.date:
    """The first such day of the calendar that is later; February 29 is the 28th in other years."""
    for year in (after.year, after.year + 1):
        last = calendar.monthrange(year, repeat.month)[1]
        day = dt.date(year, repeat.month, min(repeat.day, last))
        if day > after:
            return day
    raise AssertionError("a day of the calendar comes every year")
