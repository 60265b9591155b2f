"""What an organization asks of its people, and what it might ask."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import Membership, Organization, Team, User
from courses.models import Course, CourseVersion
from training.models import Obligation, PartCourse, Requirement, RequirementPart, RequirementVersion
from training.queries.board import team_counts
from training.queries.status import BOARD_ORDER, with_status
from training.rules import Status


@dataclass(frozen=True, slots=True)
class CourseChoice:
    pk: int
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class RequirementChoice:
    public_id: UUID
    title: str
    pk: int = 0


def requirements_of(organization: Organization) -> list[RequirementChoice]:
    """What the organization asks, or asked, of somebody."""
    found = Requirement.objects.filter(organization=organization).annotate(title=newest_title())
    return [RequirementChoice(*row) for row in found.order_by("title", "pk").values_list("public_id", "title", "pk")]


def requirements_naming(course: Course) -> int:
    """How many requirements in use ask for the course by their newest version, anywhere."""
    newest = RequirementVersion.objects.filter(requirement=OuterRef("version__requirement")).order_by("-number")
    naming = PartCourse.objects.filter(course=course, is_equivalent=False)
    parts = RequirementPart.objects.filter(
        Exists(naming.filter(part=OuterRef("pk"))),
        version=Subquery(newest.values("pk")[:1]),
        version__requirement__retired_at__isnull=True,
    )
    return parts.values("version__requirement").distinct().count()


def newest_title() -> Subquery:
    """The title of the newest version, inside a query of requirements."""
    newest = RequirementVersion.objects.filter(requirement=OuterRef("pk")).order_by("-number")
    return Subquery(newest.values("title")[:1])


def courses_on_offer(user: User, asked: Requirement | None = None) -> list[CourseChoice]:
    """What may be asked for; and what the requirement asks for, though it be retired by now."""
    offered = Course.objects.visible_to(user).offered()
    if asked is None:
        return _choices(offered)
    named = PartCourse.objects.filter(part__version__requirement=asked).values("course")
    return _choices(Course.objects.filter(Q(pk__in=offered) | Q(pk__in=named)))


def _choices(courses: QuerySet[Course]) -> list[CourseChoice]:
    newest = CourseVersion.objects.filter(course=OuterRef("pk"), withdrawal__isnull=True).order_by("-number")
    found = courses.annotate(title=Coalesce(Subquery(newest.values("title")[:1]), F("slug"), output_field=CharField()))
    return [CourseChoice(*row) for row in found.order_by("title").values_list("pk", "slug", "title")]


def teams_of(people: QuerySet[Membership]) -> list[Team]:
    """The teams that these people are in."""
    return list(Team.objects.filter(pk__in=people.values("team")))


def job_titles_of(people: QuerySet[Membership]) -> list[str]:
    """What these people's jobs are called."""
    found = people.exclude(job_title="").order_by("job_title").values_list("job_title", flat=True)
    return list(found.distinct())


@dataclass(frozen=True, slots=True)
class RequirementRow:
    requirement: UUID
    title: str
    created_at: dt.datetime
    is_retired: bool
    total: int
    done: int
    overdue: int


def requirement_rows(
    organization: Organization, obligations: QuerySet[Obligation], on: dt.datetime
) -> list[RequirementRow]:
    """The requirements of the organization with the counts of the obligations given."""
    counts: dict[int, dict[Status, int]] = {}
    found = with_status(obligations, on).order_by().values_list("requirement", "rank").annotate(number=Count("pk"))
    for requirement, rank, number in found:
        counts.setdefault(requirement, {})[BOARD_ORDER[rank]] = number
    asked = Requirement.objects.filter(organization=organization).annotate(title=newest_title()).order_by("-created_at")
    return [
        RequirementRow(
            requirement=one.public_id,
            title=one.title or "",
            created_at=one.created_at,
            is_retired=one.retired_at is not None,
            total=sum(counts.get(one.pk, {}).values()),
            done=team_counts("", counts.get(one.pk, {})).done,
            overdue=counts.get(one.pk, {}).get(Status.OVERDUE, 0),
        )
        for one in asked
    ]
