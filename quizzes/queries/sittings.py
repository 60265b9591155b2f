"""Quiz attempts with everything their pages and acts need."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from audit.statements import Statement
from courses.document import Quiz
from courses.library import Published, published
from quizzes.models import Attempt, Response
from quizzes.rules import QuizPlan


def _mine(user_id: int, public_id: UUID) -> QuerySet[Attempt]:
    attempts = Attempt.objects.of(user_id).filter(public_id=public_id)
    # Columns are left out because every answer pays for those that nobody reads.
    return attempts.select_related("enrollment__version").defer(
        "acts",
        "enrollment__acknowledged_at",
        "enrollment__started_at",
        "enrollment__completed_zone",
        "enrollment__version__title",
        "enrollment__version__minutes",
        "enrollment__version__published_at",
        "enrollment__version__published_by",
    )


MINE = Statement(_mine, int, UUID)
RESPONSES = Statement(lambda pk: Response.objects.filter(attempt=pk).order_by("item_key", "revision"), int)


def attempt_of(user: User, public_id: UUID) -> Attempt:
    """The person's own attempt, its enrollment and version with it, in one statement. Raises Attempt.DoesNotExist."""
    found = MINE.first(user.pk, public_id)
    if found is None:
        raise Attempt.DoesNotExist
    return found


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
    return {row.item_key: row for row in RESPONSES.rows(attempt.pk)}
