"""Readings that join courses, versions and what belongs to them."""

from collections.abc import Mapping

from django.db.models import QuerySet

from courses.models import Course, CourseVersion, MediaFile, PackageFile, Rendering, VersionDocument, Withdrawal
from courses.rendering import RENDERER


def latest_version(course: Course) -> CourseVersion | None:
    """The newest version that is not withdrawn: what an enrollment that begins now is pinned to."""
    return course.versions.filter(withdrawal__isnull=True).order_by("-number").first()


def newest_version(course: Course) -> CourseVersion | None:
    """The newest version, withdrawn or not: what a next publication is compared with."""
    return course.versions.order_by("-number").first()


def is_withdrawn(version: CourseVersion) -> bool:
    """Whether nobody can begin this version any more."""
    return Withdrawal.objects.filter(version=version).exists()


def versions_to_render() -> QuerySet[CourseVersion]:
    """Versions that the current renderer has not rendered, with their courses."""
    done = Rendering.objects.filter(renderer=RENDERER)
    return CourseVersion.objects.exclude(renderings__in=done).select_related("course__provider").order_by("pk")


def media_of(course: Course, sha256: str) -> MediaFile | None:
    """A picture, if any version of this course shows it."""
    named = VersionDocument.objects.filter(version__course=course, text__contains=f'"sha256":"{sha256}"')
    return MediaFile.objects.filter(pk=sha256).first() if named.exists() else None


def package_files(version: CourseVersion) -> Mapping[str, bytes]:
    """The files that the version was published from, byte for byte, by their path in the package."""
    rows = PackageFile.objects.filter(version=version).order_by("path")
    return {row.path: bytes(row.content) for row in rows}
