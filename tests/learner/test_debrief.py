"""The debrief: her path drawn and in words, the best path beside it, what would have happened; and practice after it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from certificates.models import Certificate
from courses.document import Document, Scenario
from courses.library import published
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt
from tests.enrollments.documents import document, lesson, publish
from tests.learner.conftest import address, html
from tests.learner.conftest import words_apart as words
from tests.taking import decide, start, take_scenario
from web.pictures import picture_of_scenario

PASSING = ["open-chart", "first-name"]
FAILING = ["dial", "hang-up"]
BOX = re.compile(r"<text x=\"\d+\" y=\"\d+\">([^<]+)</text>")


@pytest.fixture
def failed(example: Enrollment) -> Attempt:
    return take_scenario(example, "the-callback", FAILING)


@pytest.fixture
def released(example: Enrollment, failed: Attempt) -> Attempt:
    """The failed walk, looked at after a pass."""
    take_scenario(example, "the-callback", PASSING)
    return failed


def result(attempt: Attempt) -> str:
    return address(attempt, "attempt-result")


def test_statements_of_a_case_have_their_dates_once_reasons_are_told(
    example: Enrollment, failed: Attempt, browser: Client
) -> None:
    """Not before: what a case rests on can tell which choice is better."""
    stated = "Kind relatives also overhear General knowledge, checked on November 2, 2026"
    assert "overhear" not in words(browser, result(failed))

    take_scenario(example, "the-callback", PASSING)

    assert stated in words(browser, result(failed))


def practice(enrollment: Enrollment, key: str = "the-callback") -> str:
    return reverse("learner:practice", args=[enrollment.course.slug, key])


def begin_practice(browser: Client, enrollment: Enrollment) -> Attempt:
    answer = browser.post(practice(enrollment))
    assert answer.status_code == 303, answer.content
    return Attempt.objects.get(counts=False, submitted_at=None)


# --- before release


def test_before_release_only_her_own_path_is_drawn(browser: Client, failed: Attempt) -> None:
    page = html(browser, result(failed))

    assert BOX.findall(page) == [
        "Before dialing",
        "It rings",
        "A voice you do",
        "not know",
        "Ending 1",
        "does not pass",
    ]
    assert re.search(r'<svg role="img"[^>]* width="[\d.]+rem" height="[\d.]+rem"', page)
    assert page.count('class="is-hers" d="M') == 3 + 1  # three ways, and the legend
    assert "is-best" not in page
    assert "What would have happened" not in page
    assert "The best path" not in page


def test_path_is_told_in_words_too_and_each_decision_once(browser: Client, failed: Attempt) -> None:
    page = words(browser, result(failed))

    assert "In words: Before dialing , then It rings, then A voice you do not know , then Ending 1." in page
    assert page.count("Dial; the slip says all that is needed.") == 1
    assert "Decision 1: Before dialing" in page
    assert "It led to It rings, then A voice you do not know" in page


def test_picture_is_described_by_the_path_whose_decisions_are_links(browser: Client, failed: Attempt) -> None:
    page = html(browser, result(failed))

    assert re.search(r'<svg role="img"[^>]* aria-describedby="picture--words"', page)
    told = page.partition('id="picture--words"')[2].partition("</p>")[0]
    assert re.findall(r'<a href="#(decision-\d)">([^<]+)</a>', told) == [
        ("decision-1", "Before dialing"),
        ("decision-2", "A voice you do not know"),
    ]


# --- after release


def test_after_release_the_whole_graph_is_drawn_with_both_paths(browser: Client, released: Attempt) -> None:
    page = html(browser, result(released))

    assert page.count("<g class=") == 7
    assert page.count('<g class="is-hers">') == 4
    assert page.count('class="v-halo"') == 4
    assert "Her mother answers" in " ".join(BOX.findall(page))
    assert re.findall(r'<text class="v-badge"[^>]*>([^<]+)<', page) == ["1", "2"]


def test_after_release_every_branch_says_what_would_have_happened(browser: Client, released: Attempt) -> None:
    page = words(browser, result(released))

    assert "Then The note says, “First name only. My mother answers sometimes.”" in page
    assert (
        "It rings Four rings, a click, a voice that is not hers. It leads to It rings, then Her mother answers" in page
    )
    assert "This was not open to you here: what you had done before had closed it." in page  # `remembered`
    assert "The note would have made it certain." in page


def a_case_that_tells_on_the_way() -> dict[str, object]:
    """Two routes that tell something of their own, one node of story with a title and one without."""

    def choice(key: str, to: str, **more: object) -> dict[str, object]:
        texts = {"text": f"Do {key}.", "consequence": f"{key} is done.", "rationale": f"Because of {key}."}
        return {"key": key, "to": to, "points": 0, **texts, **more}

    end = {"text": "It ends.", "ending": {"verdict": "pass", "points": 0}, "debrief": "Look back."}
    told = [
        {"to": "evening", "when": {"at_least": {"care": 1}}, "text": "ROUTE: she has slept."},
        {"to": "evening", "text": "ROUTE: she has not slept."},
    ]
    script = [{"who": "Ada", "text": "Is it you?"}]
    return {
        "key": "evening-case",
        "title": "Evening",
        "kind": "formative",
        "objectives": ["ask"],
        "minutes": 5,
        "start": "first",
        "maximum": 0,
        "variables": {"care": {"min": 0, "max": 1, "start": 0, "meaning": "care"}},
        "nodes": {
            "first": {
                "kind": "decision",
                "text": "One.",
                "choices": [
                    choice("call", "night", effects=[{"add": {"care": 1}}]),
                    choice("wait", "night"),
                    choice("closed", "night", when={"at_least": {"care": 1}}),
                ],
            },
            "night": {"kind": "info", "title": "The night", "text": "NODE: it is dark.", "routes": told},
            "evening": {"kind": "info", "text": "NODE: a door.", "script": script, "routes": [{"to": "end"}]},
            "end": end,
        },
    }


def test_branch_tells_what_she_would_have_read_on_the_way(browser: Client, ana: User) -> None:
    made = document([lesson("read")], [], [], ["read", "evening-case"]).model_dump(by_alias=True, exclude_none=True)
    version = publish(Document.model_validate({**made, "scenarios": [a_case_that_tells_on_the_way()]}))
    mine = enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    page = words(browser, result(take_scenario(mine, "evening-case", ["wait"])))

    # Her own way, and the one that she did not go.
    assert "Then wait is done. The night ROUTE: she has not slept." in page
    assert (
        "Then call is done. The night NODE: it is dark. ROUTE: she has slept."
        " On the way NODE: a door. Ada Is it you? It leads to The night, then" in page
    )
    # What was closed to her could not be followed further than its first place.
    assert "Then closed is done. It leads to The night Why" in page


def test_best_path_says_where_it_parts_from_hers(browser: Client, released: Attempt) -> None:
    page = words(browser, result(released))

    assert "The best path beside yours It parts from yours at the first decision. It has 6 of 6 points." in page
    assert "You chose here: Dial; the slip says all that is needed." in page
    assert "Your path did not come here." in page
    assert "How it ends Inez calls back in the afternoon" in page


def test_who_took_the_best_path_is_told_so(browser: Client, example: Enrollment) -> None:
    page = words(browser, result(take_scenario(example, "the-callback", PASSING)))

    assert "The best path beside yours It is the path you took. It has 6 of 6 points." in page


def test_best_path_that_parts_later_says_at_which_decision(browser: Client, example: Enrollment) -> None:
    take_scenario(example, "the-callback", ["open-chart", "clinic"])
    passed = take_scenario(example, "the-callback", PASSING)
    first = Attempt.objects.exclude(pk=passed.pk).get()

    page = words(browser, result(first))

    assert "It parts from yours at decision 2." in page
    assert "You chose this too." in page


def test_practice_case_shows_all_of_it_at_once(browser: Client, example: Enrollment) -> None:
    page = words(browser, result(take_scenario(example, "first-message", ["full"])))

    assert "The best path beside yours It parts from yours at the first decision." in page
    assert "Walk it again" in page


def test_whole_graph_can_be_drawn_without_a_walk(example: Enrollment) -> None:
    case = published(example.version).document.assessment_by_key["the-callback"]
    assert isinstance(case, Scenario)

    picture = picture_of_scenario(case)

    # In the letters of the page, so that larger letters make larger boxes.
    assert (picture.width_rem, picture.height_rem) == (f"{picture.width / 16:g}rem", f"{picture.height / 16:g}rem")
    assert {each.name for each in picture.boxes} >= {"Before dialing", "It rings", "Ending 3"}
    assert not any(each.is_hers or each.is_best or each.badge for each in picture.boxes)


def test_ending_with_a_long_name_has_it_on_two_lines(example: Enrollment) -> None:
    case = published(example.version).document.assessment_by_key["the-callback"]
    assert isinstance(case, Scenario)
    key = next(key for key, node in case.nodes.items() if node.ending)
    named = case.nodes[key].model_copy(update={"title": "The list on the director's desk"})

    picture = picture_of_scenario(case.model_copy(update={"nodes": {**case.nodes, key: named}}))

    [box] = [each for each in picture.boxes if each.box.key == key]
    assert [line.text for line in box.lines[:2]] == ["The list on the", "director's desk"]
    assert len(box.lines) == 3
    assert all(box.box.top < line.y - 8 and line.y < box.box.bottom for line in box.lines)


# --- practice


def test_practice_opens_with_the_reasons_and_not_before(browser: Client, example: Enrollment, failed: Attempt) -> None:
    assert "for practice" not in words(browser, result(failed))
    refused = browser.post(practice(example))
    assert refused.status_code == 409
    assert "opens once you pass it or use your last attempt" in refused.content.decode()

    take_scenario(example, "the-callback", PASSING)

    assert "Walk it again, for practice" in words(browser, result(failed))
    about = reverse("learner:assessment", args=[example.course.slug, "the-callback"])
    assert "Walk it again, for practice" in words(browser, about)


def test_practice_tells_the_reason_after_each_decision_and_says_what_it_is(
    browser: Client, example: Enrollment, released: Attempt
) -> None:
    attempt = begin_practice(browser, example)
    assert attempt.number == 3
    assert "Practice: this walk never counts" in words(browser, address(attempt))

    browser.post(address(attempt, "attempt-choice"), {"number": 1, "choice": "dial"})

    page = words(browser, address(attempt))
    assert "The slip was written by a colleague who did not have to make the call." in page
    assert "Reasons follow each decision." in page


def test_practice_changes_nothing_and_has_a_debrief_of_its_own(
    browser: Client, example: Enrollment, released: Attempt
) -> None:
    course = reverse("learner:course", args=[example.course.slug])
    before = words(browser, course)
    attempt = begin_practice(browser, example)
    assert words(browser, course) == before

    for number, key in enumerate(PASSING, 1):
        answer = browser.post(address(attempt, "attempt-choice"), {"number": number, "choice": key})
    attempt.refresh_from_db()

    assert answer["Location"] == result(attempt)
    assert attempt.passed is False
    assert attempt.raw == 6
    assert words(browser, course) == before
    page = words(browser, result(attempt))
    assert "walk 3, practice." in page
    assert "6 of 6 points. It would have passed. This walk was practice: your result is as it was." in page
    about = words(browser, reverse("learner:assessment", args=[example.course.slug, "the-callback"]))
    assert "Practice walks, which never count Walk 3" in about


def test_practice_that_ends_badly_says_so_and_fails_nothing(
    browser: Client, example: Enrollment, released: Attempt
) -> None:
    attempt = begin_practice(browser, example)
    for key in FAILING:
        decide(attempt, key)
    example.refresh_from_db()

    assert example.is_open
    assert Certificate.objects.count() == 0
    assert "It would not have passed. This walk was practice" in words(browser, result(attempt))


def test_practice_is_open_after_the_last_attempt_ended_the_enrollment(browser: Client, example: Enrollment) -> None:
    for _ in range(3):
        last = take_scenario(example, "the-callback", FAILING)
    example.refresh_from_db()
    assert example.closed_at

    attempt = begin_practice(browser, example)

    assert attempt.number == 4
    assert "Go on with the practice walk" in words(browser, result(last))


def test_only_a_case_that_counts_is_practiced(browser: Client, example: Enrollment) -> None:
    take_scenario(example, "first-message", ["short"])

    assert browser.post(practice(example, "first-message")).status_code == 409
    assert browser.post(practice(example, "warm-up")).status_code == 404
    assert browser.post(practice(example, "nowhere")).status_code == 404
    assert Attempt.objects.filter(counts=False).count() == 0


def test_practice_waits_while_an_attempt_that_counts_is_open(browser: Client, example: Enrollment) -> None:
    start(example, "the-callback")

    refused = browser.post(practice(example))

    assert refused.status_code == 409
    assert "that counts is open" in refused.content.decode()
