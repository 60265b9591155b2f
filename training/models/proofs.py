"""What meets an obligation beside a course taken here: acknowledgements, statements, evidence, shared completions."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Membership
from enrollments.models import Enrollment
from training.models.obligations import Obligation
from training.models.requirements import Requirement, RequirementPart


class SharedCompletion(models.Model):
    """The learner lets one employer count a completion that began before, or outside, her time there."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "enrollment"], name="completion_shared_once")]

    def __str__(self) -> str:
        return f"{self.enrollment_id} shared with {self.membership_id}"


class Acknowledgement(models.Model):
    """The person confirmed that she has read a policy, in the words of that part. Rows are only added."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="acknowledgements")
    part = models.ForeignKey(RequirementPart, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(default=timezone.now)
    acknowledged_on = models.DateField(help_text="the day in the obligation's zone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "part"], name="policy_acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.obligation_id} acknowledged"


class Statement(models.Model):
    """An administrator states that an obligation was met otherwise, on a day; where the organization wants two, a
    second person confirms it before it counts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="statements")
    done_on = models.DateField()
    reason = models.CharField(max_length=300)
    stated_at = models.DateTimeField(default=timezone.now)
    stated_by = models.CharField(max_length=40)
    needs_second = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    is_confirmed = models.BooleanField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="statement_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="", is_confirmed__isnull=True)
                | (Q(decided_at__isnull=False, is_confirmed__isnull=False) & ~Q(decided_by="")),
                name="statement_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("stated_by")), name="statement_decided_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="statement_withdrawn_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(withdrawn_at__isnull=True) & (Q(is_confirmed__isnull=True) | Q(is_confirmed=True)),
                name="one_standing_statement_for_each_obligation",
            ),
        ]
        indexes = [
            models.Index(fields=["obligation"], condition=Q(is_confirmed__isnull=True), name="statement_unconfirmed")
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} stated as met"


class Decision(models.TextChoices):
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


class Evidence(models.Model):
    """Something that a person did elsewhere, with its proof, for one requirement of one organization.

    It counts from the approval by somebody else than its subject and whoever handed it in, until it is withdrawn.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=160)
    issuer = models.CharField(max_length=160)
    done_on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    because = models.CharField(max_length=300, blank=True, help_text="why it was rejected or withdrawn; she reads it")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(issuer=""), name="evidence_has_title_and_issuer"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("done_on")), name="evidence_expires_later"
            ),
            models.CheckConstraint(condition=Q(hours__isnull=True) | Q(hours__gt=0), name="evidence_hours_are_some"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by="", decision="")
                | (Q(decided_at__isnull=False, decision__in=Decision.values) & ~Q(decided_by="")),
                name="evidence_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("submitted_by")),
                name="evidence_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REJECTED) | ~Q(because=""), name="rejection_gives_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="evidence_withdrawn_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["requirement", "membership"], name="evidence_by_requirement"),
            models.Index(fields=["membership"], condition=Q(decision=""), name="evidence_undecided"),
        ]

    def __str__(self) -> str:
        return self.title


class EvidenceFile(models.Model):
    """The file that shows it, in a row of its own so that no list drags it along. Rows are only added or removed."""

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="file")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(size__gte=1), name="evidence_file_is_not_empty")]

    def __str__(self) -> str:
        return self.name
