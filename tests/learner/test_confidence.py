"""How sure the learner is: hers to say or not, saved with the answer, told back to her alone and only with the reasons."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from enrollments.models import Enrollment
from enrollments.services import enroll
from learner.results import QuizResult, quiz_result
from quizzes.models import Attempt, Response
from quizzes.queries import assessment_state, sitting
from quizzes.services import UnknownItem, record_response, submit_attempt
from tests.enrollments.documents import publish
from tests.kinds import course_of_kinds
from tests.learner.conftest import HTMX, address, words
from tests.taking import option, start

WRONG = "single-best-answer-1"


@pytest.fixture
def attempt(example: Enrollment) -> Attempt:
    return start(example, "voicemail-test")


def post(
    browser: Client, attempt: Attempt, key: str, confidence: str, *, correct: bool = True, based_on: int = 0
) -> int:
    values = {
        "item": key,
        "option": option(attempt, key, correct=correct),
        "based_on": based_on,
        "confidence": confidence,
    }
    address_ = reverse("learner:attempt-response", args=[attempt.public_id])
    return browser.post(address_, {**values, "request_id": uuid4(), "go": "stay"}, headers=HTMX).status_code


def test_it_is_saved_with_the_answer_and_shown_again(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]

    post(browser, attempt, key, "guessing")

    assert Response.objects.get().confidence == "guessing"
    page = browser.get(address(attempt), {"item": "1"}).content.decode()
    assert 'id="sure-3" value="guessing" checked' in page


def test_a_change_of_it_alone_is_a_revision_of_the_same_answer(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    post(browser, attempt, key, "guessing")

    post(browser, attempt, key, "sure", based_on=1)
    post(browser, attempt, key, "sure", based_on=2)

    assert list(Response.objects.order_by("revision").values_list("revision", "confidence")) == [
        (1, "guessing"),
        (2, "sure"),
    ]


def test_two_windows_that_agree_on_the_answer_do_not_conflict(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    post(browser, attempt, key, "sure")

    assert post(browser, attempt, key, "guessing", based_on=0) == 200
    assert post(browser, attempt, key, "guessing", correct=False, based_on=0) == 409


def test_a_word_that_is_not_offered_is_refused(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]

    assert post(browser, attempt, key, "certain") == 404
    with pytest.raises(UnknownItem):
        record_response(
            sitting=sitting(attempt),
            item_key=key,
            options=(option(attempt, key, correct=True),),
            based_on=0,
            request_id=uuid4(),
            confidence="certain",
        )
    assert not Response.objects.exists()


def test_conflict_keeps_what_this_page_said(browser: Client, attempt: Attempt) -> None:
    key = sitting(attempt).plan.keys[0]
    post(browser, attempt, key, "sure")
    values = {"item": key, "option": option(attempt, key, correct=False), "based_on": 0, "confidence": "guessing"}

    page = browser.post(
        reverse("learner:attempt-response", args=[attempt.public_id]), {**values, "request_id": uuid4()}
    ).content.decode()

    assert '<input type="hidden" name="confidence" value="guessing">' in page


def finish(browser: Client, attempt: Attempt, *, right: dict[str, bool], said: dict[str, str]) -> str:
    for key in sitting(attempt).plan.keys:
        post(browser, attempt, key, said.get(key, ""), correct=right[key])
    submit_attempt(attempt=attempt, by=attempt.enrollment.user)
    return browser.get(reverse("learner:attempt-result", args=[attempt.public_id])).content.decode()


def test_result_shows_it_once_reasons_are_told_and_what_she_was_sure_of_first(
    browser: Client, attempt: Attempt
) -> None:
    one, two, three = sitting(attempt).plan.keys
    quiz = sitting(attempt).quiz
    finish(browser, attempt, right={one: False, two: False, three: False}, said={})
    again = start(attempt.enrollment, "voicemail-test")
    one, two, three = sitting(again).plan.keys

    page = finish(
        browser, again, right={one: False, two: True, three: True}, said={one: "sure", two: "sure", three: "guessing"}
    )

    assert "How sure you were" in page
    assert "One answer that you were sure of was not right." in page
    assert "1 of 2" in page
    assert "1 of 1" in page
    assert quiz.item_by_key[one].key == one
    assert page.index("You were sure") > page.index("How sure you were")


def test_confident_errors_come_before_guesses(browser: Client, attempt: Attempt) -> None:
    one, two, three = sitting(attempt).plan.keys
    # Every attempt used: reasons are told although she did not pass.
    for _ in range(2):
        open_ = start(attempt.enrollment, "voicemail-test")
        submit_attempt(attempt=open_, by=open_.enrollment.user)
    last = start(attempt.enrollment, "voicemail-test")
    one, two, three = sitting(last).plan.keys

    page = finish(
        browser,
        last,
        right={one: False, two: False, three: False},
        said={one: "guessing", two: "fairly-sure", three: "sure"},
    )

    reviewed = page[page.index("To look at again") :]
    order = [reviewed.index(f"Question {number}<") for number in (3, 2, 1)]
    assert order == sorted(order)


def test_nothing_of_it_is_told_while_reasons_are_withheld(browser: Client, attempt: Attempt) -> None:
    one, two, three = sitting(attempt).plan.keys

    page = finish(browser, attempt, right={one: False, two: False, three: True}, said={one: "sure", three: "sure"})

    assert "Reasons are shown once you pass" in page
    assert "How sure you were" not in page
    assert "You were sure" not in page


def test_saying_nothing_shows_no_picture(browser: Client, attempt: Attempt) -> None:
    keys = sitting(attempt).plan.keys

    page = finish(browser, attempt, right=dict.fromkeys(keys, True), said={})

    assert "You passed" in page
    assert "How sure you were" not in page


# --- what has no marks, and what wins a part of them


def say_sure(enrollment: Enrollment, given: dict[str, tuple[str, ...]]) -> QuizResult:
    """An attempt at the quiz of every kind, these answered and all of them surely."""
    attempt = start(enrollment, "kinds")
    for key, options in given.items():
        record_response(
            sitting=sitting(attempt),
            item_key=key,
            options=options,
            based_on=0,
            request_id=uuid4(),
            confidence="sure",
        )
    submit_attempt(attempt=attempt, by=enrollment.user)
    mine = sitting(attempt)
    return quiz_result(mine, assessment_state(enrollment, mine.quiz), released=True)


@pytest.fixture
def kinds(ana: User) -> Enrollment:
    return enroll(user=ana, course=publish(course_of_kinds()).course, acknowledged=True, by=ana)


@pytest.mark.parametrize(
    ("key", "options", "missed", "right"),
    [
        ("unscored", ("less",), 0, None),  # no panel, so nothing is known of it
        ("multiple-response", ("multiple-response-0",), 0, 1),  # one of two ticked: half of the marks
        ("multiple-response", ("multiple-response-1", "multiple-response-3"), 1, 0),
        ("script-concordance", ("neither",), 0, 1),  # three of the six that most experts gave
        ("script-concordance", ("less",), 1, 0),  # one of six
        ("true-false", ("true",), 1, 0),
    ],
)
def test_page_counts_errors_as_its_picture_does(
    kinds: Enrollment, key: str, options: tuple[str, ...], missed: int, right: int | None
) -> None:
    result = say_sure(kinds, {key: options})

    assert result.sure_and_missed == missed
    assert [(level.answers, level.right) for level in result.levels] == ([] if right is None else [(1, right)])


def test_picture_and_sentence_agree_on_the_page(browser: Client, kinds: Enrollment) -> None:
    result = say_sure(kinds, {"unscored": ("less",), "multiple-response": ("multiple-response-0",)})
    text = words(browser, address(result.sitting.attempt, "attempt-result"))

    assert "Nothing that you were sure of was wrong." in text
    assert "An answer that won half of its marks or more is counted as right here." in text
    assert "1 of 1" in text
    # What nothing is scored by stands apart, not among what is to be looked at again.
    assert text.index("To look at again") < text.index("Question 1Partly right")
    assert text.index("Question 5") < text.index("Without marks") < text.index("Question 6")


def test_confident_error_comes_before_what_won_a_part_of_its_marks(kinds: Enrollment) -> None:
    result = say_sure(kinds, {"multiple-response": ("multiple-response-0",), "single-best-answer": (WRONG,)})

    assert [item.number for item in result.to_look_at][:2] == [5, 1]
