"""How attempts end: the turn that every act takes, submission, and the outcome stored once."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.services import record
from courses.document import Assessment, Quiz
from courses.library import published
from enrollments.services import close_enrollment
from quizzes.models import Attempt, ClosedBecause
from quizzes.queries import assessment_state, newest_responses
from quizzes.rules import SCORING_VERSION, QuizPlan, Score, is_pass, score_quiz
from quizzes.services.refusals import AttemptClosed, UnknownAssessment


def claim_turn(attempt: Attempt) -> None:
    """Take the attempt's turn while it is open, so that a save and the submission are never at it together."""
    if not Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(acts=F("acts") + 1):
        raise AttemptClosed


@transaction.atomic
def submit_attempt(*, attempt: Attempt, by: User) -> Attempt:
    """Close an open quiz attempt and score it, once; a repeated submission returns the same result.

    A scenario's attempt is closed by reaching an ending, so submitting an open one is refused (UnknownAssessment).
    """
    try:
        claim_turn(attempt)
    except AttemptClosed:
        attempt.refresh_from_db()
        return attempt
    document = published(attempt.enrollment.version).document
    quiz = document.assessment_by_key[attempt.assessment_key]
    if not isinstance(quiz, Quiz):
        raise UnknownAssessment(attempt.assessment_key)
    score, passed = _quiz_outcome(quiz, attempt)
    close_attempt(attempt, quiz, score, passed=passed, by=by)
    return attempt


def _quiz_outcome(quiz: Quiz, attempt: Attempt) -> tuple[Score, bool]:
    plan = QuizPlan.from_json(attempt.plan)
    chosen = {key: tuple(row.options) for key, row in newest_responses(attempt).items()}
    score = score_quiz(quiz, plan, chosen)
    return score, is_pass(score, plan.pass_percent)


def close_attempt(attempt: Attempt, assessment: Assessment, score: Score, *, passed: bool, by: User) -> None:
    """Store the outcome; called with the attempt's turn taken, inside the act's transaction."""
    outcome = {
        "submitted_at": timezone.now(),
        "closed_because": ClosedBecause.SUBMITTED,
        "raw_numerator": score.raw.numerator,
        "raw_denominator": score.raw.denominator,
        "maximum": score.maximum,
        "passed": passed,
        "scoring_version": SCORING_VERSION,
    }
    Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(**outcome)
    for name, value in outcome.items():
        setattr(attempt, name, value)
    record("attempt.submitted", by=by, target=attempt, assessment=assessment.key, passed=passed)
    if passed or not attempt.counts:
        return
    gates = published(attempt.enrollment.version).document.course.gates.pass_
    if assessment.key in gates and assessment_state(attempt.enrollment, assessment).is_failed_for_good:
        close_enrollment(enrollment=attempt.enrollment, by=by)
