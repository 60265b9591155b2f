"""What pages and gates ask of attempts."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from courses.document import Assessment, AssessmentKind, Document, Quiz, Scenario
from courses.library import Published, published
from enrollments.models import Enrollment
from quizzes.models import Attempt, Response
from quizzes.rules import QuizPlan, Walk, is_released, replay


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """How a learner stands with one quiz or scenario."""

    key: str
    kind: AssessmentKind
    attempts: tuple[Attempt, ...]  # oldest first
    allowed: int | None

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
    return {
        key: AssessmentState(
            key,
            assessment.kind,
            tuple(attempt for attempt in attempts if attempt.assessment_key == key),
            assessment.max_attempts,
        )
        for key, assessment in document.assessment_by_key.items()
    }


def assessment_state(enrollment: Enrollment, assessment: Assessment) -> AssessmentState:
    """The same for one assessment."""
    attempts = Attempt.objects.filter(enrollment=enrollment, assessment_key=assessment.key).order_by("number")
    return AssessmentState(assessment.key, assessment.kind, tuple(attempts), assessment.max_attempts)


def passed_assessments(enrollment: Enrollment) -> frozenset[str]:
    """Keys of the assessments with a passed attempt."""
    return frozenset(
        Attempt.objects.filter(enrollment=enrollment, passed=True).values_list("assessment_key", flat=True)
    )


def attempt_of(user: User, public_id: UUID) -> Attempt:
    """The person's own attempt, its enrollment and version with it, in one statement. Raises Attempt.DoesNotExist."""
    attempts = Attempt.objects.of(user).select_related("enrollment__version")
    # Columns are named because every answer pays for those that nobody reads.
    return attempts.defer(
        "deadline_at",
        "acts",
        "enrollment__acknowledged_at",
        "enrollment__started_at",
        "enrollment__completed_zone",
        "enrollment__version__title",
        "enrollment__version__minutes",
        "enrollment__version__published_at",
        "enrollment__version__published_by",
    ).get(public_id=public_id)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A quiz attempt with everything its pages need."""

    attempt: Attempt
    published: Published
    quiz: Quiz
    plan: QuizPlan
    responses: Mapping[str, Response]  # the newest of each item

    @property
    def answered(self) -> frozenset[str]:
        return frozenset(key for key, response in self.responses.items() if response.options)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        return {key: tuple(response.options) for key, response in self.responses.items() if response.options}


def sitting(attempt: Attempt) -> Sitting:
    """The quiz attempt with its newest responses, in one statement."""
    version = published(attempt.enrollment.version)
    quiz = version.document.assessment_by_key[attempt.assessment_key]
    assert isinstance(quiz, Quiz)
    return Sitting(attempt, version, quiz, QuizPlan.from_json(attempt.plan), newest_responses(attempt))


def newest_responses(attempt: Attempt) -> dict[str, Response]:
    """The response that counts for each item: the highest revision."""
    rows = Response.objects.filter(attempt=attempt).order_by("item_key", "revision")
    return {row.item_key: row for row in rows}


@dataclass(frozen=True, slots=True)
class Path:
    """A scenario attempt with everything its pages need."""

    attempt: Attempt
    published: Published
    scenario: Scenario
    walk: Walk

    @property
    def has_ended(self) -> bool:
        return self.scenario.nodes[self.walk.node].ending is not None


def path(attempt: Attempt) -> Path:
    """The scenario attempt with its walk so far, in one statement."""
    version = published(attempt.enrollment.version)
    scenario = version.document.assessment_by_key[attempt.assessment_key]
    assert isinstance(scenario, Scenario)
    choices = attempt.steps.order_by("number").values_list("choice_key", flat=True)
    return Path(attempt, version, scenario, replay(scenario, choices))


def is_released_for(attempt: Attempt, assessment: Assessment, state: AssessmentState) -> bool:
    """Whether correct options and rationales of this finished attempt may be shown now."""
    release = assessment.released if isinstance(assessment, Scenario) else assessment.release
    left = 0 if attempt.enrollment.closed_at else state.left
    if left == 0 and state.open_attempt:
        left = 1  # the last attempt may still use what is told here
    return is_released(release, submitted=not attempt.is_open, ever_passed=state.passed, attempts_left=left)
