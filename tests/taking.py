"""Taking assessments in tests, through the services."""

from collections.abc import Sequence
from uuid import uuid4

from courses.document import Quiz
from courses.items import Answer, Control, Item
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import Attempt, Response
from quizzes.queries import Path, Sitting, path, sitting
from quizzes.rules import Walk
from quizzes.services import record_response, start_attempt, submit_attempt, take_choice


def start(enrollment: Enrollment, key: str) -> Attempt:
    return start_attempt(enrollment=enrollment, assessment_key=key, by=enrollment.user)


def answer(attempt: Attempt, item_key: str, options: str | Answer, based_on: int | None = None) -> Response:
    """Save one answer the way a page does that was loaded just now."""
    mine: Sitting = sitting(attempt)
    current = mine.responses.get(item_key)
    shown = based_on if based_on is not None else (current.revision if current else 0)
    chosen = (options,) if isinstance(options, str) else options
    return record_response(sitting=mine, item_key=item_key, options=chosen, based_on=shown, request_id=uuid4())


def item_of(attempt: Attempt, item_key: str) -> Item:
    quiz = published(attempt.enrollment.version).document.assessment_by_key[attempt.assessment_key]
    assert isinstance(quiz, Quiz)
    return quiz.item_by_key[item_key]


def option(attempt: Attempt, item_key: str, *, correct: bool) -> str:
    return next(option.key for option in item_of(attempt, item_key).shown if option.correct is correct)


def worst(item: Item) -> Answer:
    """An answer of the right form that wins nothing, where the item carries marks."""
    keys = [option.key for option in item.shown]
    if item.control is Control.ORDER:
        return tuple(reversed(item.best))
    if item.control is Control.ANY:
        return tuple(key for key in keys if key not in item.best)
    return (min(keys, key=lambda key: item.credit((key,))),)


def answer_all(attempt: Attempt, *, correct: bool) -> None:
    for key in sitting(attempt).plan.keys:
        item = item_of(attempt, key)
        answer(attempt, key, (item.best or worst(item)) if correct else worst(item))


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
