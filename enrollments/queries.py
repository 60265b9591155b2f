"""Enrollments as the pages read them."""

from collections.abc import Collection, Mapping

from accounts.models import User
from enrollments.models import Enrollment, EnrollmentQuerySet, LessonRead


def enrollments_of(user: User) -> EnrollmentQuerySet:
    """Her enrollments with version and course, the open ones first, then the newest."""
    return Enrollment.objects.of(user).select_related("version", "course").latest_first()


def enrollment_in(user: User, slug: str) -> Enrollment | None:
    """Her open enrollment in the course, else her latest, with version and course, in one statement."""
    return enrollments_of(user).filter(course__slug=slug).first()


def earlier_than(enrollment: Enrollment) -> EnrollmentQuerySet:
    """The same person's other enrollments in the same course, newest first."""
    return (
        Enrollment.objects.filter(user=enrollment.user_id, course=enrollment.course_id)
        .exclude(pk=enrollment.pk)
        .select_related("version")
        .order_by("-started_at")
    )


def lessons_read(enrollment: Enrollment) -> frozenset[str]:
    """Keys of the lessons at whose end she pressed Continue."""
    return frozenset(LessonRead.objects.filter(enrollment=enrollment).values_list("lesson_key", flat=True))


def lessons_read_in(enrollments: Collection[Enrollment]) -> Mapping[int, frozenset[str]]:
    """`lessons_read` of each, by the enrollment's primary key, in one statement."""
    keys: dict[int, set[str]] = {enrollment.pk: set() for enrollment in enrollments}
    for enrollment_id, key in LessonRead.objects.filter(enrollment__in=keys).values_list("enrollment_id", "lesson_key"):
        keys[enrollment_id].add(key)
    return {pk: frozenset(found) for pk, found in keys.items()}
