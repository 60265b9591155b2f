"""Publishing a package: the course and its version in one act."""

from django.db import transaction

from accounts.models import Organization
from audit.services import Person
from author.checks import package_faults
from author.faults import Fault
from author.packages import Package
from courses.models import CourseVersion
from courses.services import create_course, publish_version


class PackageFaulty(Exception):
    """The package has faults; nothing was published."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(len(faults))
        self.faults = faults


@transaction.atomic
def publish_package(*, package: Package, slug: str, provider: Organization, by: Person) -> CourseVersion:
    """The package as the next version of the provider's course at that address, which is made if there is none.

    Raises PackageFaulty when the package has any fault, and what `create_course` and `publish_version` raise.
    """
    faults = package_faults(package)
    document = package.document()
    if faults or document is None:
        raise PackageFaulty(faults)
    course = create_course(slug=slug, provider=provider, by=by)
    return publish_version(course=course, document=document, files=package.files, media=package.media(), by=by)
