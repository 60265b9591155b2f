"""What an obligation's facts come to, in the few instants from which its status follows on any later day: pure.

`obligation_status` answers from all facts, for any day, past or to come. A board of half a million obligations cannot
read all facts, so their sum as known at one instant stands beside each obligation. It is worked out anew after every
act that touches the facts, and at `recheck_at`, when time alone changes it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from training.rules.days import day_start
from training.rules.due import Due, absences_at, due_of, last_source, source_of
from training.rules.facts import Facts
from training.rules.meeting import Met, met_by
from training.rules.status import FOREVER, NEVER_OVERDUE, away_until, left_by, waived_until, waiver_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The instants that decide a status. An interval without an end ends at `FOREVER`."""

    due_on: dt.date
    due_at: dt.datetime
    overdue_at: dt.datetime
    opens_on: dt.date | None
    opens_at: dt.datetime | None
    met: Met | None
    waived_until: dt.datetime | None
    away_from: dt.datetime | None
    away_until: dt.datetime | None
    released_at: dt.datetime | None
    left_at: dt.datetime | None
    recheck_at: dt.datetime | None


def projection(facts: Facts, known_at: dt.datetime) -> Projection:
    """The sum of the facts as known at that instant; right for every later one before `recheck_at`."""
    due = due_of(facts, known_at)
    waiver, away = waiver_at(facts, known_at), _next_absence(facts, known_at)
    released = source_of(facts, known_at) is None
    return Projection(
        due_on=due.due_on,
        due_at=due.due_at,
        overdue_at=_overdue_at(facts, due),
        opens_on=due.opens_on,
        opens_at=day_start(due.opens_on, facts.zone) if due.opens_on else None,
        met=met_by(facts, due.opens_on, known_at),
        waived_until=waived_until(waiver, facts.zone) if waiver else None,
        away_from=away[0] if away else None,
        away_until=away[1] if away else None,
        released_at=last_source(facts, known_at).ended_at if released else None,
        left_at=day_start(facts.ended_on, facts.zone) if facts.ended_on else None,
        recheck_at=min((at for at in _turns(facts, away) if known_at < at < FOREVER), default=None),
    )


def _overdue_at(facts: Facts, due: Due) -> dt.datetime:
    if left_by(facts, due.due_on):
        return FOREVER
    return NEVER_OVERDUE if left_by(facts, due.overdue_on) else due.overdue_at


def _next_absence(facts: Facts, known_at: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """The leave that she is on, or the next one."""
    for absence in absences_at(facts, known_at):
        until = away_until(absence, facts.zone)
        if until > known_at:
            return day_start(absence.starts_on, facts.zone), until
    return None


def _turns(facts: Facts, away: tuple[dt.datetime, dt.datetime] | None) -> Iterator[dt.datetime]:
    """The instants at which the sum may be another one without any act: facts that are known for later."""
    if away is not None:
        yield away[1]
    for source in facts.sources:
        yield source.known_at
        if source.ended_at is not None:
            yield source.ended_at
    yield from (asked.known_at for asked in facts.asked if asked.holds_for_open)
    yield from (waiver.known_at for waiver in facts.waivers)
    yield from (waived_until(waiver, facts.zone) for waiver in facts.waivers)
    yield from (extension.known_at for extension in facts.extensions)
    yield from (proof.known_at for proof in facts.proofs)
    yield from (proof.ended_at for proof in facts.proofs if proof.ended_at is not None)
    for completion in facts.completions:
        yield completion.completed_at
        yield from (at for at in (completion.shared_at, completion.revoked_at) if at is not None)
    for absence in facts.absences:
        yield absence.known_at
        yield from (at for at in (absence.cancelled_at,) if at is not None)
