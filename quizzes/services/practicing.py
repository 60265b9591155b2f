"""The act of beginning a practice walk: a case that counts, walked again, changing nothing."""

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.services import record
from courses.document import Scenario
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import AssessmentKind, Attempt
from quizzes.queries import AssessmentState, assessment_state, practice_refusal
from quizzes.rules import Refusal
from quizzes.services.refusals import CannotStart, UnknownAssessment


def start_practice(*, enrollment: Enrollment, assessment_key: str, by: User) -> Attempt:
    """The open practice walk of this case, or a new one. It never passes and never fails, also after the enrollment ended.

    Refuses what is no case of the version (UnknownAssessment), and a practice that the rules do not allow yet
    (CannotStart). Of two starts at once both get the same walk.
    """
    scenario = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if not isinstance(scenario, Scenario):
        raise UnknownAssessment(assessment_key)
    state = assessment_state(enrollment, scenario)
    if state.open_practice:
        return state.open_practice
    if refusal := practice_refusal(enrollment, scenario, state):
        raise CannotStart(refusal, state)
    try:
        return _create_practice(enrollment, scenario, state, by)
    except IntegrityError:
        winner = Attempt.objects.get(enrollment=enrollment, assessment_key=assessment_key, number=state.next_number)
        if winner.counts:
            raise CannotStart(Refusal.ATTEMPT_OPEN, state) from None
        return winner


@transaction.atomic
def _create_practice(enrollment: Enrollment, scenario: Scenario, state: AssessmentState, by: User) -> Attempt:
    attempt = Attempt.objects.create(
        enrollment=enrollment,
        assessment_key=scenario.key,
        kind=AssessmentKind.SCENARIO,
        number=state.next_number,
        counts=False,
        plan={"pass_percent": scenario.pass_percent},
    )
    record("attempt.started", by=by, target=attempt, assessment=scenario.key, number=attempt.number, counts=False)
    return attempt
