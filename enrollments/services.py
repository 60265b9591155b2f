"""Beginning a course, reading its lessons, the two ways in which an enrollment ends, and its opening again."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.services import Person, record
from courses.library import published
from courses.models import Course
from courses.queries import latest_version
from enrollments import rules
from enrollments.models import Enrollment, LessonRead


class NotAcknowledged(Exception):
    """She did not confirm having read the information page."""


class NotOffered(Exception):
    """The course is retired, or no version of it is open for new enrollments."""


class TooSoon(Exception):
    """The last enrollment ended without completion, and the course can be begun again at `until`."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__(until)
        self.until = until


class UnknownLesson(Exception):
    """The enrollment's version has no lesson with that key."""


class AnotherIsOpen(Exception):
    """She has begun the course anew; of two enrollments only one can be open."""


class EnrollmentClosed(Exception):
    """The enrollment has ended; nothing is added to it."""


def enroll(*, user: User, course: Course, acknowledged: bool, by: Person) -> Enrollment:
    """Begin the course in its latest version, and stay on that version to the end.

    Where one is open already, that one is returned, whoever of two clicks began it. Raises NotAcknowledged,
    NotOffered, and TooSoon until the waiting time after a failed last attempt is over.
    """
    if found := _open_one(user, course):
        return found
    version = latest_version(course)
    if version is None or course.retired_at is not None:
        raise NotOffered
    now = timezone.now()
    _refuse_too_soon(user, course, now)
    if not acknowledged:
        raise NotAcknowledged
    try:
        with transaction.atomic():
            enrollment = Enrollment.objects.create(
                user=user, course=course, version=version, acknowledged_at=now, started_at=now
            )
            record("enrollment.started", by=by, target=enrollment, version=version.number)
    except IntegrityError:
        if winner := _open_one(user, course):
            return winner
        raise
    return enrollment


def mark_lesson_read(*, enrollment: Enrollment, lesson_key: str, by: Person) -> LessonRead:
    """Keep that she read the lesson to its end. Saying it again changes nothing, also after the enrollment ended.

    Raises UnknownLesson, and EnrollmentClosed for a lesson that was not read before the end.
    """
    del by  # the row itself says who and when: an enrollment has one person
    if lesson_key not in published(enrollment.version).document.lesson_by_key:
        raise UnknownLesson(lesson_key)
    if found := _reading(enrollment, lesson_key):
        return found
    try:
        with transaction.atomic():
            if not Enrollment.objects.open().filter(pk=enrollment.pk).exists():
                raise EnrollmentClosed
            return LessonRead.objects.create(enrollment=enrollment, lesson_key=lesson_key)
    except IntegrityError:
        if winner := _reading(enrollment, lesson_key):
            return winner
        raise


@transaction.atomic
def mark_completed(*, enrollment: Enrollment, at: dt.datetime, zone: str, by: Person) -> Enrollment:
    """Keep the completion, once: its instant, the zone, and the day that it was there.

    A repeated call leaves the first completion as it is. Raises EnrollmentClosed when the enrollment ended without
    completion.
    """
    won = (
        Enrollment.objects.open()
        .filter(pk=enrollment.pk)
        .update(completed_at=at, completed_on=rules.local_date(at, zone), completed_zone=zone)
    )
    enrollment.refresh_from_db(fields=["completed_at", "completed_on", "completed_zone", "closed_at"])
    if enrollment.closed_at is not None:
        raise EnrollmentClosed
    if won:
        record("enrollment.completed", by=by, target=enrollment, on=str(enrollment.completed_on))
    return enrollment


@transaction.atomic
def close_enrollment(*, enrollment: Enrollment, by: Person) -> Enrollment:
    """End the enrollment without completion, once. A completed one stays completed."""
    won = Enrollment.objects.open().filter(pk=enrollment.pk).update(closed_at=timezone.now())
    enrollment.refresh_from_db(fields=["completed_at", "completed_on", "completed_zone", "closed_at"])
    if won:
        record("enrollment.closed", by=by, target=enrollment)
    return enrollment


def reopen_enrollment(*, enrollment: Enrollment, by: Person) -> Enrollment:
    """Open an enrollment again that ended without completion, once; any other stays as it is.

    Raises AnotherIsOpen when the person has begun the course anew.
    """
    try:
        with transaction.atomic():
            ended = Enrollment.objects.filter(pk=enrollment.pk, closed_at__isnull=False)
            if ended.update(closed_at=None):
                record("enrollment.reopened", by=by, target=enrollment)
    except IntegrityError:
        raise AnotherIsOpen from None
    enrollment.refresh_from_db(fields=["completed_at", "completed_on", "completed_zone", "closed_at"])
    return enrollment


def _open_one(user: User, course: Course) -> Enrollment | None:
    return Enrollment.objects.of(user).open().filter(course=course).select_related("version", "course").first()


def _reading(enrollment: Enrollment, lesson_key: str) -> LessonRead | None:
    return LessonRead.objects.filter(enrollment=enrollment, lesson_key=lesson_key).first()


def _refuse_too_soon(user: User, course: Course, now: dt.datetime) -> None:
    closed = Enrollment.objects.of(user).filter(course=course, closed_at__isnull=False).select_related("version")
    last = closed.order_by("-closed_at").first()
    if last is None or last.closed_at is None:
        return
    # The waiting time is the one she was told: that of the version she was on.
    days = published(last.version).document.course.retake_after_days
    if now < (until := rules.retake_from(last.closed_at, days)):
        raise TooSoon(until)
