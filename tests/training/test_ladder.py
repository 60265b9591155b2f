"""The ladder of reminders, and quiet hours: the pure rules."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.training.facts import any_facts
from training.rules import (
    LADDER,
    TOLD,
    Absence,
    Asked,
    Completion,
    Extension,
    Facts,
    Part,
    PartKind,
    QuietHours,
    Source,
    Stage,
    Waiver,
    day_start,
    digest_day,
    goes_on,
    ladder_of,
    next_allowed,
    obligation_status,
    stage_due,
)

CHICAGO = "America/Chicago"
DUE = dt.date(2026, 12, 20)
ASKED = dt.datetime(2026, 10, 1, 15, tzinfo=dt.UTC)
NIGHT = QuietHours(19, 8)
DAY = dt.timedelta(days=1)
#: Places that change their clocks: by an hour and by half of one, at midnight and at night, in north and south.
ZONES = (
    "America/Chicago",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "Europe/Berlin",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Beirut",
)


def facts_with(*, grace_days: int = 0, opens_on: dt.date | None = None, due_on: dt.date = DUE) -> Facts:
    asked = Asked(known_at=ASKED - DAY, parts=(Part(id=1, kind=PartKind.COURSE, courses=frozenset({7})),))
    source = Source(id=1, due_on=due_on, known_at=ASKED, grace_days=grace_days, opens_on=opens_on)
    return Facts(assigned_at=ASKED, zone=CHICAGO, started_on=dt.date(2026, 1, 5), asked=(asked,), sources=(source,))


def noon(day: dt.date, zone: str = CHICAGO) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def told(facts: Facts, first: dt.date, last: dt.date, ladder: tuple[int, ...] = LADDER) -> dict[int, dt.date]:
    """Each new stage with the day on which a worker that runs every noon tells of it."""
    found: dict[int, dt.date] = {}
    for number in range((last - first).days + 1):
        day = first + DAY * number
        stage = stage_due(facts, ladder, noon(day), CHICAGO)
        if stage is not None:
            found.setdefault(stage.offset, day)
    return found


def at_offset(offset: int, facts: Facts | None = None, ladder: tuple[int, ...] = LADDER) -> int | None:
    stage = stage_due(facts or facts_with(), ladder, noon(DUE + DAY * offset), CHICAGO)
    return stage.offset if stage else None


def test_ladder_is_told_day_by_day_and_weekly_once_overdue() -> None:
    steps = told(facts_with(), dt.date(2026, 10, 1), DUE + 24 * DAY)

    assert steps == {offset: DUE + DAY * offset for offset in (-30, -14, -7, -1, 0, 1, 8, 15, 22)}


def test_ladder_of_a_requirement_is_sorted_and_the_usual_one_when_empty() -> None:
    assert ladder_of([]) == LADDER == (-30, -14, -7, -1, 0, 1)
    assert ladder_of([3, -7, 3]) == (-7, 3)


def test_ladder_without_later_steps_goes_on_weekly_from_the_first_day_overdue() -> None:
    assert list(told(facts_with(), DUE - 10 * DAY, DUE + 16 * DAY, (-7,))) == [-7, 1, 8, 15]


def test_ladder_with_later_steps_goes_on_weekly_after_the_last() -> None:
    assert list(told(facts_with(), DUE, DUE + 20 * DAY, (0, 3))) == [0, 3, 10, 17]


@pytest.mark.parametrize(("offset", "stage"), [(-29, -30), (-13, -14), (-2, -7), (0, 0), (3, 1), (9, 8), (405, 400)])
def test_stage_after_days_without_a_worker_is_the_last_one_alone(offset: int, stage: int) -> None:
    assert at_offset(offset) == stage


def test_stage_in_grace_is_the_ladders_and_weekly_ones_begin_when_overdue() -> None:
    steps = told(facts_with(grace_days=10), DUE - DAY, DUE + 20 * DAY)

    assert list(steps) == [-1, 0, 1, 11, 18]


def test_no_stage_of_a_day_on_which_she_was_not_asked_yet() -> None:
    late = replace(facts_with(), assigned_at=noon(DUE - 7 * DAY))
    late = replace(late, sources=(replace(late.sources[0], known_at=late.assigned_at),))

    # That day the mail that assigns it tells her.
    assert at_offset(-7, late) is None
    assert at_offset(-2, late) is None
    assert at_offset(-1, late) == -1


def test_no_stage_before_it_was_asked() -> None:
    assert stage_due(facts_with(), LADDER, ASKED - DAY, CHICAGO) is None


def test_no_stage_when_completed() -> None:
    done = Completion(started_at=noon(DUE - 10 * DAY), completed_at=noon(DUE - 8 * DAY), course=7)
    facts = replace(facts_with(), completions=(done,))

    assert [at_offset(offset, facts) for offset in (-14, -7, 0, 8)] == [-14, None, None, None]


def test_no_stage_while_waived() -> None:
    facts = replace(facts_with(), waivers=(Waiver(known_at=noon(DUE - 10 * DAY), until_on=DUE + DAY),))

    assert [at_offset(offset, facts) for offset in (-14, -7, 0, 1, 2)] == [-14, None, None, None, 1]


def test_no_stage_when_nobody_asks_any_more() -> None:
    facts = facts_with()
    facts = replace(facts, sources=(replace(facts.sources[0], ended_at=noon(DUE - 10 * DAY)),))

    assert [at_offset(offset, facts) for offset in (-14, -7, 8)] == [-14, None, None]


def test_no_stage_before_it_opens_and_then_the_last() -> None:
    facts = facts_with(opens_on=DUE - 20 * DAY)

    assert [at_offset(offset, facts) for offset in (-30, -21, -20, -14)] == [None, None, -30, -14]


def test_no_stage_after_she_left_or_before_her_first_day() -> None:
    leaving = replace(facts_with(), ended_on=DUE - 7 * DAY)
    starting = replace(facts_with(), started_on=DUE - 7 * DAY)

    assert [at_offset(offset, leaving) for offset in (-8, -7, 1)] == [-14, None, None]
    assert [at_offset(offset, starting) for offset in (-8, -7)] == [None, -7]


def test_stages_stand_still_on_leave_and_count_from_the_day_that_it_moves_to() -> None:
    leave = Absence(starts_on=DUE - 10 * DAY, ends_on=DUE, known_at=noon(DUE - 12 * DAY))
    facts = replace(facts_with(), absences=(leave,))
    moved = DUE + 10 * DAY

    assert told(facts, DUE - 10 * DAY, DUE - DAY) == {}
    # Back with ten days left: what the leave passed over is told once, and then each on its day of the new due day.
    back = [stage_due(facts, LADDER, noon(DUE + DAY * days), CHICAGO) for days in (0, 3, 9, 10)]
    assert back == [Stage(moved, offset) for offset in (-14, -7, -1, 0)]


def test_weekly_stages_wait_for_the_end_of_a_grace_in_which_she_was_away() -> None:
    leave = Absence(starts_on=DUE + 3 * DAY, ends_on=DUE + 31 * DAY, known_at=noon(DUE - 12 * DAY))
    facts = replace(facts_with(grace_days=14), absences=(leave,))
    over = 14 + 28 + 1

    assert list(told(facts, DUE - DAY, DUE + (over + 8) * DAY)) == [-1, 0, 1, over, over + 7]


def test_an_extension_is_not_told_by_a_stage_that_the_new_day_has_passed() -> None:
    facts = replace(facts_with(), extensions=(Extension(days=20, known_at=noon(DUE - DAY)),))

    assert at_offset(-7, facts) == -7
    assert [at_offset(offset, facts) for offset in (-1, 5)] == [None, None]
    assert stage_due(facts, LADDER, noon(DUE + 6 * DAY), CHICAGO) == Stage(DUE + 20 * DAY, -14)


def test_stage_follows_her_calendar_and_the_status_the_organizations() -> None:
    facts = facts_with()
    midday = dt.datetime(2026, 12, 20, 18, tzinfo=dt.UTC)

    # In Auckland the 21st has come and the day is not over where it is owed: not past due, so no step after it.
    assert stage_due(facts, LADDER, midday, "Pacific/Auckland") == Stage(DUE, 0)
    # In Honolulu the 20th goes on when it is over where it is owed: the step after it waits for her morning.
    over = dt.datetime(2026, 12, 21, 7, tzinfo=dt.UTC)
    assert stage_due(facts, LADDER, over, "Pacific/Honolulu") is None
    assert stage_due(facts, LADDER, over + 12 * dt.timedelta(hours=1), "Pacific/Honolulu") == Stage(DUE, 1)


ladders = st.sets(st.integers(-45, 10), max_size=6).map(ladder_of)


@given(any_facts(), ladders, st.sampled_from(ZONES), st.lists(st.integers(0, 300 * 24), min_size=2, max_size=40))
def test_stages_come_in_order_and_none_comes_back(
    facts: Facts, ladder: tuple[int, ...], zone: str, hours: list[int]
) -> None:
    """R7, whatever the facts, whenever a worker happens to look."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    found: list[Stage] = []
    for hour in sorted(hours):
        stage = stage_due(facts, ladder, start + dt.timedelta(hours=hour), zone)
        if stage is not None and stage not in found:
            found.append(stage)

    assert all(one.day < other.day for one, other in pairwise(found))


@given(any_facts(), ladders, st.sampled_from(ZONES), st.integers(0, 300 * 24))
def test_nobody_is_told_of_what_she_cannot_act_on(facts: Facts, ladder: tuple[int, ...], zone: str, hour: int) -> None:
    on = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
    stage = stage_due(facts, ladder, on, zone)
    here = on.astimezone(ZoneInfo(zone)).date()

    if stage is not None:
        standing = obligation_status(facts, on)
        assert standing.status in TOLD
        assert stage.due_on == standing.due.due_on
        assert facts.assigned_at.astimezone(ZoneInfo(zone)).date() < stage.day <= here
        assert facts.ended_on is None or here < facts.ended_on


@given(any_facts(), ladders, st.sampled_from(ZONES), st.integers(0, 300))
def test_mail_of_a_day_is_what_a_worker_of_every_day_sends_on_it(
    facts: Facts, ladder: tuple[int, ...], zone: str, number: int
) -> None:
    """What "show me that day" promises: the stages that a worker sees for the first time, day after day."""
    first, day = dt.date(2026, 1, 1), dt.date(2026, 1, 1) + DAY * number
    seen: set[Stage] = set()
    for before in range(number):
        stage = stage_due(facts, ladder, next_allowed(day_start(first + DAY * before, zone), zone, NIGHT), zone)
        seen |= {stage} if stage else set()
    stage = stage_due(facts, ladder, next_allowed(day_start(day, zone), zone, NIGHT), zone)

    assert goes_on(facts, ladder, day, zone, NIGHT, first) == (stage if stage not in seen else None)


hours_of_a_day = st.integers(0, 23)


@given(
    st.sampled_from(ZONES),
    st.tuples(hours_of_a_day, hours_of_a_day).filter(lambda pair: pair[0] != pair[1]),
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)),
)
@example("America/Chicago", (19, 2), dt.datetime(2026, 3, 8, 7, 30))  # two o'clock does not exist
@example("America/Chicago", (19, 1), dt.datetime(2026, 11, 1, 5, 30))  # one o'clock comes twice
@example("Africa/Cairo", (19, 0), dt.datetime(2026, 4, 23, 20, 0))  # midnight does not exist
def test_mail_waits_for_the_first_instant_that_is_not_quiet(
    zone: str, hours: tuple[int, int], naive: dt.datetime
) -> None:
    on, quiet, place = naive.replace(tzinfo=dt.UTC), QuietHours(*hours), ZoneInfo(zone)
    at = next_allowed(on, zone, quiet)

    assert not quiet.has(at.astimezone(place).hour)
    assert on <= at <= on + dt.timedelta(hours=25)
    minute = dt.timedelta(minutes=1)
    between = (on + minute * n for n in range(int((at - on) / minute)))
    assert all(quiet.has(each.astimezone(place).hour) for each in between)


@pytest.mark.parametrize(
    ("quiet", "quiet_hours"),
    [(QuietHours(19, 8), {*range(19, 24), *range(8)}), (QuietHours(1, 5), {1, 2, 3, 4}), (QuietHours(22, 0), {22, 23})],
)
def test_quiet_hours_may_go_over_midnight(quiet: QuietHours, quiet_hours: set[int]) -> None:
    assert {hour for hour in range(24) if quiet.has(hour)} == quiet_hours


@pytest.mark.parametrize(
    ("today", "weekday", "day"),
    [(22, 6, 22), (22, 0, 16), (23, 0, 23), (28, 0, 23), (29, 6, 29)],
)
def test_digest_day_is_the_last_such_weekday(today: int, weekday: int, day: int) -> None:
    assert digest_day(dt.date(2026, 11, today), weekday) == dt.date(2026, 11, day)
