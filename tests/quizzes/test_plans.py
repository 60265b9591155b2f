from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.document import Quiz
from courses.items import Control
from quizzes.rules import QuizPlan, Refusal, draw_quiz, may_start
from tests.quizzes.builders import item, mixed_quizzes, of_kind, quiz, quizzes, steps

KEYS = st.sets(st.sampled_from([f"i{number}" for number in range(8)])).map(frozenset)
OBJECTIVES = st.sets(st.sampled_from(["o1", "o2", "o3"])).map(frozenset)


@given(mixed_quizzes(), st.text(max_size=10), KEYS, OBJECTIVES)
def test_plan_is_a_function_of_seed_and_what_it_knew(
    subject: Quiz, seed: str, seen: frozenset[str], missed: frozenset[str]
) -> None:
    plan = draw_quiz(subject, seed=seed, seen=seen, missed=missed)

    assert draw_quiz(subject, seed=seed, seen=seen, missed=missed) == plan
    known = QuizPlan.from_json(plan.to_json())
    assert draw_quiz(subject, seed=known.seed, seen=frozenset(known.seen), missed=frozenset(known.missed)) == plan


@given(mixed_quizzes(), st.text(max_size=10), KEYS, OBJECTIVES)
def test_demands_on_the_draw_hold_whatever_was_seen_and_missed(
    subject: Quiz, seed: str, seen: frozenset[str], missed: frozenset[str]
) -> None:
    plan = draw_quiz(subject, seed=seed, seen=seen, missed=missed)
    drawn = [subject.item_by_key[key] for key in plan.keys]

    assert len(plan.items) == len(set(plan.keys)) == subject.drawn
    assert set(subject.always) <= set(plan.keys)
    for objective, wanted in subject.per_objective.items():
        assert sum(objective in each.objectives for each in drawn) >= wanted
    assert plan.maximum > 0
    for planned, each in zip(plan.items, drawn, strict=True):
        assert sorted(planned.options) == sorted(each.option_by_key)
        assert planned.marks == (each.marks if each.is_scored else 0)
        assert each.control is not Control.ORDER or planned.options != each.best
        if not each.mixes_options:
            assert planned.options == tuple(option.key for option in each.shown)


@given(quizzes(), st.text(max_size=10), st.data())
def test_plan_prefers_items_not_seen(subject: Quiz, seed: str, data: st.DataObject) -> None:
    seen = frozenset(data.draw(st.sets(st.sampled_from(sorted(subject.item_by_key)))))

    plan = draw_quiz(subject, seed=seed, seen=seen)

    unseen = len(subject.items) - len(seen)
    assert sum(key not in seen for key in plan.keys) == min(unseen, subject.drawn)


@given(mixed_quizzes(), st.text(max_size=10), KEYS, OBJECTIVES)
def test_what_was_seen_is_drawn_again_only_where_it_must(
    subject: Quiz, seed: str, seen: frozenset[str], missed: frozenset[str]
) -> None:
    drawn = set(draw_quiz(subject, seed=seed, seen=seen, missed=missed).keys)
    left = subject.item_by_key.keys() - drawn - seen

    demanded = {
        each.key
        for each in subject.items
        if each.key in subject.always or not subject.per_objective.keys().isdisjoint(each.objectives)
    }
    assert not left or drawn & seen <= demanded


def test_among_what_was_not_seen_missed_objectives_come_first() -> None:
    subject = quiz(*(item(f"i{n}") | {"objectives": ["o2" if n in (1, 4, 5) else "o1"]} for n in range(6)), draw=2)

    for seed in map(str, range(40)):
        plan = draw_quiz(subject, seed=seed, seen=frozenset({"i5", "i0"}), missed=frozenset({"o2"}))
        assert set(plan.keys) == {"i1", "i4"}
        assert (plan.seen, plan.missed) == (("i0", "i5"), ("o2",))


@given(mixed_quizzes(), st.text(max_size=10), KEYS, OBJECTIVES)
def test_an_objective_missed_is_passed_over_only_where_a_demand_asks(
    subject: Quiz, seed: str, seen: frozenset[str], missed: frozenset[str]
) -> None:
    """Among items seen as among those not seen: nothing without a missed objective is drawn while one with is left."""
    drawn = set(draw_quiz(subject, seed=seed, seen=seen, missed=missed).keys)
    # What a demand, or the need for marks, puts in is no preference.
    free = [
        each
        for each in subject.items
        if each.is_scored
        and each.key not in subject.always
        and subject.per_objective.keys().isdisjoint(each.objectives)
    ]
    assume(all(each.is_scored for each in subject.items))

    for is_seen in (True, False):
        alike = [each for each in free if (each.key in seen) is is_seen]
        left = [each for each in alike if each.key not in drawn]
        taken = [each for each in alike if each.key in drawn]
        if any(not missed.isdisjoint(each.objectives) for each in left):
            assert not any(missed.isdisjoint(each.objectives) for each in taken)


def test_where_few_items_are_left_the_missed_objective_is_asked_among_those_seen() -> None:
    subject = quiz(*(item(f"i{n}") | {"objectives": ["o2" if n < 2 else "o1"]} for n in range(6)), draw=4)
    seen = frozenset({"i0", "i1", "i2", "i3"})

    for seed in map(str, range(1000)):
        plan = draw_quiz(subject, seed=seed, seen=seen, missed=frozenset({"o2"}))
        assert set(plan.keys) == {"i0", "i1", "i4", "i5"}


def test_once_everything_was_seen_everything_may_come_again() -> None:
    subject = quiz(*(item(f"i{n}") for n in range(6)), draw=2)
    all_seen = frozenset(subject.item_by_key)

    again = {key for seed in range(40) for key in draw_quiz(subject, seed=str(seed), seen=all_seen).keys}
    assert again == all_seen


@pytest.mark.parametrize("seed", range(60))
def test_draw_asks_something_that_carries_marks_after_an_item_was_withdrawn(seed: int) -> None:
    scored = [item("s1"), item("s2") | {"objectives": ["o2"]}]
    open_ = [of_kind("script_concordance", f"u{number}", panel=None) for number in range(3)]
    subject = quiz(*scored, *open_, draw=3, always=["s1"], per_objective={"o1": 2})

    plan = draw_quiz(subject, seed=str(seed), withdrawn=frozenset({"s1"}))

    assert plan.maximum == 1
    assert "s2" in plan.keys
    assert len(plan.keys) == 3
    both = draw_quiz(subject, seed=str(seed), withdrawn=frozenset({"s1", "s2"}))
    assert (both.maximum, len(both.keys)) == (1, 3)


def test_what_carries_marks_takes_the_place_of_what_no_demand_needs() -> None:
    unscored = [of_kind("script_concordance", key, panel=None, objectives=[f"o{key}"]) for key in "123"]
    subject = quiz(
        item("s1"),
        item("s2") | {"objectives": ["o9"]},
        *unscored,
        draw=3,
        always=["s1", "1"],
        per_objective={"o2": 1},
    )
    drawn = {draw_quiz(subject, seed=str(n), withdrawn=frozenset({"s1"})).keys for n in range(40)}

    assert {frozenset(keys) for keys in drawn} == {frozenset({"1", "2", "s2"})}


def test_plan_drawn_before_the_draw_preferred_anything_is_read() -> None:
    plan = draw_quiz(quiz(item("one")), seed="s")
    old = {name: value for name, value in plan.to_json().items() if name not in ("seen", "missed")}

    assert QuizPlan.from_json(old) == plan


def is_uniform(outcomes: Iterable[object], expected: AbstractSet[object]) -> bool:
    """Chi-square: whether the counts are those of a fair draw. The bound is passed by chance once in 10,000 times."""
    counts = Counter(outcomes)
    assert counts.keys() == expected
    fair = counts.total() / len(expected)
    freedom = len(expected) - 1
    # Wilson and Hilferty's approximation of the quantile at 0.9999.
    bound = freedom * (1 - 2 / (9 * freedom) + 3.719 * (2 / (9 * freedom)) ** 0.5) ** 3
    distance: float = sum((count - fair) ** 2 / fair for count in counts.values())
    return bool(distance < bound)


ROUNDS = 6000


def test_items_and_options_are_shuffled_fairly() -> None:
    subject = quiz(*(item(key) for key in "abcd"), draw=3)
    plans = [draw_quiz(subject, seed=str(seed)) for seed in range(ROUNDS)]

    assert is_uniform((plan.keys for plan in plans), set(permutations("abcd", 3)))
    first = [next(each for each in plan.items if each.key == plan.keys[0]) for plan in plans]
    assert is_uniform((tuple(key[-1] for key in planned.options) for planned in first), set(permutations("012")))


@pytest.mark.parametrize("shuffle", [True, False])
def test_every_wrong_order_of_steps_is_as_likely_and_the_right_one_never_comes(shuffle: bool) -> None:
    subject = quiz(of_kind("ordering", steps=steps("one", "b", "c", "a")), shuffle=shuffle)
    plans = [draw_quiz(subject, seed=str(seed)) for seed in range(ROUNDS)]

    wrong = set(permutations("abc")) - {("b", "c", "a")}
    assert is_uniform((tuple(key[-1] for key in plan.items[0].options) for plan in plans), wrong)


def test_draw_without_shuffle_is_fair_and_in_the_authors_order() -> None:
    subject = quiz(*(item(key) for key in "cab"), draw=2, shuffle=False)
    plans = [draw_quiz(subject, seed=str(seed)) for seed in range(ROUNDS)]

    assert is_uniform((plan.keys for plan in plans), {("c", "a"), ("c", "b"), ("a", "b")})


def test_planned_item_is_found_by_its_key() -> None:
    plan = draw_quiz(quiz(item("one"), item("two")), seed="s")

    assert plan.item("two") in plan.items
    assert plan.item("three") is None


@given(quizzes(), st.text(max_size=10))
def test_plan_survives_storage(subject: Quiz, seed: str) -> None:
    plan = draw_quiz(subject, seed=seed)

    assert QuizPlan.from_json(plan.to_json()) == plan


def test_plan_without_shuffle_keeps_the_authors_order() -> None:
    subject = quiz(item("c"), item("a"), item("b"), shuffle=False, draw=2)

    plan = draw_quiz(subject, seed="s", seen=frozenset({"c"}))

    assert plan.keys == ("a", "b")
    assert plan.items[0].options == ("a-0", "a-1", "a-2")


@pytest.mark.parametrize(
    ("taken", "allowed", "passed", "summative", "expected"),
    [
        (0, 3, False, True, None),
        (2, 3, False, True, None),
        (3, 3, False, True, Refusal.NO_ATTEMPTS_LEFT),
        (1, 3, True, True, Refusal.ALREADY_PASSED),
        (9, None, False, True, None),
        (9, None, True, False, None),
        (2, 2, True, False, Refusal.NO_ATTEMPTS_LEFT),
    ],
)
def test_may_start(taken: int, allowed: int | None, passed: bool, summative: bool, expected: Refusal | None) -> None:
    assert may_start(taken=taken, allowed=allowed, passed=passed, summative=summative) is expected
