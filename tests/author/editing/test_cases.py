from pathlib import Path
from typing import Any

import pytest

from author.editing.cases import case_warnings
from author.packages import Package, Source, read_package
from courses.document import Quiz, Scenario
from quizzes.rules import strategies
from quizzes.rules.strategies import best_choices, draws_of, habits_that_pass, passing_habits, walked
from tests.author.folders import change, copy_of_example, line_of
from tests.quizzes.builders import choice, decision, ending, item, quiz, scenario

CASE = "scenarios/the-callback.yaml"
LENGTHS = {"long": "A very long thing to do", "mid": "A thing to do", "short": "Do"}


def case(*best: str, kind: str = "summative") -> Scenario:
    """A case with a decision for each of these; of three choices the best is the one named: `1st long`, `2nd short`.

    Only who takes all the best choices passes.
    """
    nodes: dict[str, Any] = {"good": ending("pass"), "bad": ending("fail")}
    for number, words in enumerate(best):
        place, length = words.split()
        onward = f"n{number + 1}" if number + 1 < len(best) else "good"
        nodes[f"n{number}"] = decision(*_choices(int(place[0]) - 1, length, onward))
    return scenario(nodes, start="n0", maximum=len(best), kind=kind)


def _choices(best: int, length: str, onward: str) -> list[dict[str, Any]]:
    others = [LENGTHS[name] for name in LENGTHS if name != length]
    texts = [LENGTHS[length] if place == best else others.pop() for place in range(3)]
    return [
        choice(onward if place == best else "bad", f"c{place}", int(place == best), text=text)
        for place, text in enumerate(texts)
    ]


# --- cases


@pytest.mark.parametrize(
    ("best", "habits"),
    [
        (("1st mid", "1st short"), ("first",)),
        (("3rd mid", "3rd short"), ("last",)),
        (("2nd mid", "2nd short"), ("middle", "upper middle")),
        (("1st long", "3rd long"), ("longest",)),
        (("1st short", "3rd short"), ("shortest",)),
        (("1st mid", "2nd short", "3rd long"), ()),
    ],
)
def test_habit_that_passes_a_case_is_found(best: tuple[str, ...], habits: tuple[str, ...]) -> None:
    assert passing_habits(case(*best)) == habits


def test_habit_that_gets_stuck_walks_nowhere() -> None:
    stuck = scenario(
        {
            "start": decision(choice("loop", "a"), choice("bad", "b")),
            "loop": decision(choice("loop", "a"), choice("loop", "b"), max_visits=1),
            "bad": ending("fail"),
        }
    )

    assert walked(stuck, strategies.HABITS["first"]) is None
    assert passing_habits(stuck) == ()


@pytest.mark.parametrize(
    ("best", "favorite"),
    [
        (["1st mid"], None),
        (["1st mid"] * 2, 0),
        (["1st mid", "2nd mid"], None),
        (["1st mid"] * 3, 0),
        (["2nd mid", "2nd mid", "3rd mid"], None),
        (["2nd mid"] * 2 + ["3rd mid"] * 2, None),
        (["2nd mid"] * 3 + ["3rd mid"], 1),
    ],
)
def test_best_choice_has_a_favorite_place(best: list[str], favorite: int | None) -> None:
    assert best_choices(case(*best)).favorite == favorite


@pytest.mark.parametrize(("longest", "others", "too_often"), [(2, 1, False), (3, 1, True), (3, 3, False), (4, 2, True)])
def test_best_choice_is_the_longest_too_often(longest: int, others: int, too_often: bool) -> None:
    found = best_choices(case(*["1st long"] * longest, *["2nd mid"] * others))

    assert (found.longest, found.is_longest_too_often) == (longest, too_often)


@pytest.mark.parametrize(
    ("best", "rules"),
    [
        (["1st mid", "2nd short", "3rd long", "2nd long"], set()),
        (["1st mid", "1st short", "1st short"], {"best-choice-place", "habit-passes"}),
        (["1st mid", "1st short"], {"best-choice-place", "habit-passes"}),
        (["1st long", "2nd long", "3rd long"], {"best-choice-longest", "habit-passes"}),
    ],
)
def test_favorites_and_habits_of_a_case_are_doubted_in_practice_too(best: list[str], rules: set[str]) -> None:
    source = Source("scenarios/practice.yaml", part=case(*best, kind="formative"))

    assert {fault.rule for fault in case_warnings(Package(files={}, faults=[], scenarios=[source]))} == rules


def test_decision_without_one_best_choice_is_not_counted() -> None:
    even = scenario(
        {"start": decision(choice("good", "a", 1), choice("bad", "b", 1)), "good": ending(), "bad": ending("fail")}
    )

    assert best_choices(even).decisions == 0


# --- tests


def asking(place: int, *, texts: tuple[str, ...] = ("Option one", "Option two", "Option six"), **more: Any) -> Quiz:
    """A test of ten questions in the author's order, whose correct option stands at that place."""
    items = [item(f"q{number}", correct=place) for number in range(10)]
    for question in items:
        for option, text in zip(question["options"], texts, strict=True):
            option["text"] = text
    return quiz(*items, shuffle=False, **more)


@pytest.mark.parametrize(
    ("test", "habits"),
    [
        (asking(0), {"first", "longest", "shortest"}),  # of equal lengths the first is taken
        (asking(2), {"last"}),
        (asking(1), {"middle"}),
        (asking(1, texts=("Option", "A long option", "Option 6")), {"middle", "longest"}),
        (asking(2, texts=("Option one", "Option two", "Six")), {"last", "shortest"}),
    ],
)
def test_habit_that_passes_a_test_is_found(test: Quiz, habits: set[str]) -> None:
    assert set(habits_that_pass(test)) == habits
    assert all(counts == (40, 40) for counts in habits_that_pass(test).values())


def test_draws_of_a_large_pool_are_fewer() -> None:
    """Forty, or as many as the bound of work allows, and always one."""
    items = [item(f"q{number}") for number in range(1000)]

    assert draws_of(quiz(item())) == 40
    assert draws_of(quiz(*items, draw=100)) == strategies.MOST_WORK // (1_000 + 100 * 100) == 36
    assert draws_of(quiz(*items, draw=999, per_objective={"o1": 1})) == 3


# --- in a package


def warnings_of(folder: Path) -> list[tuple[str, str, int]]:
    return [(fault.rule, fault.file, fault.line) for fault in case_warnings(read_package(folder))]


def test_warnings_stand_at_the_nodes_of_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of_example(tmp_path)
    monkeypatch.setattr("author.editing.cases.passing_habits", lambda _case: ("first",))

    line = line_of(folder, CASE, "nodes:")
    assert ("habit-passes", CASE, line) in warnings_of(folder)


def test_case_whose_graph_is_not_proved_is_walked_by_nobody(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(
        folder,
        CASE,
        "        to: told\n        points: 0\n        critical: harm\n        rationale: It tells",
        "        to: ringing\n        points: 0\n        critical: harm\n        rationale: It tells",
    )

    assert [fault for fault in warnings_of(folder) if fault[:2] == ("habit-passes", CASE)] == []


def test_a_case_of_one_decision_may_be_passed_by_a_habit_and_so_may_a_practice_test(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, "quizzes/voicemail-test.yaml", "kind: summative", "kind: formative")

    assert [found for found in warnings_of(folder) if found[0] == "habit-passes"] == []


def test_shortest_choices_are_doubted_in_practice_only_where_they_find_everything() -> None:
    best = ("1st short", "3rd short")
    partly = case(*best, kind="formative").model_copy(update={"maximum": 3})

    assert passing_habits(case(*best, kind="formative")) == ("shortest",)
    assert passing_habits(partly) == ()
    assert passing_habits(case(*best)) == ("shortest",)


def of_tones(*best: str) -> Scenario:
    """A case with a decision for each of these; who takes the choice of that tone at each passes. `none` notes no tone."""
    nodes: dict[str, Any] = {"good": ending("pass"), "bad": ending("fail")}
    for number, tone in enumerate(best):
        onward = f"n{number + 1}" if number + 1 < len(best) else "good"
        tones: list[str | None] = [None] * 3 if tone == "none" else ["firm", "warm", "plain"]
        place = 0 if tone == "none" else tones.index(tone)
        nodes[f"n{number}"] = decision(
            *(
                choice(onward if index == place else "bad", f"c{number}{index}", int(index == place), tone=each)
                for index, each in enumerate(tones)
            )
        )
    return scenario(nodes, start="n0", maximum=len(best))


@pytest.mark.parametrize(
    ("best", "habits"),
    [
        (("warm", "warm"), {"gentlest"}),
        (("firm", "firm"), {"firmest"}),
        (("warm", "firm"), set()),
        (("warm", "none"), set()),  # where no tone is noted, the first choice is no gentler than another
        (("none", "none"), set()),
    ],
)
def test_habits_of_manner_go_by_the_tone_that_is_noted(best: tuple[str, ...], habits: set[str]) -> None:
    assert set(passing_habits(of_tones(*best))) & strategies.TONE_HABITS.keys() == habits


def test_a_tone_that_is_not_noted_is_left_to_chance() -> None:
    (node,) = (node for node in of_tones("none").nodes.values() if node.kind == "decision")
    taken = {strategies.of_tone("warm", seed)(node.choices).key for seed in range(40)}

    assert taken == {"c00", "c01", "c02"}
