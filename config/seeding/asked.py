"""What the seeded clinic asks of everybody: courses that ship, policies to acknowledge, cards to hand in."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from accounts.models import Organization
from audit.services import SYSTEM
from author.packages import read_package
from author.services import publish_package
from config.seeding.cast import noon
from courses.models import Course, CourseVersion
from courses.services import SlugTaken, Unchanged
from training.models import PartCourse, PartKinds, Requirement, RequirementPart, RequirementVersion
from training.rules import ONE_DAY, Asked, Part, PartKind

#: Who asked, decided and recorded, in the columns that say so.
SEEDER: Final = SYSTEM.audit_name

#: What is asked for: a course that ships, by its slug and folder, or the title of a policy or of evidence.
COURSES = (("anonymous-platforms", "content/anonymous-platforms"), ("leaving-a-clear-voicemail", "docs/example-course"))
TITLES = (
    (PartKinds.POLICY, "Duty to warn and protect"),
    (PartKinds.EVIDENCE, "Basic life support card"),
    (PartKinds.POLICY, "Safe handling of client records"),
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One requirement, as the rows and as the rule want it."""

    requirement: Requirement
    part: RequirementPart
    course: Course | None
    version: CourseVersion | None
    asked: Asked


def asked_of_all(organization: Organization, number: int, today: dt.date) -> Ask:
    """Write the requirement of that number, from 0: first the courses that ship, then policies and evidence by turns."""
    kind, title, version = _what(organization, number)
    published_at = noon(today - 2600 * ONE_DAY)
    course = version.course if version else None
    requirement = Requirement.objects.create(organization=organization, course=course, created_at=published_at)
    asked = RequirementVersion.objects.create(
        requirement=requirement, number=1, title=title[:120], published_at=published_at, published_by=SEEDER
    )
    part = RequirementPart.objects.create(
        version=asked,
        position=1,
        kind=kind,
        title="" if course else title,
        text="" if course else f"{title}, in the words of the clinic.",
    )
    if course:
        PartCourse.objects.create(part=part, course=course)
    courses = frozenset([course.pk] if course else [])
    parts = (Part(id=part.pk, kind=PartKind(kind), courses=courses),)
    return Ask(requirement, part, course, version, Asked(known_at=published_at, parts=parts))


def _what(organization: Organization, number: int) -> tuple[PartKinds, str, CourseVersion | None]:
    if number < len(COURSES):
        slug, folder = COURSES[number]
        version = _published(organization, slug, Path(settings.BASE_DIR) / folder)
        return PartKinds.COURSE, version.title, version
    kind, title = TITLES[(number - len(COURSES)) % len(TITLES)]
    more = (number - len(COURSES)) // len(TITLES)
    return kind, f"{title} {more + 1}" if more else title, None


def _published(organization: Organization, slug: str, folder: Path) -> CourseVersion:
    """The course's newest version; published now where nobody has."""
    try:
        return publish_package(package=read_package(folder), slug=slug, provider=organization, by=SYSTEM)
    except Unchanged as same:
        return same.version
    except SlugTaken:
        return CourseVersion.objects.filter(course__slug=slug).order_by("-number")[0]
