"""What administrators keep at hand: the organization's policies, saved views, reports made in the background."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organization, User


class TrainingPolicy(models.Model):
    """How an organization trains: whether two people state a completion, and when mail may reach people."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="+")
    statements_need_second = models.BooleanField(default=False)
    reminders_are_on = models.BooleanField(default=True)
    quiet_from = models.PositiveSmallIntegerField(default=19, help_text="the hour of the person's evening")
    quiet_until = models.PositiveSmallIntegerField(default=8, help_text="the hour of the person's morning")
    digest_weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__lte=23, quiet_until__lte=23), name="quiet_hours_are_hours_of_a_day"
            ),
            models.CheckConstraint(condition=~Q(quiet_from=F("quiet_until")), name="quiet_hours_leave_some"),
            models.CheckConstraint(condition=Q(digest_weekday__lte=6), name="digest_comes_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"how {self.organization} trains"


class SavedView(models.Model):
    """A filter of a list that an administrator wants to come back to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "page", "name"], name="view_name_unique_for_person"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A report that is made in the background: what was asked for, how far it is, and where it ended.

    Its file is kept in pieces and removed after a while; what it was, and its hash, stay.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    request = models.JSONField(default=dict, help_text="what was asked for, in ids and words of code")
    as_of = models.DateTimeField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_because = models.CharField(max_length=80, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="when the file was removed")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | ~Q(failed_because="") | ~Q(sha256=""),
                name="report_finished_with_a_file_or_a_reason",
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="report_still_to_make")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organization}"


class ReportPiece(models.Model):
    """A piece of a report's file. Any web process can send it, whichever worker made it."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_piece_number_unique")]

    def __str__(self) -> str:
        return f"piece {self.number}"
