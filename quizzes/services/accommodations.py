"""The acts around what is arranged for one learner: she asks, the course's provider decides.

They are recorded in the site's chain, as attempts are: a grant and the end of a last attempt take turns there, so that
one of the two sees the other (docs/adr/0021-accommodations-take-the-attempts-turn.md).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.access import NotAllowed, require_administrator
from audit.races import tried_again
from audit.services import Person, record, refusals_recorded
from courses.library import published
from courses.models import Course
from enrollments.models import Enrollment
from enrollments.services import AnotherIsOpen, reopen_enrollment
from quizzes import notices
from quizzes.models import Accommodation, AccommodationRequest
from quizzes.queries import assessment_states
from quizzes.rules import Arranged
from quizzes.services.closing import close_when_failed


class AlreadyAsked(Exception):
    """An earlier request of hers waits for an answer."""

    def __init__(self, request: AccommodationRequest) -> None:
        super().__init__(request.public_id)
        self.request = request


class AlreadyAnswered(Exception):
    """Somebody decided the request before."""

    def __init__(self, request: AccommodationRequest) -> None:
        super().__init__(request.public_id)
        self.request = request


class OwnAccommodation(Exception):
    """Nobody decides what is arranged for herself."""


class UnfitTerms(Exception):
    """Nothing would be arranged, or more than can be, or it is not said why."""


class Reopening(StrEnum):
    """What further attempts did to an enrollment that had ended after its last one."""

    NOT_NEEDED = "not-needed"
    REOPENED = "reopened"
    ANOTHER_IS_OPEN = "another-is-open"


@dataclass(frozen=True, slots=True)
class Granted:
    accommodation: Accommodation
    reopening: Reopening
    closes: bool  # it replaced further attempts that an open enrollment was living on, and that one has ended


def ask_for_accommodation(*, user: User, course: Course, wanted: str, by: User) -> AccommodationRequest:
    """Keep what she needs, in her words, for the provider to answer; the same words again are the same request.

    Raises AlreadyAsked while another request of hers in the course waits.
    """
    try:
        with transaction.atomic():
            request = AccommodationRequest.objects.create(user=user, course=course, wanted=wanted)
            record("accommodation.asked", by=by, target=request, course=course.slug)
    except IntegrityError:
        waiting = AccommodationRequest.objects.get(user=user, course=course, decided_at=None)
        if waiting.wanted != wanted:
            raise AlreadyAsked(waiting) from None
        return waiting
    return request


def grant_accommodation(
    *,
    user: User,
    course: Course,
    arranged: Arranged,
    reason: str,
    by: User,
    request: AccommodationRequest | None = None,
    acting: Person | None = None,
) -> Granted:
    """Arrange it for the learner from now on, in place of what was arranged before; attempts that are open keep theirs.

    Further attempts open an enrollment again that ended after the last one, if she has begun no other. `acting` is who
    does it for `by`, such as a command. Raises NotAllowed, OwnAccommodation, UnfitTerms and AlreadyAnswered.
    """
    if not arranged.is_fit or not reason:
        raise UnfitTerms
    # Somebody else may grant something at this moment.
    return tried_again(lambda: _grant(user, course, arranged, reason, by, request, acting or by))


def decline_request(*, request: AccommodationRequest, answer: str, by: User) -> AccommodationRequest:
    """Answer the request with words and arrange nothing. Raises NotAllowed, OwnAccommodation and AlreadyAnswered."""
    refusals = (NotAllowed, OwnAccommodation, AlreadyAnswered)
    with refusals_recorded("accommodation.declined", *refusals, by=by, target=request):
        _require_may_decide(request.user, request.course, by)
        _answer(request, is_granted=False, answer=answer, by=by)
        record("accommodation.declined", by=by, target=request, course=request.course.slug)
        notices.owe_accommodation(request.user, request.course, occasion=f"declined:{request.public_id}")
    return request


def end_accommodation(*, accommodation: Accommodation, by: User, acting: Person | None = None) -> Accommodation:
    """End what was arranged, once; attempts that are open keep it. Raises NotAllowed and OwnAccommodation.

    An enrollment whose last attempt failed by the author's own limit ends too, so that she can begin anew.
    """
    user, course, actor = accommodation.user, accommodation.course, acting or by
    with refusals_recorded("accommodation.ended", NotAllowed, OwnAccommodation, by=actor, target=accommodation):
        _require_may_decide(user, course, by)
        won = _in_force(user, course).filter(pk=accommodation.pk).update(ended_at=timezone.now(), ended_by=by)
        if won:
            record("accommodation.ended", by=actor, target=accommodation, ended_by=by.audit_name, course=course.slug)
            _close_where_failed(user, course, actor)
            notices.owe_accommodation(user, course, occasion=f"ended:{accommodation.public_id}")
    accommodation.refresh_from_db()
    return accommodation


def _grant(
    user: User,
    course: Course,
    arranged: Arranged,
    reason: str,
    by: User,
    request: AccommodationRequest | None,
    actor: Person,
) -> Granted:
    refusals = (NotAllowed, OwnAccommodation, AlreadyAnswered)
    with refusals_recorded("accommodation.granted", *refusals, by=actor, target=request or course):
        _require_may_decide(user, course, by)
        if request is not None:
            _answer(request, is_granted=True, answer="", by=by)
        now = timezone.now()
        _in_force(user, course).update(ended_at=now, ended_by=by)
        accommodation = Accommodation.objects.create(
            user=user,
            course=course,
            extra_time_percent=arranged.extra_time_percent,
            no_time_limit=arranged.no_time_limit,
            extra_attempts=arranged.extra_attempts,
            reason=reason,
            request=request,
            granted_by=by,
            granted_at=now,
        )
        record("accommodation.granted", by=actor, target=accommodation, granted_by=by.audit_name, course=course.slug)
        reopening = _open_again(user, course, actor)
        closes = _close_where_failed(user, course, actor)
        notices.owe_accommodation(user, course, occasion=f"granted:{accommodation.public_id}")
    return Granted(accommodation, reopening, closes)


def _require_may_decide(user: User, course: Course, by: User) -> None:
    require_administrator(by, course.provider)
    if user == by:
        raise OwnAccommodation


def _answer(request: AccommodationRequest, *, is_granted: bool, answer: str, by: User) -> None:
    decision = {"decided_at": timezone.now(), "decided_by": by, "is_granted": is_granted, "answer": answer}
    if not AccommodationRequest.objects.filter(pk=request.pk, decided_at=None).update(**decision):
        raise AlreadyAnswered(request)
    for name, value in decision.items():
        setattr(request, name, value)


def _in_force(user: User, course: Course) -> models.QuerySet[Accommodation]:
    return Accommodation.objects.filter(user=user, course=course, ended_at=None)


def _open_again(user: User, course: Course, actor: Person) -> Reopening:
    """Open the enrollment that her last failed attempt ended, if further attempts are allowed in it now."""
    enrollments = Enrollment.objects.of(user).filter(course=course).select_related("version")
    ended = enrollments.filter(closed_at__isnull=False).order_by("-closed_at").first()
    if ended is None or _failed(ended):
        return Reopening.NOT_NEEDED
    if enrollments.filter(completed_at__isnull=False, started_at__gt=ended.started_at).exists():
        return Reopening.NOT_NEEDED  # she has completed the course since
    try:
        reopen_enrollment(enrollment=ended, by=actor)
    except AnotherIsOpen:
        return Reopening.ANOTHER_IS_OPEN
    return Reopening.REOPENED


def _failed(enrollment: Enrollment) -> bool:
    document = published(enrollment.version).document
    states = assessment_states(enrollment, document)
    return any(states[key].is_failed_for_good for key in document.course.gates.pass_)


def _close_where_failed(user: User, course: Course, actor: Person) -> bool:
    """Whether an open enrollment ended by it; she has one of a course at most."""
    for enrollment in Enrollment.objects.of(user).open().filter(course=course).select_related("version"):
        document = published(enrollment.version).document
        for key in document.course.gates.pass_:
            if close_when_failed(enrollment, document.assessment_by_key[key], by=actor):
                return True
    return False
