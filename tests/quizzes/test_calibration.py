from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quizzes.rules import ItemResult, PlannedItem, calibration, is_error, surest_first
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


def won(credit: Fraction, marks: int = 2) -> ItemResult:
    return ItemResult(PlannedItem("part", ("a", "b"), marks), ("a",), credit)


@given(st.fractions(0, 1))
def test_what_won_half_of_its_marks_is_no_error(credit: Fraction) -> None:
    is_half = credit >= Fraction(1, 2)

    assert is_error(won(credit)) is not is_half
    assert calibration([won(credit)], {"part": "sure"}) == (Level("sure", 1, int(is_half)),)


def test_an_item_without_marks_says_nothing_about_being_right() -> None:
    assert calibration([result("open", marks=0)], {"open": "sure"}) == ()
    assert not is_error(won(Fraction(0), marks=0))


def test_no_answer_is_no_error() -> None:
    assert not is_error(result("left", answered=False))


def test_the_surest_come_first_and_the_unsaid_last() -> None:
    assert sorted(["", "guessing", "sure", "fairly-sure"], key=surest_first) == ["sure", "fairly-sure", "guessing", ""]
