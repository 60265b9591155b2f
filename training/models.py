import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Organization
from courses.models import Course
from enrollments.models import Enrollment


class Requirement(models.Model):
    """What an organization asks of its people: for now, one course."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "course"],
                condition=Q(retired_at__isnull=True),
                name="one_open_requirement_for_each_course",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} asks for {self.course}"


class Obligation(models.Model):
    """One member, one requirement, one period: to be met by the end of `due_on` in `zone`.

    Its status is never stored: `rules.obligation_status` computes it from the facts, for any day.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="obligations")
    period = models.PositiveIntegerField(default=1)
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.CharField(max_length=40)
    due_on = models.DateField()
    zone = models.CharField(max_length=60)
    due_at = models.DateTimeField(help_text="the first instant after the end of `due_on` in `zone`")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "requirement", "period"], name="one_obligation_for_each_period"
            ),
            models.CheckConstraint(condition=Q(period__gte=1), name="periods_start_at_one"),
        ]
        indexes = [models.Index(fields=["requirement", "due_at"], name="obligation_by_due")]

    def __str__(self) -> str:
        return f"{self.membership} owes {self.requirement}"


class SharedCompletion(models.Model):
    """The learner lets one employer count a completion that began before, or outside, her time there."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "enrollment"], name="completion_shared_once")]

    def __str__(self) -> str:
        return f"{self.enrollment_id} shared with {self.membership_id}"
