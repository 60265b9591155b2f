"""What credit each method would count for a course: estimates with their inputs, and never a claim.

Accrediting bodies count in ways that differ by half and more, so there is no one number for a course. A provider takes
the method of the body that approved it, reads that body's own page, and answers for the inputs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

#: The articles that the formula was made from were shorter than this; for more at a stretch it was never tried.
LONGEST_STUDIED: Final = 20_000
FEWEST_TESTERS: Final = 3
PROVISIONAL: Final = "difficulty is provisional, stated by the author: have experts in the subject judge it"


@dataclass(frozen=True, slots=True)
class CreditInputs:
    """What methods count. `minutes` are those that completion asks for; nothing in a course is played aloud or shown as film."""

    words: int  # of the lessons
    questions: int  # of one attempt at each test that completion asks for
    minutes: int
    difficulty: int | None = None  # 1 very easy to 5 very difficult, as experts judged it
    is_provisional: bool = False  # the difficulty is the author's own guess, and no expert's yet
    pilot_minutes: tuple[int, ...] = ()  # what each tester took for the whole


@dataclass(frozen=True, slots=True)
class CreditEstimate:
    """What one method comes to. `amount` is None where an input is lacking, and `lacking` says which."""

    method: str
    source: str
    unit: str
    inputs: Mapping[str, int | tuple[int, ...]]
    amount: Fraction | None
    lacking: str = ""
    note: str = ""  # what is to be known of an input


class Lacking(Exception):
    """The method cannot be used here: words for the reason."""


def clock_hours(inputs: CreditInputs) -> Fraction:
    """An hour of sixty minutes, down to hundredths (the rule of most bodies; ANCC and ACCME count so)."""
    return down(Fraction(inputs.minutes, 60), "0.01")


def fifty_minute_hours(inputs: CreditInputs) -> Fraction:
    """An hour of fifty minutes, down to hundredths (so NYSED and the California Board of Registered Nursing)."""
    return down(Fraction(inputs.minutes, 50), "0.01")


def mergener_hours(inputs: CreditInputs) -> Fraction:
    """Mergener's formula, down to hundredths of an hour.

    M. A. Mergener, "A preliminary study to determine the amount of continuing education credit to award for home study
    programs", Am J Pharm Educ 55 (1991) 263-266. Raises Lacking without a difficulty and outside of what was studied.
    """
    lacking = []
    if inputs.difficulty is None:
        lacking.append("`difficulty` of `credit` is not given: 1 (very easy) to 5, as experts in the subject judge it")
    if inputs.words > LONGEST_STUDIED:
        lacking.append(
            f"the formula was never tried on more than {LONGEST_STUDIED:,} words, and these are {inputs.words:,}"
        )
    if inputs.difficulty is None or lacking:
        raise Lacking("; ".join(lacking))
    minutes = mergener_minutes(inputs.words, inputs.questions, Fraction(inputs.difficulty))
    if minutes <= 0:
        raise Lacking("the text is shorter than any that the formula was made from")
    return down(minutes / 60, "0.01")


def mergener_minutes(words: int, questions: int, difficulty: Fraction) -> Fraction:
    """0.9 x (-22.3 + 0.00209 words + 2.78 questions + 15.5 difficulty); it can come to less than nothing."""
    inner = (
        Fraction("-22.3") + Fraction("0.00209") * words + Fraction("2.78") * questions + Fraction("15.5") * difficulty
    )
    return Fraction("0.9") * inner


def nbcc_hours(inputs: CreditInputs) -> Fraction:
    """Six thousand words an hour, down to quarters, as home-study providers under NBCC report its policy."""
    return down(Fraction(inputs.words, 6000), "0.25")


def nasba_credits(inputs: CreditInputs) -> Fraction:
    """Words by 180, and 1.85 minutes for each question, in credits of fifty minutes, down to halves.

    The word count formula of the NASBA and AICPA Statement on Standards for CPE Programs. It is of use for comparison.
    """
    return down((Fraction(inputs.words, 180) + Fraction("1.85") * inputs.questions) / 50, "0.5")


def ncbtmb_hours(inputs: CreditInputs) -> Fraction:
    """Twelve thousand words an hour, down to halves (NCBTMB, "What is a CE hour?"). It is of use for comparison."""
    return down(Fraction(inputs.words, 12_000), "0.5")


def iacet_units(inputs: CreditInputs) -> Fraction:
    """Ten contact hours of sixty minutes for a unit, to the nearest tenth, and nothing below one tenth (ANSI/IACET 1)."""
    units = Fraction(floor(Fraction(inputs.minutes, 60) + Fraction(1, 2)), 10)
    if units < Fraction(1, 10):
        raise Lacking("less than a tenth of a unit is none")
    return units


def pilot_hours(inputs: CreditInputs) -> Fraction:
    """The mean time of testers, down to hundredths of an hour. Raises Lacking where there were fewer than three.

    At least three, qualified as the audience is and no authors of the course (NASBA and AICPA; ANCC calls it a pilot study).
    """
    testers = len(inputs.pilot_minutes)
    if testers < FEWEST_TESTERS:
        raise Lacking(f"`pilot_minutes` of `credit` has the times of {testers} testers; it takes {FEWEST_TESTERS}")
    return down(Fraction(sum(inputs.pilot_minutes), testers) / 60, "0.01")


def down(amount: Fraction, step: str) -> Fraction:
    """The amount rounded down to a multiple of the step; credit is never rounded up."""
    return floor(amount / Fraction(step)) * Fraction(step)


Method = tuple[str, str, str, tuple[str, ...], Callable[[CreditInputs], Fraction]]
#: Name, source, unit, the inputs that it reads, and the formula.
METHODS: Final[tuple[Method, ...]] = (
    ("sixty-minute hour", "ANCC, ACCME and others", "hours", ("minutes",), clock_hours),
    ("fifty-minute hour", "NYSED and others", "hours", ("minutes",), fifty_minute_hours),
    ("pilot mean", "a pilot study, as ANCC allows", "hours", ("pilot_minutes",), pilot_hours),
    ("Mergener", "Am J Pharm Educ 55 (1991) 263-266", "hours", ("words", "questions", "difficulty"), mergener_hours),
    ("words, NBCC", "as its providers report it", "hours", ("words",), nbcc_hours),
    ("words, NASBA", "for comparison", "credits", ("words", "questions"), nasba_credits),
    ("words, NCBTMB", "for comparison", "hours", ("words",), ncbtmb_hours),
    ("IACET", "ANSI/IACET 1", "CEU", ("minutes",), iacet_units),
)


def credit_estimates(inputs: CreditInputs) -> tuple[CreditEstimate, ...]:
    """What each method comes to, with the inputs that it read; a method that lacks one says so and gives no number."""
    return tuple(_estimate(method, inputs) for method in METHODS)


def _estimate(method: Method, inputs: CreditInputs) -> CreditEstimate:
    name, source, unit, names, formula = method
    note = PROVISIONAL if inputs.is_provisional and "difficulty" in names else ""
    read = {key: value for key in names if (value := getattr(inputs, key)) is not None}
    try:
        return CreditEstimate(name, source, unit, read, formula(inputs), note=note)
    except Lacking as lacking:
        return CreditEstimate(name, source, unit, read, None, str(lacking), note)
