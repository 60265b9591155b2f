"""Quiz attempts with everything their pages and acts need."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from courses.document import Quiz
from courses.library import Published, published
from quizzes.models import Attempt, Response
from quizzes.rules import QuizPlan


def attempt_of(user: User, public_id: UUID) -> Attempt:
    """The person's own attempt, its enrollment and version with it, in one statement. Raises Attempt.DoesNotExist."""
    attempts = Attempt.objects.of(user).select_related("enrollment__version")
    # Columns are named because every answer pays for those that nobody reads.
    return attempts.defer(
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
