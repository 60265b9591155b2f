"""Enrollments as the pages read them."""

import datetime as dt
from collections.abc import Collection, Mapping

from accounts.models import User
from audit.statements import Statement
from enrollments.models import Enrollment, EnrollmentQuerySet, LessonRead


def enrollments_of(user: User | int) -> EnrollmentQuerySet:
    """Her enrollments with version and course, the open ones first, then the newest."""
    return Enrollment.objects.of(user).select_related("version", "course").latest_first()


NEWEST_IN = Statement(lambda user_id, slug: enrollments_of(user_id).filter(course__slug=slug)[:1], int, str)
READ_IN = Statement(lambda pk: LessonRead.objects.filter(enrollment=pk).values_list("lesson_key", "read_at"), int)


def enrollment_in(user: User, slug: str) -> Enrollment | None:
    """Her open enrollment in the course, else her latest, with version and course, in one statement."""
    return NEWEST_IN.first(user.pk, slug)


def earlier_than(enrollment: Enrollment) -> EnrollmentQuerySet:
    """The same person's other enrollments in the same course, newest first."""
    return (
        Enrollment.objects.filter(user=enrollment.user_id, course=enrollment.course_id)
        .exclude(pk=enrollment.pk)
        .select_related("version")
        .order_by("-started_at")
    )


def readings(enrollment: Enrollment) -> dict[str, dt.datetime]:
    """When she pressed Continue at the end of each lesson that she read, by its key."""
    return dict(READ_IN.rows(enrollment.pk))


def readings_in(enrollments: Collection[Enrollment]) -> Mapping[int, dict[str, dt.datetime]]:
    """`readings` of each, by the enrollment's primary key, in one statement."""
    found: dict[int, dict[str, dt.datetime]] = {enrollment.pk: {} for enrollment in enrollments}
    rows = LessonRead.objects.filter(enrollment__in=found).values_list("enrollment_id", "lesson_key", "read_at")
    for enrollment_id, key, read_at in rows:
        found[enrollment_id][key] = read_at
    return found
