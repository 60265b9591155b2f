"""What is put right in a published version without changing it: challenges, adjustments, and the scores they changed."""

import uuid
from fractions import Fraction
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organization, User
from courses.models import CourseVersion
from quizzes.models.attempts import Attempt
from quizzes.rules import ItemAdjustment, Outcome, Remedy, Score


class ChallengeOutcome(models.TextChoices):
    UPHELD = "upheld"  # the item is faulty
    EXPLAINED = "explained"  # it stands, and why


class ItemChallengeQuerySet(models.QuerySet["ItemChallenge"]):
    def about_courses_of(self, provider: Organization) -> Self:
        return self.filter(attempt__enrollment__version__course__provider=provider)

    def waiting(self) -> Self:
        return self.filter(answered_at__isnull=True)


class ItemChallenge(models.Model):
    """A learner says that an item of her attempt is wrong; an author answers. The author does not learn who asks."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    item_key = models.CharField(max_length=60)
    words = models.CharField(max_length=2000)
    made_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=ChallengeOutcome, blank=True)
    answer = models.CharField(max_length=2000, blank=True)

    objects = ItemChallengeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item_key"], name="one_challenge_for_each_item_of_an_attempt"),
            models.CheckConstraint(condition=~Q(words=""), name="challenge_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="", answer="")
                | (
                    Q(answered_at__isnull=False, answered_by__isnull=False, outcome__in=ChallengeOutcome.values)
                    & ~Q(answer="")
                ),
                name="challenge_answered_wholly_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"challenge of {self.item_key}"


class AdjustmentKind(models.TextChoices):
    FULL_CREDIT = "full-credit"  # everybody who was asked wins the item's marks
    DROP = "drop"  # the item is taken out of marks and maximum
    ACCEPT_OPTION = "accept-option"  # a further option wins full credit


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def of_courses_of(self, provider: Organization) -> Self:
        return self.filter(version__course__provider=provider)

    def about(self, version_id: int, assessment_key: str) -> Self:
        return self.filter(version=version_id, assessment_key=assessment_key)

    def proposed(self) -> Self:
        """Waiting for the approval of another author."""
        return self.filter(approved_at__isnull=True, withdrawn_at__isnull=True)

    def in_force(self) -> Self:
        return self.filter(approved_at__isnull=False, withdrawn_at__isnull=True)  # the second names the index


class Adjustment(models.Model):
    """How an item of a published version is scored from its approval on. It needs two people, and takes no pass away."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="+")
    assessment_key = models.CharField(max_length=60)
    item_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=15, choices=AdjustmentKind)
    option_key = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=2000)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "assessment_key", "item_key", "kind", "option_key"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_adjustment_of_each_kind_for_an_item",
            ),
            models.CheckConstraint(condition=Q(kind__in=AdjustmentKind.values), name="adjustment_kind_known"),
            models.CheckConstraint(
                condition=(Q(kind=AdjustmentKind.ACCEPT_OPTION) & ~Q(option_key=""))
                | (~Q(kind=AdjustmentKind.ACCEPT_OPTION) & Q(option_key="")),
                name="only_an_accepted_option_is_named",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__gte=F("proposed_at"), approved_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
                name="adjustment_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, approved_at__isnull=True),
                name="only_a_proposal_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.item_key}"

    @property
    def is_proposed(self) -> bool:
        return self.approved_at is None and self.withdrawn_at is None

    @property
    def rule(self) -> ItemAdjustment:
        return ItemAdjustment(self.item_key, Remedy(self.kind), self.option_key)


class ScoreChange(models.Model):
    """What an adjustment made of one finished attempt: its score before and after."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="score_changes")
    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="score_changes")
    before_numerator = models.PositiveBigIntegerField()
    before_denominator = models.PositiveBigIntegerField()
    before_maximum = models.PositiveBigIntegerField()
    before_passed = models.BooleanField()
    after_numerator = models.PositiveBigIntegerField()
    after_denominator = models.PositiveBigIntegerField()
    after_maximum = models.PositiveBigIntegerField()
    after_passed = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "adjustment"], name="score_changed_once_by_each_adjustment"),
            models.CheckConstraint(
                condition=Q(before_passed=False) | Q(after_passed=True), name="no_adjustment_takes_a_pass_away"
            ),
        ]

    def __str__(self) -> str:
        return f"score of attempt {self.attempt_id}"

    @property
    def before(self) -> Outcome:
        raw = Fraction(self.before_numerator, self.before_denominator)
        return Outcome(Score(raw, self.before_maximum), self.before_passed)

    @property
    def after(self) -> Outcome:
        raw = Fraction(self.after_numerator, self.after_denominator)
        return Outcome(Score(raw, self.after_maximum), self.after_passed)
