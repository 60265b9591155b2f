"""How attempts end: the turn that every act takes, submission, the deadline, and the outcome stored once."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit.services import Person, record
from courses.document import Assessment, Quiz
from courses.library import published
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from quizzes.models import Attempt, ClosedBecause
from quizzes.queries import assessment_state, held_corrections, newest_responses
from quizzes.rules import SCORING_VERSION, QuizPlan, Score, is_pass, is_shut, score_quiz
from quizzes.services.refusals import AttemptClosed, UnknownAssessment


def claim_turn(attempt: Attempt) -> None:
    """Take the attempt's turn while it is open, so that a save and the submission are never at it together."""
    if not Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(acts=F("acts") + 1):
        raise AttemptClosed


@transaction.atomic
def submit_attempt(*, attempt: Attempt, by: Person) -> Attempt:
    """Close an open quiz attempt and score it, once; a repeated submission returns the same result.

    After its time and grace the attempt ends at its deadline and because of it, whenever and by whomever it is closed.
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
    # Only now: whoever had the turn before may have kept it for a while.
    if (end := attempt.deadline_at) and is_shut(end, timezone.now()):
        close_attempt(attempt, quiz, score, passed=passed, by=by, timed_out_at=end)
    else:
        close_attempt(attempt, quiz, score, passed=passed, by=by)
    return attempt


def close_overdue(*, attempt: Attempt, by: Person) -> Attempt:
    """Close an attempt whose time and grace are over, with what was saved until then; leave any other as it is."""
    if attempt.is_open and not is_shut(attempt.deadline_at, timezone.now()):
        return attempt
    return submit_attempt(attempt=attempt, by=by)


def _quiz_outcome(quiz: Quiz, attempt: Attempt) -> tuple[Score, bool]:
    plan = QuizPlan.from_json(attempt.plan)
    chosen = {key: tuple(row.options) for key, row in newest_responses(attempt).items()}
    score = score_quiz(quiz, plan, chosen, held_corrections(attempt.enrollment.version_id, quiz.key))
    return score, is_pass(score, plan.pass_percent)


def close_attempt(
    attempt: Attempt,
    assessment: Assessment,
    score: Score,
    *,
    passed: bool,
    by: Person,
    timed_out_at: dt.datetime | None = None,
) -> None:
    """Store the outcome; called with the attempt's turn taken, inside the act's transaction."""
    because = ClosedBecause.DEADLINE if timed_out_at else ClosedBecause.SUBMITTED
    outcome = {
        "submitted_at": timed_out_at or timezone.now(),
        "closed_because": because,
        "raw_numerator": score.raw.numerator,
        "raw_denominator": score.raw.denominator,
        "maximum": score.maximum,
        "passed": passed,
        "scoring_version": SCORING_VERSION,
    }
    Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(**outcome)
    for name, value in outcome.items():
        setattr(attempt, name, value)
    # Recorded first: attempts and accommodations take turns there, so that this reads what was granted a moment ago.
    record("attempt.submitted", by=by, target=attempt, assessment=assessment.key, passed=passed, because=because.value)
    if attempt.is_unscored:
        # Every item was dropped: the authors' desk lists it for a review.
        record("attempt.not-scored", by=by, target=attempt, assessment=assessment.key)
    if not passed and attempt.counts:
        close_when_failed(attempt.enrollment, assessment, by=by)


def close_when_failed(enrollment: Enrollment, assessment: Assessment, *, by: Person) -> bool:
    """End the enrollment if its gate needs this assessment and no attempt is left; say whether it is needed in vain."""
    gates = published(enrollment.version).document.course.gates.pass_
    failed = assessment.key in gates and assessment_state(enrollment, assessment).is_failed_for_good
    if failed:
        close_enrollment(enrollment=enrollment, by=by)
    return failed
