import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.facts import any_additions, any_completion, any_facts, days, instants
from training.rules import (
    FOREVER,
    Absence,
    Asked,
    Completion,
    Extension,
    Facts,
    Match,
    Part,
    PartKind,
    Projection,
    Proof,
    ProofKind,
    Source,
    Status,
    StepCode,
    Waiver,
    due_at,
    due_of,
    local_day,
    met_by,
    obligation_status,
    overdue_again,
    projection,
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


def utc(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC)


def chicago(year: int, month: int, day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ZoneInfo(ZONE))


ASSIGNED = chicago(2026, 10, 1)
COURSE_PART = Part(id=1, kind=PartKind.COURSE, courses=frozenset({0}))
ASKED = Asked(known_at=chicago(2026, 1, 1), parts=(COURSE_PART,))
SOURCE = Source(due_on=DUE_ON, known_at=ASSIGNED)


def facts(*completions: Completion, **others: Any) -> Facts:
    given: dict[str, Any] = {"asked": (ASKED,), "sources": (SOURCE,)}
    return Facts(assigned_at=ASSIGNED, zone=ZONE, started_on=HIRED, completions=completions, **(given | others))


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

    assert (standing.status, standing.days, standing.met) == (status, days, None)
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


@pytest.mark.parametrize(
    ("ended_on", "status"), [(dt.date(2026, 11, 26), Status.GRACE), (dt.date(2026, 11, 27), Status.OVERDUE)]
)
def test_nobody_is_overdue_for_a_day_of_grace_after_she_left(ended_on: dt.date, status: Status) -> None:
    told = facts(sources=(replace(SOURCE, grace_days=14),), ended_on=ended_on)

    assert obligation_status(told, chicago(2026, 12, 20)).status is status


def test_completion_after_leaving_is_not_told() -> None:
    left = facts(completed(chicago(2026, 11, 11)), ended_on=dt.date(2026, 11, 11))

    assert obligation_status(left, chicago(2026, 12, 1)).met is None


@st.composite
def simple_facts(draw: st.DrawFn) -> Facts:
    """One course, one source, and completions."""
    zone, due_on, started_on = draw(st.sampled_from(ZONES)), draw(days), draw(days)
    assigned_at = draw(instants)
    return Facts(
        assigned_at=assigned_at,
        zone=zone,
        started_on=started_on,
        ended_on=draw(st.none() | st.dates(started_on, dt.date(2027, 6, 1))),
        asked=(Asked(known_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), parts=(COURSE_PART,)),),
        sources=(Source(due_on=due_on, known_at=assigned_at),),
        # None is revoked: that may take a completion away again.
        completions=tuple(replace(each, revoked_at=None) for each in draw(st.lists(any_completion(), max_size=4))),
    )


@given(simple_facts(), instants, instants)
def test_later_never_moves_overdue_to_due(given_facts: Facts, one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted([one, other])
    if earlier < given_facts.assigned_at:
        return
    before, after = obligation_status(given_facts, earlier), obligation_status(given_facts, later)

    met = {Status.DONE, Status.DONE_LATE}
    allowed = {
        Status.DUE: {Status.DUE, Status.OVERDUE} | met,
        Status.OVERDUE: {Status.OVERDUE} | met,
        Status.DONE_LATE: met,  # an earlier completion may be shared later
        Status.DONE: {Status.DONE},
    }
    assert after.status in allowed[before.status]
    assert after.days >= 0


def later_than(at: dt.datetime) -> st.SearchStrategy[dt.datetime]:
    return st.datetimes(at.replace(tzinfo=None) + SECOND, dt.datetime(2029, 1, 1)).map(
        lambda found: found.replace(tzinfo=dt.UTC)
    )


@given(any_facts(), instants, st.data())
def test_what_is_known_later_changes_nothing_earlier(told: Facts, on: dt.datetime, data: st.DataObject) -> None:
    known = data.draw(later_than(on))
    more = data.draw(any_additions(known))
    more_of: dict[str, Any] = {name: (*getattr(told, name), *added) for name, added in more.items()}
    richer = replace(told, **more_of)

    assert obligation_status(richer, on) == obligation_status(told, on)


@given(any_facts(), instants)
def test_status_is_total_and_speaks_of_no_negative_days(told: Facts, on: dt.datetime) -> None:
    standing = obligation_status(told, on)

    assert standing.days >= 0
    assert [step.code for step in standing.trace[:2]] == [StepCode.ASSIGNED, StepCode.DUE_BY]
    assert (standing.met is not None) == (standing.status in (Status.DONE, Status.DONE_LATE))


@given(any_facts(), instants, st.data())
def test_the_sum_says_what_the_facts_say_until_it_is_time_to_look_again(
    told: Facts, known_at: dt.datetime, data: st.DataObject
) -> None:
    summed = projection(told, known_at)
    assert summed.recheck_at is None or summed.recheck_at > known_at
    until = min(summed.recheck_at or dt.datetime(2029, 1, 1, tzinfo=dt.UTC), dt.datetime(2029, 1, 1, tzinfo=dt.UTC))
    on = data.draw(
        st.datetimes(known_at.replace(tzinfo=None), until.replace(tzinfo=None) - dt.timedelta(microseconds=1))
    ).replace(tzinfo=dt.UTC)

    assert status_of(summed, on) is obligation_status(told, on).status


def status_of(summed: Projection, on: dt.datetime) -> Status:
    """What the SQL says, in Python."""
    if summed.met:
        return Status.DONE if summed.met.at < summed.due_at else Status.DONE_LATE
    if summed.released_at:
        return Status.RELEASED
    if summed.waived_until and on < summed.waived_until:
        return Status.WAIVED
    if summed.away_from and summed.away_until and summed.away_from <= on < summed.away_until:
        return Status.SUSPENDED
    if summed.opens_at and on < summed.opens_at:
        return Status.UPCOMING
    if summed.overdue_at <= on:
        return Status.OVERDUE
    return Status.GRACE if summed.due_at <= on and summed.overdue_at < FOREVER else Status.DUE


# Extensions, leaves, waivers, sources


@given(st.lists(st.integers(1, 60), max_size=5), st.randoms())
def test_extensions_add_up_in_any_order_and_never_shorten(given_days: list[int], random: Any) -> None:
    extensions = [Extension(days=number, known_at=ASSIGNED) for number in given_days]
    shuffled = random.sample(extensions, len(extensions))
    due = due_of(facts(extensions=tuple(extensions)), ASSIGNED).due_on

    assert due == due_of(facts(extensions=tuple(shuffled)), ASSIGNED).due_on == DUE_ON + dt.timedelta(sum(given_days))


def test_leave_stops_the_clock_and_moves_the_day() -> None:
    away = Absence(starts_on=dt.date(2026, 11, 2), ends_on=dt.date(2026, 11, 9), known_at=ASSIGNED)
    told = facts(absences=(away,))

    assert obligation_status(told, chicago(2026, 11, 4)).status is Status.SUSPENDED
    back = obligation_status(told, chicago(2026, 11, 10))
    assert (back.status, back.due.due_on, back.due.shifted) == (Status.DUE, dt.date(2026, 11, 19), 7)
    assert obligation_status(told, chicago(2026, 11, 20)).status is Status.OVERDUE


def test_leave_without_an_end_suspends_for_as_long_as_it_lasts() -> None:
    told = facts(absences=(Absence(starts_on=dt.date(2026, 11, 2), known_at=ASSIGNED),))

    assert obligation_status(told, chicago(2028, 1, 1)).status is Status.SUSPENDED


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (dt.date(2026, 9, 1), dt.date(2026, 10, 1)),  # over before it was assigned
        (dt.date(2026, 11, 13), dt.date(2026, 12, 13)),  # begun after it was due
    ],
)
def test_leave_outside_the_time_moves_nothing(starts_on: dt.date, ends_on: dt.date) -> None:
    told = facts(absences=(Absence(starts_on=starts_on, ends_on=ends_on, known_at=ASSIGNED),))

    assert due_of(told, chicago(2027, 1, 1)).due_on == DUE_ON


def test_overlapping_leaves_count_a_day_once() -> None:
    told = facts(
        absences=(
            Absence(starts_on=dt.date(2026, 11, 2), ends_on=dt.date(2026, 11, 9), known_at=ASSIGNED),
            Absence(starts_on=dt.date(2026, 11, 5), ends_on=dt.date(2026, 11, 12), known_at=ASSIGNED),
        )
    )

    assert due_of(told, ASSIGNED).shifted == 10


def test_cancelled_leave_is_as_if_it_had_never_been_from_then_on() -> None:
    cancelled = Absence(starts_on=dt.date(2026, 11, 2), known_at=ASSIGNED, cancelled_at=chicago(2026, 11, 15))
    told = facts(absences=(cancelled,))

    assert obligation_status(told, chicago(2026, 11, 14)).status is Status.SUSPENDED
    assert obligation_status(told, chicago(2026, 11, 16)).status is Status.OVERDUE


def test_waiver_holds_until_the_end_of_its_day() -> None:
    told = facts(waivers=(Waiver(known_at=chicago(2026, 11, 1), until_on=dt.date(2026, 12, 1)),))

    assert obligation_status(told, chicago(2026, 10, 30)).status is Status.DUE
    assert obligation_status(told, chicago(2026, 12, 1, 23)).status is Status.WAIVED
    assert obligation_status(told, chicago(2026, 12, 2)).status is Status.OVERDUE


def waived(until_on: dt.date | None, known_at: dt.datetime = ASSIGNED, ended_at: dt.datetime | None = None) -> Waiver:
    return Waiver(known_at=known_at, until_on=until_on, ended_at=ended_at)


@pytest.mark.parametrize(
    ("given_facts", "day"),
    [
        (facts(waivers=(waived(dt.date(2026, 12, 1)),)), dt.date(2026, 12, 2)),
        (facts(waivers=(waived(DUE_ON),)), dt.date(2026, 11, 13)),
        (facts(waivers=(waived(DUE_ON - dt.timedelta(1)),)), None),  # the due day is still to come
        (facts(waivers=(waived(None),)), None),
        (facts(waivers=(waived(dt.date(2026, 12, 1)), waived(None))), None),
        (facts(waivers=(waived(dt.date(2026, 12, 1)), waived(dt.date(2026, 12, 5)))), dt.date(2026, 12, 6)),
        (facts(waivers=(waived(dt.date(2026, 12, 1), ended_at=chicago(2026, 10, 20)),)), None),
        (facts(waivers=(waived(dt.date(2026, 12, 1)),), extensions=(Extension(days=20, known_at=ASSIGNED),)), None),
        (facts(waivers=(waived(dt.date(2026, 12, 1)),), ended_on=dt.date(2026, 11, 30)), None),
        (
            facts(
                waivers=(waived(dt.date(2026, 12, 1)),),
                absences=(Absence(starts_on=dt.date(2026, 11, 20), ends_on=dt.date(2027, 1, 9), known_at=ASSIGNED),),
            ),
            None,
        ),
        (facts(), None),
    ],
)
def test_waiver_that_ends_after_the_due_day_leaves_it_overdue_at_once(given_facts: Facts, day: dt.date | None) -> None:
    on = chicago(2026, 10, 25)
    steps = obligation_status(given_facts, on).trace

    assert overdue_again(given_facts, on) == day
    assert [step.day for step in steps if step.code is StepCode.OVERDUE_AGAIN] == ([day] if day else [])


def test_waiver_that_ends_in_the_grace_leaves_the_rest_of_it() -> None:
    given_facts = graced(waivers=(waived(DUE_ON + dt.timedelta(5)),))
    assert overdue_again(given_facts, chicago(2026, 10, 25)) is None


def as_known(told: Facts, on: dt.datetime) -> Facts:
    """Nothing but what was known at that instant, as it was."""

    def ended(at: dt.datetime | None) -> dt.datetime | None:
        return at if at is not None and at <= on else None

    return replace(
        told,
        sources=tuple(replace(each, ended_at=ended(each.ended_at)) for each in told.sources if each.known_at <= on),
        extensions=tuple(each for each in told.extensions if each.known_at <= on),
        waivers=tuple(replace(each, ended_at=ended(each.ended_at)) for each in told.waivers if each.known_at <= on),
        absences=tuple(
            replace(each, cancelled_at=ended(each.cancelled_at)) for each in told.absences if each.known_at <= on
        ),
        completions=(),
        proofs=(),
    )


@given(any_facts(), instants)
def test_what_a_waiver_leads_to_is_what_the_rule_says_of_that_day(told: Facts, on: dt.datetime) -> None:
    told = as_known(told, on)
    if not told.sources or obligation_status(told, on).status is not Status.WAIVED:
        return
    days_ = [each.until_on for each in told.waivers if each.until_on]
    assert overdue_again(told, on) is None or len(days_) == len(told.waivers)
    if len(days_) == len(told.waivers):
        after = max(days_) + dt.timedelta(1)
        status = obligation_status(told, due_at(max(days_), told.zone)).status
        is_here = told.ended_on is None or told.ended_on > after
        assert overdue_again(told, on) == (after if status is Status.OVERDUE and is_here else None)


def test_waived_is_never_done_and_done_is_never_waived() -> None:
    waiver = Waiver(known_at=ASSIGNED)

    assert obligation_status(facts(waivers=(waiver,)), chicago(2027, 1, 1)).status is Status.WAIVED
    done = facts(completed(chicago(2026, 11, 2)), waivers=(waiver,))
    assert obligation_status(done, chicago(2027, 1, 1)).status is Status.DONE


def test_earliest_source_decides_and_the_other_takes_over_when_it_ends() -> None:
    later = Source(id=2, due_on=dt.date(2026, 12, 24), known_at=ASSIGNED, grace_days=7)
    sooner = Source(id=1, due_on=DUE_ON, known_at=ASSIGNED, ended_at=chicago(2026, 11, 10))
    told = facts(sources=(later, sooner))

    assert due_of(told, chicago(2026, 11, 9)).due_on == DUE_ON
    due = due_of(told, chicago(2026, 11, 11))
    assert (due.due_on, due.overdue_on) == (dt.date(2026, 12, 24), dt.date(2026, 12, 31))


def test_obligation_that_nobody_asks_for_is_released() -> None:
    told = facts(sources=(replace(SOURCE, ended_at=chicago(2026, 11, 10)),))
    done = replace(told, completions=(completed(chicago(2026, 11, 2)),))

    assert obligation_status(told, chicago(2026, 11, 9)).status is Status.DUE
    assert obligation_status(told, chicago(2026, 12, 9)).status is Status.RELEASED
    assert obligation_status(done, chicago(2026, 12, 9)).status is Status.DONE


def test_days_of_grace_come_before_overdue() -> None:
    told = facts(sources=(replace(SOURCE, grace_days=3),))

    assert obligation_status(told, DUE_AT - SECOND).status is Status.DUE
    in_grace = obligation_status(told, chicago(2026, 11, 15))
    assert (in_grace.status, in_grace.days) == (Status.GRACE, 3)
    assert obligation_status(told, chicago(2026, 11, 16)).status is Status.OVERDUE


def graced(*absences: Absence, days: int = 14, **others: Any) -> Facts:
    return facts(sources=(replace(SOURCE, grace_days=days),), absences=absences, **others)


def away(first: int, back: int | None, known_at: dt.datetime = ASSIGNED) -> Absence:
    """A leave from so many days after the due day until before so many days after it."""
    ends_on = None if back is None else DUE_ON + dt.timedelta(back)
    return Absence(starts_on=DUE_ON + dt.timedelta(first), ends_on=ends_on, known_at=known_at)


def grace_of(*absences: Absence, days: int = 14) -> tuple[int, int, int, int]:
    """By how many days the due day moved, the grace moved, and how far from the first due day both ends are."""
    due = due_of(graced(*absences, days=days), chicago(2027, 9, 1))
    return due.shifted, due.grace_shifted, (due.due_on - DUE_ON).days, (due.overdue_on - DUE_ON).days


@pytest.mark.parametrize(
    ("absences", "moved"),
    [
        # From the day before the due day on, each day's later beginning takes one day of leave from the whole.
        ([away(-1, 91)], (92, 0, 92, 106)),
        ([away(0, 91)], (91, 0, 91, 105)),
        ([away(1, 91)], (0, 90, 0, 104)),
        ([away(2, 91)], (0, 89, 0, 103)),
        ([away(14, 91)], (0, 77, 0, 91)),
        # Begun when it was overdue: nothing stops any more.
        ([away(15, 91)], (0, 0, 0, 14)),
        # Two in the grace, the second of which only the first one's days bring into it.
        ([away(3, 10), away(20, 25)], (0, 12, 0, 26)),
        # One moves the due day, and the other the grace behind it; days in both leaves are counted once.
        ([away(-3, 4), away(10, 12)], (7, 2, 7, 23)),
        ([away(3, 10), away(5, 12)], (0, 9, 0, 23)),
        # Nobody knows the end yet.
        ([away(3, None)], (0, 0, 0, 14)),
    ],
)
def test_days_away_in_the_grace_are_no_days_of_grace(absences: list[Absence], moved: tuple[int, ...]) -> None:
    assert grace_of(*absences) == moved


def test_leave_after_the_due_day_moves_nothing_where_there_is_no_grace() -> None:
    assert grace_of(away(1, 91), days=0) == (0, 0, 0, 0)
    assert grace_of(away(-400, 10), days=0)[1] == 0


def test_back_from_a_leave_that_began_in_the_grace_she_has_the_rest_of_it() -> None:
    """Due on the 12th with fourteen days of grace, away from the 14th until before February 10."""
    told = graced(away(2, 90, known_at=chicago(2026, 11, 13)))
    status = {
        day: obligation_status(told, on).status
        for day, on in {
            "the first day of grace": chicago(2026, 11, 13),
            "away": chicago(2026, 12, 20),
            "back": chicago(2027, 2, 10),
            "last": chicago(2027, 2, 22),
            "over": chicago(2027, 2, 23),
        }.items()
    }
    assert list(status.values()) == [Status.GRACE, Status.SUSPENDED, Status.GRACE, Status.GRACE, Status.OVERDUE]


def test_trace_says_that_days_away_are_no_days_of_grace() -> None:
    steps = obligation_status(graced(away(2, 90)), chicago(2027, 2, 10)).trace
    [until] = [step for step in steps if step.code is StepCode.GRACE_UNTIL]
    [shifted] = [step for step in steps if step.code is StepCode.GRACE_SHIFTED]
    assert (until.days, until.day, shifted.days) == (14, dt.date(2027, 2, 22), 88)


def test_leave_in_the_grace_that_is_known_later_changes_no_earlier_day() -> None:
    told = graced(away(2, 20, known_at=chicago(2026, 12, 5)))
    assert obligation_status(told, chicago(2026, 11, 28)).status is Status.OVERDUE
    assert obligation_status(told, chicago(2026, 12, 5)).status is Status.GRACE


@given(any_facts(), instants | st.datetimes(dt.datetime(2026, 6, 1), dt.datetime(2026, 12, 31)).map(utc), st.data())
def test_a_longer_leave_never_makes_anything_overdue_earlier(told: Facts, on: dt.datetime, data: st.DataObject) -> None:
    """Begun earlier, or ended later: whoever is not overdue with the shorter leave is not with the longer one."""
    if not told.absences:
        return
    leave = data.draw(st.sampled_from(told.absences))
    more = data.draw(st.integers(0, 60)), data.draw(st.integers(0, 60))
    longer = replace(
        leave,
        starts_on=leave.starts_on - dt.timedelta(more[0]),
        ends_on=leave.ends_on and leave.ends_on + dt.timedelta(more[1]),
    )
    other = replace(told, absences=tuple(longer if each is leave else each for each in told.absences))

    assert due_of(other, on).overdue_on >= due_of(told, on).overdue_on or leave.ends_on is None
    if obligation_status(other, on).status is Status.OVERDUE:
        assert obligation_status(told, on).status is Status.OVERDUE


def test_nothing_done_before_it_opens_counts() -> None:
    told = facts(completed(chicago(2026, 10, 31)), sources=(replace(SOURCE, opens_on=dt.date(2026, 11, 1)),))
    on_the_day = facts(completed(chicago(2026, 11, 1, 0)), sources=(replace(SOURCE, opens_on=dt.date(2026, 11, 1)),))

    upcoming = obligation_status(told, chicago(2026, 10, 30))
    assert (upcoming.status, upcoming.days) == (Status.UPCOMING, 2)
    assert obligation_status(told, chicago(2026, 11, 2)).status is Status.DUE
    assert obligation_status(on_the_day, chicago(2026, 11, 2)).status is Status.DONE


# What meets it


POLICY = Part(id=2, kind=PartKind.POLICY)
CARD = Part(id=3, kind=PartKind.EVIDENCE)


def asked(match: Match, *parts: Part) -> tuple[Asked, ...]:
    return (Asked(known_at=chicago(2026, 1, 1), parts=parts, match=match),)


def proof(kind: ProofKind, day: dt.date, part: int = 0, **others: Any) -> Proof:
    return Proof(kind=kind, done_on=day, known_at=chicago(day.year, day.month, day.day), part=part, **others)


def test_all_parts_are_met_by_the_last_of_them() -> None:
    signed = proof(ProofKind.ACKNOWLEDGEMENT, dt.date(2026, 11, 20), part=2)
    told = facts(completed(chicago(2026, 11, 2)), asked=asked(Match.ALL, COURSE_PART, POLICY), proofs=(signed,))

    assert obligation_status(told, chicago(2026, 11, 12)).status is Status.DUE
    late = obligation_status(told, chicago(2026, 11, 21))
    assert (late.status, late.days) == (Status.DONE_LATE, 8)


def test_any_part_is_met_by_the_first_of_them() -> None:
    card = proof(ProofKind.EVIDENCE, dt.date(2026, 11, 20), part=3)
    told = facts(completed(chicago(2026, 11, 2)), asked=asked(Match.ANY, COURSE_PART, CARD), proofs=(card,))

    assert obligation_status(told, chicago(2026, 11, 21)).met == met_by(told, None, chicago(2026, 11, 3))


def test_equivalent_course_meets_the_part() -> None:
    part = replace(COURSE_PART, courses=frozenset({0, 7}))
    other = replace(completed(chicago(2026, 11, 2)), course=7)

    assert obligation_status(facts(other, asked=asked(Match.ALL, part)), DUE_AT).status is Status.DONE
    assert obligation_status(facts(other), DUE_AT).status is Status.OVERDUE


def test_evidence_counts_from_its_approval_with_the_day_it_speaks_of() -> None:
    card = replace(proof(ProofKind.EVIDENCE, dt.date(2026, 10, 20), part=3), known_at=chicago(2026, 11, 20))
    told = facts(asked=asked(Match.ALL, CARD), proofs=(card,))

    assert obligation_status(told, chicago(2026, 11, 19)).status is Status.OVERDUE
    assert obligation_status(told, chicago(2026, 11, 21)).status is Status.DONE


def test_evidence_that_had_expired_when_it_was_asked_for_does_not_count() -> None:
    card = proof(ProofKind.EVIDENCE, dt.date(2025, 9, 1), part=3, expires_on=dt.date(2026, 10, 1))
    valid = replace(card, expires_on=dt.date(2026, 10, 2))

    assert met_by(facts(asked=asked(Match.ALL, CARD), proofs=(card,)), None, DUE_AT) is None
    assert met_by(facts(asked=asked(Match.ALL, CARD), proofs=(valid,)), None, DUE_AT) is not None


def test_statement_meets_the_whole_until_it_is_withdrawn() -> None:
    stated = proof(ProofKind.STATEMENT, dt.date(2026, 11, 2), ended_at=chicago(2026, 11, 20))
    told = facts(asked=asked(Match.ALL, COURSE_PART, POLICY), proofs=(stated,))

    assert obligation_status(told, chicago(2026, 11, 3)).status is Status.DONE
    assert obligation_status(told, chicago(2026, 11, 21)).status is Status.OVERDUE


def test_revoked_completion_counts_no_longer() -> None:
    revoked = replace(completed(chicago(2026, 11, 2)), revoked_at=chicago(2026, 11, 8))

    assert obligation_status(facts(revoked), chicago(2026, 11, 7)).status is Status.DONE
    assert obligation_status(facts(revoked), chicago(2026, 11, 9)).status is Status.DUE


def test_later_version_holds_for_open_obligations_only_if_it_says_so() -> None:
    other = Part(id=9, kind=PartKind.COURSE, courses=frozenset({9}))
    newer = Asked(known_at=chicago(2026, 11, 1), parts=(other,))
    mine = completed(chicago(2026, 11, 2))

    kept = facts(mine, asked=(ASKED, newer))
    moved = facts(mine, asked=(ASKED, replace(newer, holds_for_open=True)))
    assert obligation_status(kept, DUE_AT).status is Status.DONE
    assert obligation_status(moved, DUE_AT).status is Status.OVERDUE
