"""Challenging a question, and what a result says of questions that were put right."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from audit.models import OutboxMail
from audit.services import send_mail
from courses.models import CourseVersion
from quizzes.models import Attempt, ItemChallenge
from quizzes.notices import CHALLENGE_ANSWERED
from quizzes.services import answer_challenge, challenge_item
from tests.conftest import Clinic, client_of, expect_statements
from tests.correcting import OTHER, RIGHT, WRONG, approve, begin, learner, propose, publish_course, sit
from tests.learner.conftest import address, html, words


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_course(clinic.organization)


@pytest.fixture
def failed(version: CourseVersion) -> Attempt:
    """The first of two attempts: one of three, and reasons are not released yet."""
    return sit(learner(version), one=OTHER, two=RIGHT, three=WRONG)


@pytest.fixture
def lena(failed: Attempt) -> Client:
    return client_of(failed.enrollment.user)


@pytest.fixture
def passed(failed: Attempt) -> Attempt:
    return sit(failed.enrollment, one=RIGHT, two=RIGHT, three=WRONG)


def send(client: Client, attempt: Attempt, **fields: Any) -> Any:
    return client.post(address(attempt, "attempt-challenge"), {"item": "one", "words": "Both are right."} | fields)


def test_challenge_is_kept_and_the_result_says_so(lena: Client, failed: Attempt) -> None:
    sent = send(lena, failed)

    assert (sent.status_code, sent["Location"]) == (303, address(failed, "attempt-result"))
    assert ItemChallenge.objects.get().words == "Both are right."
    text = words(lena, address(failed, "attempt-result"))
    assert "is with the authors of the course" in text
    assert "Both are right. Not answered yet." in text


def test_same_challenge_again_is_the_same(lena: Client, failed: Attempt) -> None:
    for _ in range(2):
        assert send(lena, failed, words="First.\r\nAnd more.").status_code == 303
    assert ItemChallenge.objects.count() == 1


def test_challenge_in_other_words_is_refused_and_keeps_the_first(lena: Client, failed: Attempt) -> None:
    send(lena, failed, words="First.")

    sent = send(lena, failed, words="Second.")

    assert sent.status_code == 409
    assert "those words are with the authors, these were not kept" in sent.content.decode()
    assert ItemChallenge.objects.get().words == "First."


def test_form_offers_what_is_not_challenged_yet(lena: Client, failed: Attempt) -> None:
    send(lena, failed)

    page = html(lena, f"{address(failed, 'attempt-challenge')}?item=one")
    assert '<option value="one"' not in page
    assert page.count("<option") == 3  # none yet, and the other two

    for key in ("two", "three"):
        send(lena, failed, item=key)
    page = html(lena, address(failed, "attempt-challenge"))
    assert "You have challenged every question of this attempt." in page
    assert "Send the challenge" not in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"words": "  "}, "Say in a few words"),
        ({"words": "x" * 2001}, "at most 2000 characters"),
        ({"item": "none"}, "Choose a question of this attempt."),
        ({"item": ""}, "Choose the question by its number."),
    ],
)
def test_challenge_that_does_not_fit_comes_back_with_what_was_typed(
    lena: Client, failed: Attempt, fields: dict[str, str], told: str
) -> None:
    sent = send(lena, failed, **fields)

    page = sent.content.decode()
    assert sent.status_code == 422
    assert told in page
    assert fields.get("words", "Both are right.").strip() in page
    assert not ItemChallenge.objects.exists()


def test_form_without_script_names_questions_by_number_only(lena: Client, failed: Attempt) -> None:
    page = html(lena, f"{address(failed, 'attempt-challenge')}?item=two")

    assert '<option value="two" selected>Question ' in page
    assert "The stem of" not in page
    assert "XREASON" not in page


def test_open_attempt_is_challenged_afterwards(lena: Client, failed: Attempt) -> None:
    attempt = begin(failed.enrollment)

    assert lena.get(address(attempt, "attempt-challenge"))["Location"] == address(attempt)
    sent = send(lena, attempt)
    assert sent.status_code == 409
    assert "your words were not kept" in sent.content.decode()
    assert not ItemChallenge.objects.exists()


def test_case_has_no_questions_to_challenge(browser: Client, example: Any) -> None:
    from tests.taking import start

    case = start(example, "the-callback")

    assert browser.get(address(case, "attempt-challenge")).status_code == 404


@pytest.mark.parametrize("finding", ["upheld", "explained"])
def test_answer_tells_nothing_before_reasons_are_released(
    lena: Client, failed: Attempt, theo: User, finding: str
) -> None:
    challenge = challenge_item(attempt=failed, item_key="one", words="Both.", by=failed.enrollment.user)
    answer_challenge(challenge=challenge, outcome=finding, answer="XANSWER", by=theo)

    page = html(lena, address(failed, "attempt-result"))

    # Whatever was found, the page is the same: a challenge is no way to ask which option is correct.
    assert "An author has answered. The answer speaks of what is correct" in page
    assert [told for told in ("XANSWER", "at fault", "why it stands", "XREASON", finding) if told in page] == []


def test_answer_stands_with_the_question_once_released(
    lena: Client, failed: Attempt, passed: Attempt, theo: User
) -> None:
    challenge = challenge_item(attempt=failed, item_key="one", words="Both.", by=failed.enrollment.user)
    answer_challenge(challenge=challenge, outcome="upheld", answer="You are right.", by=theo)

    text = words(lena, address(failed, "attempt-result"))

    assert "The author agrees: the question is at fault" in text
    assert "You are right." in text
    assert text.count("Challenge this question") == 2  # the other two can still be challenged


# --- where reasons are never told


@pytest.fixture
def hidden(clinic: Clinic) -> CourseVersion:
    return publish_course(clinic.organization, release="never")


@pytest.mark.parametrize(
    ("finding", "on_page", "in_mail"),
    [
        (
            "upheld",
            "The author agrees: the question is at faultHow it is scored is changed only after a second author has agreed.",
            "you are right, the question is at fault.",
        ),
        ("explained", "The author finds that the question standsYour score stays as it is.", "the question stands"),
    ],
)
def test_finding_is_told_without_the_words_where_reasons_never_are(
    hidden: CourseVersion, theo: User, mailoutbox: list[Any], finding: str, on_page: str, in_mail: str
) -> None:
    attempt = sit(learner(hidden), one=RIGHT, two=RIGHT, three=RIGHT)
    lena = client_of(attempt.enrollment.user)
    before = words(lena, address(attempt, "attempt-challenge"))
    challenge = challenge_item(attempt=attempt, item_key="one", words="Both.", by=attempt.enrollment.user)
    answer_challenge(challenge=challenge, outcome=finding, answer="XANSWER", by=theo)
    send_mail(OutboxMail.objects.get(kind=CHALLENGE_ANSWERED))

    assert "You learn whether it was found at fault and whether your score changes" in before
    page = words(lena, address(attempt, "attempt-result"))
    assert "You learn whether it was found at fault" in page
    assert on_page in page
    (mail,) = mailoutbox
    assert in_mail in mail.body
    for text in (page, before, mail.body):
        assert [each for each in ("XANSWER", "XREASON", "with the reasons", "together") if each in text] == []


def test_finding_waits_while_an_attempt_could_use_it(hidden: CourseVersion, theo: User, mailoutbox: list[Any]) -> None:
    attempt = sit(learner(hidden), one=OTHER)
    lena = client_of(attempt.enrollment.user)
    challenge = challenge_item(attempt=attempt, item_key="one", words="Both.", by=attempt.enrollment.user)
    assert "Not answered yet. A mail tells you when it is." in words(lena, address(attempt, "attempt-result"))
    answer_challenge(challenge=challenge, outcome="upheld", answer="XANSWER", by=theo)
    send_mail(OutboxMail.objects.get(kind=CHALLENGE_ANSWERED))

    page = words(lena, address(attempt, "attempt-result"))
    assert "What was found is told here once you pass or use your last attempt." in page
    assert "What was found is told once you pass or use your last attempt." in mailoutbox[0].body
    assert [each for each in ("at fault.", "agrees", "with the reasons") if each in page] == []

    sit(attempt.enrollment, one=OTHER)
    assert "The author agrees: the question is at fault" in words(lena, address(attempt, "attempt-result"))


def test_flash_after_a_challenge_promises_no_answer_there(hidden: CourseVersion) -> None:
    attempt = sit(learner(hidden), one=OTHER)
    lena = client_of(attempt.enrollment.user)
    send(lena, attempt)

    assert "A mail tells you when one of them has looked at it." in words(lena, address(attempt, "attempt-result"))


def test_result_names_what_to_read_again_only_where_there_is_something(hidden: CourseVersion) -> None:
    failed = sit(learner(hidden), one=OTHER)
    passed = sit(learner(hidden, "Mia Holm"), one=RIGHT, two=RIGHT, three=RIGHT)

    first = words(client_of(failed.enrollment.user), address(failed, "attempt-result"))
    second = words(client_of(passed.enrollment.user), address(passed, "attempt-result"))

    assert "Correct answers are not shown. Below are the objectives to read again." in first
    assert "To read again" in first
    assert "Correct answers are not shown." in second
    assert "read again" not in second.lower()


def test_author_is_told_that_her_words_are_not_shown(hidden: CourseVersion, theo: User) -> None:
    attempt = sit(learner(hidden), one=OTHER)
    challenge = challenge_item(attempt=attempt, item_key="one", words="Both.", by=attempt.enrollment.user)

    page = words(client_of(theo), f"/author/{hidden.course.provider.slug}/challenges/{challenge.public_id}/")

    assert "the learner is told your finding, and not your words" in page


# --- what was put right


def test_result_tells_how_the_score_changed(
    lena: Client, failed: Attempt, version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo, kind="accept-option", option=OTHER), nina)

    text = words(lena, address(failed, "attempt-result"))

    assert "You passed, with 2 of 3." in text
    assert "your score was 1 of 3 and is now 2 of 3. With it you pass." in text
    assert "your answer is accepted too, with full marks" in text
    assert "Corrected or challenged" in text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "drop",
            [
                "You passed, with 1 of 2.",
                "A pass that was given stands",
                "Not counted",
                "taken out of the score for everybody",
            ],
        ),
        ("full-credit", ["You passed, with 2 of 3.", "everybody who was asked this question has its full marks"]),
    ],
)
def test_result_of_who_had_passed(
    lena: Client, passed: Attempt, version: CourseVersion, theo: User, nina: User, kind: str, told: list[str]
) -> None:
    approve(propose(version, theo, kind=kind), nina)

    text = words(lena, address(passed, "attempt-result"))

    assert [each for each in told if each not in text] == []


def test_adjustment_that_does_not_concern_her_says_nothing(
    lena: Client, passed: Attempt, version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo, "two", "accept-option", WRONG), nina)

    text = words(lena, address(passed, "attempt-result"))

    assert "orrected" not in text


def test_challenge_of_a_question_she_had_right_is_shown_beside_what_was_corrected(
    lena: Client, passed: Attempt
) -> None:
    challenge_item(attempt=passed, item_key="two", words="Two are right.", by=passed.enrollment.user)

    text = words(lena, address(passed, "attempt-result"))

    assert "Corrected or challenged" in text
    assert "Two are right. Not answered yet." in text


def test_attempt_without_anything_to_score_says_so(clinic: Clinic, theo: User, nina: User) -> None:
    version = publish_course(clinic.organization, keys=("one",), max_attempts=1)
    passed = sit(learner(version), one=RIGHT)
    failed = sit(learner(version, "Mia Holm"), one=WRONG)
    approve(propose(version, theo), nina)

    first = words(client_of(passed.enrollment.user), address(passed, "attempt-result"))
    second = words(client_of(failed.enrollment.user), address(failed, "attempt-result"))

    for text in (first, second):
        assert "This attempt is not scored." in text
        assert "the authors of the course have been told" in text
        assert "the last question that counted was taken out of the score" in text
    assert "Your pass stands." in first
    assert "You have one attempt left." in second
    course = words(client_of(passed.enrollment.user), "/learn/courses/a-course/")
    assert "Passed on " in course
    assert "of 0" not in course


def test_result_takes_seven_statements_where_nothing_was_corrected(lena: Client, failed: Attempt) -> None:
    lena.get(address(failed, "attempt-result"))
    # session, person, attempt, attempts, answers, course; and one for challenges and adjustments
    with expect_statements(7):
        lena.get(address(failed, "attempt-result"))
