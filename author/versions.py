"""The versions that an organization has published: what the desk lists of each, and what stands beside a page about one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from accounts.models import Organization, User
from author.due import Dated, due
from author.withholding import withheld_keys
from courses.document import Assessment, Lesson, Quiz, Scenario
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment

#: So many days ahead the desk tells what must be looked at again.
AHEAD = dt.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the desk's list."""

    version: CourseVersion
    has_earlier: bool
    is_withdrawn: bool
    is_newest: bool  # nobody begins any other of this course

    @property
    def quizzes(self) -> list[Quiz]:
        return [part for part in self._parts() if isinstance(part, Quiz)]

    @property
    def cases(self) -> list[Scenario]:
        return [part for part in self._parts() if isinstance(part, Scenario)]

    def _parts(self) -> Iterator[Lesson | Assessment]:
        """In the order in which learners meet them."""
        document = published(self.version).document
        return (document.part(key) for key in document.part_keys)


def version_lines(provider: Organization) -> list[VersionLine]:
    """The newest version of each course, and every older one below it."""
    versions = CourseVersion.objects.filter(course__provider=provider).select_related("course", "withdrawal")
    by_course = groupby(versions.order_by("course__slug", "-number"), key=lambda version: version.course_id)
    return [line for _, group in by_course for line in _lines(list(group))]


def _lines(versions: Sequence[CourseVersion]) -> Iterator[VersionLine]:
    usable = [version for version in versions if not hasattr(version, "withdrawal")]
    for version in versions:
        yield VersionLine(
            version,
            has_earlier=version is not versions[-1],
            is_withdrawn=version not in usable,
            is_newest=version in usable[:1] and version.course.retired_at is None,
        )


def versions_beside(version: CourseVersion) -> list[CourseVersion]:
    """Every other version of the same course, newest first."""
    others = CourseVersion.objects.filter(course=version.course_id).exclude(pk=version.pk)
    return list(others.order_by("-number"))


# --- what is due


@dataclass(frozen=True, slots=True)
class DueLine:
    """One thing that is due. The words of a fact behind a question that she may not know yet are kept from her."""

    dated: Dated
    part: Lesson | Assessment | None  # None where it is the course's own
    days_left: int
    is_withheld: bool

    @property
    def days_over(self) -> int:
        return -self.days_left


@dataclass(frozen=True, slots=True)
class DueList:
    """What of a version is due by a day."""

    version: CourseVersion
    by: dt.date
    lines: tuple[DueLine, ...]

    @property
    def overdue(self) -> int:
        return sum(line.days_left < 0 for line in self.lines)


def due_lists(lines: Iterable[VersionLine], viewer: User, today: dt.date) -> list[DueList]:
    """Of the newest version of every course what is due in the next sixty days, where anything is."""
    found = {line.version: due(published(line.version).document, today + AHEAD) for line in lines if line.is_newest}
    some = {version: dated for version, dated in found.items() if dated}
    mine = Enrollment.objects.of(viewer).filter(course__in=[version.course_id for version in some])
    taken = set(mine.values_list("course", flat=True)) if some else set()
    return [
        _due_list(version, dated, viewer, today, is_taken=version.course_id in taken) for version, dated in some.items()
    ]


def _due_list(
    version: CourseVersion, dated: Iterable[Dated], viewer: User, today: dt.date, *, is_taken: bool
) -> DueList:
    document = published(version).document
    withheld = withheld_keys(viewer, version) if is_taken else frozenset[str]()
    lines = (
        DueLine(
            each,
            document.part(each.part) if each.part else None,
            each.days_left(today),
            is_withheld=each.part in withheld,
        )
        for each in dated
    )
    return DueList(version, today + AHEAD, tuple(lines))
