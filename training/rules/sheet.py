"""A matrix pasted from a spreadsheet: lines of titles or teams, columns of requirements: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_LINES: Final = 300
MOST_COLUMNS: Final = 60


class Cell(StrEnum):
    REQUIRED = "required"
    #: Told to nobody: it asks for nothing.
    RECOMMENDED = "recommended"
    BLANK = "blank"


class SheetFault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_COLUMNS = "no_columns"
    LINE_TWICE = "line_twice"
    COLUMN_TWICE = "column_twice"
    UNKNOWN_CELL = "unknown_cell"


class BadSheet(Exception):
    """The text is no matrix: which fault, in which line and column, counted from 1, and what stands there."""

    def __init__(self, fault: SheetFault, line: int = 0, column: int = 0, found: str = "") -> None:
        self.fault, self.line, self.column, self.found = fault, line, column, found
        super().__init__(f"{fault} at {line}, {column}")


#: What people type into a cell, in lower case.
_WORDS: Final[Mapping[str, Cell]] = {
    "x": Cell.REQUIRED,
    "✓": Cell.REQUIRED,
    "r": Cell.REQUIRED,
    "req": Cell.REQUIRED,
    "required": Cell.REQUIRED,
    "yes": Cell.REQUIRED,
    "rec": Cell.RECOMMENDED,
    "recommended": Cell.RECOMMENDED,
    "": Cell.BLANK,
    "-": Cell.BLANK,
    "–": Cell.BLANK,
    "no": Cell.BLANK,
    "n/a": Cell.BLANK,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines and columns in their order, and the cell of each pair."""

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def column(self, title: str) -> Iterator[tuple[str, Cell]]:
        """Every line with its cell in that column."""
        return ((line, self.cells[line, title]) for line in self.lines)


def sheet_of(text: str) -> Sheet:
    """The matrix that was pasted: tabs between cells, the first line and the first column are the headings.

    Raises BadSheet with the first fault.
    """
    rows = [[_clean(cell) for cell in line.split("\t")] for line in text.splitlines() if line.strip()]
    if not rows:
        raise BadSheet(SheetFault.EMPTY)
    columns = _columns(rows[0])
    if len(rows) - 1 > MOST_LINES or len(columns) > MOST_COLUMNS:
        raise BadSheet(SheetFault.TOO_LARGE)
    cells: dict[tuple[str, str], Cell] = {}
    lines: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not row[0]:
            continue
        if row[0].casefold() in lines:
            raise BadSheet(SheetFault.LINE_TWICE, number, 1, row[0])
        lines[row[0].casefold()] = row[0]
        cells |= dict(_cells(number, row, columns))
    if not lines:
        raise BadSheet(SheetFault.EMPTY)
    return Sheet(tuple(lines.values()), tuple(columns.values()), cells)


def _columns(row: list[str]) -> dict[int, str]:
    """The headings by their place; columns without one are left out."""
    columns = {place: title for place, title in enumerate(row) if place and title}
    if not columns:
        raise BadSheet(SheetFault.NO_COLUMNS, 1)
    seen: set[str] = set()
    for place, title in columns.items():
        if title.casefold() in seen:
            raise BadSheet(SheetFault.COLUMN_TWICE, 1, place + 1, title)
        seen.add(title.casefold())
    return columns


def _cells(number: int, row: list[str], columns: Mapping[int, str]) -> Iterator[tuple[tuple[str, str], Cell]]:
    for place, title in columns.items():
        word = row[place] if place < len(row) else ""
        cell = _WORDS.get(word.casefold())
        if cell is None:
            raise BadSheet(SheetFault.UNKNOWN_CELL, number, place + 1, word)
        yield (row[0], title), cell


def _clean(cell: str) -> str:
    return " ".join(cell.strip().strip('"').split())
