import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rules import (
    Completion,
    Facts,
    Status,
    StepCode,
    due_at,
    local_day,
    obligation_status,
)

ZONES = sorted(available_timezones() - {"localtime"})
SECOND = dt.timedelta(seconds=1)


def assert_ends_the_day(due_on: dt.date, zone: str) -> None:
    instant = due_at(due_on, zone)

    assert instant.tzinfo is dt.UTC
    assert local_day(instant, zone) > due_on
    assert local_day(instant - SECOND, zone) <= due_on
    assert all(local_day(instant + dt.timedelta(minutes=15 * n), zone) > due_on for n in range(16))


@pytest.mark.parametrize("zone", ZONES)
def test_due_at_ends_each_day_of_two_years_in_each_zone(zone: str) -> None:
    info = ZoneInfo(zone)
    day, offset = dt.date(2026, 1, 1), None
    while day.year < 2028:
        evening = dt.datetime.combine(day, dt.time(12), tzinfo=info).utcoffset()
        if offset != evening or day.day == 15:
            assert_ends_the_day(day - dt.timedelta(days=1), zone)
            assert_ends_the_day(day, zone)
        day, offset = day + dt.timedelta(days=1), evening


@given(zone=st.sampled_from(ZONES), due_on=st.dates(dt.date(1971, 1, 2), dt.date(2037, 12, 30)))
def test_due_at_ends_the_day_in_any_year(zone: str, due_on: dt.date) -> None:
    assert_ends_the_day(due_on, zone)


@pytest.mark.parametrize(
    ("zone", "due_on", "instant"),
    [
        ("America/Chicago", dt.date(2026, 11, 22), "2026-11-23T06:00:00+00:00"),
        ("America/Havana", dt.date(2026, 3, 7), "2026-03-08T05:00:00+00:00"),  # midnight does not exist
        ("America/Havana", dt.date(2026, 10, 31), "2026-11-01T04:00:00+00:00"),  # midnight comes twice
        ("America/St_Johns", dt.date(2010, 11, 6), "2010-11-07T03:30:00+00:00"),  # the old day comes back for an hour
        ("America/Toronto", dt.date(1919, 3, 30), "1919-03-31T04:30:00+00:00"),  # 11:30 p.m. became 12:30 a.m.
        ("Pacific/Apia", dt.date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),  # this day was left out
    ],
)
def test_due_at_where_midnight_is_odd(zone: str, due_on: dt.date, instant: str) -> None:
    assert due_at(due_on, zone).isoformat() == instant


ZONE = "America/Chicago"
DUE_ON = dt.date(2026, 11, 12)
DUE_AT = due_at(DUE_ON, ZONE)
HIRED = dt.date(2026, 1, 5)


def chicago(year: int, month: int, day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ZoneInfo(ZONE))


def facts(*completions: Completion, ended_on: dt.date | None = None) -> Facts:
    return Facts(
        assigned_at=chicago(2026, 10, 1),
        due_on=DUE_ON,
        due_at=DUE_AT,
        zone=ZONE,
        started_on=HIRED,
        ended_on=ended_on,
        completions=completions,
    )


def completed(at: dt.datetime, started: dt.datetime | None = None, shared: dt.datetime | None = None) -> Completion:
    return Completion(started_at=started or at, completed_at=at, shared_at=shared)


@pytest.mark.parametrize(
    ("on", "status", "days"),
    [
        (chicago(2026, 11, 4), Status.DUE, 8),
        (chicago(2026, 11, 12, 23), Status.DUE, 0),
        (DUE_AT - SECOND, Status.DUE, 0),
        (DUE_AT, Status.OVERDUE, 1),
        (chicago(2026, 11, 22), Status.OVERDUE, 10),
    ],
)
def test_obligation_not_completed(on: dt.datetime, status: Status, days: int) -> None:
    standing = obligation_status(facts(), on)

    assert (standing.status, standing.days, standing.completion) == (status, days, None)
    assert [step.code for step in standing.trace] == [StepCode.ASSIGNED, StepCode.DUE_BY, StepCode.NOT_COMPLETED]


def test_obligation_done_in_the_last_second() -> None:
    assert obligation_status(facts(completed(DUE_AT - SECOND)), chicago(2027, 1, 1)).status is Status.DONE


def test_completion_at_the_first_instant_after_the_day_is_late() -> None:
    standing = obligation_status(facts(completed(DUE_AT)), chicago(2027, 1, 1))

    assert (standing.status, standing.days) == (Status.DONE_LATE, 1)


def test_completion_at_the_very_instant_asked_for_counts() -> None:
    at = chicago(2026, 11, 2)

    assert obligation_status(facts(completed(at)), at).status is Status.DONE
    assert obligation_status(facts(completed(at + SECOND)), at).status is Status.DUE


def test_obligation_done_late_counts_the_days_late() -> None:
    standing = obligation_status(facts(completed(chicago(2026, 11, 15))), chicago(2027, 1, 1))

    assert (standing.status, standing.days) == (Status.DONE_LATE, 3)


def test_completion_after_the_day_asked_for_does_not_count() -> None:
    later = facts(completed(chicago(2026, 11, 15)))

    assert obligation_status(later, chicago(2026, 11, 14)).status is Status.OVERDUE
    assert obligation_status(later, chicago(2026, 11, 1)).status is Status.DUE


def test_first_completion_decides() -> None:
    both = facts(completed(chicago(2026, 11, 20)), completed(chicago(2026, 11, 2)))

    assert obligation_status(both, chicago(2026, 12, 1)).status is Status.DONE


def test_completion_begun_before_the_first_day_counts_only_when_shared() -> None:
    begun = chicago(2026, 1, 4, 23)
    private = completed(chicago(2026, 2, 1), started=begun)
    shared = completed(chicago(2026, 2, 1), started=begun, shared=chicago(2026, 11, 14))

    assert obligation_status(facts(private), chicago(2026, 11, 22)).status is Status.OVERDUE
    assert obligation_status(facts(shared), chicago(2026, 11, 13)).status is Status.OVERDUE
    assert obligation_status(facts(shared), chicago(2026, 11, 22)).status is Status.DONE
    assert obligation_status(facts(shared), chicago(2026, 11, 22)).trace[-1].code is StepCode.COMPLETION_SHARED


def test_private_completion_leaves_no_trace() -> None:
    private = completed(chicago(2026, 2, 1), started=chicago(2025, 12, 1))

    assert obligation_status(facts(private), DUE_AT).trace == obligation_status(facts(), DUE_AT).trace


def test_completion_begun_on_the_first_day_counts() -> None:
    begun = completed(chicago(2026, 2, 1), started=chicago(2026, 1, 5, 0))

    assert obligation_status(facts(begun), chicago(2026, 3, 1)).status is Status.DONE


@pytest.mark.parametrize(
    ("ended_on", "status"), [(dt.date(2026, 11, 12), Status.DUE), (dt.date(2026, 11, 13), Status.OVERDUE)]
)
def test_nobody_is_overdue_for_a_day_after_she_left(ended_on: dt.date, status: Status) -> None:
    standing = obligation_status(facts(ended_on=ended_on), chicago(2026, 12, 1))

    assert standing.status is status
    assert StepCode.LEFT in [step.code for step in standing.trace]


def test_completion_after_leaving_is_not_told() -> None:
    left = facts(completed(chicago(2026, 11, 11)), ended_on=dt.date(2026, 11, 11))

    assert obligation_status(left, chicago(2026, 12, 1)).completion is None


instants = st.datetimes(dt.datetime(2025, 6, 1), dt.datetime(2027, 6, 1)).map(lambda at: at.replace(tzinfo=dt.UTC))
days = st.dates(dt.date(2025, 6, 1), dt.date(2027, 6, 1))


@st.composite
def any_completion(draw: st.DrawFn) -> Completion:
    started, ended = sorted([draw(instants), draw(instants)])
    return Completion(started_at=started, completed_at=ended, shared_at=draw(st.none() | instants))


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    zone, due_on = draw(st.sampled_from(ZONES)), draw(days)
    started_on = draw(days)
    return Facts(
        assigned_at=draw(instants),
        due_on=due_on,
        due_at=due_at(due_on, zone),
        zone=zone,
        started_on=started_on,
        ended_on=draw(st.none() | st.dates(started_on, dt.date(2027, 6, 1))),
        completions=tuple(draw(st.lists(any_completion(), max_size=4))),
    )


@given(any_facts(), instants, instants)
def test_later_never_moves_overdue_to_due(given_facts: Facts, one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted([one, other])
    before, after = obligation_status(given_facts, earlier), obligation_status(given_facts, later)

    allowed = {
        Status.DUE: set(Status),
        Status.OVERDUE: {Status.OVERDUE, Status.DONE, Status.DONE_LATE},
        Status.DONE_LATE: {Status.DONE_LATE, Status.DONE},  # an earlier completion may be shared later
        Status.DONE: {Status.DONE},
    }
    assert after.status in allowed[before.status]
    assert after.days >= 0


@given(any_facts(), instants, instants)
def test_what_happens_later_changes_nothing_earlier(given_facts: Facts, on: dt.datetime, at: dt.datetime) -> None:
    more = Completion(started_at=on, completed_at=max(on + SECOND, at))
    richer = replace(given_facts, completions=(*given_facts.completions, more))

    assert obligation_status(richer, on) == obligation_status(given_facts, on)
