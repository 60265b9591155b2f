"""How learners stand with quizzes and scenarios, from their attempts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.document import Assessment, AssessmentKind, Document, Scenario
from enrollments.models import Enrollment
from quizzes.models import Attempt
from quizzes.rules import Refusal, is_released, may_practice


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """How a learner stands with one quiz or scenario."""

    key: str
    kind: AssessmentKind
    attempts: tuple[Attempt, ...]  # those that count, oldest first
    allowed: int | None
    practiced: tuple[Attempt, ...] = ()  # practice walks, oldest first; they change nothing above

    @property
    def taken(self) -> int:
        return len(self.attempts)

    @property
    def left(self) -> int | None:
        """Attempts that may still begin; None without a limit. An open attempt is taken."""
        return None if self.allowed is None else max(self.allowed - self.taken, 0)

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


def attempts_of(enrollment: Enrollment) -> list[Attempt]:
    """Every attempt of the enrollment, in one statement, oldest first."""
    return list(Attempt.objects.filter(enrollment=enrollment).order_by("assessment_key", "number"))


def assessment_states(enrollment: Enrollment, document: Document) -> Mapping[str, AssessmentState]:
    """How the learner stands with every assessment of her version, in one statement."""
    attempts = attempts_of(enrollment)
    return states_from(attempts, document)


def states_from(attempts: Iterable[Attempt], document: Document) -> Mapping[str, AssessmentState]:
    """The states that these attempts of one enrollment, oldest first, make."""
    held: dict[str, list[Attempt]] = {key: [] for key in document.assessment_by_key}
    for attempt in attempts:
        held[attempt.assessment_key].append(attempt)
    return {key: _state(assessment, held[key]) for key, assessment in document.assessment_by_key.items()}


def assessment_state(enrollment: Enrollment, assessment: Assessment) -> AssessmentState:
    """The same for one assessment."""
    attempts = Attempt.objects.filter(enrollment=enrollment, assessment_key=assessment.key).order_by("number")
    return _state(assessment, list(attempts))


def _state(assessment: Assessment, attempts: list[Attempt]) -> AssessmentState:
    return AssessmentState(
        assessment.key,
        assessment.kind,
        tuple(attempt for attempt in attempts if attempt.counts),
        assessment.max_attempts,
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
    left = 0 if attempt.enrollment.closed_at else state.left
    if left == 0 and state.open_attempt:
        left = 1  # the last attempt may still use what is told here
    return is_released(release, submitted=not attempt.is_open, ever_passed=state.passed, attempts_left=left)
