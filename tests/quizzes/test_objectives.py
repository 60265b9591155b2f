from fractions import Fraction

from quizzes.rules import ItemResult, PlannedItem, objective_counts
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
