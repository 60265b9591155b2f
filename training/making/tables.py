"""One report as a table in a file."""

from collections.abc import Iterator
from typing import IO

from training.making.orders import Noted, about, order_of
from training.models import Report
from training.queries.past import SHAPES, Order, ReportKind
from training.tables import Cell, Format, write_csv, write_xlsx


def write_table(report: Report, out: IO[bytes], noted: Noted) -> None:
    """The report in the format that was asked for, row by row."""
    kind, order = ReportKind(report.kind), order_of(report)
    header, rows = SHAPES[kind].header, rows_of(kind, order, noted)
    if Format(report.request["format"]) is Format.XLSX:
        write_xlsx(out, about(report), header, rows)
    else:
        write_csv(out, header, rows)


def rows_of(kind: ReportKind, order: Order, noted: Noted) -> Iterator[list[Cell]]:
    """The rows of a kind of report; how far the reading has come is noted on the way."""
    for progress in SHAPES[kind].rows(order):
        yield from (list(row) for row in progress.rows)
        noted(progress.read)
