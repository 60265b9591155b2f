import pytest
from django.test import Client
from django.urls import reverse

from enrollments.models import Enrollment
from quizzes.models import Attempt, Step
from tests.conftest import expect_statements
from tests.learner.conftest import HTMX, address
from tests.taking import decide, start


@pytest.fixture
def attempt(example: Enrollment) -> Attempt:
    return start(example, "the-callback")


def test_about_page_tells_notice_and_passing_rule(browser: Client, example: Enrollment) -> None:
    page = browser.get(reverse("learner:assessment", args=[example.course.slug, "the-callback"])).content.decode()

    assert "A relative asks about a client. Nobody is harmed." in page
    assert "with at least half of the points (3 of 6)" in page


def test_sensitive_case_has_a_neutral_page_title(browser: Client, attempt: Attempt) -> None:
    assert "<title>A case · Vignette</title>" in browser.get(address(attempt)).content.decode()


def test_walk_tells_the_consequence_at_once_and_no_reason(browser: Client, attempt: Attempt) -> None:
    page = browser.post(
        address(attempt, "attempt-choice"), {"number": 1, "choice": "open-chart"}, follow=True
    ).content.decode()

    assert "What happened next" in page
    assert "The note says" in page
    assert "Four rings, a click" in page  # the story on the way
    assert "Her mother answers" in page
    assert "The note decides what can be said" not in page


def test_practice_tells_the_reason_of_the_choice_taken_and_of_no_other(browser: Client, example: Enrollment) -> None:
    attempt = start(example, "first-message")
    decide(attempt, "short")

    page = browser.get(address(attempt), follow=True).content.decode()

    assert "It is enough to be called back" in page


def test_guarded_choice_is_not_shown_and_cannot_be_posted(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "dial")

    assert "remembered" not in browser.get(address(attempt)).content.decode()
    assert browser.post(address(attempt, "attempt-choice"), {"number": 2, "choice": "remembered"}).status_code == 404
    assert Step.objects.count() == 1


def test_choice_with_script_is_answered_by_the_next_decision(browser: Client, attempt: Attempt) -> None:
    with expect_statements(8):  # session, person, attempt, steps, BEGIN, claim, insert, COMMIT
        page = browser.post(address(attempt, "attempt-choice"), {"number": 1, "choice": "open-chart"}, headers=HTMX)

    assert page.status_code == 200
    assert "<html" not in page.content.decode()
    assert "What happened next" in page.content.decode()


def test_deciding_without_a_choice_asks_for_one(browser: Client, attempt: Attempt) -> None:
    page = browser.post(address(attempt, "attempt-choice"), {"number": 1})

    assert page.status_code == 422
    assert "Choose what you do, then decide." in page.content.decode()


def test_back_button_and_another_choice_is_refused_with_the_choice_taken(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "open-chart")

    page = browser.post(address(attempt, "attempt-choice"), {"number": 1, "choice": "dial"})

    assert page.status_code == 409
    assert "Open the chart and read what she said about messages." in page.content.decode()
    assert Step.objects.count() == 1


def test_double_click_on_decide_takes_one_step(browser: Client, attempt: Attempt) -> None:
    for _ in range(2):
        assert (
            browser.post(address(attempt, "attempt-choice"), {"number": 1, "choice": "open-chart"}).status_code == 303
        )

    assert Step.objects.count() == 1


def test_end_leads_to_the_debrief_with_script_by_a_whole_page(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "open-chart")

    page = browser.post(address(attempt, "attempt-choice"), {"number": 2, "choice": "first-name"}, headers=HTMX)

    assert page["HX-Redirect"] == address(attempt, "attempt-result")


def test_debrief_after_a_pass_tells_every_reason(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "open-chart")
    decide(attempt, "first-name")

    page = browser.get(address(attempt, "attempt-result")).content.decode()

    assert "You passed this case." in page
    assert "6 of 6 points." in page
    assert "The note decides what can be said" in page
    assert "Better than nothing. A memory is not a note." in page


def test_debrief_after_a_fail_tells_the_path_and_no_reason(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "open-chart")
    decide(attempt, "clinic")

    page = browser.get(address(attempt, "attempt-result")).content.decode()

    assert "Not passed yet." in page
    assert "A decision could have led to harm" in page
    assert "The words were friendly, and they were hers to say." in page
    assert "It tells a relative what Inez chose not to tell." not in page


def test_quiz_acts_on_a_scenario_are_not_found(browser: Client, attempt: Attempt) -> None:
    assert browser.post(address(attempt, "attempt-submission")).status_code == 404
    assert browser.post(address(attempt, "attempt-response"), {}).status_code == 404
    assert Attempt.objects.get().is_open


def test_scenario_acts_on_a_quiz_are_not_found(browser: Client, example: Enrollment) -> None:
    quiz = start(example, "voicemail-test")

    assert browser.post(address(quiz, "attempt-choice"), {"number": 1, "choice": "x"}).status_code == 404
