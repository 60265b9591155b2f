"""Limits as arithmetic."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.document import Scenario
from quizzes.rules import (
    GRACE,
    MOST_EXTRA_ATTEMPTS,
    MOST_EXTRA_TIME,
    NOTHING_ARRANGED,
    Arranged,
    Limits,
    Refusal,
    effective_end,
    is_late,
    is_shut,
    may_start,
    next_start,
    seconds_left,
    terms_for,
)
from tests.quizzes.builders import choice, decision, ending, quiz, scenario

TICK = dt.timedelta(microseconds=1)
instants = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC))
minutes = st.integers(1, 600)
percents = st.integers(0, MOST_EXTRA_TIME)


def case(**more: object) -> Scenario:
    nodes = {"start": decision(choice("well"), choice("ill")), "well": ending(), "ill": ending("fail")}
    return scenario(nodes, **more)


def test_limits_are_what_the_author_wrote_and_a_case_has_no_timer() -> None:
    timed = quiz(max_attempts=3, time_limit_minutes=45, cool_down_hours=24)

    assert Limits.of(timed) == Limits(3, 45, 24)
    assert Limits.of(quiz()) == Limits()
    assert Limits.of(case(max_attempts=2, cool_down_hours=1)) == Limits(2, None, 1)


def test_terms_without_limits_bound_nothing_whatever_is_arranged() -> None:
    for arranged in (NOTHING_ARRANGED, Arranged(50, extra_attempts=3)):
        terms = terms_for(Limits(), arranged)
        assert (terms.attempts, terms.seconds, terms.minutes, terms.cool_down) == (None, None, None, dt.timedelta())


@pytest.mark.parametrize(
    ("limit", "percent", "told"), [(30, 50, 45), (30, 0, 30), (25, 15, 29), (1, 1, 2), (30, 100, 60), (7, 400, 35)]
)
def test_more_time_is_whole_minutes_rounded_up(limit: int, percent: int, told: int) -> None:
    assert terms_for(Limits(minutes=limit), Arranged(percent)).minutes == told


@given(minutes, percents, percents)
def test_more_is_never_less(limit: int, one: int, other: int) -> None:
    less, more = sorted((one, other))
    short, long = (terms_for(Limits(minutes=limit), Arranged(each)).seconds for each in (less, more))

    assert short is not None
    assert long is not None
    assert 60 * limit <= short <= long
    # Never less than the percentage says, and never a whole minute more.
    assert 0 <= long * 100 - 60 * limit * (100 + more) < 60 * 100


@given(minutes, percents)
def test_no_time_limit_outweighs_more_time(limit: int, percent: int) -> None:
    assert terms_for(Limits(minutes=limit), Arranged(percent, no_time_limit=True)).seconds is None


@given(st.integers(1, 100), st.integers(0, MOST_EXTRA_ATTEMPTS))
def test_extra_attempts_are_added(allowed: int, extra: int) -> None:
    assert terms_for(Limits(attempts=allowed), Arranged(extra_attempts=extra)).attempts == allowed + extra


@given(instants, minutes, percents)
def test_effective_end_is_the_start_and_the_time_given(started: dt.datetime, limit: int, percent: int) -> None:
    terms = terms_for(Limits(minutes=limit), Arranged(percent))
    end = effective_end(started, terms.seconds)

    assert end is not None
    assert terms.seconds is not None
    assert end - started == dt.timedelta(seconds=terms.seconds)
    assert end > started
    assert seconds_left(end, started) == terms.seconds


def test_no_limit_has_no_end() -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)

    assert effective_end(now, None) is None
    assert not is_late(None, now)
    assert not is_shut(None, now)


@given(instants)
def test_edges_to_the_microsecond(end: dt.datetime) -> None:
    assert [is_late(end, at) for at in (end - TICK, end, end + TICK)] == [False, False, True]
    assert [is_shut(end, at) for at in (end + GRACE - TICK, end + GRACE, end + GRACE + TICK)] == [False, False, True]
    assert [seconds_left(end, at) for at in (end - dt.timedelta(seconds=1), end - TICK, end, end + GRACE)] == [
        1,
        0,
        0,
        0,
    ]


@given(instants, st.timedeltas(dt.timedelta(), dt.timedelta(days=1)))
def test_what_is_shut_is_late_and_stays_so(end: dt.datetime, later: dt.timedelta) -> None:
    at = end + later

    assert is_late(end, at) or not is_shut(end, at)
    assert is_shut(end, at + GRACE) or later == dt.timedelta()


@given(instants, st.integers(1, 8760))
def test_wait_after_a_failed_attempt(failed_at: dt.datetime, hours: int) -> None:
    then = next_start(failed_at, terms_for(Limits(cool_down_hours=hours)))
    facts = {"taken": 1, "allowed": None, "passed": False, "summative": True, "next_at": then}

    assert then - failed_at == dt.timedelta(hours=hours)
    assert may_start(**facts, now=then - TICK) is Refusal.COOLING_DOWN  # type: ignore[arg-type]
    assert may_start(**facts, now=then) is None  # type: ignore[arg-type]


def test_a_wait_is_not_told_where_no_attempt_would_follow() -> None:
    then = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    waiting = {"next_at": then, "now": then - TICK}

    assert may_start(taken=3, allowed=3, passed=False, summative=True, **waiting) is Refusal.NO_ATTEMPTS_LEFT
    assert may_start(taken=1, allowed=3, passed=True, summative=True, **waiting) is Refusal.ALREADY_PASSED


@pytest.mark.parametrize(
    ("arranged", "is_fit"),
    [
        (Arranged(), False),
        (Arranged(1), True),
        (Arranged(no_time_limit=True), True),
        (Arranged(extra_attempts=1), True),
        (Arranged(MOST_EXTRA_TIME, extra_attempts=MOST_EXTRA_ATTEMPTS), True),
        (Arranged(MOST_EXTRA_TIME + 1), False),
        (Arranged(extra_attempts=MOST_EXTRA_ATTEMPTS + 1), False),
        (Arranged(-1), False),
        (Arranged(1, extra_attempts=-1), False),
        (Arranged(-1, no_time_limit=True), False),
    ],
)
def test_what_can_be_arranged(arranged: Arranged, is_fit: bool) -> None:
    assert arranged.is_fit is is_fit
