"""The kinds of questions: their shapes, what the checker says of them, and how answers win marks."""

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any, ClassVar, get_args

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from courses.items import (
    KINDS,
    Answer,
    BaseItem,
    Control,
    CreditRule,
    Item,
    MultipleResponse,
    Ordering,
    Premise,
    ScriptConcordance,
    SingleBestAnswer,
    TrueFalse,
)
from tests.quizzes.builders import FILLED, items_of_any_kind, of_kind, options, steps

ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def made(kind: str, **more: Any) -> BaseItem:
    return ITEM.validate_python(of_kind(kind, **more))


def answers(item: BaseItem) -> Iterable[Answer]:
    """Every answer of the right form, for items of few options."""
    keys = [option.key for option in item.shown]
    if item.control is Control.ORDER:
        return permutations(keys)
    if item.control is Control.ANY:
        return [each for size in range(1, len(keys) + 1) for each in combinations(keys, size)]
    return [(key,) for key in keys]


def test_every_kind_is_read_by_its_word() -> None:
    kinds = {kind: type(made(kind)) for kind in KINDS}

    assert kinds == {
        "single_best_answer": SingleBestAnswer,
        "multiple_response": MultipleResponse,
        "true_false": TrueFalse,
        "ordering": Ordering,
        "script_concordance": ScriptConcordance,
    }
    assert FILLED.keys() == KINDS
    assert {get_args(kind.model_fields["kind"].annotation) for kind in kinds.values()} == {(word,) for word in KINDS}


def test_every_kind_and_every_rule_says_what_it_is_called() -> None:
    names = [made(kind).kind_title for kind in sorted(KINDS)]
    words = [word for rule in CreditRule for word in (rule.in_short, rule.told)]
    headings = [premise.heading for premise in Premise]

    for said in (names, words, headings):
        assert all(said)
        assert len(set(said)) == len(said)
    with pytest.raises(TypeError, match=r"does not say its .'kind_title'"):
        type("Nameless", (BaseItem,), {"control": Control.ONE, "__annotations__": {"control": ClassVar[Control]}})


def test_no_page_asks_which_kind_or_rule_it_is() -> None:
    """Such a chain names the next kind by its last branch."""
    asked = re.compile(rf"""[!=]=\s*["']({"|".join([*KINDS, *CreditRule, *Premise])})["']""")
    pages = Path(settings.BASE_DIR, "templates").rglob("*.html")
    code = [
        path
        for app in ("author", "learner", "visitor", "administrator")
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
    ]

    assert [str(path) for path in [*pages, *code] if asked.search(path.read_text())] == []


def test_one_right_option_needs_no_word_on_marks() -> None:
    item = made("single_best_answer")

    assert (item.credit_rule, item.wins_in_parts, dict(item.votes), item.premises) == (None, False, {}, ())
    with pytest.raises(ValidationError, match="exactly one option"):
        made("single_best_answer", options=options("one", True, True))


# --- what holds of every kind


@given(items_of_any_kind(), st.data())
def test_credit_is_a_share_that_only_full_for_the_best(values: dict[str, Any], data: st.DataObject) -> None:
    item = ITEM.validate_python(values)
    keys = [option.key for option in item.shown]
    if item.control is Control.ORDER:
        answer = tuple(data.draw(st.permutations(keys)))
    elif item.control is Control.ANY:
        answer = tuple(data.draw(st.lists(st.sampled_from(keys), min_size=1, unique=True)))
    else:
        answer = (data.draw(st.sampled_from(keys)),)

    assert item.takes(answer)
    assert 0 <= item.credit(answer) <= 1
    assert item.credit(item.canonical(answer)) == item.credit(answer)
    if item.control is not Control.ONE:
        assert (item.credit(answer) == 1) == (item.canonical(answer) == item.best)
    if item.is_scored:
        assert item.takes(item.best)
        assert item.credit(item.best) == 1
    else:
        assert item.best == ()
        assert item.credit(answer) == 0


@given(items_of_any_kind())
def test_correct_marks_what_wins_everything_and_every_text_is_told(values: dict[str, Any]) -> None:
    item = ITEM.validate_python(values)

    if item.control is Control.ONE:
        full = {option.key for option in item.shown if item.credit((option.key,)) == 1}
        assert full == {option.key for option in item.shown if option.correct}
    told = [text for _path, text in item.inline_texts()]
    assert {option.text for option in item.shown} | {option.rationale for option in item.shown} <= set(told)
    assert [text for _name, text in item.premises] == told[2 : 2 + len(item.premises)]


@given(items_of_any_kind())
def test_what_has_no_right_form_is_not_taken(values: dict[str, Any]) -> None:
    item = ITEM.validate_python(values)
    keys = tuple(option.key for option in item.shown)

    assert not item.takes(())
    assert not item.takes((keys[0], keys[0]))
    assert item.takes(keys) is (item.control is not Control.ONE)
    assert item.may_be_empty is (item.control is Control.ANY)


@given(items_of_any_kind())
def test_every_item_is_the_same_after_it_was_written_down(values: dict[str, Any]) -> None:
    item = ITEM.validate_python(values)

    assert ITEM.validate_python(item.model_dump(mode="json", by_alias=True, exclude_defaults=True)) == item


# --- multiple response


@given(items_of_any_kind().filter(lambda values: values["kind"] == "multiple_response"))
def test_ticking_everything_or_nothing_is_never_full_credit(values: dict[str, Any]) -> None:
    item = ITEM.validate_python(values)

    assert item.credit(tuple(option.key for option in item.shown)) < 1
    assert item.credit(()) < 1


@pytest.mark.parametrize(
    ("ticked", "share"),
    [("02", 1), ("0", "1/2"), ("012", "1/2"), ("01", 0), ("13", 0), ("0123", 0), ("3", 0), ("023", "1/2")],
)
def test_each_option_rightly_ticked_or_left_wins_its_share(ticked: str, share: str | int) -> None:
    item = made("multiple_response")  # the first and the third are correct

    assert item.credit(tuple(f"one-{n}" for n in ticked)) == Fraction(share)


def test_all_or_nothing_is_all_or_nothing() -> None:
    item = made("multiple_response", credit="all_or_nothing")

    assert {item.credit(answer) for answer in answers(item)} == {0, 1}
    assert item.credit(("one-2", "one-0")) == 1
    assert not item.wins_in_parts


def test_options_are_kept_in_the_items_order() -> None:
    assert made("multiple_response").canonical(("one-3", "one-0")) == ("one-0", "one-3")


@pytest.mark.parametrize("flags", [(True, True, True), (False, False, False), (True, False), (True,) + (False,) * 8])
def test_multiple_response_has_some_of_each_and_three_to_eight(flags: tuple[bool, ...]) -> None:
    with pytest.raises(ValidationError):
        made("multiple_response", options=options("one", *flags))


def test_credit_is_declared() -> None:
    with pytest.raises(ValidationError, match="credit"):
        ITEM.validate_python({k: v for k, v in of_kind("multiple_response").items() if k != "credit"})
    with pytest.raises(ValidationError, match="all_or_nothing"):
        made("ordering", credit="per_option")
    assert made("ordering").credit_rule is CreditRule.PER_PAIR


# --- true or false


@pytest.mark.parametrize("correct", [True, False])
def test_true_or_false(correct: bool) -> None:
    item = made("true_false", correct=correct, true_text="Vrai", false_text="Faux")

    assert [(option.key, option.text, option.correct) for option in item.shown] == [
        ("true", "Vrai", correct),
        ("false", "Faux", not correct),
    ]
    assert item.best == (str(correct).lower(),)
    assert item.credit(("true",)) == int(correct)
    assert [item.option_path(n, "rationale") for n in (0, 1)] == [("if_true",), ("if_false",)]


@pytest.mark.parametrize(
    ("lead_in", "rules"),
    [
        ("She may be told.", []),
        ("May she be told?", ["no-statement"]),
        ("She may be told; her sister may not.", ["two-statements"]),
    ],
)
def test_a_statement_is_one_statement(lead_in: str, rules: list[str]) -> None:
    assert [fault.rule for fault in made("true_false", lead_in=lead_in).faults()] == rules


def test_yes_is_not_true() -> None:
    with pytest.raises(ValidationError):
        made("true_false", correct="yes")


# --- ordering


@pytest.mark.parametrize(
    ("order", "share"), [("mcta", 1), ("mcat", "2/3"), ("cmat", "1/3"), ("tmca", "1/3"), ("atcm", 0)]
)
def test_each_pair_in_order_wins_its_share(order: str, share: str | int) -> None:
    item = made("ordering")

    assert item.credit(tuple(f"one-{name}" for name in order)) == Fraction(share)


def test_an_order_by_chance_wins_little_and_its_reverse_nothing() -> None:
    item = made("ordering")
    shares = [item.credit(answer) for answer in answers(item)]

    assert sum(shares, Fraction(0)) / len(shares) < Fraction(1, 4)
    assert item.credit(tuple(reversed(item.best))) == 0


def test_an_order_is_the_whole_order() -> None:
    item = made("ordering", credit="all_or_nothing")

    assert not item.takes(item.best[:-1])
    assert [answer for answer in answers(item) if item.credit(answer) == 1] == [item.best]


@pytest.mark.parametrize(
    ("names", "rules"), [("mcta", []), ("abc", ["telling-keys"]), ("cba", ["telling-keys"]), ("acb", [])]
)
def test_keys_may_not_spell_the_order(names: str, rules: list[str]) -> None:
    item = made("ordering", steps=steps("one", *names))

    assert [(fault.rule, fault.path) for fault in item.faults()] == [(rule, ("steps",)) for rule in rules]


def test_summary_of_an_ordering_counts_steps_in_their_place() -> None:
    item = made("ordering")

    assert item.summary([item.best, ("one-m", "one-c", "one-a", "one-t")]) == {
        "one-m": 2, "one-c": 2, "one-t": 1, "one-a": 1,
    }  # fmt: skip


def test_two_steps_have_two_keys() -> None:
    with pytest.raises(ValidationError, match="two steps"):
        made("ordering", steps=steps("one", "m", "c", "m"))


# --- script concordance


@pytest.mark.parametrize(
    ("key", "share"), [("more", 1), ("neither", "1/2"), ("much-more", "1/3"), ("less", "1/6"), ("much-less", 0)]
)
def test_an_answer_wins_by_the_experts_who_gave_it(key: str, share: str | int) -> None:
    assert made("script_concordance").credit((key,)) == Fraction(share)  # 0, 1, 3, 6 and 2 of twelve


def test_two_answers_that_most_experts_gave_win_the_same() -> None:
    item = made("script_concordance", panel=[0, 5, 0, 5, 1])

    assert [option.key for option in item.shown if option.correct] == ["less", "more"]
    assert item.credit(("less",)) == item.credit(("more",)) == 1


def test_without_a_panel_there_is_nothing_to_score_by() -> None:
    item = made("script_concordance", panel=None)

    assert (item.is_scored, item.credit_rule, item.best, dict(item.votes)) == (False, CreditRule.UNSCORED, (), {})
    assert item.credit(("more",)) == 0
    assert not any(option.correct for option in item.shown)
    assert list(item.faults()) == []


@pytest.mark.parametrize(("panel", "rules"), [([0, 1, 3, 3, 2], ["small-panel"]), ([0, 1, 3, 4, 2], [])])
def test_a_panel_of_fewer_than_ten_is_refused(panel: list[int], rules: list[str]) -> None:
    assert [fault.rule for fault in made("script_concordance", panel=panel).faults()] == rules


@pytest.mark.parametrize("panel", [[0, 0, 0, 0, 0], [1, 2, 3], [5, 5, -1, 0, 1], [1, 2, 3, 4, "5"]])
def test_a_panel_is_five_counts(panel: list[Any]) -> None:
    with pytest.raises(ValidationError):
        made("script_concordance", panel=panel)


def test_the_scale_may_be_in_other_words() -> None:
    texts = ["Viel weniger", "Weniger", "Gleich", "Mehr", "Viel mehr"]
    item = made("script_concordance", texts=texts)

    assert [option.text for option in item.shown] == texts
    assert [name for name, _text in item.premises] == [Premise.HYPOTHESIS, Premise.NEW_INFORMATION]
    assert (item.option_path(3, "text"), item.option_path(3, "rationale")) == (("texts", 3), ("rationale",))


# --- options in general


@pytest.mark.parametrize("kind", ["single_best_answer", "multiple_response", "ordering"])
@pytest.mark.parametrize("text", ["All of the above.", "none of the above", "Both of the below"])
def test_what_points_at_other_options_is_refused_where_they_are_mixed(kind: str, text: str) -> None:
    values = of_kind(kind)
    listed = "steps" if kind == "ordering" else "options"
    values[listed][1]["text"] = text

    (fault,) = ITEM.validate_python(values).faults()

    assert (fault.rule, fault.path) == ("by-place", (listed, 1, "text"))


def test_summary_counts_who_chose_what() -> None:
    item = made("multiple_response")

    assert item.summary([("one-0", "one-1"), ("one-1",)]) == {"one-0": 1, "one-1": 2, "one-2": 0, "one-3": 0}


@pytest.mark.parametrize(
    ("count", "draw", "more", "is_refused"),
    [
        (1, 1, {}, True),
        (1, 2, {}, False),
        (1, 1, {"always": ["s0"]}, False),
        (2, 2, {"always": ["u0"]}, True),
        (2, 2, {"per_objective": {"o2": 1}}, False),
        (2, 2, {"per_objective": {"o1": 1}}, True),
    ],
)
def test_quiz_refuses_a_draw_without_marks(count: int, draw: int, more: dict[str, Any], is_refused: bool) -> None:
    from tests.quizzes.builders import quiz

    unscored = [of_kind("script_concordance", f"u{n}", panel=None) for n in range(count)]
    scored = [of_kind("true_false", f"s{n}", objectives=["o1", "o2"]) for n in range(2)]

    if is_refused:
        with pytest.raises(ValidationError, match="no question carries marks"):
            quiz(*unscored, *scored, draw=draw, **more)
    else:
        assert quiz(*unscored, *scored, draw=draw, **more).drawn == draw
