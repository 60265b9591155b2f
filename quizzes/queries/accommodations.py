"""What is arranged for learners, what they ask for, and who decides."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Organization, User
from audit.statements import Statement
from courses.models import Course, CourseVersion
from quizzes.models import Accommodation, AccommodationRequest, Attempt
from quizzes.models.attempts import AttemptQuerySet
from quizzes.rules import NOTHING_ARRANGED, Arranged

TERMS = ("extra_time_percent", "no_time_limit", "extra_attempts")


def _in_force(user_id: int, course_id: int) -> QuerySet[Accommodation]:
    return Accommodation.objects.filter(user=user_id, course=course_id, ended_at=None)  # one at most, by its constraint


IN_FORCE = Statement(lambda user_id, course_id: _in_force(user_id, course_id).select_related("granted_by"), int, int)
ARRANGED = Statement(lambda user_id, course_id: _in_force(user_id, course_id).values_list(*TERMS), int, int)


def accommodation_in_force(user_id: int, course_id: int) -> Accommodation | None:
    """What holds for the person in the course now, with who granted it."""
    return IN_FORCE.first(user_id, course_id)


def arranged_by(accommodation: Accommodation | None) -> Arranged:
    if accommodation is None:
        return NOTHING_ARRANGED
    return Arranged(accommodation.extra_time_percent, accommodation.no_time_limit, accommodation.extra_attempts)


def arranged_for(user_id: int, course_id: int) -> Arranged:
    """What is arranged for the person in the course now, in one statement."""
    row = ARRANGED.first(user_id, course_id)
    return Arranged(*row) if row else NOTHING_ARRANGED


def with_arranged(attempts: AttemptQuerySet) -> QuerySet[Attempt]:
    """The attempts, each with what is arranged for its learner now: read it by `arranged_with`."""
    mine = Accommodation.objects.filter(
        user=OuterRef("enrollment__user"), course=OuterRef("enrollment__course"), ended_at=None
    )
    return attempts.annotate(arranged=Subquery(mine.values(found=JSONObject(**{name: name for name in TERMS}))[:1]))


def arranged_with(attempt: Attempt) -> Arranged:
    """What came with an attempt of `with_arranged`."""
    found: dict[str, Any] | None = vars(attempt)["arranged"]
    if found is None:
        return NOTHING_ARRANGED
    # SQLite has no booleans in its JSON objects.
    return Arranged(found["extra_time_percent"], bool(found["no_time_limit"]), found["extra_attempts"])


def requests_by(user: User, course: Course) -> list[AccommodationRequest]:
    """What she asked for in the course, newest first."""
    return list(AccommodationRequest.objects.filter(user=user, course=course).order_by("-requested_at", "-pk"))


def requests_to(provider: Organization) -> QuerySet[AccommodationRequest]:
    """Everything that was ever asked of the provider of a course, with who asks."""
    found = AccommodationRequest.objects.filter(course__provider=provider)
    return found.select_related("user", "course__provider").annotate(course_title=_title())


def open_requests(provider: Organization) -> QuerySet[AccommodationRequest]:
    """What waits for an answer, the longest first."""
    return requests_to(provider).filter(decided_at=None).order_by("requested_at", "pk")


def accommodations_of(provider: Organization) -> QuerySet[Accommodation]:
    """What is in force in the provider's courses, newest first."""
    found = Accommodation.objects.filter(course__provider=provider, ended_at=None)
    return (
        found.select_related("user", "course__provider", "granted_by")
        .annotate(course_title=_title())
        .order_by("-granted_at", "-pk")
    )


def _title() -> Subquery:
    newest = CourseVersion.objects.filter(course=OuterRef("course")).order_by("-number")
    return Subquery(newest.values("title")[:1])
