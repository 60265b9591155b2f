"""What an organization asks of its people, and what it might ask."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import (
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import Membership, Organization, Team, User
from courses.models import Course, CourseVersion
from training.models import Obligation, Requirement
from training.queries.board import course_titles, team_counts
from training.queries.status import BOARD_ORDER, with_status
from training.rules import Status


@dataclass(frozen=True, slots=True)
class CourseChoice:
    pk: int
    slug: str
    title: str


def courses_asked_for(organization: Organization) -> list[CourseChoice]:
    """The courses that the organization asks, or asked, of somebody."""
    asked = Requirement.objects.filter(organization=organization)
    return _choices(Course.objects.filter(pk__in=asked.values("course")))


def courses_on_offer(user: User) -> list[CourseChoice]:
    return _choices(Course.objects.visible_to(user).offered())


def _choices(courses: QuerySet[Course]) -> list[CourseChoice]:
    newest = CourseVersion.objects.filter(course=OuterRef("pk"), withdrawal__isnull=True).order_by("-number")
    found = courses.annotate(title=Coalesce(Subquery(newest.values("title")[:1]), F("slug"), output_field=CharField()))
    return [CourseChoice(*row) for row in found.order_by("title").values_list("pk", "slug", "title")]


def teams_of(people: QuerySet[Membership]) -> list[Team]:
    """The teams that these people are in."""
    return list(Team.objects.filter(pk__in=people.values("team")))


@dataclass(frozen=True, slots=True)
class RequirementRow:
    course_slug: str
    course_title: str
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
    titles = course_titles()
    asked = Requirement.objects.filter(organization=organization).select_related("course").order_by("-created_at")
    return [
        RequirementRow(
            course_slug=one.course.slug,
            course_title=titles.get(one.course_id, one.course.slug),
            created_at=one.created_at,
            is_retired=one.retired_at is not None,
            total=sum(counts.get(one.pk, {}).values()),
            done=team_counts("", counts.get(one.pk, {})).done,
            overdue=counts.get(one.pk, {}).get(Status.OVERDUE, 0),
        )
        for one in asked
    ]
