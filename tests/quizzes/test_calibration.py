from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules import ItemResult, PlannedItem, calibration, surest_first
from quizzes.rules.calibration import LEVELS, Level

WORDS = st.sampled_from(("", *LEVELS))


def result(key: str, *, right: bool = True, answered: bool = True, marks: int = 1) -> ItemResult:
    chosen = ("a",) if answered else ()
    return ItemResult(PlannedItem(key, ("a", "b"), marks), chosen, Fraction(right and answered))


@given(st.lists(st.tuples(WORDS, st.booleans(), st.booleans())))
def test_every_answer_with_a_word_is_counted_once(said: list[tuple[str, bool, bool]]) -> None:
    results = [result(str(at), right=right, answered=answered) for at, (_, right, answered) in enumerate(said)]
    words = {str(at): word for at, (word, _, _) in enumerate(said)}

    levels = calibration(results, words)

    assert sum(level.answers for level in levels) == sum(bool(word) and answered for word, _, answered in said)
    assert sum(level.right for level in levels) == sum(
        bool(word) and answered and right for word, right, answered in said
    )
    assert all(0 <= level.right <= level.answers and level.answers for level in levels)
    assert [level.confidence for level in levels] == sorted((level.confidence for level in levels), key=LEVELS.index)


def test_levels_say_how_often_the_learner_was_right() -> None:
    results = [result("one"), result("two", right=False), result("three")]

    levels = calibration(results, {"one": "sure", "two": "sure", "three": "guessing"})

    assert levels == (Level("sure", 2, 1), Level("guessing", 1, 1))
    assert levels[0].share == Fraction(1, 2)
    assert Level("sure", 0, 0).share == 0


def test_partial_credit_is_not_right() -> None:
    half = ItemResult(PlannedItem("half", ("a", "b"), 2), ("a",), Fraction(1, 2))

    assert calibration([half], {"half": "sure"}) == (Level("sure", 1, 0),)


def test_an_item_without_marks_says_nothing_about_being_right() -> None:
    assert calibration([result("open", marks=0)], {"open": "sure"}) == ()


def test_the_surest_come_first_and_the_unsaid_last() -> None:
    assert sorted(["", "guessing", "sure", "fairly-sure"], key=surest_first) == ["sure", "fairly-sure", "guessing", ""]
