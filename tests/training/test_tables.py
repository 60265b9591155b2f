"""Files of rows: nothing in them is a formula, and a long table takes no more memory than a short one."""

import csv
import datetime as dt
import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from training import tables
from training.tables import Cell, write_csv, write_xlsx

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://x.example")', "http://x.example", "007"]
NAMESPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet(content: bytes, number: int = 2) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))


def xlsx(rows: list[list[Cell]], header: tuple[str, ...] = ("a", "b")) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, [("report", "detail")], header, rows)
    return out.getvalue()


def cells(content: bytes, number: int = 2) -> list[tuple[str, str]]:
    """Type and value of every cell."""
    found = sheet(content, number).iterfind(".//s:c", NAMESPACE)
    return [(cell.get("t", "n"), "".join(cell.itertext())) for cell in found]


def test_csv_never_begins_a_cell_with_a_formula() -> None:
    out = io.BytesIO()
    write_csv(out, ("a",), [[text] for text in EVIL])

    told = [row[0] for row in csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig")))][1:]
    assert told == [f"'{text}" for text in EVIL[:7]] + EVIL[7:]


def test_csv_has_days_numbers_and_the_mark_of_utf_8() -> None:
    out = io.BytesIO()
    write_csv(out, ("day", "n", "none"), [[dt.date(2026, 3, 1), Decimal("2.50"), None], ["Łukasz", -3, ""]])

    assert out.getvalue().decode() == "\ufeffday,n,none\r\n2026-03-01,2.50,\r\nŁukasz,-3,\r\n"


def test_xlsx_holds_texts_as_texts() -> None:
    content = xlsx([[text, ""] for text in EVIL])

    assert cells(content)[2:] == [("inlineStr", text) for text in EVIL]
    assert list(sheet(content).iter(f"{{{NAMESPACE['s']}}}f")) == []
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert [name for name in book.namelist() if "rels" in name and "worksheets" in name] == []


def test_xlsx_has_real_days_and_numbers() -> None:
    content = xlsx([[dt.date(2026, 3, 1), Decimal("2.50")]])

    assert [(kind, float(value)) for kind, value in cells(content)[2:]] == [("n", 46082), ("n", 2.5)]
    dated = next(cell for cell in sheet(content).iterfind(".//s:c", NAMESPACE) if cell.get("r") == "A2")
    assert dated.get("s") not in (None, "0")


def test_xlsx_goes_on_in_another_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)

    content = xlsx([[number, ""] for number in range(5)])

    assert [[value for _, value in cells(content, sheet_)] for sheet_ in (2, 3, 4)] == [
        ["a", "b", "0", "1"],
        ["a", "b", "2", "3"],
        ["a", "b", "4"],
    ]


def test_equal_rows_give_equal_bytes() -> None:
    assert xlsx([["x", 1]]) == xlsx([["x", 1]])


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_twenty_thousand_rows_take_no_more_memory_than_two_thousand(name: str) -> None:
    def rows(number: int) -> Iterator[list[Cell]]:
        for n in range(number):
            yield [f"somebody {n}", dt.date(2026, 1, 1), n, "a text that is somewhat longer " * 3]

    def peak(number: int) -> int:

        tracemalloc.start()
        with tempfile.TemporaryFile() as out:
            if name == "csv":
                write_csv(out, ("a", "b", "c", "d"), rows(number))
            else:
                write_xlsx(out, [("report", "detail")], ("a", "b", "c", "d"), rows(number))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2_000)  # what is made once for all
    assert peak(20_000) < peak(2_000) + 500_000
