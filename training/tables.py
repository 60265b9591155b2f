"""Tables as files, row by row in flat memory: CSV and spreadsheets. No text in them is ever taken for a formula."""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any, Final

import xlsxwriter

Cell = str | int | Decimal | dt.date | None

#: Excel takes no more rows in one sheet; a longer table goes on in the next.
MOST_ROWS: Final = 1_048_576

#: What stands in front of a text so that spreadsheets see in which encoding the file is.
BOM: Final = "\ufeff"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def without_formula(cell: object) -> Any:
    """The cell, with an apostrophe before anything that a spreadsheet would take for a formula."""
    if isinstance(cell, str) and unicodedata.normalize("NFKC", cell).lstrip().startswith(("=", "+", "-", "@")):
        return f"'{cell}"
    return cell


def write_csv(out: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Days as 2026-11-30, numbers with a point, UTF-8 with a mark that tells Excel so. Equal rows give equal bytes."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow(header)
    for row in rows:
        writer.writerow([without_formula(cell) for cell in row])
    text.flush()
    text.detach()  # the file stays open, and whoever opened it closes it


def write_xlsx(
    out: IO[bytes], about: Sequence[tuple[str, Cell]], header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """A spreadsheet: what it is on the first sheet, then the rows, with days as days and numbers as numbers.

    Each text is written as a text, whatever it begins with; nothing becomes a formula or a link.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(out, options) as book:
        # The clock of the machine is no fact of the report.
        book.set_properties({"created": dt.datetime(2000, 1, 1)})  # noqa: DTZ001 - the library wants none
        bold = book.add_format({"bold": True})
        first = book.add_worksheet("about")
        first.set_column(0, 0, 20)
        first.set_column(1, 1, 60)
        for number, (name, value) in enumerate(about):
            _write(first, number, 0, name, bold)
            _write(first, number, 1, value)
        _sheets(book, bold, header, rows)


def _sheets(book: Any, bold: Any, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet, line, number = _sheet(book, bold, header, 1), 1, 1
    for row in rows:
        if line == MOST_ROWS:
            number += 1
            sheet, line = _sheet(book, bold, header, number), 1
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell)
        line += 1


def _sheet(book: Any, bold: Any, header: Sequence[str], number: int) -> Any:
    sheet = book.add_worksheet("rows" if number == 1 else f"rows {number}")
    sheet.set_column(0, len(header) - 1, 18)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        _write(sheet, 0, column, name, bold)
    return sheet


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any = None) -> None:
    match cell:
        case None | "":
            return
        case str():
            sheet.write_string(row, column, cell[:32_767], style)  # Excel holds no longer text in a cell
        case dt.date():
            sheet.write_datetime(row, column, cell, style)
        case _:
            sheet.write_number(row, column, cell, style)
