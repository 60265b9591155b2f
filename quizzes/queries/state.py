"""How learners stand with quizzes and scenarios, from their attempts."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from django.utils.functional import SimpleLazyObject

from audit.statements import Statement
from courses.document import Assessment, AssessmentKind, Document, Quiz, Release, Scenario
from enrollments.models import Enrollment
from quizzes.models import Attempt
from quizzes.models.attempts import AttemptQuerySet
from quizzes.queries.accommodations import arranged_for, arranged_with, with_arranged
from quizzes.rules import Arranged, Limits, Refusal, Terms, is_released, may_practice, next_start, terms_for


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """How a learner stands with one quiz or scenario."""

    key: str
    kind: AssessmentKind
    attempts: tuple[Attempt, ...]  # those that count, oldest first
    limits: Limits
    arranged: Arranged
    practiced: tuple[Attempt, ...] = ()  # practice walks, oldest first; they change nothing above

    @property
    def terms(self) -> Terms:
        """What holds for her: the author's limits, with what was arranged."""
        return terms_for(self.limits, self.arranged)

    @property
    def allowed(self) -> int | None:
        return self.terms.attempts

    @property
    def taken(self) -> int:
        return len(self.attempts)

    @property
    def used(self) -> int:
        """Attempts that use up one of those allowed: all taken but those of which no item could be scored."""
        return sum(not attempt.is_unscored for attempt in self.attempts)

    @property
    def left(self) -> int | None:
        """Attempts that may still begin; None without a limit. An open attempt is taken."""
        return None if self.allowed is None else max(self.allowed - self.used, 0)

    @property
    def open_attempt(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def open_practice(self) -> Attempt | None:
        return next((attempt for attempt in self.practiced if attempt.is_open), None)

    @property
    def next_number(self) -> int:
        """The number that the next attempt has, whether it counts or not."""
        return max((attempt.number for attempt in (*self.attempts, *self.practiced)), default=0) + 1

    @property
    def next_at(self) -> dt.datetime | None:
        """When the wait after the last attempt is over; None where there is nothing to wait for."""
        last = self.attempts[-1] if self.attempts else None
        if last is None or last.submitted_at is None or last.passed or not self.terms.cool_down:
            return None
        return next_start(last.submitted_at, self.terms)

    @property
    def passed(self) -> bool:
        return any(attempt.passed for attempt in self.attempts)

    @property
    def is_done(self) -> bool:
        """Passed where it counts; in practice, taken once to the end."""
        if self.kind is AssessmentKind.SUMMATIVE:
            return self.passed
        return any(not attempt.is_open for attempt in self.attempts)

    @property
    def is_failed_for_good(self) -> bool:
        """No attempt is open, none may begin, none passed."""
        return not self.passed and self.left == 0 and self.open_attempt is None

    @property
    def best(self) -> Attempt | None:
        """The passed attempt with the most marks, else the one with the most marks; None before the first result."""
        finished = [attempt for attempt in self.attempts if not attempt.is_open]
        return max(finished, key=lambda attempt: (bool(attempt.passed), attempt.raw), default=None)


ALL_ATTEMPTS = Statement(lambda pk: Attempt.objects.filter(enrollment=pk).order_by("assessment_key", "number"), int)


def attempts_of(enrollment: Enrollment) -> list[Attempt]:
    """Every attempt of the enrollment, in one statement, oldest first."""
    return ALL_ATTEMPTS.rows(enrollment.pk)


def assessment_states(enrollment: Enrollment, document: Document) -> Mapping[str, AssessmentState]:
    """How the learner stands with every assessment of her version, in one statement."""
    return states_from(enrollment, attempts_of(enrollment), document)


def states_from(
    enrollment: Enrollment, attempts: Iterable[Attempt], document: Document
) -> Mapping[str, AssessmentState]:
    """The states that these attempts of one enrollment, oldest first, make.

    What is arranged is read, once, by a page that asks what is still allowed; most ask only what was done.
    """
    arranged = cast("Arranged", SimpleLazyObject(lambda: arranged_for(enrollment.user_id, enrollment.course_id)))
    held: dict[str, list[Attempt]] = {key: [] for key in document.assessment_by_key}
    for attempt in attempts:
        held[attempt.assessment_key].append(attempt)
    return {key: _state(assessment, held[key], arranged) for key, assessment in document.assessment_by_key.items()}


def _attempts_at(enrollment_id: int, key: str) -> AttemptQuerySet:
    return Attempt.objects.filter(enrollment=enrollment_id, assessment_key=key).order_by("number")


ATTEMPTS_AT = Statement(_attempts_at, int, str)
ATTEMPTS_AT_WITH_ARRANGED = Statement(lambda pk, key: with_arranged(_attempts_at(pk, key)), int, str)


def assessment_state(
    enrollment: Enrollment, assessment: Assessment, *, arranged: Arranged | None = None
) -> AssessmentState:
    """The same for one assessment, in one statement if there is an attempt and in two if there is none.

    `arranged` is what the caller has read already.
    """
    if arranged is not None:
        return _state(assessment, ATTEMPTS_AT.rows(enrollment.pk, assessment.key), arranged)
    attempts = ATTEMPTS_AT_WITH_ARRANGED.rows(enrollment.pk, assessment.key)
    if attempts:
        return _state(assessment, attempts, arranged_with(attempts[-1]))
    return _state(assessment, [], arranged_for(enrollment.user_id, enrollment.course_id))


def _state(assessment: Assessment, attempts: list[Attempt], arranged: Arranged) -> AssessmentState:
    return AssessmentState(
        assessment.key,
        assessment.kind,
        tuple(attempt for attempt in attempts if attempt.counts),
        Limits.of(assessment),
        arranged,
        tuple(attempt for attempt in attempts if not attempt.counts),
    )


def passed_assessments(enrollment: Enrollment) -> frozenset[str]:
    """Keys of the assessments with a passed attempt."""
    return frozenset(
        Attempt.objects.filter(enrollment=enrollment, passed=True, counts=True).values_list("assessment_key", flat=True)
    )


def practice_refusal(enrollment: Enrollment, assessment: Assessment, state: AssessmentState) -> Refusal | None:
    """Why the learner may not walk this case for practice now; None when she may, or when her practice is open."""
    done = state.best
    if done:
        done.enrollment = enrollment  # it was read without it, and is this one
    return may_practice(
        summative_case=isinstance(assessment, Scenario) and assessment.kind is AssessmentKind.SUMMATIVE,
        counting=state.open_attempt is not None,
        released=done is not None and is_released_for(done, assessment, state),
    )


def is_released_for(attempt: Attempt, assessment: Assessment, state: AssessmentState) -> bool:
    """Whether correct options and rationales of this finished attempt may be shown now.

    A practice walk begins only after they were.
    """
    if not attempt.counts:
        return not attempt.is_open
    release = assessment.released if isinstance(assessment, Scenario) else assessment.release
    return _is_released(release, attempt, state)


def is_finding_told_for(attempt: Attempt, assessment: Assessment, state: AssessmentState) -> bool:
    """Whether the learner may be told what was found of a question of this finished attempt that she challenged.

    With the reasons. Where these are never told, once no attempt of hers can use the finding: a challenge that claims
    another answer to be right asks, in effect, whether it is.
    """
    if isinstance(assessment, Quiz) and assessment.release is Release.NEVER:
        return _is_released(Release.AFTER_PASS_OR_LAST_ATTEMPT, attempt, state)
    return is_released_for(attempt, assessment, state)


def _is_released(release: Release, attempt: Attempt, state: AssessmentState) -> bool:
    left = 0 if attempt.enrollment.closed_at else state.left
    if left == 0 and state.open_attempt:
        left = 1  # the last attempt may still use what is told here
    return is_released(release, submitted=not attempt.is_open, ever_passed=state.passed, attempts_left=left)
