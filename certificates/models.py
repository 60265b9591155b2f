import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from courses.models import CourseVersion
from enrollments.models import Enrollment


class EvaluationGiven(models.Model):
    """The learner gave feedback on the course, on that day. What she said is not here and cannot be joined."""

    enrollment = models.OneToOneField(Enrollment, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()

    def __str__(self) -> str:
        return f"feedback given for {self.enrollment_id}"


class EvaluationAnswers(models.Model):
    """What somebody said of a version in some month: no person, no enrollment, no instant, a random id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="the first day of the month")
    answers = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(month__day=1), name="evaluation_month_is_a_first_day")]

    def __str__(self) -> str:
        return f"feedback on {self.version_id}"


class Attestation(models.Model):
    """The learner confirmed, in the words of that text version, that the work is her own."""

    enrollment = models.OneToOneField(Enrollment, on_delete=models.PROTECT, related_name="+")
    text_version = models.CharField(max_length=20)
    attested_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"attestation for {self.enrollment_id}"


class SigningKey(models.Model):
    """The public half of a key that signs certificates, with its period. The private half is in a file elsewhere."""

    kid = models.CharField(max_length=32, unique=True)
    public_key = models.CharField(max_length=44, help_text="32 bytes of Ed25519, base64url without padding")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="key_retired_after_it_was_made",
            )
        ]

    def __str__(self) -> str:
        return self.kid


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)


class Certificate(models.Model):
    """Proof of completion as it read on the day it was issued: a frozen, signed document.

    Name, title, credit and dates stand in `payload`, copied, not looked up: a later change to the course or the
    account must not rewrite what a stranger verifies. A correction is another certificate that supersedes this one.
    """

    code = models.CharField(max_length=26, unique=True, help_text="26 Crockford base32 characters, without hyphens")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    payload = models.TextField(help_text="the canonical document that is signed")
    signature = models.CharField(max_length=86, help_text="64 bytes of Ed25519, base64url without padding")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="certificates")
    template = models.PositiveSmallIntegerField()
    license_salt = models.CharField(
        max_length=32, help_text="covers the license numbers in the payload; never shown, or they could be guessed"
    )
    issued_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacement")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(replaces__isnull=True),
                name="one_first_certificate_for_each_enrollment",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="certificate_does_not_replace_itself"),
        ]

    def __str__(self) -> str:
        return self.code


class CertificateStatus(models.TextChoices):
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class StatusChange(models.Model):
    """What became of a certificate, when, and why. Rows are only added; the newest holds."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="status_changes")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=CertificateStatus)
    at = models.DateTimeField(default=timezone.now)
    because = models.TextField(blank=True, help_text="shown to everybody who verifies the certificate")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="status_number_unique"),
            models.CheckConstraint(condition=Q(status__in=CertificateStatus.values), name="certificate_status_known"),
            models.CheckConstraint(condition=Q(status="issued") | ~Q(because=""), name="status_change_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.status}"
