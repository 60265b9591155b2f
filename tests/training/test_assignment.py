"""By when a rule asks, and when it asks again: R1 to R4 of what is promised of recurrence, and no day that is over."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import examples
from training.rules import (
    ONE_DAY,
    Anchor,
    Cycle,
    Dates,
    Impossible,
    Order,
    Reason,
    Recurrence,
    Repeat,
    add_months,
    first_dates,
    realistic,
    renewal,
)
from training.rules.assignment import NOTICE_DAYS

TODAY = dt.date(2026, 11, 22)
COMING_BACK: list[Recurrence] = [kind for kind in Recurrence if kind is not Recurrence.NONE]
any_day = st.dates(dt.date(2020, 1, 1), dt.date(2032, 12, 31))


def repeats(kinds: list[Recurrence]) -> st.SearchStrategy[Repeat]:
    return st.builds(
        lambda kind, months, month, day: Repeat(kind=kind, every_months=months, month=month, day=day),
        st.sampled_from(kinds),
        st.integers(1, 36),
        st.integers(1, 12),
        st.integers(1, 31),
    )


def orders(kinds: list[Recurrence]) -> st.SearchStrategy[Order]:
    return st.builds(
        lambda anchor, offset, fixed_on, window, repeat: Order(
            anchor=anchor,
            offset_days=offset,
            fixed_on=fixed_on if anchor is Anchor.FIXED else None,
            window_days=window,
            repeat=repeat,
        ),
        st.sampled_from(Anchor),
        st.integers(-60, 400),
        any_day,
        st.none() | st.integers(0, 200),
        repeats(kinds),
    )


@given(orders(list(Recurrence)), st.none() | any_day, st.none() | any_day, st.none() | any_day, any_day)
def test_no_day_that_is_over_is_ever_given(
    order: Order, hired_on: dt.date | None, joined_on: dt.date | None, expires_on: dt.date | None, today: dt.date
) -> None:
    found = first_dates(order, today=today, hired_on=hired_on, joined_on=joined_on, expires_on=expires_on)

    dates = found.proposed if isinstance(found, Impossible) else found
    assert dates.due_on >= today
    assert dates.opens_on is None or dates.opens_on <= dates.due_on
    if isinstance(found, Impossible):
        assert dates == realistic(order, today)
        assert dates.due_on >= today + NOTICE_DAYS * ONE_DAY


@pytest.mark.parametrize(
    ("order", "known", "expected"),
    [
        (Order(anchor=Anchor.ASSIGNED, offset_days=30), {}, Dates(dt.date(2026, 12, 22), None, 22)),
        (Order(anchor=Anchor.HIRED, offset_days=30), {"hired_on": TODAY}, Dates(dt.date(2026, 12, 22), None, 22)),
        (
            Order(anchor=Anchor.FIXED, fixed_on=dt.date(2027, 1, 31), window_days=30),
            {},
            Dates(dt.date(2027, 1, 31), dt.date(2027, 1, 1), 31),
        ),
        (
            Order(anchor=Anchor.EXPIRY, offset_days=-30),
            {"expires_on": dt.date(2027, 3, 1)},
            Dates(dt.date(2027, 1, 30), None, 30),
        ),
        (
            # Hired years ago: the next anniversary, on the day that the series began with.
            Order(anchor=Anchor.HIRED, repeat=Repeat(kind=Recurrence.FROM_DUE, every_months=1)),
            {"hired_on": dt.date(2024, 1, 31)},
            Dates(dt.date(2026, 11, 30), dt.date(2026, 10, 31), 31),
        ),
        (
            Order(anchor=Anchor.HIRED, repeat=Repeat(kind=Recurrence.CALENDAR, month=2, day=29)),
            {"hired_on": dt.date(2024, 1, 31)},
            Dates(dt.date(2027, 2, 28), dt.date(2026, 3, 1), 31),
        ),
    ],
)
def test_first_day_is_counted_from_its_anchor(order: Order, known: dict[str, dt.date], expected: Dates) -> None:
    assert first_dates(order, today=TODAY, **known) == expected


@pytest.mark.parametrize(
    ("order", "known", "reason"),
    [
        (Order(anchor=Anchor.HIRED), {}, Reason.NO_HIRE_DATE),
        (Order(anchor=Anchor.JOINED_TEAM), {}, Reason.NO_TEAM_DATE),
        (Order(anchor=Anchor.EXPIRY), {}, Reason.NO_EXPIRY),
        (Order(anchor=Anchor.HIRED, offset_days=30), {"hired_on": dt.date(2026, 10, 22)}, Reason.DUE_IN_PAST),
        (Order(anchor=Anchor.FIXED, fixed_on=dt.date(2026, 11, 21)), {}, Reason.DUE_IN_PAST),
    ],
)
def test_impossible_day_says_why(order: Order, known: dict[str, dt.date], reason: Reason) -> None:
    found = first_dates(order, today=TODAY, **known)

    assert isinstance(found, Impossible)
    assert found.reason is reason


@given(orders([Recurrence.FROM_COMPLETION]), any_day)
def test_what_is_still_valid_counts_and_does_not_come_due_at_once(order: Order, today: dt.date) -> None:
    opens_on = realistic(order, today).opens_on

    assert opens_on is not None
    months = order.repeat.every_months
    assert add_months(opens_on, months) >= today
    assert add_months(opens_on - ONE_DAY, months) <= today


@st.composite
def cycles(draw: st.DrawFn) -> Cycle:
    asked_on = draw(any_day)
    due_on = asked_on + draw(st.integers(0, 900)) * ONE_DAY
    met_on = due_on + draw(st.integers(-700, 200)) * ONE_DAY
    expires_on = draw(st.none() | st.integers(1, 900).map(lambda days: met_on + days * ONE_DAY))
    # The series has the day itself, or a later one where the month was too short for it.
    at_end = (asked_on + ONE_DAY).day == 1
    day_of_month = draw(st.integers(asked_on.day, 31)) if at_end else asked_on.day
    return Cycle(asked_on=asked_on, due_on=due_on, met_on=met_on, day_of_month=day_of_month, expires_on=expires_on)


@given(orders(COMING_BACK), cycles(), st.integers(0, 400))
def test_next_day_is_later_than_what_met_the_last_and_never_over(order: Order, cycle: Cycle, later: int) -> None:
    today = cycle.met_on + later * ONE_DAY

    found = renewal(order, cycle, today=today)

    assert found is not None
    assert found.due_on > cycle.met_on  # R1
    assert found.due_on >= today
    # What met one period never meets the next.
    assert found.opens_on is not None
    assert cycle.met_on < found.opens_on <= found.due_on


def test_what_is_asked_once_has_no_next_period() -> None:
    cycle = Cycle(asked_on=TODAY, due_on=TODAY, met_on=TODAY, day_of_month=22)

    assert renewal(Order(anchor=Anchor.ASSIGNED), cycle, today=TODAY) is None


@settings(deadline=None, max_examples=examples(30))
@given(st.sampled_from([1, 3, 6, 12]), st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), st.integers())
def test_anniversary_stays_for_thirty_years_and_never_has_a_gap(months: int, begun_on: dt.date, seed: int) -> None:
    chance, repeat = random.Random(seed), Repeat(kind=Recurrence.FROM_DUE, every_months=months)
    order = Order(anchor=Anchor.HIRED, window_days=20, repeat=repeat)
    due_on, dom, opens_on = begun_on, begun_on.day, begun_on - 20 * ONE_DAY
    for number in range(1, 30 * 12 // repeat.every_months + 1):
        met_on = due_on - chance.randint(0, (due_on - opens_on).days) * ONE_DAY
        extended = chance.choice([0, 0, 5])
        cycle = Cycle(asked_on=due_on, due_on=due_on + extended * ONE_DAY, met_on=met_on, day_of_month=dom)

        found = renewal(order, cycle, today=met_on)

        assert found is not None
        # R2, R4: no drift, and January 31 is the 31st again after February.
        assert found.due_on == add_months(begun_on, number * repeat.every_months)
        # R3: the next is there before this one runs out.
        assert met_on <= due_on < found.due_on
        assert found.opens_on is not None
        due_on, dom, opens_on = found.due_on, found.day_of_month, found.opens_on


@given(st.integers(1, 36), any_day, st.integers(-300, 300))
def test_late_completion_begins_the_series_anew(months: int, asked_on: dt.date, late: int) -> None:
    order = Order(anchor=Anchor.HIRED, repeat=Repeat(kind=Recurrence.FROM_DUE, every_months=months))
    met_on = asked_on + late * ONE_DAY
    cycle = Cycle(asked_on=asked_on, due_on=asked_on, met_on=met_on, day_of_month=asked_on.day)

    found = renewal(order, cycle, today=met_on)

    assert found is not None
    begun = met_on if late > 0 else asked_on
    if add_months(begun, months) > met_on:
        assert found.due_on == add_months(begun, months)


def test_shortened_rule_takes_nothing_away_without_notice() -> None:
    # R6: met seven months ago under a yearly rule that asks every six months by now.
    cycle = Cycle(asked_on=TODAY, due_on=TODAY, met_on=dt.date(2026, 4, 20), day_of_month=22)
    order = Order(anchor=Anchor.HIRED, repeat=Repeat(kind=Recurrence.FROM_COMPLETION, every_months=6))

    found = renewal(order, cycle, today=TODAY)

    assert found is not None
    assert found.due_on == TODAY + NOTICE_DAYS * ONE_DAY


def test_extension_does_not_move_the_anniversary() -> None:
    order = Order(anchor=Anchor.HIRED, repeat=Repeat(kind=Recurrence.FROM_DUE, every_months=12))
    cycle = Cycle(
        asked_on=dt.date(2026, 1, 31), due_on=dt.date(2026, 2, 5), met_on=dt.date(2026, 2, 4), day_of_month=31
    )

    found = renewal(order, cycle, today=dt.date(2026, 2, 4))

    assert found == Dates(dt.date(2027, 1, 31), dt.date(2026, 2, 5), 31)
