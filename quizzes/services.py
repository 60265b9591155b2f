"""The acts of taking an assessment: start, answer, decide, submit."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from audit.services import record
from courses.document import Assessment, Quiz, Scenario
from courses.library import published
from enrollments.models import Enrollment
from enrollments.services import close_enrollment
from quizzes.models import AssessmentKind, Attempt, ClosedBecause, Response, Step
from quizzes.queries import AssessmentState, Path, Sitting, assessment_state, newest_responses
from quizzes.rules import (
    SCORING_VERSION,
    QuizPlan,
    Refusal,
    Score,
    Walk,
    advance,
    draw_quiz,
    is_pass,
    may_start,
    scenario_outcome,
    score_quiz,
)


class UnknownAssessment(Exception):
    """The version has no quiz or scenario with that key."""


class EnrollmentEnded(Exception):
    """The enrollment was closed; a retake is a new enrollment."""


class CannotStart(Exception):
    """Another attempt may not begin, and why."""

    def __init__(self, refusal: Refusal, state: AssessmentState) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.state = state


class UnknownItem(Exception):
    """The attempt has no such item, or the item no such option."""


class AttemptClosed(Exception):
    """The attempt was submitted; what was answered until then was counted."""


class ResponseConflict(Exception):
    """Another window saved an answer to this item after this page was shown."""

    def __init__(self, newest: Response) -> None:
        super().__init__(newest.item_key)
        self.newest = newest


class AlreadyDecided(Exception):
    """This decision was taken before, differently. Decisions are final."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.choice_key)
        self.step = step


# --- start


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
        taken=state.taken, allowed=state.allowed, passed=state.passed, summative=assessment.kind == "summative"
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
    earlier = Attempt.objects.filter(
        enrollment__user=enrollment.user_id, enrollment__course=enrollment.course_id, assessment_key=assessment.key
    )
    seen = {item["key"] for plan in earlier.values_list("plan", flat=True) for item in plan["items"]}
    return draw_quiz(assessment, seed=uuid4().hex, seen=frozenset(seen)).to_json()


# --- answer


def record_response(
    *,
    sitting: Sitting,
    item_key: str,
    options: tuple[str, ...],
    based_on: int,
    request_id: UUID,
    earlier: frozenset[UUID] = frozenset(),
) -> Response:
    """Append an answer; the same answer again changes nothing.

    `based_on` is the revision the learner's page showed (0 for none), `earlier` are the ids of what this very page sent
    before, so that she may change her mind faster than the network. Refuses an item or option that the attempt does not
    have (UnknownItem), an attempt that was submitted (AttemptClosed), and an answer based neither on the newest one nor
    on one of her page's own (ResponseConflict). This is the hot path: it calls no other service.
    """
    planned = next((item for item in sitting.plan.items if item.key == item_key), None)
    if planned is None or len(options) != 1 or options[0] not in planned.options:
        raise UnknownItem(item_key)
    current = sitting.responses.get(item_key)
    if current and tuple(current.options) == options:
        return current
    if not sitting.attempt.is_open:
        raise AttemptClosed
    if current and current.revision != based_on and current.request_id not in earlier:
        raise ResponseConflict(current)
    response = Response(
        attempt=sitting.attempt,
        item_key=item_key,
        revision=current.revision + 1 if current else 1,
        options=list(options),
        request_id=request_id,
        saved_at=timezone.now(),
    )
    if Response.objects.insert_while_open(response):
        return response
    if not Attempt.objects.open().filter(pk=sitting.attempt.pk).exists():
        raise AttemptClosed
    return _answer_again(sitting, response, based_on, earlier)


def _answer_again(sitting: Sitting, response: Response, based_on: int, earlier: frozenset[UUID]) -> Response:
    """Decide once more, now that another request saved something first."""
    newest = newest_responses(sitting.attempt)
    if newest.get(response.item_key) == sitting.responses.get(response.item_key):
        # Nobody answered this item: the request's id belongs to another one, so the page is not one of ours.
        raise UnknownItem(response.item_key)
    return record_response(
        sitting=replace(sitting, responses=newest),
        item_key=response.item_key,
        options=tuple(response.options),
        based_on=based_on,
        request_id=response.request_id,
        earlier=earlier,
    )


def _claim(attempt: Attempt) -> None:
    """Take the attempt's turn while it is open, so that a save and the submission are never at it together."""
    if not Attempt.objects.filter(pk=attempt.pk, submitted_at__isnull=True).update(acts=F("acts") + 1):
        raise AttemptClosed


# --- decide


def take_choice(*, path: Path, number: int, choice_key: str, by: User) -> Walk:
    """Take the `number`th decision of a walk; at an ending the attempt is closed with its outcome.

    The same decision again changes nothing. Refuses another one in its place (AlreadyDecided), a choice that is not open
    here (IllegalStep), a decision after the end (AttemptClosed).
    """
    walk = path.walk
    if number <= len(walk.turns):
        return _decided_before(path, number, choice_key)
    if path.has_ended or not path.attempt.is_open:
        raise AttemptClosed
    after = advance(path.scenario, walk, choice_key)
    step = Step(attempt=path.attempt, number=len(walk.turns) + 1, node_key=walk.node, choice_key=choice_key)
    try:
        _append_step(path, step, after, by)
    except IntegrityError:
        taken = Step.objects.get(attempt=path.attempt, number=step.number)
        if taken.choice_key != choice_key:
            raise AlreadyDecided(taken) from None
    return after


def _decided_before(path: Path, number: int, choice_key: str) -> Walk:
    step = Step.objects.get(attempt=path.attempt, number=number)
    if step.choice_key != choice_key:
        raise AlreadyDecided(step)
    return path.walk


@transaction.atomic
def _append_step(path: Path, step: Step, after: Walk, by: User) -> None:
    _claim(path.attempt)
    step.save(force_insert=True)
    if path.scenario.nodes[after.node].ending:
        score, passed = scenario_outcome(path.scenario, after)
        _close(path.attempt, path.scenario, score, passed=passed, by=by)


# --- submit


@transaction.atomic
def submit_attempt(*, attempt: Attempt, by: User) -> Attempt:
    """Close an open quiz attempt and score it, once; a repeated submission returns the same result.

    A scenario's attempt is closed by reaching an ending, so submitting an open one is refused (UnknownAssessment).
    """
    try:
        _claim(attempt)
    except AttemptClosed:
        attempt.refresh_from_db()
        return attempt
    document = published(attempt.enrollment.version).document
    quiz = document.assessment_by_key[attempt.assessment_key]
    if not isinstance(quiz, Quiz):
        raise UnknownAssessment(attempt.assessment_key)
    score, passed = _quiz_outcome(quiz, attempt)
    _close(attempt, quiz, score, passed=passed, by=by)
    return attempt


def _quiz_outcome(quiz: Quiz, attempt: Attempt) -> tuple[Score, bool]:
    plan = QuizPlan.from_json(attempt.plan)
    chosen = {key: tuple(row.options) for key, row in newest_responses(attempt).items()}
    score = score_quiz(quiz, plan, chosen)
    return score, is_pass(score, plan.pass_percent)


def _close(attempt: Attempt, assessment: Assessment, score: Score, *, passed: bool, by: User) -> None:
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
    gates = published(attempt.enrollment.version).document.course.gates.pass_
    if not passed and assessment.key in gates and assessment_state(attempt.enrollment, assessment).is_failed_for_good:
        close_enrollment(enrollment=attempt.enrollment, by=by)
