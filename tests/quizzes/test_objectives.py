import itertools
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ASKED = st.lists(
    st.lists(st.sampled_from(["o1", "o2", "o3"]), min_size=1, max_size=2, unique=True), min_size=2, max_size=5
)


@given(asked=ASKED)
def test_what_is_said_before_the_reasons_never_tells_that_one_question_was_missed(asked: list[list[str]]) -> None:
    """Whoever knows the plan, and draws every conclusion from what is named, is left with a question's being answered well."""
    keys = [f"q{number}" for number in range(len(asked))]
    subject = quiz(*[item(key) | {"objectives": about} for key, about in zip(keys, asked, strict=True)])
    outcomes: dict[frozenset[tuple[str, bool]], list[tuple[int, ...]]] = defaultdict(list)
    for credits_ in itertools.product((0, 1), repeat=len(keys)):
        results = [
            ItemResult(PlannedItem(key, ("a",), 1), ("a",), Fraction(credit))
            for key, credit in zip(keys, credits_, strict=True)
        ]
        counts = objective_counts(subject, results).values()
        said = frozenset((count.key, count.is_known_missed) for count in counts if count.is_to_read_again)
        outcomes[said].append(credits_)

    for possible in outcomes.values():
        assert [max(of_one) for of_one in zip(*possible, strict=True)] == [1] * len(keys)


def test_missed_is_said_of_an_objective_only_where_several_questions_have_it_first() -> None:
    subject = quiz(
        item("one") | {"objectives": ["o1", "o2"]},
        item("two") | {"objectives": ["o1"]},
        item("three") | {"objectives": ["o2", "o1"]},
        item("four") | {"objectives": ["o3"]},
        item("five") | {"objectives": ["o3"]},
    )
    credit = {"one": 1, "two": 0, "three": 0, "four": 1, "five": 1}
    results = [ItemResult(PlannedItem(key, ("a",), 1), ("a",), Fraction(share)) for key, share in credit.items()]

    counts = objective_counts(subject, results)

    assert [key for key, count in counts.items() if count.is_known_missed] == ["o1"]
    # Both questions about o2 tell of it, but only one has it first: with o1 beside it, they would tell of each other.
    assert [key for key, count in counts.items() if count.is_to_read_again] == ["o1", "o2"]
