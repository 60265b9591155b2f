"""What a learner is asked for, and who would see that she completed it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import (
    QuerySet,
)

from accounts.models import Membership, User
from courses.models import Course
from training.models import Obligation, PartCourse
from training.queries.board import days_shown, owed_by, titles_of
from training.queries.status import BOARD_ORDER, having_status, with_status
from training.rules import Standing, Status


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something that an organization asks of the person. `course_slug` is the first course of it, if there is one.

    What is done before `opens_on` does not count for it.
    """

    obligation: UUID
    organization: str
    title: str
    course_slug: str
    assigned_at: dt.datetime
    due_on: dt.date
    due_at: dt.datetime
    zone: str
    status: Status
    days: int
    opens_on: dt.date | None = None


def due_for(user: User, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for by the organizations where she is, first what is due first."""
    owed = owed_by(Membership.objects.of(user), now).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def obligations_of(user: User, course: Course, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for in one course."""
    owed = owed_by(Membership.objects.of(user), now).filter(requirement__in=asking_for(course)).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def standing_row(owed: Obligation, standing: Standing, now: dt.datetime) -> DueRow:
    """One obligation, read with its seat and organization, as it stands."""
    row = next(_rows([owed], now, {owed.pk: standing.status}))
    return replace(row, due_on=standing.due.due_on, due_at=standing.due.due_at, days=standing.days)


def asking_for(course: Course) -> QuerySet[PartCourse, Any]:
    """The requirements that the course meets a part of."""
    return PartCourse.objects.filter(course=course).values("part__version__requirement")


def _due_rows(owed: QuerySet[Obligation], now: dt.datetime) -> Iterator[DueRow]:
    found = list(with_status(owed, now).select_related("membership__organization"))
    return _rows(found, now, {one.pk: BOARD_ORDER[one.rank] for one in found})


def _rows(found: list[Obligation], now: dt.datetime, statuses: Mapping[int, Status]) -> Iterator[DueRow]:
    titles, courses = titles_of(found), _first_courses(found)
    for obligation in found:
        status = statuses[obligation.pk]
        yield DueRow(
            obligation=obligation.public_id,
            organization=obligation.membership.organization.name,
            title=titles.get(obligation.requirement_id, ""),
            course_slug=courses.get(obligation.requirement_id, ""),
            assigned_at=obligation.assigned_at,
            due_on=obligation.due_on,
            due_at=obligation.due_at,
            zone=obligation.zone,
            status=status,
            days=days_shown(obligation, status, now),
            opens_on=obligation.opens_on,
        )


def _first_courses(obligations: list[Any]) -> dict[int, str]:
    """The first course that each requirement's newest version asks for."""
    if not obligations:
        return {}
    asked = PartCourse.objects.filter(
        part__version__requirement__in={one.requirement_id for one in obligations}, is_equivalent=False
    )
    # The newest version's first part comes last and stays.
    ordered = asked.order_by("part__version__requirement", "part__version__number", "-part__position")
    return dict(ordered.values_list("part__version__requirement", "course__slug"))


@dataclass(frozen=True, slots=True)
class Employer:
    """An organization that sees whether and when the person completes a course she starts now.

    `opens_on` is set while it asks for a completion from that day on: one before it does not count for that.
    """

    name: str
    asks: bool
    opens_on: dt.date | None = None


def employers_seeing(user: User, course: Course, now: dt.datetime) -> list[Employer]:
    """Where the person is now: those that ask for the course, and those that would see it if they came to ask."""
    owed = owed_by(Membership.objects.of(user), now).filter(requirement__in=asking_for(course)).order_by("-opens_on")
    rows = list(with_status(owed, now).values_list("membership__organization", "rank", "opens_on"))
    asking = {organization for organization, _, _ in rows}
    opening = {organization: day for organization, rank, day in rows if BOARD_ORDER[rank] is Status.UPCOMING}
    seats = (
        Membership.objects.of(user).current(now.date()).select_related("organization").order_by("organization__name")
    )
    return [
        Employer(seat.organization.name, seat.organization_id in asking, opening.get(seat.organization_id))
        for seat in seats
    ]


def openings(user: User, course: Course, now: dt.datetime) -> list[Employer]:
    """Those who ask for the course from a later day on, for whom a completion now is too early; in one statement."""
    owed = owed_by(Membership.objects.of(user), now).filter(requirement__in=asking_for(course))
    found = having_status(owed, Status.UPCOMING, now).order_by("opens_on", "pk")
    names = found.values_list("membership__organization__name", "opens_on")
    return [Employer(name, asks=True, opens_on=opens_on) for name, opens_on in names]
