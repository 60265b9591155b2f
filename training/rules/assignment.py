"""By when a rule asks: the first day, from what it is counted from, and the day of each next period: pure.

What is promised: no day that is over is ever given. Where the rule's own day is missing or over, the reason comes back
with a realistic day in its place, which somebody may give.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from training.rules.days import ONE_DAY, add_months
from training.rules.recurrence import Period, Recurrence, Repeat, calendar_day, next_period

#: Whoever is asked late has at least so many days.
NOTICE_DAYS: Final = 14


class Anchor(StrEnum):
    ASSIGNED = "assigned"
    HIRED = "hired"
    JOINED_TEAM = "joined_team"
    FIXED = "fixed"
    EXPIRY = "expiry"


class Reason(StrEnum):
    """Why a rule has no day for somebody."""

    NO_HIRE_DATE = "no_hire_date"
    NO_TEAM_DATE = "no_team_date"
    NO_EXPIRY = "no_expiry"
    DUE_IN_PAST = "due_in_past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a version of a rule says about days."""

    anchor: Anchor
    offset_days: int = 0
    fixed_on: dt.date | None = None
    window_days: int | None = None
    grace_days: int = 0
    repeat: Repeat = field(default_factory=Repeat)


@dataclass(frozen=True, slots=True)
class Dates:
    """Due by the end of that day; what was done before `opens_on` does not count.

    `day_of_month` is the day that the series has, where the month is too short for it: 31 on a February 28.
    """

    due_on: dt.date
    opens_on: dt.date | None = None
    day_of_month: int = 0


@dataclass(frozen=True, slots=True)
class Impossible:
    reason: Reason
    proposed: Dates


def first_dates(
    order: Order,
    *,
    today: dt.date,
    hired_on: dt.date | None = None,
    joined_on: dt.date | None = None,
    expires_on: dt.date | None = None,
) -> Dates | Impossible:
    """When somebody is asked for the first time, as of the day on which she is asked.

    A day that is over goes on to the next one of a series, an anniversary or a day of the calendar; where there is no
    series, or nothing to count from, it is impossible.
    """
    anchor_on, missing = _anchor(order, today, hired_on, joined_on, expires_on)
    if anchor_on is None:
        return Impossible(missing, realistic(order, today))
    begins_on = anchor_on + order.offset_days * ONE_DAY
    due_on = _not_over(order.repeat, begins_on, today)
    if due_on is None:
        return Impossible(Reason.DUE_IN_PAST, realistic(order, today))
    return _first(order, due_on, today, begins_on.day)


def _anchor(
    order: Order, today: dt.date, hired_on: dt.date | None, joined_on: dt.date | None, expires_on: dt.date | None
) -> tuple[dt.date | None, Reason]:
    """The day to count from, and what is missing where there is none."""
    match order.anchor:
        case Anchor.ASSIGNED:
            return today, Reason.DUE_IN_PAST
        case Anchor.HIRED:
            return hired_on, Reason.NO_HIRE_DATE
        case Anchor.JOINED_TEAM:
            return joined_on, Reason.NO_TEAM_DATE
        case Anchor.EXPIRY:
            return expires_on, Reason.NO_EXPIRY
        case Anchor.FIXED:
            return order.fixed_on, Reason.DUE_IN_PAST


def realistic(order: Order, today: dt.date) -> Dates:
    """A day that can be kept: as many days as the rule gives anybody, and at least two weeks."""
    due_on = today + max(order.offset_days, NOTICE_DAYS) * ONE_DAY
    return _first(order, due_on, today, due_on.day)


def by_hand(order: Order, due_on: dt.date, today: dt.date) -> Dates:
    """A day that somebody gave, with what counts for it by the rule."""
    return _first(order, due_on, today, due_on.day)


def _first(order: Order, due_on: dt.date, today: dt.date, day_of_month: int) -> Dates:
    return Dates(due_on, _first_opens(order, due_on, today), day_of_month)


def _not_over(repeat: Repeat, due_on: dt.date, today: dt.date) -> dt.date | None:
    """The day itself, or the next of its series; None when it is over and no series goes on from it."""
    if due_on >= today:
        return due_on
    if repeat.kind is Recurrence.CALENDAR:
        return calendar_day(repeat, after=today - ONE_DAY)
    if repeat.kind is not Recurrence.FROM_DUE:
        return None
    months = (today.year - due_on.year) * 12 + today.month - due_on.month
    steps = max(months // repeat.every_months - 1, 0)
    while (day := add_months(due_on, steps * repeat.every_months)) < today:
        steps += 1
    return day


def _first_opens(order: Order, due_on: dt.date, today: dt.date) -> dt.date | None:
    """From which day on what was done counts for the first period: nobody repeats what is still valid.

    Counted from the completion, whatever is still valid today counts. Elsewhere the window says it, or else the
    length of a period. What is asked once is met by anything ever done.
    """
    repeat = order.repeat
    if repeat.kind is Recurrence.FROM_COMPLETION:
        return min(add_months(today, -repeat.every_months) + ONE_DAY, due_on)
    if order.window_days is not None:
        return due_on - order.window_days * ONE_DAY
    if repeat.kind is Recurrence.NONE:
        return None
    return add_months(due_on, -12 if repeat.kind is Recurrence.CALENDAR else -repeat.every_months) + ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A period that is over: the day that was asked for, the day that held in the end, and when it was met."""

    asked_on: dt.date
    due_on: dt.date
    met_on: dt.date
    day_of_month: int
    expires_on: dt.date | None = None


def renewal(order: Order, cycle: Cycle, *, today: dt.date) -> Dates | None:
    """The period after one that was met; None when the rule asks once.

    An anniversary stays where it was asked for: days that were added once, by an extension or a leave, do not move
    the series. A day that is over when it is given, because the worker stood still or the rule was shortened, becomes
    a realistic one: nobody is late without notice.
    """
    found = _next(_windowed(order), cycle)
    if found is None:
        return None
    period, day_of_month = found
    due_on = period.due_on if period.due_on >= today else today + NOTICE_DAYS * ONE_DAY
    opens_on = min(period.opens_on, due_on)
    return Dates(due_on, opens_on, day_of_month if due_on == period.due_on else due_on.day)


def _windowed(order: Order) -> Repeat:
    repeat = order.repeat
    return Repeat(
        kind=repeat.kind,
        every_months=repeat.every_months,
        month=repeat.month,
        day=repeat.day,
        window_days=order.window_days,
    )


def _next(repeat: Repeat, cycle: Cycle) -> tuple[Period, int] | None:
    """The next period and the day of the month that its series has."""
    in_time = repeat.kind is Recurrence.FROM_DUE and cycle.met_on <= cycle.due_on
    met_on = min(cycle.met_on, cycle.asked_on) if in_time else cycle.met_on
    period = _after(repeat, cycle, met_on)
    if period is None:
        return None
    if in_time and period.due_on > cycle.met_on:
        return Period(period.due_on, max(period.opens_on, cycle.met_on + ONE_DAY)), cycle.day_of_month
    if in_time:
        # It was put off for longer than a whole period: the series begins anew.
        period = _after(repeat, cycle, cycle.met_on)
        assert period is not None
    return period, cycle.met_on.day if repeat.kind is Recurrence.FROM_DUE else period.due_on.day


def _after(repeat: Repeat, cycle: Cycle, met_on: dt.date) -> Period | None:
    return next_period(
        repeat,
        due_on=cycle.asked_on,
        met_on=met_on,
        day_of_month=cycle.day_of_month,
        expires_on=cycle.expires_on,
    )
