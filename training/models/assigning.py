"""Whom a requirement is assigned to, and by when: rules, their versions, and previews of what an act would do."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organization
from training.models.requirements import Requirement
from training.rules import Recurrence


class Anchors(models.TextChoices):
    """The day from which a due day is counted."""

    ASSIGNED = "assigned", "The day of the assignment"
    HIRED = "hired", "The day of hire"
    JOINED_TEAM = "joined_team", "The day she joined the team"
    FIXED = "fixed", "A fixed day"
    EXPIRY = "expiry", "The day on which the last one expires"


class Recurrences(models.TextChoices):
    NONE = Recurrence.NONE.value, "Once"
    FROM_COMPLETION = Recurrence.FROM_COMPLETION.value, "Counted from the completion"
    FROM_DUE = Recurrence.FROM_DUE.value, "Counted from the due day"
    CALENDAR = Recurrence.CALENDAR.value, "On a day of the calendar"


class AssignmentRule(models.Model):
    """A standing order: this requirement, for these people, by then. What it says stands in its versions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="assignment_rules")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="rule_retired_after_it_was_made",
            )
        ]

    def __str__(self) -> str:
        return f"rule {self.public_id}"


class RuleVersion(models.Model):
    """What a rule says, from an instant on. Rows are only added.

    `audience` is read by `training.rules.audience`. The first due day is `offset_days` after the anchor; what comes
    back does so every `every_months`, and opens `window_days` before it is due.
    """

    rule = models.ForeignKey(AssignmentRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    audience = models.JSONField()
    anchor = models.CharField(max_length=12, choices=Anchors)
    offset_days = models.IntegerField(default=0)
    fixed_on = models.DateField(null=True, blank=True)
    window_days = models.PositiveIntegerField(null=True, blank=True)
    grace_days = models.PositiveIntegerField(default=0)
    recurrence = models.CharField(max_length=16, choices=Recurrences, default=Recurrences.NONE)
    every_months = models.PositiveSmallIntegerField(default=12)
    calendar_month = models.PositiveSmallIntegerField(default=1)
    calendar_day = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=40)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_number_unique"),
            models.CheckConstraint(condition=Q(anchor__in=Anchors.values), name="rule_anchor_known"),
            models.CheckConstraint(condition=Q(recurrence__in=Recurrences.values), name="rule_recurrence_known"),
            models.CheckConstraint(
                condition=Q(anchor=Anchors.FIXED, fixed_on__isnull=False)
                | (~Q(anchor=Anchors.FIXED) & Q(fixed_on__isnull=True)),
                name="rule_has_a_day_when_fixed",
            ),
            models.CheckConstraint(
                condition=Q(every_months__gte=1, every_months__lte=120), name="rule_comes_back_later"
            ),
            models.CheckConstraint(
                condition=Q(calendar_month__gte=1, calendar_month__lte=12, calendar_day__gte=1, calendar_day__lte=31),
                name="rule_day_is_in_a_calendar",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class Preview(models.Model):
    """What an act upon many people would do, as it was shown to whoever then confirmed it, or did not.

    `digest` covers the facts that it rests on: when they have moved, the confirmation is refused.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=40)
    request = models.JSONField(help_text="what was asked for, in ids and words of code")
    counts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=40)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=F("made_at")),
                name="preview_confirmed_after_it_was_made",
            )
        ]

    def __str__(self) -> str:
        return f"preview of {self.act}"
