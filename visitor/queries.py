"""What the catalog lists."""

from dataclasses import dataclass

from courses.document import Document
from courses.library import published
from courses.models import Course, CourseVersion


@dataclass(frozen=True, slots=True)
class Offer:
    """A course that can be begun, in the version that it would be begun in."""

    slug: str
    provider: str
    version: CourseVersion
    document: Document


def offers(user: object) -> list[Offer]:
    """The courses that this person may begin, by title. One statement, whatever their number, once they are loaded."""
    open_versions = (
        CourseVersion.objects.filter(
            course__in=Course.objects.visible_to(user), course__retired_at__isnull=True, withdrawal__isnull=True
        )
        .select_related("course__provider")
        .order_by("course", "number")
    )
    newest = {version.course_id: version for version in open_versions}
    found = [
        Offer(version.course.slug, version.course.provider.name, version, published(version).document)
        for version in newest.values()
    ]
    return sorted(found, key=lambda offer: offer.version.title.casefold())
