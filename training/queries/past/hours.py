"""Hours of training of each person in a period: courses that the employer sees, and evidence that was approved."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, Decimal

from django.db.models import Q

from accounts.models import Membership
from enrollments.models import Enrollment
from training.models import Decision, Evidence, Obligation, PartCourse
from training.queries.facts import CHUNK, chunks, completions_of
from training.queries.past.orders import Cell, Order, Progress
from training.queries.past.roster import is_listed
from training.queries.past.seats import SeatThen, facts_then, seats_then
from training.rules import Completion, Facts, counts

HOURS_HEADER = (
    "person", "name", "staff_number", "job_title", "team", "left_on", "from", "until", "courses", "course_hours",
    "pieces_of_evidence", "evidence_hours", "hours",
)  # fmt: skip

NONE = Decimal("0.00")


def hours(order: Order) -> Iterator[Progress]:
    """Everybody whose first day here had come by the report's day, with nothing where there is nothing."""
    courses = _courses(order)
    for chunk in chunks(order.seats.iterator(chunk_size=CHUNK)):
        then = seats_then(chunk, order.on)
        listed = [seat for seat in chunk if seat.pk in then and _is_counted(then[seat.pk], order)]
        taken, shown = _taken(listed, then, courses, order), _shown(listed, order)
        rows = [_row(seat, then[seat.pk], taken.get(seat.pk, []), shown.get(seat.pk, []), order) for seat in listed]
        yield Progress(rows, len(chunk))


def _is_counted(seat: SeatThen, order: Order) -> bool:
    return seat.known_since is None and is_listed(seat, order)


def _row(
    seat: Membership, then: SeatThen, taken: Sequence[Decimal], shown: Sequence[Decimal], order: Order
) -> list[Cell]:
    said = then.said
    left_on = said.ended_on if then.has_left(order.day) else None
    of_courses, of_evidence = sum(taken, NONE), sum(shown, NONE)
    return [
        *(str(seat.public_id), said.name, said.staff_number, said.job_title, said.team_name, left_on),
        *(order.from_on, order.day),
        *(len(taken), of_courses, len(shown), of_evidence, of_courses + of_evidence),
    ]


def _courses(order: Order) -> dict[int, set[int]]:
    """The courses that meet each requirement, by its id."""
    found: dict[int, set[int]] = defaultdict(set)
    parts = PartCourse.objects.filter(
        part__version__requirement__organization=order.organization, part__version__published_at__lte=order.on
    )
    if order.requirement is not None:
        parts = parts.filter(part__version__requirement__public_id=order.requirement)
    for requirement, course in parts.values_list("part__version__requirement", "course"):
        found[requirement].add(course)
    return found


def _taken(
    people: Sequence[Membership], then: dict[int, SeatThen], courses: dict[int, set[int]], order: Order
) -> dict[int, list[Decimal]]:
    """The hours of each course that a person was asked for and completed in the period, as the employer sees it."""
    asked: dict[int, set[int]] = defaultdict(set)
    owed = Obligation.objects.filter(membership__in=people, assigned_at__lte=order.on)
    for seat, requirement in owed.values_list("membership", "requirement"):
        asked[seat] |= courses.get(requirement, set())
    found = completions_of(people, {course for each in courses.values() for course in each})
    seen = [
        (seat.pk, completion)
        for seat in people
        for course in asked[seat.pk]
        for completion in found.get((seat.pk, course), ())
        if _is_seen(completion, then[seat.pk], order)
    ]
    days = _days_and_minutes(completion.id for _, completion in seen)
    taken: dict[int, list[Decimal]] = defaultdict(list)
    for seat, completion in sorted(seen, key=lambda each: (each[0], each[1].id)):
        day, minutes = days[completion.id]
        if order.from_on <= day <= order.day:
            taken[seat].append(_hours(minutes))
    return taken


def _is_seen(completion: Completion, seat: SeatThen, order: Order) -> bool:
    nothing = Facts(
        assigned_at=order.on,
        zone=order.organization.time_zone,
        started_on=seat.said.started_on,
        asked=(),
        sources=(),
        completions=(completion,),
    )
    then = facts_then(nothing, seat)
    return bool(then.completions) and counts(completion, then, None, order.on)


def _days_and_minutes(enrollments: Iterable[int]) -> dict[int, tuple[dt.date, int]]:
    rows = Enrollment.objects.filter(pk__in=list(enrollments)).values_list("pk", "completed_on", "version__minutes")
    return {pk: (completed_on, minutes) for pk, completed_on, minutes in rows if completed_on is not None}


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), rounding=ROUND_DOWN)


def _shown(people: Sequence[Membership], order: Order) -> dict[int, list[Decimal]]:
    """The hours of each piece of evidence of the period that was approved by then and not withdrawn."""
    approved = Evidence.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=order.on),
        membership__in=people,
        decision=Decision.APPROVED,
        decided_at__lte=order.on,
        done_on__range=(order.from_on, order.day),
    )
    if order.requirement is not None:
        approved = approved.filter(requirement__public_id=order.requirement)
    found: dict[int, list[Decimal]] = defaultdict(list)
    for seat, number in approved.order_by("pk").values_list("membership", "hours"):
        found[seat].append(number or NONE)
    return found
