"""The rules of putting an item right: their algebra, and what they make of a score."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.document import Quiz
from courses.items import Control
from quizzes.models import AdjustmentKind
from quizzes.rules import (
    Correction,
    ItemAdjustment,
    NotAdjustable,
    Outcome,
    QuizPlan,
    Remedy,
    Score,
    acceptable_options,
    draw_quiz,
    in_force,
    is_pass,
    item_results,
    not_adjustable,
    outcome_again,
    score_quiz,
    withdrawn,
)
from tests.quizzes.builders import item, quiz, quizzes

DROP, FULL, ACCEPT = Remedy.DROP, Remedy.FULL_CREDIT, Remedy.ACCEPT_OPTION
Answers = dict[str, tuple[str, ...]]


@st.composite
def adjusted(draw: st.DrawFn) -> tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]]:
    """A quiz, an attempt at it, and up to six adjustments of its items."""
    subject = draw(quizzes())
    plan = draw_quiz(subject, seed=draw(st.text(min_size=1, max_size=8)))
    answered = draw(st.sets(st.sampled_from(plan.keys)))
    options = {planned.key: planned.options for planned in plan.items}
    chosen: Answers = {key: (draw(st.sampled_from(options[key])),) for key in sorted(answered)}
    adjustments = []
    for _ in range(draw(st.integers(0, 6))):
        key = draw(st.sampled_from(sorted(subject.item_by_key)))
        remedy = draw(st.sampled_from(Remedy))
        option = draw(st.sampled_from(sorted(subject.item_by_key[key].option_by_key))) if remedy is ACCEPT else ""
        adjustments.append(ItemAdjustment(key, remedy, option))
    return subject, plan, chosen, adjustments


def dropped(adjustments: Sequence[ItemAdjustment]) -> set[str]:
    return {each.item_key for each in adjustments if each.remedy is DROP}


def test_remedies_are_the_kinds_of_adjustments() -> None:
    assert {remedy.value for remedy in Remedy} == set(AdjustmentKind.values)


@given(adjusted(), st.randoms())
def test_order_and_repetition_make_no_difference(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]], chance: Any
) -> None:
    subject, plan, chosen, adjustments = drawn
    turned = adjustments * 2
    chance.shuffle(turned)

    assert in_force(turned) == in_force(adjustments)
    assert score_quiz(subject, plan, chosen, in_force(turned)) == score_quiz(
        subject, plan, chosen, in_force(adjustments)
    )


@given(adjusted())
def test_score_lies_between_zero_and_a_maximum_of_what_was_not_dropped(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]],
) -> None:
    subject, plan, chosen, adjustments = drawn
    score = score_quiz(subject, plan, chosen, in_force(adjustments))

    assert 0 <= score.raw <= score.maximum
    assert score.maximum == sum(each.marks for each in plan.items if each.key not in dropped(adjustments))
    assert score.maximum > 0 or score.fraction == 0


@given(adjusted())
def test_without_a_drop_no_adjustment_lowers_anybodys_marks(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]],
) -> None:
    subject, plan, chosen, adjustments = drawn
    kept = [each for each in adjustments if each.remedy is not DROP]
    before = score_quiz(subject, plan, chosen)

    for number in range(len(kept) + 1):
        after = score_quiz(subject, plan, chosen, in_force(kept[:number]))
        assert after.raw >= before.raw
        assert after.maximum == plan.maximum
        before = after


@given(adjusted())
def test_a_pass_that_was_given_is_never_taken_away(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]],
) -> None:
    subject, plan, chosen, adjustments = drawn
    passed = is_pass(score_quiz(subject, plan, chosen), plan.pass_percent)

    for number in range(len(adjustments) + 1):
        rules = in_force(adjustments[:number])
        outcome = outcome_again(subject, plan, chosen, rules, passed_before=passed)
        assert outcome.passed >= passed
        assert outcome.score == score_quiz(subject, plan, chosen, rules)
        passed = outcome.passed


@given(adjusted())
def test_who_was_asked_wins_full_credit_answered_or_not(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]],
) -> None:
    subject, plan, chosen, adjustments = drawn
    rules = in_force([*adjustments, *(ItemAdjustment(key, FULL) for key in plan.keys)])

    score = score_quiz(subject, plan, chosen, rules)

    assert score.raw == score.maximum


@given(adjusted())
def test_an_accepted_option_helps_those_alone_who_chose_it(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]],
) -> None:
    subject, plan, chosen, adjustments = drawn
    accepting = [each for each in adjustments if each.remedy is ACCEPT]
    accepted = {(each.item_key, each.option_key) for each in accepting}
    before = item_results(subject, plan, chosen)
    after = item_results(subject, plan, chosen, in_force(accepting))

    for old, new in zip(before, after, strict=True):
        helped = bool(new.chosen) and (new.planned.key, new.chosen[0]) in accepted
        assert new.credit == (Fraction(1) if helped else old.credit)


def test_dropped_goes_before_full_credit_and_full_credit_before_an_accepted_option() -> None:
    subject = quiz(item("one", marks=3), item("two"), draw=None)
    plan = draw_quiz(subject, seed="s")
    everything = in_force(
        [ItemAdjustment("one", ACCEPT, "one-1"), ItemAdjustment("one", FULL), ItemAdjustment("one", DROP)]
    )

    score = score_quiz(subject, plan, {"one": ("one-2",), "two": ("two-0",)}, everything)

    assert score == Score(Fraction(1), 1)
    assert (
        score_quiz(
            subject, plan, {}, in_force([ItemAdjustment("one", ACCEPT, "one-1"), ItemAdjustment("one", FULL)])
        ).raw
        == 3
    )


def test_all_dropped_is_not_scored_and_keeps_what_was_decided() -> None:
    subject = quiz(item("one"), item("two"))
    plan = draw_quiz(subject, seed="s")
    rules = in_force([ItemAdjustment("one", DROP), ItemAdjustment("two", DROP)])

    score = score_quiz(subject, plan, {"one": ("one-0",)}, rules)

    assert score == Score(Fraction(0), 0)
    assert score.fraction == 0
    assert not is_pass(score, plan.pass_percent)
    for passed in (True, False):
        assert outcome_again(subject, plan, {}, rules, passed_before=passed).passed is passed
        bare = replace(plan, pass_percent=None)
        assert outcome_again(subject, bare, {}, rules, passed_before=passed).passed is passed


def test_dropping_a_well_answered_item_lowers_the_score_and_not_the_pass() -> None:
    subject = quiz(*(item(f"i{number}") for number in range(10)), pass_percent=80)
    plan = draw_quiz(subject, seed="s")
    chosen = {key: (f"{key}-0" if key not in ("i8", "i9") else f"{key}-1",) for key in plan.keys}

    outcome = outcome_again(subject, plan, chosen, in_force([ItemAdjustment("i0", DROP)]), passed_before=True)

    assert outcome == Outcome(Score(Fraction(7), 9), passed=True)
    assert not is_pass(outcome.score, 80)


# --- what fits which item


def kind(**more: Any) -> Any:
    """An item as far as these rules look at one."""
    options = {key: SimpleNamespace(key=key) for key in ("a", "b")}
    base = {
        "is_scored": True,
        "control": Control.ONE,
        "option_by_key": options,
        "shown": tuple(options.values()),
        "credit": lambda answer: Fraction(answer == ("a",)),
    }
    return SimpleNamespace(**base | more)


@pytest.mark.parametrize(
    ("subject", "remedy", "option", "because"),
    [
        (kind(), DROP, "", None),
        (kind(), FULL, "", None),
        (kind(), DROP, "a", NotAdjustable.UNKNOWN_OPTION),
        (kind(), ACCEPT, "b", None),
        (kind(), ACCEPT, "a", NotAdjustable.WINS_ALREADY),
        (kind(), ACCEPT, "c", NotAdjustable.UNKNOWN_OPTION),
        (kind(), ACCEPT, "", NotAdjustable.UNKNOWN_OPTION),
        (kind(control=Control.ANY), ACCEPT, "b", NotAdjustable.NOT_ONE_ANSWER),
        (kind(control=Control.ORDER), ACCEPT, "b", NotAdjustable.NOT_ONE_ANSWER),
        (kind(control=Control.ANY), DROP, "", None),
        (kind(control=Control.ORDER), FULL, "", None),
        (kind(is_scored=False), DROP, "", NotAdjustable.NOT_SCORED),
        (kind(is_scored=False), ACCEPT, "b", NotAdjustable.NOT_SCORED),
        (
            kind(credit=lambda _answer: Fraction(1, 2)),
            ACCEPT,
            "a",
            None,
        ),  # part of the marks: accepted, it wins them all
    ],
)
def test_not_adjustable(subject: Any, remedy: Remedy, option: str, because: NotAdjustable | None) -> None:
    assert not_adjustable(subject, remedy, option) is because


def test_acceptable_options_are_those_that_do_not_win_yet() -> None:
    assert acceptable_options(kind()) == ("b",)
    assert acceptable_options(kind(control=Control.ANY)) == ()


# --- what new attempts ask


@given(adjusted(), st.text(max_size=10), st.data())
def test_new_attempts_ask_a_withdrawn_item_only_where_the_pool_is_too_small(
    drawn: tuple[Quiz, QuizPlan, Answers, list[ItemAdjustment]], seed: str, data: st.DataObject
) -> None:
    subject, _plan, _chosen, adjustments = drawn
    out = withdrawn(in_force(adjustments))
    seen = frozenset(data.draw(st.sets(st.sampled_from(sorted(subject.item_by_key)))))

    plan = draw_quiz(subject, seed=seed, seen=seen, withdrawn=out)

    standing = len(subject.items) - len(out)
    assert sum(key not in out for key in plan.keys) == min(standing, subject.drawn)
    assert len(plan.keys) == subject.drawn
    assert out == {each.item_key for each in adjustments if each.remedy is not ACCEPT}


def test_an_item_with_an_accepted_option_is_asked_on() -> None:
    assert not Correction(accepted=frozenset({"a"})).withdraws


def test_withdrawn_item_is_replaced_even_where_the_quiz_always_asks_it() -> None:
    both, one, two = ({**item(key), "objectives": objectives} for key, objectives in (
        ("both", ["o1", "o2"]), ("first", ["o1"]), ("second", ["o2"]),
    ))  # fmt: skip
    subject = quiz(both, one, two, draw=1, always=["both"], per_objective={"o1": 1, "o2": 1})

    assert draw_quiz(subject, seed="s").keys == ("both",)
    # What takes its place meets one of the two demands: there is room for no more.
    drawn = {draw_quiz(subject, seed=str(seed), withdrawn=frozenset({"both"})).keys for seed in range(9)}
    assert drawn <= {("first",), ("second",)}
    assert draw_quiz(subject, seed="s", withdrawn=frozenset(subject.item_by_key)).keys != ()


def test_plan_keeps_what_was_withdrawn_so_that_it_can_be_drawn_again() -> None:
    subject = quiz(*(item(f"i{number}") for number in range(6)), draw=3)
    plan = draw_quiz(subject, seed="s", withdrawn=frozenset({"i1", "i4"}))

    stored = QuizPlan.from_json(plan.to_json())

    assert stored == plan
    assert draw_quiz(subject, seed=stored.seed, withdrawn=frozenset(stored.withdrawn)) == plan
