import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.document import Quiz
from quizzes.rules import QuizPlan, Refusal, draw_quiz, may_start
from tests.quizzes.builders import item, quiz, quizzes


@given(quizzes(), st.text(max_size=10))
def test_plan_is_a_function_of_its_seed(subject: Quiz, seed: str) -> None:
    assert draw_quiz(subject, seed=seed) == draw_quiz(subject, seed=seed)


@given(quizzes(), st.text(max_size=10))
def test_plan_draws_the_declared_number_of_different_items_with_all_their_options(subject: Quiz, seed: str) -> None:
    plan = draw_quiz(subject, seed=seed)

    assert len(plan.items) == len(set(plan.keys)) == subject.drawn
    for planned in plan.items:
        assert sorted(planned.options) == sorted(subject.item_by_key[planned.key].option_by_key)
        assert planned.marks == subject.item_by_key[planned.key].marks


@given(quizzes(), st.text(max_size=10), st.data())
def test_plan_prefers_items_not_seen(subject: Quiz, seed: str, data: st.DataObject) -> None:
    seen = frozenset(data.draw(st.sets(st.sampled_from(sorted(subject.item_by_key)))))

    plan = draw_quiz(subject, seed=seed, seen=seen)

    unseen = len(subject.items) - len(seen)
    assert sum(key not in seen for key in plan.keys) == min(unseen, subject.drawn)


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
