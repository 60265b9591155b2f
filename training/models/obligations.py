"""Obligations, who asks for them, and what changes when they are due or whether they are asked."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from accounts.models import Membership, Organization
from enrollments.models import Enrollment
from training.models.assigning import RuleVersion
from training.models.requirements import Requirement


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def of_organization(self, organization: Organization) -> Self:
        return self.filter(requirement__organization=organization)


class Obligation(models.Model):
    """One member, one requirement, one period: to be met by the end of `due_on` in `zone`.

    Its status is never stored. The columns from `due_on` on are the sum of its facts as known at `counted_at`
    (`rules.projection`): kept so that a board of any size can be asked in one statement, written by
    `services.recount` alone, and never read where the facts themselves can be.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="obligations")
    period = models.PositiveIntegerField(default=1)
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = models.CharField(max_length=40)
    zone = models.CharField(max_length=60)
    day_of_month = models.PositiveSmallIntegerField(default=1, help_text="the day that a series of months began with")
    renewed_at = models.DateTimeField(null=True, blank=True, help_text="when the next period was settled, if it was")

    due_on = models.DateField()
    due_at = models.DateTimeField(help_text="the first instant after the end of `due_on` in `zone`")
    overdue_at = models.DateTimeField(help_text="the first instant after the days of grace")
    opens_on = models.DateField(null=True, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    met_on = models.DateField(null=True, blank=True)
    met_by = models.CharField(max_length=16, blank=True, help_text="course, or the kind of proof")
    met_enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    expires_on = models.DateField(null=True, blank=True, help_text="as printed on the evidence that met it")
    waived_until = models.DateTimeField(null=True, blank=True)
    away_from = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    recheck_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(default=timezone.now)

    is_late = models.GeneratedField(
        expression=GreaterThanOrEqual(F("met_at"), F("due_at")),
        output_field=models.BooleanField(null=True),
        db_persist=True,
        help_text="whether it was met after the due day; unknown while it is not met",
    )

    objects = ObligationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "requirement", "period"], name="one_obligation_for_each_period"
            ),
            models.CheckConstraint(condition=Q(period__gte=1), name="periods_start_at_one"),
            models.CheckConstraint(condition=Q(overdue_at__gte=F("due_at")), name="grace_comes_after_the_due_day"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_on__isnull=True, met_by="", met_enrollment__isnull=True)
                | (Q(met_at__isnull=False, met_on__isnull=False) & ~Q(met_by="")),
                name="met_has_instant_day_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True, away_until__isnull=True)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gt=F("away_from")),
                name="obligation_away_from_and_until",
            ),
            models.CheckConstraint(
                condition=Q(day_of_month__gte=1, day_of_month__lte=31), name="series_begins_on_a_day_of_the_month"
            ),
        ]
        indexes = [
            models.Index(fields=["requirement", "due_at"], name="obligation_by_due"),
            models.Index(fields=["recheck_at"], condition=Q(recheck_at__isnull=False), name="obligation_by_recheck"),
            models.Index(
                fields=["requirement", "met_at"],
                condition=Q(renewed_at__isnull=True, met_at__isnull=False),
                name="obligation_not_renewed",
            ),
            # The next two hold all that a count by status asks for, so that PostgreSQL counts half a million
            # obligations without reading one of their rows. What is met has few different keys: it takes little room.
            models.Index(
                fields=["requirement", "overdue_at"],
                include=[
                    *("due_at", "due_on", "opens_at", "waived_until", "away_from", "away_until", "released_at"),
                    *("left_at", "assigned_at", "is_late", "membership", "id"),
                ],
                condition=Q(is_late__isnull=True),
                name="obligation_open_counted",
            ),
            models.Index(
                fields=["requirement", "is_late", "due_at", "left_at", "released_at", "assigned_at"],
                condition=Q(is_late__isnull=False),
                name="obligation_met_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} owes {self.requirement}, period {self.period}"


class ObligationSource(models.Model):
    """Who asks for an obligation and by when: a rule, or a person. Of several the earliest day holds. Never removed."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="sources")
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    opens_on = models.DateField(null=True, blank=True)
    grace_days = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("asked_at")), name="source_ends_after_it_asks"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(opens_on__lte=F("due_on")), name="source_opens_before_it_is_due"
            ),
            models.UniqueConstraint(
                fields=["obligation", "rule_version"],
                condition=Q(ended_at__isnull=True, rule_version__isnull=False),
                name="a_rule_asks_once",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(ended_at__isnull=True, rule_version__isnull=True),
                name="people_ask_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} by {self.due_on}"


class Extension(models.Model):
    """Days more for one obligation, and why. Rows are only added; their sum holds."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=730), name="extension_adds_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days more"


class WaiverReason(models.TextChoices):
    """Why an obligation is waived. None of them says anything about anybody's health."""

    NOT_IN_ROLE = "not_in_role", "The work that it is for is not hers now"
    EQUIVALENT = "equivalent", "She has done something of equal worth elsewhere"
    REGULATOR = "regulator", "A regulator or payer exempts her"
    UNAVAILABLE = "unavailable", "It could not be offered in time"
    LEAVING = "leaving", "She leaves before it would matter"
    OTHER = "other", "Another reason, written down elsewhere"


class Waiver(models.Model):
    """An obligation that is not asked for until the end of a day, or for good; approved by somebody else than its subject."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="waivers")
    reason = models.CharField(max_length=12, choices=WaiverReason)
    until_on = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=WaiverReason.values), name="waiver_reason_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__gte=F("granted_at")) & ~Q(ended_by="")),
                name="waiver_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(ended_at__isnull=True, until_on__isnull=True),
                name="one_lasting_waiver_for_each_obligation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} waived"


class CountedTo(models.Model):
    """How far a search for new facts has come: everything that changed before `at` has been counted."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} to {self.at}"
