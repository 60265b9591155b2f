"""What is arranged for one learner in one course: more time, no limit, further attempts."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from courses.models import Course


class AccommodationRequest(models.Model):
    """What a learner asks for, in her words; the provider of the course answers. It never asks why."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=500)
    requested_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"], condition=Q(decided_at__isnull=True), name="one_open_request_for_each_course"
            ),
            models.CheckConstraint(condition=~Q(wanted=""), name="request_says_what_is_wanted"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, is_granted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_granted__isnull=False),
                name="request_decided_wholly_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("user")), name="nobody_decides_her_own_request"
            ),
        ]

    def __str__(self) -> str:
        return f"accommodation request {self.public_id}"


class Accommodation(models.Model):
    """What holds for a learner in a course until it ends. Attempts copy it into their plan when they begin."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    extra_time_percent = models.PositiveSmallIntegerField(default=0)
    no_time_limit = models.BooleanField(default=False)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, help_text="what it rests on, without health information")
    request = models.OneToOneField(
        AccommodationRequest, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(ended_at__isnull=True),
                name="one_accommodation_in_force_for_each_course",
            ),
            models.CheckConstraint(
                condition=Q(extra_time_percent__gt=0) | Q(no_time_limit=True) | Q(extra_attempts__gt=0),
                name="accommodation_grants_something",
            ),
            models.CheckConstraint(condition=Q(extra_time_percent__lte=400), name="extra_time_at_most_fivefold"),
            models.CheckConstraint(condition=Q(extra_attempts__lte=20), name="extra_attempts_at_most_twenty"),
            models.CheckConstraint(condition=~Q(reason=""), name="accommodation_has_a_reason"),
            models.CheckConstraint(condition=~Q(granted_by=F("user")), name="nobody_accommodates_herself"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__gte=F("granted_at"), ended_by__isnull=False),
                name="accommodation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"accommodation {self.public_id}"
