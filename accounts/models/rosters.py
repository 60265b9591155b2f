"""Rosters: files of people, what they would change, and how far that has been done."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.organizations import Organization
from accounts.rules.roster import Kind


class RosterState(models.TextChoices):
    READ = "read"  # waits to be told which column is which
    CHECKING = "checking"  # a worker compares it
    CHECKED = "checked"  # waits to be confirmed
    APPLYING = "applying"  # a worker applies it
    APPLIED = "applied"
    STOPPED = "stopped"  # `stop_reason` says why


class RosterImport(models.Model):
    """One file of people on its way into the organization. What it would change is in its rows until it is old."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="rosters")
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RosterState, default=RosterState.READ)
    stop_reason = models.CharField(max_length=40, blank=True)
    stop_line = models.PositiveIntegerField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    header = models.JSONField(default=list, help_text="the names of the columns")
    reading = models.JSONField(
        default=dict, help_text="how the file is read: encoding, delimiter, columns, dates, teams"
    )
    total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0, help_text="how many of `total` are done")
    cursor = models.PositiveBigIntegerField(default=0, help_text="the last seat or row that was looked at")
    counts = models.JSONField(default=dict, help_text="rows by kind, and how many people are here")
    digest = models.CharField(
        max_length=64, blank=True, help_text="of the file, its reading and the rows as they stood"
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=40, blank=True)
    ends_missing = models.BooleanField(default=False)
    lifted_by = models.CharField(max_length=40, blank=True, help_text="the owner who lifted the limit of people to end")
    outcome = models.JSONField(default=dict, help_text="what was done, by kind, and what was left alone")
    applied_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="when file and rows were removed")

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RosterState.values), name="roster_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "applied"]) | Q(confirmed_at__isnull=False),
                name="roster_applied_after_it_is_confirmed",
            ),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="applying"), name="one_roster_applied_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["state"], condition=Q(state__in=["checking", "applying"]), name="roster_waits_for_a_worker"
            )
        ]

    def __str__(self) -> str:
        return f"roster of {self.organization}"


class RosterFile(models.Model):
    """The bytes of a roster, in a row of their own so that no list drags them along; removed after seven days."""

    roster = models.OneToOneField(RosterImport, on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file of {self.roster_id}"


class RosterRow(models.Model):
    """What one line of the file, or one person missing from it, would change. Removed with the file."""

    roster = models.ForeignKey(RosterImport, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    line = models.PositiveIntegerField(null=True, blank=True, help_text="empty for people missing from the file")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    seat = models.PositiveBigIntegerField(null=True, blank=True, help_text="the seat's id; no key, for rows go soon")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="the seat's `changed_at` when it was compared")
    facts = models.JSONField(default=dict, help_text="what the seat would hold")
    was = models.JSONField(default=dict, help_text="what it holds now, of what would change")
    faults = models.JSONField(default=list)
    cells = models.JSONField(default=list, help_text="the line as it stands in the file, if it has faults")
    outcome = models.CharField(max_length=10, blank=True, help_text="done, or why it was left alone")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="roster_row_number_unique"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="roster_row_kind_known"),
        ]
        indexes = [
            models.Index(fields=["roster", "kind", "number"], name="roster_row_by_kind"),
            models.Index(fields=["roster", "seat"], name="roster_row_by_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
