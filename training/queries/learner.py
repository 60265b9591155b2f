"""What a learner is asked for, and who would see that she completed it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    QuerySet,
)

from accounts.models import Membership, User
from courses.models import Course
from training.models import Obligation
from training.queries.board import course_titles, days_shown, owed_by
from training.queries.status import BOARD_ORDER, with_completion, with_status
from training.rules import Status


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something that an organization asks of the person."""

    obligation: UUID
    organization: str
    course_slug: str
    course_title: str
    assigned_at: dt.datetime
    due_on: dt.date
    due_at: dt.datetime
    zone: str
    status: Status
    days: int


def due_for(user: User, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for by the organizations where she is, first what is due first."""
    owed = owed_by(Membership.objects.of(user), now).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def obligations_of(user: User, course: Course, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for in one course."""
    owed = owed_by(Membership.objects.of(user), now).filter(requirement__course=course).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def due_row(obligation: Obligation, now: dt.datetime) -> DueRow | None:
    """One obligation as it is now; None when the person has left."""
    people = Membership.objects.filter(pk=obligation.membership_id)
    return next(_due_rows(owed_by(people, now).filter(pk=obligation.pk), now), None)


def _due_rows(owed: QuerySet[Obligation], now: dt.datetime) -> Iterator[DueRow]:
    found: Iterable[Any] = with_completion(with_status(owed, now), now).select_related(
        "membership__organization", "requirement__course"
    )
    titles = course_titles() if found else {}
    for obligation in found:
        course, status = obligation.requirement.course, BOARD_ORDER[obligation.rank]
        yield DueRow(
            obligation=obligation.public_id,
            organization=obligation.membership.organization.name,
            course_slug=course.slug,
            course_title=titles.get(course.pk, course.slug),
            assigned_at=obligation.assigned_at,
            due_on=obligation.due_on,
            due_at=obligation.due_at,
            zone=obligation.zone,
            status=status,
            days=days_shown(obligation, status, obligation.met, now),
        )


@dataclass(frozen=True, slots=True)
class Employer:
    """An organization that sees whether and when the person completes a course she starts now."""

    name: str
    asks: bool


def employers_seeing(user: User, course: Course, now: dt.datetime) -> list[Employer]:
    """Where the person is now: those that ask for the course, and those that would see it if they came to ask."""
    asking = set(
        owed_by(Membership.objects.of(user), now)
        .filter(requirement__course=course)
        .values_list("membership__organization", flat=True)
    )
    seats = (
        Membership.objects.of(user).current(now.date()).select_related("organization").order_by("organization__name")
    )
    return [Employer(seat.organization.name, seat.organization_id in asking) for seat in seats]
