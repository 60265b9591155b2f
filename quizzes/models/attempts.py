"""Attempts, and what was answered or decided in them."""

import datetime as dt
import uuid
from fractions import Fraction
from typing import Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from enrollments.models import Enrollment
from quizzes.rules import GRACE, is_late, seconds_left


class AssessmentKind(models.TextChoices):
    QUIZ = "quiz"
    SCENARIO = "scenario"


class ClosedBecause(models.TextChoices):
    SUBMITTED = "submitted"
    DEADLINE = "deadline"


class Confidence(models.TextChoices):
    """How sure the learner says she is of an answer. Hers alone, never asked for, never shown to anybody else."""

    SURE = "sure"
    FAIRLY_SURE = "fairly-sure"
    GUESSING = "guessing"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, user: User | int) -> Self:
        return self.filter(enrollment__user=user)

    def open(self) -> Self:
        return self.filter(submitted_at__isnull=True)

    def overdue(self, now: dt.datetime) -> Self:
        """Open ones whose time and grace are over."""
        return self.open().filter(deadline_at__lt=now - GRACE)


class Attempt(models.Model):
    """One sitting of a quiz or one walk through a scenario. It exists before its first question is shown.

    `plan` is what was drawn for it (items, order, option order, marks, limits) and never changes. The score is a
    fraction, `raw_numerator / raw_denominator` marks of `maximum`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="+")
    assessment_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=AssessmentKind)
    number = models.PositiveSmallIntegerField()
    counts = models.BooleanField(default=True, help_text="False for a practice walk, which changes nothing else")
    plan = models.JSONField()
    started_at = models.DateTimeField(default=timezone.now)
    deadline_at = models.DateTimeField(null=True, blank=True)
    acts = models.PositiveIntegerField(
        default=0, help_text="answers and decisions recorded; moved while the attempt is open"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.CharField(max_length=10, choices=ClosedBecause, blank=True)
    raw_numerator = models.PositiveBigIntegerField(null=True, blank=True)
    raw_denominator = models.PositiveBigIntegerField(null=True, blank=True)
    maximum = models.PositiveBigIntegerField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    scoring_version = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "assessment_key", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["enrollment", "assessment_key"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_attempt_for_each_assessment",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="attempt_numbers_start_at_one"),
            models.CheckConstraint(condition=Q(kind__in=AssessmentKind.values), name="attempt_kind_known"),
            models.CheckConstraint(
                condition=Q(counts=True) | Q(kind=AssessmentKind.SCENARIO), name="only_scenarios_are_practiced"
            ),
            models.CheckConstraint(
                condition=Q(
                    submitted_at__isnull=True,
                    closed_because="",
                    raw_numerator__isnull=True,
                    raw_denominator__isnull=True,
                    maximum__isnull=True,
                    passed__isnull=True,
                    scoring_version__isnull=True,
                )
                | Q(
                    submitted_at__isnull=False,
                    closed_because__in=ClosedBecause.values,
                    raw_numerator__isnull=False,
                    raw_denominator__gte=1,
                    maximum__isnull=False,
                    passed__isnull=False,
                    scoring_version__isnull=False,
                ),
                name="attempt_scored_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(raw_numerator__isnull=True) | Q(raw_numerator__lte=F("maximum") * F("raw_denominator")),
                name="attempt_raw_within_maximum",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(submitted_at__gte=F("started_at")),
                name="attempt_submitted_after_start",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at__isnull=True) | Q(deadline_at__gt=F("started_at")),
                name="attempt_deadline_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_key} attempt {self.number}"

    @property
    def is_open(self) -> bool:
        return self.submitted_at is None

    @property
    def is_unscored(self) -> bool:
        """A finished quiz without a mark to win, as adjustments leave it: it says nothing and uses up no attempt."""
        return self.kind == AssessmentKind.QUIZ and self.maximum == 0

    @property
    def is_over(self) -> bool:
        """Its time is over and nobody has closed it yet. Every page speaks of it as over from then on."""
        return self.is_open and is_late(self.deadline_at, timezone.now())

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the time is over, for a page that is made now; None without a limit."""
        return None if self.deadline_at is None else seconds_left(self.deadline_at, timezone.now())

    @property
    def seconds_given(self) -> int | None:
        """How long the attempt may last; None without a limit, and of attempts from before there were limits."""
        seconds: int | None = self.plan.get("limits", {}).get("seconds")
        return seconds

    @property
    def ran_out(self) -> bool:
        return self.closed_because == ClosedBecause.DEADLINE

    @property
    def raw(self) -> Fraction:
        """Marks won; zero while the attempt is open."""
        return Fraction(self.raw_numerator or 0, self.raw_denominator or 1)


INSERTED = ("item_key", "revision", "options", "confidence", "request_id", "saved_at")
INSERT_WHILE_OPEN = (
    "INSERT INTO quizzes_response (attempt_id, item_key, revision, options, confidence, request_id, saved_at)"
    " SELECT id, %s, %s, %s, %s, %s, %s FROM quizzes_attempt WHERE id = %s AND submitted_at IS NULL"
    " AND (deadline_at IS NULL OR deadline_at >= %s)"
)


class ResponseQuerySet(models.QuerySet["Response"]):
    def insert_while_open(self, response: "Response") -> bool:
        """Insert the row in one statement that holds the attempt's row, so that a save and the submission never meet.

        False when the attempt is closed or its time and grace are over, or when another request saved this revision, or this request, first.
        """
        options = Response._meta  # noqa: SLF001 - Django's documented name for a model's options
        named = {field.attname: field for field in options.concrete_fields}
        fields = [named[name] for name in INSERTED]
        earliest_end = connection.ops.adapt_datetimefield_value(response.saved_at - GRACE)
        values = [field.get_db_prep_save(getattr(response, field.attname), connection) for field in fields]
        # SQLite has one writer at a time and no row locks; there the statement alone is enough.
        share = "FOR SHARE" if connection.features.has_select_for_update else ""
        sql = f"{INSERT_WHILE_OPEN} {share} ON CONFLICT DO NOTHING RETURNING id"
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, response.attempt_id, earliest_end])
            row = cursor.fetchone()
        response.pk = row[0] if row else None
        return row is not None


class Response(models.Model):
    """The options chosen for one item, at one revision. Answers are appended, never overwritten; the highest counts."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses")
    item_key = models.CharField(max_length=60)
    revision = models.PositiveSmallIntegerField()
    options = models.JSONField(help_text="keys of the chosen options")
    confidence = models.CharField(max_length=12, choices=Confidence, blank=True)
    request_id = models.UUIDField()
    saved_at = models.DateTimeField(default=timezone.now)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item_key", "revision"], name="response_revision_unique"),
            models.UniqueConstraint(fields=["attempt", "request_id"], name="response_request_unique"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="response_revisions_start_at_one"),
            models.CheckConstraint(
                condition=Q(confidence__in=["", *Confidence.values]), name="response_confidence_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_key} revision {self.revision}"


class Step(models.Model):
    """A decision in a scenario. Decisions are final."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    node_key = models.CharField(max_length=60)
    choice_key = models.CharField(max_length=60)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="step_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="steps_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.node_key}: {self.choice_key}"
