import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from courses.models import Course, CourseVersion


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def of(self, user: User | int) -> Self:
        return self.filter(user=user)

    def open(self) -> Self:
        return self.filter(completed_at__isnull=True, closed_at__isnull=True)

    def begun_since(self, earlier: "Enrollment") -> Self:
        """Those in which the same person began the course anew, and which are open or were completed."""
        later = self.filter(user=earlier.user_id, course=earlier.course_id, started_at__gt=earlier.started_at)
        return later.filter(closed_at__isnull=True)

    def latest_first(self) -> Self:
        """The open one first, then by start, newest first."""
        return self.order_by(
            models.Case(models.When(completed_at__isnull=True, closed_at__isnull=True, then=0), default=1),
            "-started_at",
        )


class Enrollment(models.Model):
    """A person takes a version of a course, pinned to it to the end. It belongs to her, not to an employer.

    `completed_on` is the local date in `completed_zone` at `completed_at`, frozen: every page, PDF and export shows it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(
        help_text="when she confirmed having read the information page of this version"
    )
    started_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    completed_zone = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="ended without completion; a retake is a new enrollment"
    )

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(completed_at__isnull=True, closed_at__isnull=True),
                name="one_open_enrollment_for_each_course",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, completed_on__isnull=True, completed_zone="")
                | (Q(completed_at__isnull=False, completed_on__isnull=False) & ~Q(completed_zone="")),
                name="completion_has_instant_date_and_zone",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(closed_at__isnull=True),
                name="enrollment_completed_or_closed_not_both",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("started_at")),
                name="completion_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "user", "completed_at"], name="completion_of_course_by_user"),
            models.Index(
                fields=["completed_at"], condition=Q(completed_at__isnull=False), name="completion_by_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} takes {self.version}"

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.closed_at is None


class LessonRead(models.Model):
    """The learner pressed Continue at the end of a lesson. Opening a lesson writes nothing."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="lessons_read")
    lesson_key = models.CharField(max_length=60)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "lesson_key"], name="lesson_read_once")]

    def __str__(self) -> str:
        return self.lesson_key
