"""The act of beginning an attempt."""

from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.services import record
from courses.document import Assessment, Quiz, Scenario
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import AssessmentKind, Attempt
from quizzes.queries import AssessmentState, assessment_state
from quizzes.rules import Refusal, draw_quiz, may_start
from quizzes.services.refusals import CannotStart, EnrollmentEnded, UnknownAssessment


def start_attempt(*, enrollment: Enrollment, assessment_key: str, by: User) -> Attempt:
    """The open attempt of this assessment, or a new one with its plan drawn.

    Refuses an assessment the version does not have (UnknownAssessment), a closed enrollment (EnrollmentEnded), and an
    attempt beyond the rules (CannotStart). Of two starts at once both get the same attempt.
    """
    assessment = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if assessment is None:
        raise UnknownAssessment(assessment_key)
    state = assessment_state(enrollment, assessment)
    if state.open_attempt:
        return state.open_attempt
    if state.open_practice:
        raise CannotStart(Refusal.PRACTICE_OPEN, state)
    if enrollment.closed_at:
        raise EnrollmentEnded
    refusal = may_start(
        taken=state.taken, allowed=state.allowed, passed=state.passed, summative=assessment.kind == "summative"
    )
    if refusal:
        raise CannotStart(refusal, state)
    try:
        return _create_attempt(enrollment, assessment, state, by)
    except IntegrityError:
        # The other click won; its attempt is this one's result.
        winner = Attempt.objects.get(enrollment=enrollment, assessment_key=assessment_key, number=state.next_number)
        if not winner.counts:
            raise CannotStart(Refusal.PRACTICE_OPEN, state) from None
        return winner


@transaction.atomic
def _create_attempt(enrollment: Enrollment, assessment: Assessment, state: AssessmentState, by: User) -> Attempt:
    attempt = Attempt.objects.create(
        enrollment=enrollment,
        assessment_key=assessment.key,
        kind=AssessmentKind.QUIZ if isinstance(assessment, Quiz) else AssessmentKind.SCENARIO,
        number=state.next_number,
        plan=_plan(enrollment, assessment),
    )
    record("attempt.started", by=by, target=attempt, assessment=assessment.key, number=attempt.number)
    return attempt


def _plan(enrollment: Enrollment, assessment: Assessment) -> dict[str, object]:
    if isinstance(assessment, Scenario):
        return {"pass_percent": assessment.pass_percent}
    earlier = Attempt.objects.filter(
        enrollment__user=enrollment.user_id, enrollment__course=enrollment.course_id, assessment_key=assessment.key
    )
    seen = {item["key"] for plan in earlier.values_list("plan", flat=True) for item in plan["items"]}
    return draw_quiz(assessment, seed=uuid4().hex, seen=frozenset(seen)).to_json()
