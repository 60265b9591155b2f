"""Learners of no clinic who took a course and said what they think of it, so that its authors have something to read.

They take it through the services that learners use. What they say is of a month that is over, or it would be told to nobody
yet; the same answers each time.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from accounts.services import create_account
from audit.services import SYSTEM
from certificates import rules
from certificates.services import give_evaluation
from courses.document import Document, Quiz
from courses.items import Answer, Control, Item
from courses.library import published
from courses.models import Course
from enrollments.models import Enrollment
from enrollments.services import enroll, mark_lesson_read
from quizzes.queries import best_path, path, sitting
from quizzes.services import record_response, start_attempt, submit_attempt, take_choice
from training.rules import ONE_DAY

#: Five, because fewer are told to nobody; each with what she wrote.
LEARNERS: Final = (
    (
        "Yara Kowalski",
        "I begin with the place now, and only then with the question.",
        "Ten minutes between clients.",
        "The lesson about licenses is dense. A table would help.",
    ),
    (
        "Ibrahim Stone",
        "I ask what a site gives them before I ask what it costs.",
        "Habit, mostly.",
        "Nothing. The cases were the best of it.",
    ),
    (
        "Ruth Nakamura",
        "I will rewrite our clause on messages in plain words.",
        "Our policy is decided elsewhere.",
        "A page for the front desk to keep at hand.",
    ),
    (
        "Luz Pereira",
        "I no longer ask to see the phone.",
        "Parents who want me to look.",
        "More on families who share one device.",
    ),
    (
        "Kai Whitcombe",
        "I will check two of our vendors against the ten points.",
        "Getting the papers from them.",
        "The post-test is long for one evening.",
    ),
)
#: Every how many-th question one of them misses, so that not everybody knows everything.
MISSED: Final = 8
#: What is chosen on a scale, as often as it stands here.
STEPS: Final = (5, 5, 5, 4, 4, 4, 3, 2)


def learners_who_gave_feedback(course: Course, password: str) -> None:
    """Five accounts that took the course to its last gate but one."""
    said_at = dt.datetime.combine(rules.first_open_month(timezone.now()) - ONE_DAY * 10, dt.time(18), tzinfo=dt.UTC)
    for number, (name, *remarks) in enumerate(LEARNERS):
        email = f"{name.partition(' ')[0].lower()}@learners.example.com"
        user = create_account(email=email, password=password, legal_name=name, time_zone="America/Chicago", by=SYSTEM)
        enrollment = enroll(user=user, course=course, acknowledged=True, by=user)
        document = published(enrollment.version).document
        _take(enrollment, document, number)
        answers = _answers(document, number, remarks)
        give_evaluation(enrollment=enrollment, answers=answers, by=user, at=said_at)


def _take(enrollment: Enrollment, document: Document, number: int) -> None:
    for lesson in document.lessons:
        mark_lesson_read(enrollment=enrollment, lesson_key=lesson.key, by=enrollment.user)
    for key in document.course.gates.pass_:
        if isinstance(document.assessment_by_key[key], Quiz):
            _pass_quiz(enrollment, key, number)
        else:
            _pass_case(enrollment, key)


def _pass_case(enrollment: Enrollment, key: str) -> None:
    attempt = start_attempt(enrollment=enrollment, assessment_key=key, by=enrollment.user)
    best = best_path(path(attempt))
    for number, turn in enumerate(best.turns if best else (), 1):
        take_choice(path=path(attempt), number=number, choice_key=turn.choice, by=enrollment.user)


def _pass_quiz(enrollment: Enrollment, key: str, number: int) -> None:
    attempt = start_attempt(enrollment=enrollment, assessment_key=key, by=enrollment.user)
    mine = sitting(attempt)
    for place, item_key in enumerate(mine.plan.keys):
        item = mine.quiz.item_by_key[item_key]
        options = _another(item) if place % MISSED == number else item.best
        name = uuid5(NAMESPACE_URL, f"{attempt.public_id}/{item_key}")
        record_response(sitting=mine, item_key=item_key, options=options, based_on=0, request_id=name)
    submit_attempt(attempt=attempt, by=enrollment.user)


def _another(item: Item) -> Answer:
    """One answer that is not the best, where one is asked for; else the best."""
    if item.control is not Control.ONE:
        return item.best
    return next((option.key,) for option in item.shown if option.key not in item.best)


def _answers(document: Document, number: int, remarks: Iterable[str]) -> dict[str, int | str]:
    assert document.evaluation is not None
    left = iter(remarks)
    asked = rules.asked(document.evaluation, tuple(document.objective_by_key))
    return {row.name: _answer(row, number, left) for row in asked}


def _answer(row: rules.Asked, number: int, remarks: Iterator[str]) -> int | str:
    # As it were by chance, and the same each time: otherwise every question would be answered alike.
    drawn = hashlib.sha256(f"{row.name}/{number}".encode()).digest()[0]
    if row.question.kind == "choice":
        return row.question.options[0 if drawn % 4 else len(row.question.options) - 1].key
    if row.question.kind == "text":
        return next(remarks, "")
    return STEPS[drawn % len(STEPS)]
