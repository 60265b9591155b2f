import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization


class CourseQuerySet(models.QuerySet["Course"]):
    def visible_to(self, user: object) -> Self:
        """The courses that this person, or anybody when she is not signed in, may know of. For now: public ones."""
        del user  # every read passes it, so that a private course can be added in this one place
        return self.filter(is_public=True)

    def offered(self) -> Self:
        """Open for new enrollments: not retired, and with a version that is not withdrawn."""
        usable = CourseVersion.objects.filter(course=models.OuterRef("pk"), withdrawal__isnull=True)
        return self.filter(models.Exists(usable), retired_at__isnull=True)


class Course(models.Model):
    """A course as an idea, at one address for ever. What is taught stands in its versions."""

    slug = models.SlugField(max_length=60, unique=True)
    provider = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    is_public = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = CourseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug


class CourseVersion(models.Model):
    """A course as published on a day; nothing in it ever changes. A correction is the next number."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document_sha256 = models.CharField(max_length=64)
    title = models.CharField(max_length=200, help_text="copied from the document, for lists")
    # What completion asks for.
    minutes = models.PositiveIntegerField(help_text="copied from the document, for lists")
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=40, help_text="the person's public id, or `system`")

    class Meta:
        ordering = ["course", "number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="version_number_unique_in_course"),
            models.UniqueConstraint(fields=["course", "document_sha256"], name="document_published_once_in_course"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_numbers_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.number}"


class VersionDocument(models.Model):
    """The canonical text of a version, in a row of its own so that no list drags it along."""

    version = models.OneToOneField(CourseVersion, on_delete=models.PROTECT, primary_key=True, related_name="document")
    text = models.TextField()

    def __str__(self) -> str:
        return f"document of {self.version}"


class PackageFile(models.Model):
    """A file of the package that a version was published from, byte for byte."""

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="package_files")
    path = models.CharField(max_length=200)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "path"], name="package_path_unique_in_version")]

    def __str__(self) -> str:
        return self.path


class MediaFile(models.Model):
    """A picture, known by its SHA-256 and stored once for all versions that use it."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=40)
    content = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class Rendering(models.Model):
    """The HTML of a version as one renderer made it. A corrected renderer adds a row; the newest is shown.

    `fragments` holds the inline texts (stems, options, rationales, nodes) by the source text.
    """

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="renderings")
    renderer = models.PositiveIntegerField()
    fragments = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "renderer"], name="rendered_once_by_each_renderer")]

    def __str__(self) -> str:
        return f"{self.version} by renderer {self.renderer}"


class RenderedLesson(models.Model):
    """The HTML of one lesson."""

    rendering = models.ForeignKey(Rendering, on_delete=models.PROTECT, related_name="lessons")
    lesson_key = models.CharField(max_length=60)
    html = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendering", "lesson_key"], name="lesson_rendered_once")]

    def __str__(self) -> str:
        return self.lesson_key


class Withdrawal(models.Model):
    """A version taken out of use for new enrollments: when, by whom and why. The version itself stays."""

    version = models.OneToOneField(CourseVersion, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=40)
    because = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="withdrawal_gives_a_reason")]

    def __str__(self) -> str:
        return f"{self.version} withdrawn"
