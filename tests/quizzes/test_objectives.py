from fractions import Fraction

import pytest

from quizzes.rules import ItemResult, PlannedItem, Remedy, in_force, objective_counts
from quizzes.rules.adjustments import AS_PUBLISHED, ItemAdjustment
from tests.quizzes.builders import item, of_kind, quiz


def test_objectives_are_counted_by_questions_with_marks() -> None:
    subject = quiz(
        item("one") | {"objectives": ["o1", "o2"]},
        item("two") | {"objectives": ["o1"]},
        item("three") | {"objectives": ["o3"]},
        of_kind("script_concordance", "open", panel=None, objectives=["o3", "o4"]),
    )
    credit = {"one": Fraction(1), "two": Fraction(1, 2), "three": Fraction(1), "open": Fraction(0)}
    results = [
        ItemResult(PlannedItem(key, ("a",), 0 if key == "open" else 1), ("a",), share) for key, share in credit.items()
    ]

    counts = objective_counts(subject, results)

    assert {key: (count.correct, count.asked) for key, count in counts.items()} == {
        "o1": (1, 2), "o2": (1, 1), "o3": (1, 1),
    }  # fmt: skip
    assert [key for key, count in counts.items() if count.is_missed] == ["o1"]
    # Of o2 and o3 one question asked; to leave them out would tell that it was answered well.
    assert [key for key, count in counts.items() if count.is_to_read_again] == ["o1", "o2", "o3"]


@pytest.mark.parametrize("remedy", [Remedy.FULL_CREDIT, Remedy.ACCEPT_OPTION, Remedy.DROP])
@pytest.mark.parametrize("others", [1, 2])
def test_question_that_was_put_right_does_not_tell_how_the_one_beside_it_was_answered(
    remedy: Remedy, others: int
) -> None:
    keys = ["one", "two", "three"][: others + 1]
    subject = quiz(*[item(key) | {"objectives": ["o1"]} for key in keys])
    rules = in_force([ItemAdjustment("one", remedy, "one-1" if remedy is Remedy.ACCEPT_OPTION else "")])

    def is_listed(*credits_: int) -> bool:
        results = [
            ItemResult(PlannedItem(key, ("a",), 1), ("a",), Fraction(credit), rules.get(key, AS_PUBLISHED))
            for key, credit in zip(keys, [1, *credits_], strict=True)
        ]
        return objective_counts(subject, results)["o1"].is_to_read_again

    if others == 1:
        assert is_listed(1) is is_listed(0) is True
    else:
        assert not is_listed(1, 1)
        assert is_listed(1, 0)
