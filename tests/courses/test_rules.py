from dataclasses import replace
from fractions import Fraction

import pytest

from courses.rules import CreditInputs, credit_estimates, down, mergener_minutes

INPUTS = CreditInputs(words=12_000, questions=10, minutes=100, difficulty=3, pilot_minutes=(80, 95, 100))


def amounts(inputs: CreditInputs) -> dict[str, Fraction | None]:
    return {estimate.method: estimate.amount for estimate in credit_estimates(inputs)}


def lacking(inputs: CreditInputs, method: str) -> str:
    (found,) = (estimate for estimate in credit_estimates(inputs) if estimate.method == method)
    assert (found.amount is None) is (found.lacking != "")
    return found.lacking


def test_mergener_is_the_formula_of_its_worked_example() -> None:
    """3,774 words, 16 questions and a difficulty of 2.5 come to 61.93589 minutes, as the article's readers compute it."""
    assert float(mergener_minutes(3_774, 16, Fraction("2.5"))) == pytest.approx(61.935894)


def test_methods_disagree_and_each_rounds_down_by_its_own_rule() -> None:
    assert amounts(INPUTS) == {
        "sixty-minute hour": Fraction("1.66"),
        "fifty-minute hour": Fraction("2"),
        "pilot mean": Fraction("1.52"),
        "Mergener": Fraction("1.15"),
        "words, NBCC": Fraction("2"),
        "words, NASBA": Fraction("1.5"),
        "words, NCBTMB": Fraction("1"),
        "IACET": Fraction("0.2"),
    }


def test_method_without_its_input_gives_no_number_and_says_what_is_lacking() -> None:
    assert "`difficulty`" in lacking(replace(INPUTS, difficulty=None), "Mergener")
    assert "2 testers" in lacking(replace(INPUTS, pilot_minutes=(80, 95)), "pilot mean")
    assert lacking(INPUTS, "Mergener") == lacking(INPUTS, "pilot mean") == ""


def test_mergener_says_nothing_outside_of_what_was_studied() -> None:
    assert "20,000 words" in lacking(replace(INPUTS, words=20_001), "Mergener")
    both = lacking(replace(INPUTS, words=20_001, difficulty=None), "Mergener")
    assert "`difficulty`" in both
    assert "20,000 words" in both
    assert "shorter" in lacking(replace(INPUTS, words=100, questions=0, difficulty=1), "Mergener")
    assert lacking(replace(INPUTS, words=20_000), "Mergener") == ""


@pytest.mark.parametrize(("minutes", "units"), [(29, None), (30, "0.1"), (89, "0.1"), (90, "0.2"), (600, "1")])
def test_iacet_is_to_the_nearest_tenth_and_never_below_one(minutes: int, units: str | None) -> None:
    assert amounts(replace(INPUTS, minutes=minutes))["IACET"] == (Fraction(units) if units else None)


def test_estimate_names_the_inputs_that_it_read() -> None:
    inputs = {estimate.method: dict(estimate.inputs) for estimate in credit_estimates(INPUTS)}

    assert inputs["Mergener"] == {"words": 12_000, "questions": 10, "difficulty": 3}
    assert inputs["pilot mean"] == {"pilot_minutes": (80, 95, 100)}


def test_credit_is_never_rounded_up() -> None:
    assert [down(Fraction(amount), "0.25") for amount in ("0.2499", "0.25", "1.99")] == [
        0,
        Fraction("0.25"),
        Fraction("1.75"),
    ]
