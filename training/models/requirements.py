"""What an organization asks for: requirements, their versions, and what meets them."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Organization
from courses.models import Course
from training.rules import Match, PartKind


class MatchChoices(models.TextChoices):
    ANY = Match.ANY.value, "One of the parts"
    ALL = Match.ALL.value, "All of the parts"


class PartKinds(models.TextChoices):
    COURSE = PartKind.COURSE.value, "A course, or one that counts as it"
    POLICY = PartKind.POLICY.value, "A policy to acknowledge"
    EVIDENCE = PartKind.EVIDENCE.value, "Evidence from elsewhere"


class Requirement(models.Model):
    """Something that an organization asks of its people. What it asks stands in its versions.

    `course` is set when it was made by assigning that course, so that a second assignment finds it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "course"],
                condition=Q(retired_at__isnull=True),
                name="one_open_requirement_for_each_course",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("created_at")),
                name="requirement_retired_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} asks for {self.public_id}"


class RequirementVersion(models.Model):
    """What a requirement asks for, from an instant on. Rows are only added.

    `ladder` holds the days, counted from the due day, on which a person is reminded; then weekly while overdue.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True, help_text="why it is asked: a rule, a contract, a decision")
    match = models.CharField(max_length=8, choices=MatchChoices, default=MatchChoices.ALL)
    holds_for_open = models.BooleanField(
        default=False, help_text="obligations that are open when it is published are met by this version too"
    )
    ladder = models.JSONField(default=list)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=40)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["requirement", "number"], name="requirement_version_number_unique"),
            models.CheckConstraint(condition=Q(match__in=MatchChoices.values), name="requirement_match_known"),
            models.CheckConstraint(condition=~Q(title=""), name="requirement_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class RequirementPart(models.Model):
    """One thing that a version asks for. Rows are only added."""

    version = models.ForeignKey(RequirementVersion, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=PartKinds)
    title = models.CharField(max_length=160, blank=True, help_text="the policy's or the evidence's name")
    text = models.TextField(blank=True, help_text="the policy as it is acknowledged, or what the evidence must show")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="part_position_unique_in_version"),
            models.CheckConstraint(condition=Q(kind__in=PartKinds.values), name="part_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=PartKinds.COURSE) | ~Q(title=""), name="policy_and_evidence_have_a_title"
            ),
            models.CheckConstraint(condition=~Q(kind=PartKinds.POLICY) | ~Q(text=""), name="policy_has_a_text"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(kind=PartKinds.EVIDENCE), name="one_kind_of_evidence_for_each_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} part {self.position}"


class PartCourse(models.Model):
    """A course that meets a part: the one that is asked for, or an equivalent. Rows are only added."""

    part = models.ForeignKey(RequirementPart, on_delete=models.PROTECT, related_name="courses")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    is_equivalent = models.BooleanField(default=False)

    class Meta:
        ordering = ["is_equivalent", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "course"], name="course_once_in_a_part"),
            models.UniqueConstraint(
                fields=["part"], condition=Q(is_equivalent=False), name="one_course_asked_for_in_a_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} in {self.part}"
