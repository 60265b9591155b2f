"""What an administrator's act would do to one obligation, and what stands in its way: pure.

The same function is asked for the preview and for the act, so that what was shown is what happens.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from training.rules.facts import Extension, Facts, Proof, ProofKind, Source, Waiver
from training.rules.status import Standing, Status, obligation_status, overdue_again, waived_until, waiver_at

#: So many days can be added at once, and not fewer than one: an extension never makes a day earlier.
MOST_DAYS = 730


class Act(StrEnum):
    EXTEND = "extend"
    WAIVE = "waive"
    STATE = "state"
    RELEASE = "release"


class Fault(StrEnum):
    """What is wrong with the terms of an act, whatever the obligation."""

    DAYS = "days"
    NO_REASON = "no_reason"
    DAY_OVER = "day_over"
    DAY_TO_COME = "day_to_come"


class Obstacle(StrEnum):
    """Why an act cannot be done to an obligation."""

    #: Nobody decides upon what is asked of herself.
    OWN = "own"
    MET = "met"
    RELEASED = "released"
    #: A waiver stands that holds at least as long.
    WAIVED = "waived"
    #: A statement stands, or waits for its second person.
    STATED = "stated"
    #: What was done on that day is before the first day on which it counts.
    TOO_EARLY = "too_early"
    #: Only a rule asks for it, and a rule is ended or changed as a whole.
    BY_RULE = "by_rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An act with its terms: days, or a day; a reason as a word of code, or in words."""

    act: Act
    days: int = 0
    until_on: dt.date | None = None
    done_on: dt.date | None = None
    code: str = ""
    words: str = ""
    needs_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One obligation as it stands before the act: its facts, and what the facts do not say."""

    facts: Facts
    is_own: bool
    is_stated: bool
    by_hand: frozenset[int]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How the obligation stands before the act and would stand after it; the same where there is an obstacle.

    `overdue_again` is the day on which it is overdue at once, because a waiver ends and its day has passed.
    """

    obstacle: Obstacle | None
    before: Standing
    after: Standing
    overdue_again: dt.date | None = None


def fault_of(plan: Plan, today: dt.date) -> Fault | None:
    """What is wrong with the terms: extensions add days, waivers end later, statements tell of the past."""
    if plan.act is Act.EXTEND and not 1 <= plan.days <= MOST_DAYS:
        return Fault.DAYS
    if plan.act in (Act.EXTEND, Act.STATE) and not plan.words.strip():
        return Fault.NO_REASON
    if plan.act is Act.WAIVE and not plan.code:
        return Fault.NO_REASON
    if plan.act is Act.WAIVE and plan.until_on is not None and plan.until_on < today:
        return Fault.DAY_OVER
    if plan.act is Act.STATE and (plan.done_on is None or plan.done_on > today):
        return Fault.DAY_TO_COME
    return None


def foreseen(plan: Plan, situation: Situation, on: dt.datetime) -> Foreseen:
    """What the act would do at that instant."""
    before = obligation_status(situation.facts, on)
    obstacle = _obstacle(plan, situation, before, on)
    if obstacle is not None:
        return Foreseen(obstacle, before, before)
    changed = _changed(plan, situation, on)
    again = overdue_again(changed, on) if plan.act is Act.WAIVE else None
    return Foreseen(None, before, obligation_status(changed, on), again)


def _obstacle(plan: Plan, situation: Situation, before: Standing, on: dt.datetime) -> Obstacle | None:
    if situation.is_own:
        return Obstacle.OWN
    if before.met is not None:
        return Obstacle.MET
    if before.status is Status.RELEASED:
        return Obstacle.RELEASED
    match plan.act:
        case Act.WAIVE if _lasts(plan, situation.facts, on):
            return Obstacle.WAIVED
        case Act.STATE if situation.is_stated:
            return Obstacle.STATED
        case Act.STATE if before.due.opens_on is not None and plan.done_on and plan.done_on < before.due.opens_on:
            return Obstacle.TOO_EARLY
        case Act.RELEASE if not situation.by_hand:
            return Obstacle.BY_RULE
        case _:
            return None


def _lasts(plan: Plan, facts: Facts, on: dt.datetime) -> bool:
    standing = waiver_at(facts, on)
    if standing is None:
        return False
    return waived_until(standing, facts.zone) >= waived_until(Waiver(known_at=on, until_on=plan.until_on), facts.zone)


def _changed(plan: Plan, situation: Situation, on: dt.datetime) -> Facts:
    facts = situation.facts
    match plan.act:
        case Act.EXTEND:
            return replace(facts, extensions=(*facts.extensions, Extension(days=plan.days, known_at=on)))
        case Act.WAIVE:
            return replace(facts, waivers=(*facts.waivers, Waiver(known_at=on, until_on=plan.until_on)))
        case Act.RELEASE:
            return replace(facts, sources=tuple(_ended(one, situation.by_hand, on) for one in facts.sources))
        case Act.STATE:
            assert plan.done_on is not None
            stated = Proof(kind=ProofKind.STATEMENT, done_on=plan.done_on, known_at=on)
            return facts if plan.needs_second else replace(facts, proofs=(*facts.proofs, stated))


def _ended(source: Source, by_hand: frozenset[int], on: dt.datetime) -> Source:
    return replace(source, ended_at=on) if source.id in by_hand and source.ended_at is None else source
