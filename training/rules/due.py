"""When an obligation is due: the earliest source, what was added to it, and the days on which the clock stood: pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from training.rules.days import ONE_DAY, due_at, local_day
from training.rules.facts import Absence, Facts, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The day that holds at an instant, and how it came about.

    `asked_on` is what the source asks; `extended` and `shifted` are the days that extensions and leaves added, and
    `grace_shifted` those that leaves added to the days of grace.
    """

    source: Source
    asked_on: dt.date
    extended: int
    shifted: int
    due_on: dt.date
    due_at: dt.datetime
    grace_shifted: int
    overdue_on: dt.date
    overdue_at: dt.datetime
    opens_on: dt.date | None


def source_of(facts: Facts, on: dt.datetime) -> Source | None:
    """The source that decides at that instant: the earliest day of those that still ask. None when nobody asks."""
    asking = [source for source in facts.sources if source.known_at <= on and not _over(source.ended_at, on)]
    return min(asking, key=lambda source: (source.due_on, source.grace_days, source.id), default=None)


def last_source(facts: Facts, on: dt.datetime) -> Source:
    """The source that decides, or that was the last to ask."""
    asking = source_of(facts, on)
    if asking is not None:
        return asking
    known = [source for source in facts.sources if source.known_at <= on] or list(facts.sources)
    return max(known, key=lambda source: (source.ended_at or source.known_at, source.id))


def due_of(facts: Facts, on: dt.datetime) -> Due:
    """When it is due, as far as was known at that instant. Nothing known later ever changes an earlier answer."""
    source = last_source(facts, on)
    extended = sum(extension.days for extension in facts.extensions if extension.known_at <= on)
    clock = max(local_day(facts.assigned_at, facts.zone), source.opens_on or dt.date.min)
    extended_to = source.due_on + extended * ONE_DAY
    absences = absences_at(facts, on)
    due_on = _after_leaves(extended_to, clock, absences)
    grace_to = due_on + source.grace_days * ONE_DAY
    # Days away that moved the due day are over by then: none is counted twice.
    overdue_on = _after_leaves(grace_to, due_on + ONE_DAY, absences) if source.grace_days else due_on
    return Due(
        source=source,
        asked_on=source.due_on,
        extended=extended,
        shifted=(due_on - extended_to).days,
        due_on=due_on,
        due_at=due_at(due_on, facts.zone),
        grace_shifted=(overdue_on - grace_to).days,
        overdue_on=overdue_on,
        overdue_at=due_at(overdue_on, facts.zone),
        opens_on=source.opens_on,
    )


def absences_at(facts: Facts, on: dt.datetime) -> list[Absence]:
    """The leaves that were known at that instant and not cancelled, in their order."""
    known = (each for each in facts.absences if each.known_at <= on and not _over(each.cancelled_at, on))
    return sorted(known, key=lambda each: each.starts_on)


def _after_leaves(due_on: dt.date, clock: dt.date, absences: Iterable[Absence]) -> dt.date:
    """The day later by the days away between the clock's first day and the day itself, which each leave moves on.

    So of the due day, and so, from the day after it on, of the last day of grace."""
    counted_to = clock
    for absence in absences:
        if absence.starts_on > due_on or absence.ends_on is None:
            break  # nothing can be added yet for a leave without an end: the clock stands
        first = max(absence.starts_on, counted_to)
        away = (absence.ends_on - first).days
        if away > 0:
            due_on += away * ONE_DAY
            counted_to = absence.ends_on
    return due_on


def _over(ended_at: dt.datetime | None, on: dt.datetime) -> bool:
    return ended_at is not None and ended_at <= on
