"""The course that comes with the product: what its editors promised of it, counted."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.conf import settings

from author.checks import package_faults
from author.packages import Package, read_package
from author.texts import words
from courses.document import Choice, Document, Quiz, Scenario, Standing, Verdict
from courses.items import Control, Item, SingleBestAnswer
from quizzes.rules import Walk, advance, begin, open_choices, prove, scenario_outcome

ROOT = settings.BASE_DIR / "content" / "anonymous-platforms"

#: The points of the source article that module 1 answers, with their standing on November 22, 2026.
STANDINGS = {
    "G01": Standing.OUTDATED,
    "G02": Standing.CONTESTED,
    "G23": Standing.OUTDATED,
    "G24": Standing.OUTDATED,
    "G26": Standing.WRONG,
    "G39": Standing.WRONG,
    "G40": Standing.WRONG,
    "G44": Standing.STANDS_WITH_CHANGE,
    "G45": Standing.STANDS,
    "G48": Standing.WRONG,
    "G75": Standing.WRONG,
    "G82": Standing.WRONG,
    "G84": Standing.WRONG,
    "G90": Standing.STANDS,
    "G107": Standing.STANDS_WITH_CHANGE,
}

Strategy = Callable[[tuple[Choice, ...]], Choice]


def _of_tone(tone: str) -> Strategy:
    return lambda choices: next((choice for choice in choices if choice.tone == tone), choices[0])


STRATEGIES: dict[str, Strategy] = {
    "first": lambda choices: choices[0],
    "second": lambda choices: choices[1],
    "third": lambda choices: choices[min(2, len(choices) - 1)],
    "last": lambda choices: choices[-1],
    "longest": lambda choices: max(choices, key=lambda choice: len(choice.text)),
    "shortest": lambda choices: min(choices, key=lambda choice: len(choice.text)),
    "kindest": _of_tone("warm"),
    "firmest": _of_tone("firm"),
    "plainest": _of_tone("plain"),
}

SCENARIOS = ("the-block-request", "the-word-omegle")
QUIZZES = ("knowledge-check", "post-test")


@cache
def package() -> Package:
    return read_package(ROOT)


@cache
def course() -> Document:
    document = package().document()
    assert document is not None
    return document


def scenario(key: str) -> Scenario:
    return next(part for part in course().scenarios if part.key == key)


def quiz(key: str) -> Quiz:
    return next(part for part in course().quizzes if part.key == key)


@cache
def walks(key: str) -> tuple[Walk, ...]:
    """Every way through the case, to its ending."""
    return tuple(_walks(scenario(key)))


def _walks(case: Scenario) -> Iterator[Walk]:
    open_walks = [begin(case)]
    while open_walks:
        walk = open_walks.pop()
        if case.nodes[walk.node].ending:
            yield walk
        else:
            open_walks += [advance(case, walk, choice.key) for choice in open_choices(case, walk)]


def single(key: str) -> list[SingleBestAnswer]:
    """The quiz's questions with one correct option."""
    return [item for item in quiz(key).items if isinstance(item, SingleBestAnswer)]


def position(item: Item) -> int:
    return [option.correct for option in item.shown].index(True)


def correct_is_longest(item: Item) -> bool:
    lengths = [len(option.text) for option in item.shown]
    return lengths[position(item)] == max(lengths)


# --- the package


def test_package_has_no_fault() -> None:
    assert package_faults(package()) == ()


def test_lessons_have_the_promised_length_and_minutes() -> None:
    counts = [words(lesson.body) for lesson in course().lessons]

    assert 2_200 <= sum(counts) <= 2_600
    assert [lesson.minutes for lesson in course().lessons] == [count // 160 for count in counts]


def test_minutes_of_credit_are_those_of_the_parts() -> None:
    lessons = sum(part.minutes for part in course().lessons)
    cases = sum(part.minutes for part in course().scenarios)
    questions = sum(part.minutes for part in course().quizzes)

    assert course().course.credit.minutes == lessons + cases + questions


def test_sources_use_plain_apostrophes_and_quotes() -> None:
    texts = [path.read_text() for path in ROOT.rglob("*") if path.is_file()]

    assert [re.findall(r"[^\x00-\x7f]", text) for text in texts] == [[] for _ in texts]


def test_every_reference_is_the_source_of_a_fact() -> None:
    stated = [course().course.facts]
    stated += [lesson.facts for lesson in course().lessons]
    stated += [case.facts for case in course().scenarios]
    stated += [item.facts for part in course().quizzes for item in part.items]
    used = {word for facts in stated for fact in facts for word in fact.sources}

    assert {reference.key for reference in course().course.references} == used - {"GK"}


# --- what is taught and tested


def test_every_point_is_in_a_lesson_with_its_standing() -> None:
    taught = {name for lesson in course().lessons for name in lesson.guidance}
    standing = {point.id: point.standing for point in course().guidance}

    assert STANDINGS.items() <= standing.items()
    assert STANDINGS.keys() <= taught
    assert standing.keys() == taught


def test_every_objective_is_taught_and_tested_in_any_draw() -> None:
    test = quiz("post-test")
    left_out = len(test.items) - test.drawn

    for objective in course().course.objectives:
        assert any(objective.key in lesson.objectives for lesson in course().lessons)
        assert sum(objective.key in item.objectives for item in test.items) > left_out


def test_lesson_and_case_say_never_to_view_an_image() -> None:
    lesson = next(lesson for lesson in course().lessons if lesson.key == "nine-features-no-brand")
    harm = scenario("the-word-omegle").nodes["the-page-loads"]

    for text in (lesson.body, harm.debrief or ""):
        assert "ever view, copy, forward or store" in text


# --- questions


@pytest.mark.parametrize("key", QUIZZES)
def test_correct_option_is_seldom_the_longest(key: str) -> None:
    items = single(key)

    assert sum(map(correct_is_longest, items)) * 10 <= 3 * len(items)


@pytest.mark.parametrize("key", QUIZZES)
def test_correct_option_visits_every_position_evenly(key: str) -> None:
    counts = Counter(map(position, single(key)))

    assert counts.keys() == {0, 1, 2, 3}
    assert max(counts.values()) - min(counts.values()) <= 1


@pytest.mark.parametrize("key", QUIZZES)
def test_options_are_of_like_length(key: str) -> None:
    for item in quiz(key).items:
        if item.control is Control.ORDER:
            continue  # the length of a step says nothing of its place
        lengths = [len(option.text) for option in item.shown]
        assert max(lengths) <= 1.25 * min(lengths), item.key


# --- cases


@pytest.mark.parametrize("key", SCENARIOS)
def test_case_is_proved_and_every_path_ends(key: str) -> None:
    case = scenario(key)
    proof = prove(case)

    assert proof.faults == ()
    assert max(walk.points for walk in walks(key)) == proof.maximum == case.maximum
    assert {walk.node for walk in walks(key)} == {name for name, node in case.nodes.items() if node.ending}


@pytest.mark.parametrize("key", SCENARIOS)
def test_no_path_that_passes_has_a_critical_choice(key: str) -> None:
    outcomes = {(scenario_outcome(scenario(key), walk)[1], bool(walk.critical)) for walk in walks(key)}

    assert (True, False) in outcomes
    assert (True, True) not in outcomes


@pytest.mark.parametrize("key", SCENARIOS)
def test_every_critical_choice_leads_to_a_failing_ending(key: str) -> None:
    case = scenario(key)

    for walk in walks(key):
        ending = case.nodes[walk.node].ending
        assert ending is not None
        if walk.critical:
            assert ending.verdict is Verdict.FAIL


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("key", SCENARIOS)
def test_strategy_fails(key: str, name: str) -> None:
    case = scenario(key)
    walk = begin(case)
    while not case.nodes[walk.node].ending:
        walk = advance(case, walk, STRATEGIES[name](open_choices(case, walk)).key)

    assert scenario_outcome(case, walk)[1] is False


def test_nobody_passes_who_looked_waited_or_left_the_report_to_others() -> None:
    case = scenario("the-word-omegle")
    passed = {turn.choice for walk in walks(case.key) if scenario_outcome(case, walk)[1] for turn in walk.turns}

    assert "ask-the-line" in passed
    assert passed.isdisjoint({"show-me", "door-open", "family-decides", "proof-first"})
