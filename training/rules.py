"""When an obligation is due, what its status is at an instant, and why: pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

ONE_DAY = dt.timedelta(days=1)
ONE_SECOND = dt.timedelta(seconds=1)


class Status(StrEnum):
    OVERDUE = "overdue"
    DUE = "due"
    DONE_LATE = "done_late"
    DONE = "done"


class StepCode(StrEnum):
    """The words of a trace. `ASSIGNED` and `DUE_BY` come first, always."""

    ASSIGNED = "assigned"
    DUE_BY = "due_by"
    COMPLETED = "completed"
    COMPLETION_SHARED = "completion_shared"
    NOT_COMPLETED = "not_completed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of why: a word of code and the instant or day that it speaks of."""

    code: StepCode
    at: dt.datetime | None = None
    day: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """The person completed the course, at some time, for somebody or for herself."""

    started_at: dt.datetime
    completed_at: dt.datetime
    shared_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that an obligation's status depends on. `due_at` is `due_at(due_on, zone)` as it was when it was assigned."""

    assigned_at: dt.datetime
    due_on: dt.date
    due_at: dt.datetime
    zone: str
    started_on: dt.date
    ended_on: dt.date | None = None
    completions: tuple[Completion, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, the days that belong to it, and the reasons.

    `days` counts the days overdue, the days that are left (0: due today), the days late; 0 when done in time.
    """

    status: Status
    days: int
    completion: Completion | None
    trace: tuple[Step, ...]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_day(instant: dt.datetime, zone_name: str) -> dt.date:
    """The day that the calendar on the wall shows there at that instant."""
    return instant.astimezone(_zone(zone_name)).date()


def due_at(due_on: dt.date, zone_name: str) -> dt.datetime:
    """The first instant after the end of the day `due_on` in the zone, in UTC; the day does not come back after it.

    Midnight does not exist everywhere on every day, and sometimes exists twice.
    """
    midnight = dt.datetime.combine(due_on + ONE_DAY, dt.time(), tzinfo=_zone(zone_name))
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


def counts(completion: Completion, facts: Facts, on: dt.datetime) -> bool:
    """Whether the completion meets the obligation as far as was known at `on`.

    It counts when it was begun on or after the day the person started here and completed before she left, or when
    she has shared it with this employer.
    """
    if completion.completed_at > on:
        return False
    if completion.shared_at is not None and completion.shared_at <= on:
        return True
    if facts.ended_on is not None and local_day(completion.completed_at, facts.zone) >= facts.ended_on:
        return False
    return local_day(completion.started_at, facts.zone) >= facts.started_on


def days_of(status: Status, *, due_on: dt.date, today: dt.date, done_on: dt.date | None) -> int:
    """The number that belongs to a status: days overdue, days left, or days late. All days are of one zone."""
    match status:
        case Status.DONE:
            return 0
        case Status.DONE_LATE:
            return (done_on - due_on).days if done_on else 0
        case Status.OVERDUE:
            return (today - due_on).days
        case Status.DUE:
            return max((due_on - today).days, 0)


def obligation_status(facts: Facts, on: dt.datetime) -> Standing:
    """The status of an obligation at an instant, past or to come, as the facts stood then: total, and never refused.

    The first completion that counts decides; what happened after `on` does not exist. Nobody is overdue for a day
    on which she was no longer here.
    """
    met = min((c for c in facts.completions if counts(c, facts, on)), key=lambda c: c.completed_at, default=None)
    if met is not None:
        status = Status.DONE if met.completed_at < facts.due_at else Status.DONE_LATE
    elif on >= facts.due_at and not (facts.ended_on is not None and facts.ended_on <= facts.due_on):
        status = Status.OVERDUE
    else:
        status = Status.DUE
    done_on = local_day(met.completed_at, facts.zone) if met else None
    days = days_of(status, due_on=facts.due_on, today=_day_here(facts, on), done_on=done_on)
    return Standing(status, days, met, tuple(_trace(facts, met, on)))


def _day_here(facts: Facts, on: dt.datetime) -> dt.date:
    """The day, or the day on which she left: nothing grows older for somebody who is gone."""
    today = local_day(on, facts.zone)
    return today if facts.ended_on is None else min(today, facts.ended_on)


def _trace(facts: Facts, met: Completion | None, on: dt.datetime) -> Iterator[Step]:
    """The reasons. A completion that does not count is not told: it is hers alone."""
    yield Step(StepCode.ASSIGNED, at=facts.assigned_at)
    yield Step(StepCode.DUE_BY, at=facts.due_at, day=facts.due_on)
    if facts.ended_on is not None and facts.ended_on <= local_day(on, facts.zone):
        yield Step(StepCode.LEFT, day=facts.ended_on)
    if met is None:
        yield Step(StepCode.NOT_COMPLETED, at=on)
        return
    yield Step(StepCode.COMPLETED, at=met.completed_at)
    if met.shared_at is not None and met.shared_at <= on:
        yield Step(StepCode.COMPLETION_SHARED, at=met.shared_at)
