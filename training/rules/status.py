"""The status of an obligation at an instant, past or to come, and why: pure, total, never refused."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from training.rules.days import ONE_DAY, day_start, due_at, local_day
from training.rules.due import Due, absences_at, due_of, source_of
from training.rules.facts import Absence, Facts, ProofKind, Waiver
from training.rules.meeting import Met, met_by


class Status(StrEnum):
    OVERDUE = "overdue"
    #: The day is over and the days of grace are not.
    GRACE = "grace"
    DUE = "due"
    #: What is done now does not count yet.
    UPCOMING = "upcoming"
    #: On leave: nothing falls due.
    SUSPENDED = "suspended"
    WAIVED = "waived"
    DONE_LATE = "done_late"
    DONE = "done"
    #: Nobody asks for it any more.
    RELEASED = "released"


class StepCode(StrEnum):
    """The words of a trace. `ASSIGNED` and `DUE_BY` come first, always."""

    ASSIGNED = "assigned"
    DUE_BY = "due_by"
    EXTENDED = "extended"
    SHIFTED = "shifted"
    DUE_NOW_BY = "due_now_by"
    OPENS = "opens"
    GRACE_UNTIL = "grace_until"
    GRACE_SHIFTED = "grace_shifted"
    COMPLETED = "completed"
    COMPLETION_SHARED = "completion_shared"
    ACKNOWLEDGED = "acknowledged"
    EVIDENCE_APPROVED = "evidence_approved"
    STATED = "stated"
    NOT_COMPLETED = "not_completed"
    WAIVED = "waived"
    #: The day on which the waiver is over, and the obligation overdue at once.
    OVERDUE_AGAIN = "overdue_again"
    ON_LEAVE = "on_leave"
    RELEASED = "released"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of why: a word of code and the instant, day, number of days or source that it speaks of."""

    code: StepCode
    at: dt.datetime | None = None
    day: dt.date | None = None
    days: int = 0
    source: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, the days that belong to it, and the reasons.

    `days` counts the days overdue or in grace, the days that are left (0: due today), the days until it opens, the
    days late; 0 when done in time, waived, on leave or released.
    """

    status: Status
    days: int
    due: Due
    met: Met | None
    trace: tuple[Step, ...]


def days_of(
    status: Status,
    *,
    due_on: dt.date,
    today: dt.date,
    done_on: dt.date | None = None,
    opens_on: dt.date | None = None,
) -> int:
    """The number that belongs to a status. All days are of one zone."""
    match status:
        case Status.DONE_LATE:
            return (done_on - due_on).days if done_on else 0
        case Status.OVERDUE | Status.GRACE:
            return (today - due_on).days
        case Status.DUE:
            return max((due_on - today).days, 0)
        case Status.UPCOMING:
            return (opens_on - today).days if opens_on else 0
        case _:
            return 0


def obligation_status(facts: Facts, on: dt.datetime) -> Standing:
    """The status of an obligation at an instant, as the facts stood then.

    The first thing that meets it decides. What was not met is, in this order: released, when nobody asks for it any
    more; waived; on leave; not open yet; due; in grace; overdue. Nobody is overdue for a day on which she was no
    longer here.
    """
    due = due_of(facts, on)
    met = met_by(facts, due.opens_on, on)
    status = _met_status(met, due) if met else _open_status(facts, due, on)
    days = days_of(
        status,
        due_on=due.due_on,
        today=_day_here(facts, on),
        done_on=met.on if met else None,
        opens_on=due.opens_on,
    )
    return Standing(status, days, due, met, tuple(_trace(facts, due, met, on)))


def waiver_at(facts: Facts, on: dt.datetime) -> Waiver | None:
    """The waiver that holds at that instant; of several the one that holds longest."""
    holding = [waiver for waiver in facts.waivers if waiver.known_at <= on < waived_until(waiver, facts.zone)]
    return max(holding, key=lambda waiver: waived_until(waiver, facts.zone), default=None)


#: Later than any day that anybody plans for, and still a day that both databases keep.
FOREVER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
#: Beyond the due day and never overdue: of somebody who left within the days of grace. One who left before has `FOREVER`.
NEVER_OVERDUE = FOREVER - ONE_DAY


def waived_until(waiver: Waiver, zone: str) -> dt.datetime:
    until = FOREVER if waiver.until_on is None else due_at(waiver.until_on, zone)
    return until if waiver.ended_at is None else min(until, waiver.ended_at)


def overdue_again(facts: Facts, on: dt.datetime) -> dt.date | None:
    """The first day after the waiver that holds at that instant, if it is overdue at once on it: a waiver moves no day.

    As far as is known at that instant; None when it is not waived, waived for good, or not overdue then.
    """
    holding = [each.until_on for each in facts.waivers if each.known_at <= on < waived_until(each, facts.zone)]
    days = [each for each in holding if each is not None]
    if not days or len(days) < len(holding) or source_of(facts, on) is None:
        return None
    day, due = max(days) + ONE_DAY, due_of(facts, on)
    at = day_start(day, facts.zone)
    has_left = facts.ended_on is not None and facts.ended_on <= day
    is_away = any(_is_during(each, facts.zone, at) for each in absences_at(facts, on))
    return day if due.overdue_at <= at and not has_left and not is_away else None


def absence_at(facts: Facts, on: dt.datetime) -> Absence | None:
    """The leave that the person is on at that instant, as far as was known then."""
    return next((each for each in absences_at(facts, on) if _is_during(each, facts.zone, on)), None)


def away_until(absence: Absence, zone: str) -> dt.datetime:
    return FOREVER if absence.ends_on is None else day_start(absence.ends_on, zone)


def _is_during(absence: Absence, zone: str, on: dt.datetime) -> bool:
    return day_start(absence.starts_on, zone) <= on < away_until(absence, zone)


def _met_status(met: Met, due: Due) -> Status:
    return Status.DONE if met.at < due.due_at else Status.DONE_LATE


def _open_status(facts: Facts, due: Due, on: dt.datetime) -> Status:
    if source_of(facts, on) is None:
        return Status.RELEASED
    if waiver_at(facts, on):
        return Status.WAIVED
    if absence_at(facts, on):
        return Status.SUSPENDED
    if due.opens_on is not None and on < day_start(due.opens_on, facts.zone):
        return Status.UPCOMING
    if on < due.due_at or left_by(facts, due.due_on):
        return Status.DUE
    return Status.GRACE if on < due.overdue_at or left_by(facts, due.overdue_on) else Status.OVERDUE


def left_by(facts: Facts, day: dt.date) -> bool:
    """Whether she was gone by the end of the day: then it never went by while she was asked."""
    return facts.ended_on is not None and facts.ended_on <= day


def _day_here(facts: Facts, on: dt.datetime) -> dt.date:
    """The day, or the day on which she left: nothing grows older for somebody who is gone."""
    today = local_day(on, facts.zone)
    return today if facts.ended_on is None else min(today, facts.ended_on)


def _trace(facts: Facts, due: Due, met: Met | None, on: dt.datetime) -> Iterator[Step]:
    """The reasons. A completion that does not count is not told: it is hers alone."""
    yield Step(StepCode.ASSIGNED, at=facts.assigned_at)
    asked_at = due_at(due.asked_on, facts.zone)
    yield Step(StepCode.DUE_BY, at=asked_at, day=due.asked_on, source=due.source.id)
    yield from _moved(due)
    if due.opens_on is not None:
        yield Step(StepCode.OPENS, day=due.opens_on)
    if due.source.grace_days:
        yield Step(StepCode.GRACE_UNTIL, day=due.overdue_on, days=due.source.grace_days)
    if due.grace_shifted:
        yield Step(StepCode.GRACE_SHIFTED, days=due.grace_shifted)
    if facts.ended_on is not None and facts.ended_on <= local_day(on, facts.zone):
        yield Step(StepCode.LEFT, day=facts.ended_on)
    if met is not None:
        yield from _meeting(met, on)
        return
    yield from _standing_still(facts, due, on)
    yield Step(StepCode.NOT_COMPLETED, at=on)


def _moved(due: Due) -> Iterator[Step]:
    if due.extended:
        yield Step(StepCode.EXTENDED, days=due.extended)
    if due.shifted:
        yield Step(StepCode.SHIFTED, days=due.shifted)
    if due.extended or due.shifted:
        yield Step(StepCode.DUE_NOW_BY, at=due.due_at, day=due.due_on)


def _meeting(met: Met, on: dt.datetime) -> Iterator[Step]:
    if met.proof is not None:
        codes = {
            ProofKind.ACKNOWLEDGEMENT: StepCode.ACKNOWLEDGED,
            ProofKind.EVIDENCE: StepCode.EVIDENCE_APPROVED,
            ProofKind.STATEMENT: StepCode.STATED,
        }
        yield Step(codes[met.proof.kind], at=met.proof.known_at, day=met.on)
        return
    yield Step(StepCode.COMPLETED, at=met.at, day=met.on)
    shared_at = met.completion.shared_at if met.completion else None
    if shared_at is not None and shared_at <= on:
        yield Step(StepCode.COMPLETION_SHARED, at=shared_at)


def _standing_still(facts: Facts, due: Due, on: dt.datetime) -> Iterator[Step]:
    if source_of(facts, on) is None:
        yield Step(StepCode.RELEASED, at=due.source.ended_at)
    if waiver := waiver_at(facts, on):
        yield Step(StepCode.WAIVED, at=waiver.known_at, day=waiver.until_on)
        if again := overdue_again(facts, on):
            yield Step(StepCode.OVERDUE_AGAIN, day=again)
    if absence := absence_at(facts, on):
        yield Step(StepCode.ON_LEAVE, day=absence.starts_on)
