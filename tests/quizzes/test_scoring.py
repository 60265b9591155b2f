from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.document import Quiz, Release
from courses.items import Control
from quizzes.rules import (
    QuizPlan,
    Score,
    draw_quiz,
    is_pass,
    is_released,
    item_results,
    marks_needed,
    replay,
    scenario_outcome,
    score_quiz,
)
from tests.quizzes.builders import choice, decision, ending, item, mixed_quizzes, quiz, quizzes, scenario


@st.composite
def mixed_sittings(draw: st.DrawFn) -> tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]]:
    """Quizzes of all kinds, and answers of the right form."""
    subject = draw(mixed_quizzes())
    plan = draw_quiz(subject, seed=draw(st.text(min_size=1, max_size=8)))
    responses = {}
    for key in draw(st.sets(st.sampled_from(plan.keys))):
        options = tuple(draw(st.permutations(_options(plan, key))))
        control = subject.item_by_key[key].control
        size = {Control.ONE: 1, Control.ORDER: len(options), Control.ANY: draw(st.integers(1, len(options)))}[control]
        responses[key] = options[:size]
    return subject, plan, responses


@given(mixed_sittings())
def test_score_of_any_kind_is_exact_and_within_bounds(
    sitting: tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]],
) -> None:
    subject, plan, responses = sitting
    score = score_quiz(subject, plan, responses)
    results = item_results(subject, plan, responses)

    assert 0 <= score.raw <= score.maximum == plan.maximum > 0
    assert score.raw == sum((result.credit * result.planned.marks for result in results), Fraction(0))
    assert score_quiz(subject, replace(plan, items=plan.items[::-1]), responses) == score
    written = {key: subject.item_by_key[key].canonical(answer) for key, answer in responses.items()}
    assert score_quiz(subject, plan, written) == score


@given(mixed_quizzes(), st.text(max_size=8))
def test_the_best_answers_win_every_mark(subject: Quiz, seed: str) -> None:
    plan = draw_quiz(subject, seed=seed)
    best = {key: subject.item_by_key[key].best for key in plan.keys}

    assert score_quiz(subject, plan, best).raw == plan.maximum
    assert score_quiz(subject, plan, dict.fromkeys(plan.keys, ())).raw == 0  # every answer taken back


@st.composite
def sittings(draw: st.DrawFn) -> tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]]:
    subject = draw(quizzes())
    plan = draw_quiz(subject, seed=draw(st.text(min_size=1, max_size=8)))
    answered = draw(st.sets(st.sampled_from(plan.keys)))
    return subject, plan, {key: (draw(st.sampled_from(_options(plan, key))),) for key in answered}


def _options(plan: QuizPlan, key: str) -> tuple[str, ...]:
    return next(planned.options for planned in plan.items if planned.key == key)


def _correct(subject: Quiz, key: str) -> str:
    return next(option.key for option in subject.item_by_key[key].shown if option.correct)


@given(sittings())
def test_score_lies_between_zero_and_a_positive_maximum(
    sitting: tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]],
) -> None:
    score = score_quiz(*sitting)

    assert 0 <= score.raw <= score.maximum
    assert score.maximum > 0


@given(sittings())
def test_score_is_the_sum_of_its_items_exactly(sitting: tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]]) -> None:
    results = item_results(*sitting)

    assert score_quiz(*sitting).raw == sum((result.credit * result.planned.marks for result in results), Fraction(0))


@given(sittings(), st.randoms())
def test_order_of_items_options_and_answers_does_not_matter(
    sitting: tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]], chance: object
) -> None:
    subject, plan, responses = sitting
    turned = QuizPlan(tuple(reversed(plan.items)), plan.pass_percent, plan.seed)

    assert score_quiz(subject, turned, dict(reversed(responses.items()))) == score_quiz(subject, plan, responses)


@given(sittings())
def test_a_better_answer_never_lowers_the_score(sitting: tuple[Quiz, QuizPlan, dict[str, tuple[str, ...]]]) -> None:
    subject, plan, responses = sitting
    before = score_quiz(subject, plan, responses)
    for key in plan.keys:
        responses = {**responses, key: (_correct(subject, key),)}
        after = score_quiz(subject, plan, responses)
        assert after.raw >= before.raw
        before = after

    assert before.raw == before.maximum


@given(quizzes())
def test_nothing_answered_wins_nothing(subject: Quiz) -> None:
    assert score_quiz(subject, draw_quiz(subject, seed="s"), {}).raw == 0


@given(st.integers(1, 400), st.integers(1, 100), st.integers(0, 400))
def test_pass_is_decided_by_the_number_shown(maximum: int, percent: int, raw: int) -> None:
    raw = min(raw, maximum)

    assert is_pass(Score(Fraction(raw), maximum), percent) == (raw >= marks_needed(maximum, percent))
    assert is_pass(Score(Fraction(raw), maximum), percent) == (raw * 100 >= percent * maximum)


def test_the_standard_itself_passes() -> None:
    assert is_pass(Score(Fraction(29), 100), 29)  # 28.999... in floats
    assert not is_pass(Score(Fraction(28), 100), 29)


def test_practice_without_a_standard_passes() -> None:
    assert is_pass(Score(Fraction(0), 4), None)
    assert marks_needed(4, None) == 0


def test_score_refuses_an_item_outside_the_plan() -> None:
    subject = quiz(item("one"))

    with pytest.raises(ValueError, match="outside the plan"):
        score_quiz(subject, draw_quiz(subject, seed="s"), {"other": ("x",)})


def test_score_refuses_an_option_the_item_does_not_have() -> None:
    subject = quiz(item("one"))

    with pytest.raises(ValueError, match="does not have"):
        score_quiz(subject, draw_quiz(subject, seed="s"), {"one": ("x",)})


def test_two_options_win_nothing_for_a_single_best_answer() -> None:
    subject = quiz(item("one", options=2))

    assert score_quiz(subject, draw_quiz(subject, seed="s"), {"one": ("one-0", "one-1")}).raw == 0


@pytest.mark.parametrize(
    ("release", "submitted", "passed", "left", "expected"),
    [
        (Release.NEVER, True, True, 0, False),
        (Release.AFTER_SUBMISSION, False, False, 1, False),
        (Release.AFTER_SUBMISSION, True, False, 1, True),
        (Release.AFTER_EACH_CHOICE, True, False, None, True),
        (Release.AFTER_PASS_OR_LAST_ATTEMPT, True, False, 1, False),
        (Release.AFTER_PASS_OR_LAST_ATTEMPT, True, False, None, False),
        (Release.AFTER_PASS_OR_LAST_ATTEMPT, True, False, 0, True),
        (Release.AFTER_PASS_OR_LAST_ATTEMPT, True, True, 2, True),
        (Release.AFTER_PASS_OR_LAST_ATTEMPT, False, True, 0, False),
    ],
)
def test_release(release: Release, submitted: bool, passed: bool, left: int | None, expected: bool) -> None:
    assert is_released(release, submitted=submitted, ever_passed=passed, attempts_left=left) is expected


CASE = {
    "start": decision(
        choice("good", "right", 3),
        choice("good", "late", 1),
        choice("good", "harm", 3, critical="harm"),
        choice("bad", "wrong"),
    ),
    "good": ending("pass", 1),
    "bad": ending("fail"),
}


@pytest.mark.parametrize(
    ("key", "raw", "passed"), [("right", 4, True), ("late", 2, False), ("harm", 4, False), ("wrong", 0, False)]
)
def test_summative_scenario_needs_ending_points_and_no_critical_choice(key: str, raw: int, passed: bool) -> None:
    case = scenario(CASE, maximum=4, pass_percent=75)

    assert scenario_outcome(case, replay(case, [key])) == (Score(Fraction(raw), 4), passed)


def test_practice_scenario_goes_by_its_ending() -> None:
    case = scenario(CASE, maximum=4, pass_percent=75, kind="formative", passing_rule=None)

    assert scenario_outcome(case, replay(case, ["late"]))[1] is True


def test_scenario_without_points_still_has_a_maximum() -> None:
    case = scenario({"start": decision(choice("good"), choice("bad")), "good": ending(), "bad": ending("fail")})

    assert scenario_outcome(case, replay(case, ["to-good"])) == (Score(Fraction(0), 1), True)


def test_unfinished_walk_has_no_outcome() -> None:
    case = scenario(CASE, maximum=4)

    with pytest.raises(ValueError, match="has not ended"):
        scenario_outcome(case, replay(case, []))
