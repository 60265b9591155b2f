"""Marks in words and figures."""

from fractions import Fraction


def marks_words(marks: Fraction) -> str:
    """Marks as whole numbers and fractions (2 1/3), never rounded: the number shown is the number that decides."""
    whole, rest = divmod(marks.numerator, marks.denominator)
    if not rest:
        return str(whole)
    return f"{whole} {rest}/{marks.denominator}" if whole else f"{rest}/{marks.denominator}"
