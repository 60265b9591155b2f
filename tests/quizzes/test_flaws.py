"""The arithmetic of flaws; what each rule finds in questions is shown in tests/author/editing/test_items.py."""

import math

import pytest
from hypothesis import given

from courses.document import Quiz, Scenario
from courses.items import SingleBestAnswer
from quizzes.rules import prove
from quizzes.rules.flaws import (
    chance_of,
    chi_square_survival,
    item_flaws,
    near_duplicates,
    pool_figures,
    pool_flaws,
    pools,
)
from quizzes.rules.strategies import HABITS, best_choices, habits_that_pass, passing_habits
from tests.quizzes.builders import mixed_quizzes, scenarios


def question(key: str, stem: str) -> SingleBestAnswer:
    options = [{"key": name, "text": name, "correct": name == "a", "rationale": "x"} for name in ("a", "b")]
    shape = {"key": key, "kind": "single_best_answer", "objectives": ["o"], "cognitive": "apply", "options": options}
    return SingleBestAnswer.model_validate({**shape, "stem": stem, "lead_in": "?"})


@pytest.mark.parametrize(
    ("freedom", "statistic"), [(1, 3.841), (2, 5.991), (3, 7.815), (4, 9.488), (5, 11.070), (6, 12.592), (7, 14.067)]
)
def test_survival_is_five_percent_at_the_tabled_values(freedom: int, statistic: float) -> None:
    assert chi_square_survival(statistic, freedom) == pytest.approx(0.05, abs=1e-4)


def test_even_counts_are_certain_and_uneven_ones_are_not() -> None:
    assert chance_of([10, 10, 10, 10]) == 1
    assert chance_of([60, 30, 30, 30]) == pytest.approx(0.00044, abs=1e-5)
    assert chance_of([8, 2]) == pytest.approx(math.erfc(math.sqrt(1.8)))


def test_near_duplicates_are_pairs_that_share_their_rare_words() -> None:
    items = [
        question("a", "A neighbor borrows the green bicycle every Tuesday morning."),
        question("b", "A teacher writes letters to forgotten composers."),
        question("c", "Every Tuesday morning the green bicycle goes to a neighbor."),
    ]

    assert near_duplicates(items) == [(0, 2)]


def test_likeness_of_a_large_pool_takes_bounded_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rarest words are compared first, and then no more than the bound allows."""
    items = [
        question(f"q{number}", f"common talk only-{number // 2}x{'y' * (number // 2 % 7)}") for number in range(60)
    ]
    monkeypatch.setattr(pools, "MOST_PRODUCTS", 100)

    products = pools._products(pools._weights([pools._terms(item) for item in items]))

    assert 0 < len(products) <= 100


@given(mixed_quizzes())
def test_any_quiz_is_looked_over(quiz: Quiz) -> None:
    places = [flaw.path for item in quiz.items for flaw in item_flaws(item)]

    assert all(path for path in (*places, *(flaw.path for flaw in pool_flaws(quiz))))
    assert pool_figures(quiz).items == len(quiz.items)
    assert all(0 < count <= draws for count, draws in habits_that_pass(quiz).values())


@given(scenarios())
def test_any_case_that_is_proved_is_walked(case: Scenario) -> None:
    best = best_choices(case)
    assert sum(best.places) == best.decisions >= best.longest
    if not prove(case).faults:
        assert set(passing_habits(case)) <= HABITS.keys()
