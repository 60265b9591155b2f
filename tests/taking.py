"""Taking assessments in tests, through the services."""

from collections.abc import Sequence
from uuid import uuid4

from courses.document import Quiz
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import Attempt, Response
from quizzes.queries import Path, Sitting, path, sitting
from quizzes.rules import Walk
from quizzes.services import record_response, start_attempt, submit_attempt, take_choice


def start(enrollment: Enrollment, key: str) -> Attempt:
    return start_attempt(enrollment=enrollment, assessment_key=key, by=enrollment.user)


def answer(attempt: Attempt, item_key: str, option: str, based_on: int | None = None) -> Response:
    """Save one answer the way a page does that was loaded just now."""
    mine: Sitting = sitting(attempt)
    current = mine.responses.get(item_key)
    shown = based_on if based_on is not None else (current.revision if current else 0)
    return record_response(sitting=mine, item_key=item_key, options=(option,), based_on=shown, request_id=uuid4())


def option(attempt: Attempt, item_key: str, *, correct: bool) -> str:
    quiz = published(attempt.enrollment.version).document.assessment_by_key[attempt.assessment_key]
    assert isinstance(quiz, Quiz)
    return next(option.key for option in quiz.item_by_key[item_key].options if option.correct is correct)


def answer_all(attempt: Attempt, *, correct: bool) -> None:
    for key in sitting(attempt).plan.keys:
        answer(attempt, key, option(attempt, key, correct=correct))


def take_quiz(enrollment: Enrollment, key: str, *, correct: bool = True) -> Attempt:
    attempt = start(enrollment, key)
    answer_all(attempt, correct=correct)
    return submit_attempt(attempt=attempt, by=enrollment.user)


def decide(attempt: Attempt, choice_key: str, number: int | None = None) -> Walk:
    here: Path = path(attempt)
    return take_choice(
        path=here, number=number or len(here.walk.turns) + 1, choice_key=choice_key, by=attempt.enrollment.user
    )


def take_scenario(enrollment: Enrollment, key: str, choices: Sequence[str]) -> Attempt:
    attempt = start(enrollment, key)
    for choice in choices:
        decide(attempt, choice)
    return attempt
