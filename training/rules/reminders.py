"""When a person is told of an obligation, and the hours in which mail may reach her: pure."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from training.rules.days import ONE_DAY, day_start, local_day, zone_of
from training.rules.due import Due, due_of
from training.rules.facts import Facts
from training.rules.status import Status, obligation_status

#: The days, counted from the due day, on which a person is told, where a requirement does not say others.
LADDER: Final = (-30, -14, -7, -1, 0, 1)
WEEK: Final = 7
#: What can still be acted on. Nobody is told of what is done, waived, released, not open, or while she is away.
TOLD: Final = (Status.DUE, Status.GRACE, Status.OVERDUE)


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """One step of a ladder for one due day: the days from it, before when negative. A due day that moves begins anew."""

    due_on: dt.date
    offset: int

    @property
    def day(self) -> dt.date:
        return self.due_on + ONE_DAY * self.offset


def ladder_of(given: Iterable[int]) -> tuple[int, ...]:
    """The steps in their order, each once; the usual ones when none are given."""
    return tuple(sorted(set(given))) or LADDER


def stage_due(facts: Facts, ladder: tuple[int, ...], on: dt.datetime, zone: str) -> Stage | None:
    """The one stage of which the person is to be told at that instant, by her own calendar; None when of none.

    It is the last that her calendar has reached: after three days without mail she is told once, not three times.
    Of what came before she was asked, or before the due day became this one, she is never told. Later instants never
    go back to an earlier stage of the same due day, so a stage that is told once stays told.
    """
    today = local_day(on, zone)
    if today < facts.started_on or (facts.ended_on is not None and facts.ended_on <= today):
        return None
    standing = obligation_status(facts, on)
    if standing.status not in TOLD:
        return None
    stage = stage_reached(standing.status, standing.due.due_on, standing.due.overdue_on, ladder, today)
    if stage is None or stage.day <= local_day(_holds_since(facts, standing.due, on), zone):
        return None
    return stage


def stage_reached(
    status: Status, due_on: dt.date, overdue_on: dt.date, ladder: tuple[int, ...], today: dt.date
) -> Stage | None:
    """The last step that the calendar has reached. Steps after the due day wait until the obligation is past due where
    it is owed; once overdue they come weekly, from the first day of it or the ladder's last step on."""
    passed = (today - due_on).days
    if status is Status.DUE:
        steps = [step for step in ladder if step <= min(passed, 0)]
    else:
        steps = [step for step in ladder if 0 < step <= passed]
    if status is Status.OVERDUE:
        first = max(ladder[-1], (overdue_on - due_on).days + 1)
        steps += [passed - (passed - first) % WEEK] if passed >= first else []
    return Stage(due_on, max(steps)) if steps else None


def goes_on(
    facts: Facts, ladder: tuple[int, ...], day: dt.date, zone: str, quiet: "QuietHours", since: dt.date
) -> Stage | None:
    """The stage that mail is sent for on that day of her calendar, if a worker looks on each day from `since` on: the
    one that is due then, and was due on none of those days before."""

    def due(on: dt.date) -> Stage | None:
        return stage_due(facts, ladder, next_allowed(day_start(on, zone), zone, quiet), zone)

    stage = due(day)
    if stage is None:
        return None
    earlier = max(stage.day, since)
    while earlier < day:
        if due(earlier) == stage:
            return None
        earlier += ONE_DAY
    return stage


def _holds_since(facts: Facts, due: Due, on: dt.datetime) -> dt.datetime:
    """Since when the due day, and the end of grace, have been these, without a break.

    Every stage that was told before is of a day no later than this one's, so what follows is always a later stage.
    """
    since = on
    for at in sorted({facts.assigned_at, *_turns(facts)}, reverse=True):
        if at > on:
            continue
        earlier = due_of(facts, at)
        if at < facts.assigned_at or (earlier.due_on, earlier.overdue_on) != (due.due_on, due.overdue_on):
            break
        since = at
    return since


def _turns(facts: Facts) -> Iterator[dt.datetime]:
    """The instants at which the due day may have become another one."""
    for source in facts.sources:
        yield source.known_at
        yield from (at for at in (source.ended_at,) if at is not None)
    yield from (extension.known_at for extension in facts.extensions)
    for absence in facts.absences:
        yield absence.known_at
        yield from (at for at in (absence.cancelled_at,) if at is not None)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one full hour of the wall clock until another no mail reaches a person; they may go over midnight."""

    begins: int
    ends: int

    def has(self, hour: int) -> bool:
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


def next_allowed(on: dt.datetime, zone: str, quiet: QuietHours) -> dt.datetime:
    """The first instant from `on`, in UTC, at which the clock on her wall shows no quiet hour.

    Where clocks are changed, the hour at which quiet ends may not exist that day, and the next that does ends it; or
    it comes twice, and the first ends it.
    """
    here = on.astimezone(zone_of(zone))
    if not quiet.has(here.hour):
        return on
    for days in range(3):
        end = dt.datetime.combine(here.date() + ONE_DAY * days, dt.time(quiet.ends), tzinfo=here.tzinfo)
        for fold in (0, 1):
            at = end.replace(fold=fold).astimezone(dt.UTC)
            if at > on and not quiet.has(at.astimezone(here.tzinfo).hour):
                return at
    raise AssertionError("quiet hours end every day")


def digest_day(today: dt.date, weekday: int) -> dt.date:
    """The day of this week's digest: the last such weekday that has come. 0 is Monday."""
    return today - ONE_DAY * ((today.weekday() - weekday) % WEEK)


def digest_at(
    on: dt.datetime, zone: str, quiet: QuietHours, weekday: int, since: dt.date
) -> tuple[dt.date, dt.datetime] | None:
    """The day of the digest that is owed to somebody there by then, and when it may leave.

    None: whoever took the role after this week's day waits for the next.
    """
    at = next_allowed(on, zone, quiet)
    day = digest_day(local_day(at, zone), weekday)
    return (day, at) if since <= day else None
