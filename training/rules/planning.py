"""What a rule would do to each member, from what is known of them: pure.

The preview counts it and `apply` does it. There is no second place that decides.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from training.rules.assignment import Cycle, Dates, Impossible, Order, Reason, by_hand, first_dates, renewal
from training.rules.audience import Choice, Seat
from training.rules.days import ONE_DAY, local_day
from training.rules.recurrence import Recurrence


class Place(StrEnum):
    """Where somebody stands to a rule. Everybody whom the audience names has one; `ENDS` is for who fell out of it."""

    NEW = "new"
    ASKED = "asked"
    SATISFIED = "satisfied"
    EXEMPT = "exempt"
    IMPOSSIBLE = "impossible"
    ENDS = "ends"


class Held(NamedTuple):
    """A member's newest obligation for the requirement that is asked for or met, else her newest, and who asks for it.

    `before` is the period before it. `released` is a later one that nobody asks for any more, which would be asked for
    again.
    """

    pk: int
    period: int
    due_on: dt.date
    met_on: dt.date | None
    day_of_month: int
    expires_on: dt.date | None
    opens_on: dt.date | None
    grace_days: int
    asked_on: dt.date
    is_asked: bool
    mine: int | None
    mine_due_on: dt.date | None
    mine_asked_at: dt.datetime | None
    before: "Held | None"
    released: int = 0

    @property
    def was_asked_by_mine(self) -> bool:
        """Whether the rule asks for an earlier period."""
        earlier = self.before
        while earlier is not None and earlier.mine is None:
            earlier = earlier.before
        return earlier is not None

    @property
    def first_day(self) -> dt.date | None:
        """What met the period before meets no other: the day from which on this one can be met."""
        met_on = self.before.met_on if self.before else None
        return met_on + ONE_DAY if met_on else None


def cycle_of(held: Held | None) -> Cycle | None:
    """The period that an obligation was, as the rule asked for it, once it is met."""
    if held is None or held.met_on is None:
        return None
    return Cycle(
        asked_on=held.mine_due_on or held.asked_on,
        due_on=held.due_on,
        met_on=held.met_on,
        day_of_month=held.day_of_month,
        expires_on=held.expires_on,
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """One member's place, and what is to be written: a new obligation, a source more, a source that ends.

    `moved_to` is the day that the newest version gives in place of an earlier version's, should that be wanted.
    """

    seat: int
    place: Place
    dates: Dates | None = None
    reason: Reason | None = None
    period: int = 0
    joins: int = 0
    ends: int = 0
    obligation: int = 0
    #: None: as the rule says.
    grace_days: int | None = None
    is_earlier: bool = False
    moved_to: Dates | None = None

    def line(self) -> str:
        """What a digest covers: another line is another outcome."""
        dates, moved = self.dates, self.moved_to
        parts = (
            self.seat,
            self.place.value,
            dates.due_on if dates else "",
            dates.opens_on if dates else "",
            self.reason or "",
            self.period,
            self.joins,
            self.ends,
            moved.due_on if moved else "",
        )
        return " ".join(map(str, parts))


#: Whether what a member has done would meet a new obligation that opens on that day.
Meets = Callable[[Seat, Dates], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a plan rests on, beside the seats themselves."""

    today: dt.date
    zone: str
    held: Mapping[int, Held]
    expiries: Mapping[int, dt.date]
    meets: Meets
    #: Since when each is in her team, where a rule counts from that day.
    joined: Mapping[int, dt.date] = field(default_factory=dict)
    #: Whether to look for days that this order would give in place of those given before.
    compares: bool = False


def planned(order: Order, seats: Iterable[tuple[Seat, Choice]], known: Known) -> Iterator[Planned]:
    """The place of everybody who is in the audience, or was."""
    for seat, choice in seats:
        held = known.held.get(seat.pk)
        if choice is Choice.CHOSEN:
            yield _chosen(order, seat, held, known)
        elif held is not None and held.mine is not None and held.met_on is None:
            yield Planned(seat.pk, Place.ENDS, ends=held.mine, obligation=held.pk)
        elif choice is Choice.EXEMPT:
            yield Planned(seat.pk, Place.EXEMPT)


def _chosen(order: Order, seat: Seat, held: Held | None, known: Known) -> Planned:
    if held is not None and held.mine is not None:
        moved = _moved(order, seat, held, known) if known.compares else None
        return Planned(
            seat.pk, Place.ASKED, obligation=held.pk, ends=held.mine if moved else 0, moved_to=moved,
            is_earlier=bool(moved and held.mine_due_on and moved.due_on < held.mine_due_on),
        )  # fmt: skip
    found = first_dates(
        order,
        today=known.today,
        hired_on=seat.hired_on,
        joined_on=known.joined.get(seat.pk),
        expires_on=known.expiries.get(seat.pk),
    )
    dates = found.proposed if isinstance(found, Impossible) else found
    reason = found.reason if isinstance(found, Impossible) else None
    if held is not None and order.repeat.kind is Recurrence.NONE:
        # It asks once, and of who has a later period already that was before.
        if held.was_asked_by_mine:
            return Planned(seat.pk, Place.ASKED, obligation=held.pk)
        if held.met_on is None and held.before is not None and _has_met(held.before, dates):
            return _as_it_was(seat, held.before)
    if held is not None and held.met_on is None:
        return _open(seat, held, dates, reason, known)
    return _met_or_new(seat, held, dates, reason, known)


def _open(seat: Seat, held: Held, dates: Dates, reason: Reason | None, known: Known) -> Planned:
    """Somebody who owes it already: the rule becomes one more that asks, or asks again when nobody does any more."""
    if held.is_asked and reason is not None:
        return Planned(seat.pk, Place.ASKED, obligation=held.pk)
    if held.is_asked:
        dates = _within(held, dates)
        is_earlier = dates.due_on < held.asked_on
        return Planned(seat.pk, Place.ASKED, dates, joins=held.pk, obligation=held.pk, is_earlier=is_earlier)
    return _asked_anew(seat, dates, reason, known, joins=held.pk)


def _met_or_new(seat: Seat, held: Held | None, dates: Dates, reason: Reason | None, known: Known) -> Planned:
    if held is None:
        return _asked_anew(seat, dates, reason, known, period=1)
    if _has_met(held, dates):
        return _as_it_was(seat, held)
    if held.released:
        return _asked_anew(seat, dates, reason, known, joins=held.released)
    return _asked_anew(seat, dates, reason, known, period=held.period + 1)


def _within(held: Held, dates: Dates) -> Dates:
    """The days for a period that is open: it opens when what met the one before can count no more.

    A day before that is no day to ask for; the rule then asks by the same as whoever asks.
    """
    first_day = held.first_day
    if first_day is None or (dates.opens_on is not None and dates.opens_on >= first_day):
        return dates
    if dates.due_on < first_day:
        return Dates(held.asked_on, held.opens_on, dates.day_of_month)
    return replace(dates, opens_on=first_day)


def _has_met(held: Held, dates: Dates) -> bool:
    return held.met_on is not None and (dates.opens_on is None or held.met_on >= dates.opens_on)


def _as_it_was(seat: Seat, held: Held) -> Planned:
    """What is done stays as it was: the rule asks by the same day as whoever asked, and goes on from there."""
    same = Dates(held.asked_on, held.opens_on, held.day_of_month)
    return Planned(seat.pk, Place.SATISFIED, same, joins=held.pk, obligation=held.pk, grace_days=held.grace_days)


def _asked_anew(
    seat: Seat, dates: Dates, reason: Reason | None, known: Known, *, period: int = 0, joins: int = 0
) -> Planned:
    place = Place.NEW if reason is None else Place.IMPOSSIBLE
    if known.meets(seat, dates):
        place, reason = Place.SATISFIED, None
    return Planned(seat.pk, place, dates, reason, period=period, joins=joins, obligation=joins)


def joined_on(seat: Seat, said: Iterable[tuple[int | None, dt.date]], seen_on: dt.date) -> dt.date | None:
    """The day on which she came to the team that she is in now, and is in since; never before her first day here.

    `said` are the teams that her record named, each with the day from which on, in order. What it does not say yet is
    so since `seen_on`.
    """
    if seat.team is None:
        return None
    last, since = None, seen_on
    for team, day in said:
        if team != last:
            last, since = team, day
    return max(since if last == seat.team else seen_on, seat.started_on)


def _moved(order: Order, seat: Seat, held: Held, known: Known) -> Dates | None:
    """The day that this order gives to who was asked under another; None when it is the same, over, or not known."""
    if held.met_on is not None or held.mine_due_on is None or held.mine_asked_at is None:
        return None
    if held.period > 1:
        found: Dates | Impossible | None = _renewed(order, held, known)
    else:
        found = first_dates(
            order,
            today=local_day(held.mine_asked_at, known.zone),
            hired_on=seat.hired_on,
            joined_on=known.joined.get(seat.pk),
            expires_on=known.expiries.get(seat.pk),
        )
    if found is None or isinstance(found, Impossible) or found.due_on == held.mine_due_on:
        return None
    return found if found.due_on >= known.today else None


def _renewed(order: Order, held: Held, known: Known) -> Dates | None:
    cycle = cycle_of(held.before)
    return renewal(order, cycle, today=known.today) if cycle else None


def given_by_hand(order: Order, plan: Planned, due_on: dt.date, today: dt.date) -> Planned:
    """The plan of somebody for whom the rule has no day, with a day that somebody gave."""
    dates = by_hand(order, due_on, today)
    return Planned(plan.seat, Place.NEW, dates, period=plan.period, joins=plan.joins, obligation=plan.obligation)


def made_realistic(plan: Planned) -> Planned:
    """The same with the day that was proposed."""
    assert plan.dates is not None
    return Planned(plan.seat, Place.NEW, plan.dates, period=plan.period, joins=plan.joins, obligation=plan.obligation)


def kept(plan: Planned) -> Planned:
    """The same without the day that the newest version would give."""
    return Planned(plan.seat, plan.place, obligation=plan.obligation)


def counts_of(plans: Iterable[Planned]) -> dict[str, int]:
    """How many stand at each place; and of them, whose day becomes an earlier or another one."""
    counts = dict.fromkeys([*(place.value for place in Place), "earlier", "moved"], 0)
    counts |= {f"impossible_{reason.value}": 0 for reason in Reason}
    for plan in plans:
        counts[plan.place.value] += 1
        counts["earlier"] += plan.is_earlier and not plan.moved_to
        counts["moved"] += plan.moved_to is not None
        if plan.place is Place.IMPOSSIBLE and plan.reason:
            counts[f"impossible_{plan.reason.value}"] += 1
    counts["people"] = sum(counts[place.value] for place in Place if place is not Place.ENDS)
    return counts
