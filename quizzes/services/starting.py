"""The act of beginning an attempt."""

from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.services import record
from courses.document import Assessment, Quiz, Scenario
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import Accommodation, AssessmentKind, Attempt
from quizzes.queries import (
    AssessmentState,
    accommodation_in_force,
    arranged_by,
    assessment_state,
    corrections_in_force,
    seen_and_missed,
)
from quizzes.rules import Limits, Refusal, draw_quiz, effective_end, may_start, withdrawn
from quizzes.services.closing import close_overdue
from quizzes.services.refusals import CannotStart, EnrollmentEnded, UnknownAssessment


def start_attempt(*, enrollment: Enrollment, assessment_key: str, by: User) -> Attempt:
    """The open attempt of this assessment, or a new one with its plan drawn; one whose time is over is closed instead.

    Refuses an assessment the version does not have (UnknownAssessment), a closed enrollment (EnrollmentEnded), and an
    attempt beyond the rules (CannotStart). Of two starts at once both get the same attempt.
    """
    assessment = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if assessment is None:
        raise UnknownAssessment(assessment_key)
    accommodation = accommodation_in_force(enrollment.user_id, enrollment.course_id)
    state = assessment_state(enrollment, assessment, arranged=arranged_by(accommodation))
    if state.open_attempt:
        return close_overdue(attempt=state.open_attempt, by=by)
    if state.open_practice:
        raise CannotStart(Refusal.PRACTICE_OPEN, state)
    if enrollment.closed_at:
        raise EnrollmentEnded
    refusal = may_start(
        taken=state.used,
        allowed=state.allowed,
        passed=state.passed,
        summative=assessment.kind == "summative",
        next_at=state.next_at,
        now=timezone.now(),
    )
    if refusal:
        raise CannotStart(refusal, state)
    try:
        return _create_attempt(enrollment, assessment, state, accommodation, by)
    except IntegrityError:
        # The other click won; its attempt is this one's result.
        winner = Attempt.objects.get(enrollment=enrollment, assessment_key=assessment_key, number=state.next_number)
        if not winner.counts:
            raise CannotStart(Refusal.PRACTICE_OPEN, state) from None
        return winner


@transaction.atomic
def _create_attempt(
    enrollment: Enrollment,
    assessment: Assessment,
    state: AssessmentState,
    accommodation: Accommodation | None,
    by: User,
) -> Attempt:
    now = timezone.now()
    attempt = Attempt.objects.create(
        enrollment=enrollment,
        assessment_key=assessment.key,
        kind=AssessmentKind.QUIZ if isinstance(assessment, Quiz) else AssessmentKind.SCENARIO,
        number=state.next_number,
        plan={**_plan(enrollment, assessment), "limits": _limits(assessment, state, accommodation)},
        started_at=now,
        deadline_at=effective_end(now, state.terms.seconds),
    )
    record("attempt.started", by=by, target=attempt, assessment=assessment.key, number=attempt.number)
    return attempt


def _plan(enrollment: Enrollment, assessment: Assessment) -> dict[str, object]:
    if isinstance(assessment, Scenario):
        return {"pass_percent": assessment.pass_percent}
    corrections = corrections_in_force(enrollment.version_id, assessment.key)
    seen, missed = seen_and_missed(enrollment, assessment, corrections)
    left_out = withdrawn(corrections)
    return draw_quiz(assessment, seed=uuid4().hex, seen=seen, missed=missed, withdrawn=left_out).to_json()


def _limits(assessment: Assessment, state: AssessmentState, accommodation: Accommodation | None) -> dict[str, object]:
    """What the attempt is held to, and what was arranged: copied, so that later changes do not reach it."""
    minutes = Limits.of(assessment).minutes
    return {
        "base_seconds": None if minutes is None else 60 * minutes,
        "seconds": state.terms.seconds,
        "attempts": state.terms.attempts,
        "cool_down_hours": assessment.cool_down_hours,
        "accommodation": accommodation and _copied(accommodation),
    }


def _copied(accommodation: Accommodation) -> dict[str, object]:
    return {
        "id": str(accommodation.public_id),
        "extra_time_percent": accommodation.extra_time_percent,
        "no_time_limit": accommodation.no_time_limit,
        "extra_attempts": accommodation.extra_attempts,
        "reason": accommodation.reason,
        "granted_by": str(accommodation.granted_by.public_id),
        "granted_at": accommodation.granted_at.isoformat(),
    }
