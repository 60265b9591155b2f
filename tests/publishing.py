"""The example course, published the way an author publishes: read, checked, and through the services."""

from functools import cache
from pathlib import Path

from accounts.models import Organization
from audit.services import SYSTEM
from author.packages import Package, read_package
from author.services import publish_package
from courses.library import published
from courses.models import CourseVersion

EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "example-course"
SLUG = "leaving-a-clear-voicemail"


@cache
def _example() -> Package:
    return read_package(EXAMPLE)


def publish_example(provider: Organization | None = None) -> CourseVersion:
    """Version 1 of the example course, already in the process's library: `published` costs no statement."""
    if provider is None:
        provider, _ = Organization.objects.get_or_create(
            slug="example-provider", defaults={"name": "Example Provider", "time_zone": "America/New_York"}
        )
    version = publish_package(package=_example(), slug=SLUG, provider=provider, by=SYSTEM)
    published(version)
    return version
