"""The bytes of a roster, as they come from all kinds of programs."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.roster import (
    LARGEST,
    DayOrder,
    Encoding,
    Field,
    FileFault,
    FileFaultCode,
    MappingFault,
    day_of,
    decoded,
    delimiter_of,
    guarded,
    guessed,
    mapping_faults,
    order_of,
    records,
    remembered,
    rendered,
    short_years,
    sniffed,
    unguarded,
)

TODAY = dt.date(2026, 11, 22)
LINES = "Name;Email\r\nAna;ana@example.com\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (LINES.encode(), Encoding.UTF_8),
        (LINES.encode("utf-8-sig"), Encoding.UTF_8),
        ("Name\nJosé".encode(), Encoding.UTF_8),
        ("Name\nJosé".encode("latin-1"), None),
        ("Name\nJosé “Pepe”".encode("cp1252"), None),
    ],
)
def test_sniffed_tells_utf_8_from_what_must_be_asked(content: bytes, encoding: Encoding | None) -> None:
    assert sniffed(content) is encoding


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (LINES.encode("utf-16"), "utf_16"),
        (LINES.encode("utf-16-le"), "utf_16"),
        (LINES.encode("utf-16-be"), "utf_16"),
        (LINES.encode("utf-32"), "utf_16"),
        (b"PK\x03\x04" + b"x" * 99, "spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 99, "spreadsheet"),
        (b"%PDF-1.7 ...", "binary"),
        (b"Name,Email\nA\x00na,x", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"x" * (LARGEST + 1), "too_large"),
    ],
)
def test_sniffed_refuses_what_is_no_such_text(content: bytes, code: str) -> None:
    with pytest.raises(FileFault) as refusal:
        sniffed(content)
    assert refusal.value.code == FileFaultCode(code)


def test_decoded_drops_the_mark_and_reads_windows_quotation_marks() -> None:
    assert decoded("Name".encode("utf-8-sig"), Encoding.UTF_8) == "Name"
    assert decoded("José “Pepe”".encode("cp1252"), Encoding.LATIN_1) == "José “Pepe”"
    assert decoded(b"\x81\xe9", Encoding.LATIN_1) == "\x81é"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\n1, or 2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("sep=;\na;b\n1;2\n", ";"),
        ('"a, b";c\n"d, e";f\n', ";"),
        ("Name\nAna\n", ","),
        ('a,b\n"open', ","),
        ("", ","),
    ],
)
def test_delimiter_is_found(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_records_have_the_line_at_which_they_begin() -> None:
    text = 'Name,Note\n\nAna,"one\ntwo"\n , \n"B ""b"" b",x\r\nC,\rD,y'

    assert [(each.line, each.cells) for each in records(text, ",")] == [
        (1, ("Name", "Note")),
        (3, ("Ana", "one\ntwo")),
        (6, ('B "b" b', "x")),
        (7, ("C", "")),
        (8, ("D", "y")),
    ]


def test_records_count_the_line_that_names_the_delimiter() -> None:
    assert [each.line for each in records("sep=;\na;b\nc;d", ";")] == [2, 3]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('a,b\nc,"d\ne\nf', "quotes", 2),
        ('a,b\n"c"d,e', "quotes", 2),
        ("a" + ",x" * 200, "too_wide", 1),
        ("a,b\n" + "x" * 140_000, "quotes", 2),
    ],
)
def test_records_refuse_with_the_line(text: str, code: str, line: int) -> None:
    with pytest.raises(FileFault) as refusal:
        list(records(text, ","))
    assert (refusal.value.code, refusal.value.line) == (FileFaultCode(code), line)


cells = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
rows = st.lists(
    st.lists(cells | st.sampled_from(["=1+1", "'=1", "''@x", "-5", '"', "a,b", "x\ny", "＝2"]), min_size=1, max_size=5)
    .filter(lambda row: any(cell.strip() for cell in row))
    .map(tuple),
    max_size=6,
)


@given(rows, st.sampled_from([",", ";", "\t", "|"]))
def test_what_is_rendered_is_read_again(rows: list[tuple[str, ...]], delimiter: str) -> None:
    text = rendered(rows, delimiter)
    if text.lower().lstrip('"').startswith("sep="):
        return  # a heading that is Excel's hint
    assert [record.cells for record in records(text, delimiter)] == rows


@given(cells)
def test_no_guarded_cell_begins_a_formula_and_each_comes_back(cell: str) -> None:
    from web.http import without_formula

    assert unguarded(guarded(cell)) == cell
    assert without_formula(guarded(cell)) == guarded(cell)


def cells_of(content: bytes) -> list[tuple[str, ...]]:
    text = decoded(content, sniffed(content) or Encoding.LATIN_1)
    return [record.cells for record in records(text, delimiter_of(text))]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        found = cells_of(content)
    except FileFault:
        return
    assert all(any(cell.strip() for cell in row) for row in found)


# Columns


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Name,Email", {Field.NAME: 0, Field.WORK_EMAIL: 1}),
        (
            "Employee ID,First Name,Last Name,Work E-mail,Department,Job Title,Hire Date",
            {
                Field.STAFF_NUMBER: 0, Field.FIRST_NAME: 1, Field.LAST_NAME: 2, Field.WORK_EMAIL: 3, Field.TEAM: 4,
                Field.JOB_TITLE: 5, Field.HIRED_ON: 6,
            },
        ),
        ("ExternalPersonKey,FirstName,LastName,EmailAddress,HireDate,EmploymentRole",
         {Field.STAFF_NUMBER: 0, Field.FIRST_NAME: 1, Field.LAST_NAME: 2, Field.WORK_EMAIL: 3, Field.HIRED_ON: 4,
          Field.JOB_TITLE: 5}),
        ("First,Last,Full name,mail", {Field.FIRST_NAME: 0, Field.LAST_NAME: 1, Field.WORK_EMAIL: 3}),
        ("line,column,value,problem,remedy,Name,Email", {Field.NAME: 5, Field.WORK_EMAIL: 6}),
        ("Eins,Zwei", {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_their_headings(header: str, found: dict[Field, int]) -> None:
    assert guessed(header.split(",")) == found


def test_columns_are_remembered_wherever_they_stand_now() -> None:
    names = {"name": "Wer", "work_email": "Post"}
    assert remembered(["post", "Mehr", "WER "], names) == {Field.NAME: 2, Field.WORK_EMAIL: 0}
    assert remembered(["post"], names) is None
    assert remembered(["post"], {}) is None


@pytest.mark.parametrize(
    ("mapping", "faults"),
    [
        ({Field.NAME: 0, Field.WORK_EMAIL: 1}, []),
        ({Field.FIRST_NAME: 0, Field.LAST_NAME: 2, Field.WORK_EMAIL: 1}, []),
        ({Field.FIRST_NAME: 0, Field.WORK_EMAIL: 1}, ["no_name"]),
        ({Field.NAME: 0, Field.LAST_NAME: 2, Field.WORK_EMAIL: 1}, ["name_twice"]),
        ({}, ["no_name", "no_email"]),
        ({Field.NAME: 0, Field.WORK_EMAIL: 0}, ["column_twice"]),
        ({Field.NAME: 0, Field.WORK_EMAIL: 3}, ["no_such_column"]),
        ({Field.NAME: -1, Field.WORK_EMAIL: 1}, ["no_such_column"]),
    ],
)
def test_mapping_that_makes_no_people_says_why(mapping: dict[Field, int], faults: list[str]) -> None:
    assert mapping_faults(mapping, 3) == [MappingFault(fault) for fault in faults]


# Days


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-01", None, "2026-03-01"),
        ("2026-3-1", None, "2026-03-01"),
        ("2026-03-01 00:00:00", None, "2026-03-01"),
        ("2026-03-01T08:30:00Z", None, "2026-03-01"),
        ("3/1/2026", None, "2026-03-01"),
        ("03/01/26", None, "2026-03-01"),
        ("3/1/97", None, "1997-03-01"),
        ("3-1-2026", None, "2026-03-01"),
        ("1.3.2026", DayOrder.DAY_FIRST, "2026-03-01"),
        ("31/12/2026", DayOrder.DAY_FIRST, "2026-12-31"),
        ("31/12/2026", DayOrder.MONTH_FIRST, None),
        ("31/12/2026", None, None),
        ("46082", None, "2026-03-01"),
        ("46082.75", None, "2026-03-01"),
        ("25569", None, "1970-01-01"),
        ("2026", None, None),
        ("2026-02-30", None, None),
        ("3/1.2026", None, None),
        ("3/1/2026 12:00:00 AM", None, "2026-03-01"),
        ("3/1/2026 12:00:00 AM", DayOrder.DAY_FIRST, "2026-01-03"),
        ("3/1/2026 0:00", None, "2026-03-01"),
        ("3/1/2026, 5:00\u202fp.m.", None, "2026-03-01"),
        ("1-Mar-26", None, "2026-03-01"),
        ("01-Mar-2026", None, "2026-03-01"),
        ("01-MAR-26 12:00:00 AM", None, "2026-03-01"),
        ("Mar 1, 2026", None, "2026-03-01"),
        ("Mar. 1, 2026 12:00 AM", None, "2026-03-01"),
        ("March 1, 2026", None, "2026-03-01"),
        ("march 1st 2026", None, "2026-03-01"),
        ("1 March 2026", None, "2026-03-01"),
        ("1. March 2026", None, "2026-03-01"),
        ("1st of March, 2026", None, "2026-03-01"),
        ("Sept 3, 2026", None, "2026-09-03"),
        ("Sunday, March 1, 2026", None, "2026-03-01"),
        ("Sun 1 Mar 2026", None, "2026-03-01"),
        ("2026-Mar-01", None, "2026-03-01"),
        ("2026/03/01", None, "2026-03-01"),
        ("2026/03/01", DayOrder.DAY_FIRST, "2026-03-01"),
        ("20260301", None, "2026-03-01"),
        ("2026-03-01T00:00:00-05:00", None, "2026-03-01"),
        ("2026-03-01T00:00:00.000+0000", None, "2026-03-01"),
        ("2026-03-01 00:00:00.000 UTC", None, "2026-03-01"),
        ("  1 \xa0 March\t2026 ", None, "2026-03-01"),
        ("01032026", None, None),  # neither order is in it, and no year in front
        ("Mar-26", None, None),  # a month and a year, or a day of some year
        ("26-Mar", None, None),
        ("Mar 2026", None, None),
        ("1-Foo-2026", None, None),
        ("30 February 2026", None, None),
        ("Someday, March 1, 2026", None, None),
        ("1-Mar-126", None, None),
        ("٢٠٢٦-٠٣-٠١", None, "2026-03-01"),
        ("", None, None),
    ],
)
def test_day_of(text: str, order: DayOrder | None, day: str | None) -> None:
    found = day_of(text, order, TODAY)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        ([], DayOrder.MONTH_FIRST),
        (["2026-03-01", "46082"], DayOrder.MONTH_FIRST),
        (["3/1/2026", "2/2/2026"], DayOrder.MONTH_FIRST),  # a slash is American
        (["3.1.2026", "2.2.2026"], None),  # dots could be either
        (["3.1.2026", "31.1.2026"], DayOrder.DAY_FIRST),
        (["3.1.2026", "1.31.2026"], DayOrder.MONTH_FIRST),
        (["3/1/2026", "31/1/2026"], DayOrder.DAY_FIRST),
        (["1/31/2026", "31/1/2026"], None),  # no one order fits
        (["3/1/2026 12:00:00 AM", "31/1/2026 12:00:00 AM"], DayOrder.DAY_FIRST),
        (["3.1.2026 0:00", "1-Mar-26"], None),
        (["1-Mar-26", "2026/03/01", "March 31, 2026"], DayOrder.MONTH_FIRST),
    ],
)
def test_order_of_days_is_found_or_asked(texts: list[str], order: DayOrder | None) -> None:
    assert order_of(texts) is order


@given(st.text(max_size=14), st.sampled_from([None, *DayOrder]))
def test_any_text_is_a_day_or_none(text: str, order: DayOrder | None) -> None:
    day_of(text, order, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/1/00", "2000-03-01"),
        ("3/1/27", "2027-03-01"),
        ("11/23/28", "2028-11-23"),  # two years ahead, as far as anybody is announced
        ("11/24/28", "1928-11-24"),
        ("3/1/29", "1929-03-01"),
        ("3/1/68", "1968-03-01"),
        ("3/1/99", "1999-03-01"),
        ("1-Mar-45", "1945-03-01"),
        ("2/29/00", "2000-02-29"),
        ("2/29/27", None),
    ],
)
def test_year_of_two_digits_is_never_far_ahead(text: str, day: str | None) -> None:
    found = day_of(text, None, TODAY)

    assert (found.isoformat() if found else None) == day
    assert short_years(TODAY) == (1929, 2028)


@given(
    st.lists(
        st.sampled_from(
            (
                "1",
                "31",
                "2026",
                "26",
                "Mar",
                "march",
                "Sunday",
                "T",
                "Z",
                "12:00",
                ":00",
                " ",
                "-",
                "/",
                ".",
                ",",
                "AM",
                "+05:00",
                "st",
                "of",
                "\u202f",
                "\x00",
                "46082",
                "٣",
                "²",
                "ſept",
            )
        ),
        max_size=12,
    ),
    st.sampled_from([None, *DayOrder]),
)
def test_any_pieces_of_days_are_a_day_or_none(pieces: list[str], order: DayOrder | None) -> None:
    for text in ("".join(pieces), " ".join(pieces)):
        found = day_of(text, order, TODAY)
        assert found is None or dt.date.min <= found <= dt.date.max
        order_of([text])


#: As spreadsheets and personnel systems write a day, none of which leaves two ways to read it.
_FORMS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%dT%H:%M:%S-05:00", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d-%b-%Y",
    "%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%A, %B %d, %Y",
)  # fmt: skip


@given(st.datetimes(dt.datetime(1930, 1, 1), dt.datetime(2028, 11, 22)), st.sampled_from(_FORMS))
def test_a_day_is_read_as_it_was_written(day: dt.datetime, form: str) -> None:
    expected = day.date()

    assert day_of(day.strftime(form), DayOrder.MONTH_FIRST, TODAY) == expected
    assert day_of(day.strftime(form).upper(), None, TODAY) == expected


def test_serial_of_a_spreadsheet_is_the_day_that_it_shows() -> None:
    for serial in range(18_000, 47_500, 97):
        assert day_of(str(serial), None, TODAY) == dt.date(1899, 12, 30) + dt.timedelta(days=serial)


@given(st.dates(), st.sampled_from("./-"))
def test_a_day_written_in_either_order_is_read_in_that_order(day: dt.date, mark: str) -> None:
    day_first, month_first = (
        mark.join((f"{day:%d}", f"{day:%m}", f"{day.year:04}")),
        f"{day:%m}{mark}{day:%d}{mark}{day.year:04}",
    )

    assert day_of(day_first, DayOrder.DAY_FIRST, TODAY) == day
    assert day_of(month_first, DayOrder.MONTH_FIRST, TODAY) == day
    assert day_of(day.isoformat(), None, TODAY) == day
