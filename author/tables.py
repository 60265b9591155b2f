"""Tables for a terminal: columns of fixed width, cells that wrap."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap


def text_table(widths: Sequence[int], header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of the table. Words longer than their column are broken, so that columns stay where they are."""
    yield from _lines(widths, header)
    yield "  ".join("-" * width for width in widths)
    for row in rows:
        yield from _lines(widths, row)


def _lines(widths: Sequence[int], cells: Sequence[str]) -> Iterator[str]:
    columns = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*columns, fillvalue=""):
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()


def _wrapped(cell: str, width: int) -> list[str]:
    """One line or more for each line of the cell: a list in a cell keeps one entry a line."""
    return [line for part in cell.split("\n") for line in (wrap(part, width, break_on_hyphens=False) or [""])]
