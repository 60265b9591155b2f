"""One line of a roster as the facts of a person, with everything that is wrong with it."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from accounts.rules.roster.columns import DATES, LONGEST, Field, Mapped
from accounts.rules.roster.days import FURTHEST, DayOrder, day_of
from accounts.rules.words import hidden_characters

#: Nobody was hired before.
EARLIEST: Final = dt.date(1930, 1, 1)

_EMAIL: Final = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)


class FaultCode(StrEnum):
    NO_NAME = "no_name"
    NO_EMAIL = "no_email"
    NOT_AN_EMAIL = "not_an_email"
    TOO_LONG = "too_long"
    HIDDEN = "hidden"
    NOT_A_DAY = "not_a_day"
    DAY_OUT_OF_RANGE = "day_out_of_range"
    TOO_MANY_CELLS = "too_many_cells"
    NUMBER_TWICE = "number_twice"
    EMAIL_TWICE = "email_twice"
    UNKNOWN_TEAM = "unknown_team"
    TEAM_AMBIGUOUS = "team_ambiguous"
    TEAM_TOO_DEEP = "team_too_deep"
    TEAM_NAME_TOO_LONG = "team_name_too_long"
    EMAIL_OF_ANOTHER = "email_of_another"
    NUMBER_OF_ANOTHER = "number_of_another"
    EMAIL_WITH_ROLE = "email_with_role"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell of a line; without a field, with the line."""

    code: FaultCode
    field: Field | None = None
    value: str = ""
    other: str = ""  # a line, a length, a name that helps to mend it

    def stored(self) -> dict[str, str]:
        return {"code": self.code, "field": self.field or "", "value": self.value, "other": self.other}


Fact = str | dt.date


@dataclass(frozen=True, slots=True)
class Read:
    """What a line says of a person. A cell that is empty says nothing, and so is not among the facts."""

    facts: Mapping[Field, Fact]
    faults: Sequence[Fault] = field(default_factory=tuple)

    def text(self, of: Field) -> str:
        return str(self.facts.get(of, ""))


def is_email(text: str) -> bool:
    return len(text) <= LONGEST[Field.WORK_EMAIL] and bool(_EMAIL.fullmatch(text))


def read_person(cells: Sequence[str], mapping: Mapped, width: int, order: DayOrder | None, today: dt.date) -> Read:
    """The facts of a line. Formulas are text like any other; spaces around and between words are made one."""
    faults: list[Fault] = []
    if any(cell.strip() for cell in cells[width:]):
        faults.append(Fault(FaultCode.TOO_MANY_CELLS, other=str(width)))
    facts: dict[Field, Fact] = {}
    for each, column in mapping.items():
        text = " ".join(cells[column].split()) if column < len(cells) else ""
        if not text:
            continue
        fact = _read(each, text, order, today)
        if isinstance(fact, Fault):
            faults.append(fact)
        else:
            facts[each] = fact
    _join_names(facts, faults)
    faults += _missing(facts, faults)
    return Read(facts, tuple(faults))


def _read(each: Field, text: str, order: DayOrder | None, today: dt.date) -> Fact | Fault:
    if hidden_characters(text):
        return Fault(FaultCode.HIDDEN, each, text[:80])
    if each in DATES:
        return _read_day(each, text, order, today)
    if len(text) > LONGEST[each]:
        return Fault(FaultCode.TOO_LONG, each, text[:80], str(LONGEST[each]))
    if each is Field.WORK_EMAIL:
        return text.lower() if is_email(text.lower()) else Fault(FaultCode.NOT_AN_EMAIL, each, text[:80])
    return text


def _read_day(each: Field, text: str, order: DayOrder | None, today: dt.date) -> dt.date | Fault:
    day = day_of(text, order, today)
    if day is None:
        return Fault(FaultCode.NOT_A_DAY, each, text[:80], order or "")
    if not EARLIEST <= day <= today + FURTHEST:
        return Fault(FaultCode.DAY_OUT_OF_RANGE, each, text[:80], day.isoformat())
    return day


def _join_names(facts: dict[Field, Fact], faults: list[Fault]) -> None:
    parts = [str(facts.pop(part)) for part in (Field.FIRST_NAME, Field.LAST_NAME) if part in facts]
    if not parts or Field.NAME in facts:
        return
    facts[Field.NAME] = " ".join(parts)
    if len(facts[Field.NAME]) > LONGEST[Field.NAME]:  # type: ignore[arg-type]
        faults.append(Fault(FaultCode.TOO_LONG, Field.NAME, " ".join(parts)[:80], str(LONGEST[Field.NAME])))


def _missing(facts: Mapping[Field, Fact], faults: Iterable[Fault]) -> list[Fault]:
    wrong = {fault.field for fault in faults}
    missing = []
    if Field.NAME not in facts and not wrong & {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME}:
        missing.append(Fault(FaultCode.NO_NAME, Field.NAME))
    if Field.WORK_EMAIL not in facts and Field.WORK_EMAIL not in wrong:
        missing.append(Fault(FaultCode.NO_EMAIL, Field.WORK_EMAIL))
    return missing
