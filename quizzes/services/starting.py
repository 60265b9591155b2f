"""The act of beginning an attempt."""

from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.services import record
from courses.document import Assessment, Quiz, Scenario
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import AssessmentKind, Attempt
from quizzes.queries import AssessmentState, assessment_state, corrections_in_force, seen_and_missed
from quizzes.rules import draw_quiz, may_start, withdrawn
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
    if enrollment.closed_at:
        raise EnrollmentEnded
    refusal = may_start(
        taken=state.used, allowed=state.allowed, passed=state.passed, summative=assessment.kind == "summative"
    )
    if refusal:
        raise CannotStart(refusal, state)
    try:
        return _create_attempt(enrollment, assessment, state, by)
    except IntegrityError:
        # The other click won; its attempt is this one's result.
        return Attempt.objects.get(enrollment=enrollment, assessment_key=assessment_key, number=state.taken + 1)


@transaction.atomic
def _create_attempt(enrollment: Enrollment, assessment: Assessment, state: AssessmentState, by: User) -> Attempt:
    attempt = Attempt.objects.create(
        enrollment=enrollment,
        assessment_key=assessment.key,
        kind=AssessmentKind.QUIZ if isinstance(assessment, Quiz) else AssessmentKind.SCENARIO,
        number=state.taken + 1,
        plan=_plan(enrollment, assessment),
    )
    record("attempt.started", by=by, target=attempt, assessment=assessment.key, number=attempt.number)
    return attempt


def _plan(enrollment: Enrollment, assessment: Assessment) -> dict[str, object]:
    if isinstance(assessment, Scenario):
        return {"pass_percent": assessment.pass_percent}
    seen, missed = seen_and_missed(enrollment, assessment)
    left_out = withdrawn(corrections_in_force(enrollment.version_id, assessment.key))
    return draw_quiz(assessment, seed=uuid4().hex, seen=seen, missed=missed, withdrawn=left_out).to_json()
