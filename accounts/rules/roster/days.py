"""Days as people and spreadsheets write them."""

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class DayOrder(StrEnum):
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


#: Nobody is announced for a day further away than this.
FURTHEST: Final = dt.timedelta(days=2 * 366)

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SHORT: Final = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_BY_NAME: Final = {name: number for number, name in enumerate(_MONTHS, 1)} | _SHORT | {"sept": 9}

#: The hour behind a day, of which nothing is taken: a system that exports both writes midnight, whatever its zone.
_HOUR: Final = (
    r"(?:,?[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]\.?M\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_MONTH: Final = r"([A-Za-z]{3,9})\.?"
_NUMBER: Final = r"(\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR: Final = r"(\d{4}|\d{2})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text + _HOUR, re.IGNORECASE)


_ISO: Final = _pattern(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_COMPACT: Final = _pattern(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_WRITTEN: Final = _pattern(r"(\d{1,2})([./-])(\d{1,2})\2" + _YEAR)
_DAY_MONTH: Final = _pattern(_WEEKDAY + _NUMBER + r"(?:[-/ ]| of )" + _MONTH + r"(?:[-/ ]|, )" + _YEAR)
_MONTH_DAY: Final = _pattern(_WEEKDAY + _MONTH + r"[-/ ]" + _NUMBER + r"(?:[-/ ]|, ?)" + _YEAR)
_YEAR_MONTH_DAY: Final = _pattern(r"(\d{4})[-/ ]" + _MONTH + r"[-/ ]" + _NUMBER)
_SERIAL: Final = re.compile(r"(\d{5})(?:[.,]\d+)?")
#: Excel counts days from here; it takes 1900 for a leap year, so the count is true from March 1900 on.
_EXCEL_ZERO: Final = dt.date(1899, 12, 30)


def day_of(text: str, order: DayOrder | None, today: dt.date) -> dt.date | None:
    """The day that is written; None when it is none, or none in that order. Without an order, slashes are month first.

    Read are 2026-03-01, 3/1/2026, 1.3.2026, 1-Mar-26, March 1, 2026 and Excel's count of days, each with or without an
    hour. A year of two digits is the last one that ends so and is not further ahead of `today` than anybody is announced.
    """
    text = " ".join(text.split())
    if found := _SERIAL.fullmatch(text):
        return _EXCEL_ZERO + dt.timedelta(days=int(found[1]))
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _WRITTEN.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if order is DayOrder.DAY_FIRST:
            first, second = second, first
        return _of_year(found[4], first, second, today)
    return _named(text, today)


def _named(text: str, today: dt.date) -> dt.date | None:
    """The day of a month that is written in letters: nothing of it is to be guessed."""
    if found := _DAY_MONTH.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(text):
        month, day, year = found.groups()
    elif found := _YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = found.groups()
    else:
        return None
    number = _BY_NAME.get(month.lower())
    return _of_year(year, number, int(day), today) if number else None


def _of_year(digits: str, month: int, day: int, today: dt.date) -> dt.date | None:
    year = int(digits)
    if len(digits) == 4:
        return _day(year, month, day)
    century = (today + FURTHEST).year // 100 * 100
    found = _day(century + year, month, day)
    if found is not None and found > today + FURTHEST:
        return _day(century - 100 + year, month, day)
    return found


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def short_years(today: dt.date) -> tuple[int, int]:
    """The first and the last year that two digits can mean."""
    last = (today + FURTHEST).year
    return last - 99, last


class Evidence:
    """What the days of a file tell of their order, gathered one by one."""

    def __init__(self) -> None:
        self._orders: set[DayOrder] = set()
        self._has_dots = False
        self._has_days = False

    def add(self, text: str) -> None:
        found = _WRITTEN.fullmatch(" ".join(text.split()))
        if found is None:
            return
        first, second = int(found[1]), int(found[3])
        self._has_days = True
        self._has_dots |= found[2] == "."
        if first > 12 >= second:
            self._orders.add(DayOrder.DAY_FIRST)
        if second > 12 >= first:
            self._orders.add(DayOrder.MONTH_FIRST)

    def order(self) -> DayOrder | None:
        """The one order in which the days make sense; None when a person must say."""
        if not self._has_days:
            return DayOrder.MONTH_FIRST
        if len(self._orders) == 1:
            return next(iter(self._orders))
        # In the United States a slash means month first; dots come from elsewhere and could mean either.
        return None if self._has_dots or self._orders else DayOrder.MONTH_FIRST


def order_of(texts: Iterable[str]) -> DayOrder | None:
    evidence = Evidence()
    for text in texts:
        evidence.add(text)
    return evidence.order()
