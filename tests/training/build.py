"""Rows that training reads: courses, completions, obligations, made directly."""

import datetime as dt
from itertools import count

from accounts.models import Membership, Organization, User
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from training.models import Obligation, Requirement
from training.rules import due_at

_numbers = count(1)
UTC = dt.UTC
NOW = dt.datetime(2026, 11, 22, 18, tzinfo=UTC)


def course(provider: Organization, slug: str = "strangers", title: str = "Strangers, screens") -> Course:
    made = Course.objects.create(slug=slug, provider=provider)
    version(made, title)
    return made


def version(of: Course, title: str = "Strangers, screens") -> CourseVersion:
    number = of.versions.count() + 1
    sha256 = f"{next(_numbers):064}"
    return CourseVersion.objects.create(
        course=of, number=number, document_sha256=sha256, title=title, minutes=60, published_by="system"
    )


def enrollment(user: User, of: Course, started_at: dt.datetime, completed_at: dt.datetime | None = None) -> Enrollment:
    taken = of.versions.last()
    assert taken is not None
    return Enrollment.objects.create(
        user=user,
        course=of,
        version=taken,
        acknowledged_at=started_at,
        started_at=started_at,
        completed_at=completed_at,
        completed_on=completed_at.date() if completed_at else None,
        completed_zone="America/Chicago" if completed_at else "",
    )


def obligation(
    membership: Membership,
    of: Course,
    due_on: dt.date,
    *,
    zone: str = "America/Chicago",
    assigned_at: dt.datetime = dt.datetime(2026, 10, 1, tzinfo=UTC),
) -> Obligation:
    requirement, _ = Requirement.objects.get_or_create(organization=membership.organization, course=of, retired_at=None)
    return Obligation.objects.create(
        membership=membership,
        requirement=requirement,
        assigned_at=assigned_at,
        assigned_by="system",
        due_on=due_on,
        zone=zone,
        due_at=due_at(due_on, zone),
    )


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)
