"""On the way through a case: leaving it, coming back, reading what was decided, and what the browser's history keeps."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from enrollments.models import Enrollment
from quizzes.models import Attempt, Step
from quizzes.queries import path
from tests.learner.conftest import address, html
from tests.learner.conftest import words_apart as words
from tests.taking import decide, start, take_scenario


@pytest.fixture
def attempt(example: Enrollment) -> Attempt:
    return start(example, "the-callback")


def about(enrollment: Enrollment, key: str = "the-callback") -> str:
    return reverse("learner:assessment", args=[enrollment.course.slug, key])


def title(page: str) -> str:
    found = re.search(r"<title>([^<]*)</title>", page)
    assert found
    return found[1]


def test_a_sensitive_case_can_be_put_off_before_it_begins(browser: Client, example: Enrollment) -> None:
    page = html(browser, about(example))

    assert "A relative asks about a client." in page
    assert "Not now, back to the course" in page
    assert "Not now" not in html(browser, about(example, "first-message"))


def test_every_scene_can_be_left_by_one_press(browser: Client, attempt: Attempt) -> None:
    leave = f'<a class="btn btn-outline-primary" href="{reverse("learner:pause")}">Leave quietly</a>'
    assert leave in html(browser, address(attempt))
    decide(attempt, "open-chart")

    assert leave in html(browser, address(attempt))
    assert leave in html(browser, f"{address(attempt)}?decision=1")


def test_every_node_of_a_sensitive_case_has_a_quiet_way_out_endings_too(browser: Client, example: Enrollment) -> None:
    leave = f'href="{reverse("learner:pause")}">Leave quietly</a>'
    seen: set[str] = set()
    walks = [["dial", "hang-up"], ["ask-colleague", "ask-back"], ["open-chart", "first-name"]]
    for choices in walks:
        attempt = start(example, "the-callback")
        for key in [*choices, None]:
            walk = path(attempt).walk
            page = html(browser, address(attempt) if key else address(attempt, "attempt-result"))
            seen |= {walk.node, *(passed for turn in walk.turns for passed in turn.through)}
            assert page.count(leave) == 1, walk.node
            assert page.count("If this is close to home</h2>") == 1, walk.node
            assert "In the United States, call or text 988 at any hour. Elsewhere," in page, walk.node
            if key:
                decide(attempt, key)

    assert seen == set(path(attempt).scenario.nodes)


def test_the_page_that_it_leads_to_says_nothing_of_the_case(browser: Client, attempt: Attempt) -> None:
    page = html(browser, reverse("learner:pause"))

    assert title(page) == "A pause · Vignette"
    assert "Your place is kept" in page
    assert not re.search("callback|voicemail|inez|relative", page.lower())


def test_the_case_is_still_open_and_says_so_on_return(browser: Client, example: Enrollment, attempt: Attempt) -> None:
    decide(attempt, "open-chart")

    assert "Go on where you stopped" in words(browser, about(example))
    page = words(browser, address(attempt))
    assert "You chose Open the chart and read what she said about messages." in page
    assert "Her mother answers (you are here)" in page


def test_pages_of_a_case_are_kept_by_no_browser(browser: Client, attempt: Attempt) -> None:
    for each in (address(attempt), f"{address(attempt)}?decision=1", reverse("learner:pause")):
        assert "no-store" in browser.get(each)["Cache-Control"]


def test_titles_of_a_sensitive_case_are_neutral_on_all_its_pages(
    browser: Client, example: Enrollment, attempt: Attempt
) -> None:
    decide(attempt, "dial")
    pages = [
        html(browser, about(example)),
        html(browser, address(attempt)),
        html(browser, f"{address(attempt)}?decision=1"),
    ]
    refused = browser.post(address(attempt, "attempt-choice"), {"number": 1, "choice": "open-chart"}).content.decode()
    nothing = browser.post(address(attempt, "attempt-choice"), {"number": 2}).content.decode()
    decide(attempt, "hang-up")
    debrief = html(browser, address(attempt, "attempt-result"))
    practice = reverse("learner:practice", args=[example.course.slug, "the-callback"])
    no_practice = browser.post(practice).content.decode()

    titles = [title(page) for page in [*pages, refused, nothing, debrief, no_practice]]

    assert [each for each in titles if "callback" in each.lower()] == []
    assert titles[:3] == ["A case · Vignette"] * 3
    assert titles[5] == "Debrief · Vignette"


def test_a_decision_taken_is_read_again_with_what_came_of_it(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "open-chart")

    page = words(browser, f"{address(attempt)}?decision=1")

    assert "Decision 1, taken. It is shown as it was and cannot be changed." in page
    assert "You chose Open the chart and read what she said about messages." in page
    assert "Four rings, a click" in page
    assert "The note decides what can be said" not in page
    assert "Go on from where you are" in page
    assert '<input type="radio"' not in html(browser, f"{address(attempt)}?decision=1")
    assert f'href="{address(attempt)}?decision=1"' in html(browser, address(attempt))


@pytest.mark.parametrize("asked", ["2", "0", "-1", "x", "99999", "²"])
def test_what_was_not_decided_yet_leads_to_where_she_is(browser: Client, attempt: Attempt, asked: str) -> None:
    decide(attempt, "open-chart")

    assert "What do you do?" in words(browser, f"{address(attempt)}?decision={asked}")
    assert Step.objects.count() == 1


def test_an_earlier_scene_after_the_end_leads_to_the_debrief(browser: Client, example: Enrollment) -> None:
    attempt = take_scenario(example, "the-callback", ["dial", "hang-up"])

    answer = browser.get(f"{address(attempt)}?decision=1")

    assert (answer.status_code, answer["Location"]) == (302, address(attempt, "attempt-result"))


def test_a_practice_case_tells_reasons_with_decisions_read_again(browser: Client, example: Enrollment) -> None:
    attempt = start(example, "the-callback")
    assert "Reasons come at the end." in words(browser, address(attempt))
    decide(attempt, "dial")
    decide(attempt, "nothing")
    practice = browser.post(reverse("learner:practice", args=[example.course.slug, "the-callback"]))
    walk = Attempt.objects.get(counts=False)
    decide(walk, "dial")

    assert practice["Location"] == address(walk)
    assert "a colleague who did not have to make the call" in words(browser, f"{address(walk)}?decision=1")


def test_the_last_decision_says_nothing_of_the_way_to_other_endings(browser: Client, attempt: Attempt) -> None:
    decide(attempt, "dial")

    page = html(browser, address(attempt))

    assert "mother-known" not in page
    assert "Her mother answers" not in page
