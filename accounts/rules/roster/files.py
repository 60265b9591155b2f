"""The bytes of a roster: what they are, how they are read as text, and how text falls into lines and cells."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LARGEST: Final = 5 * 1024 * 1024
MOST_RECORDS: Final = 50_000
MOST_COLUMNS: Final = 200
DELIMITERS: Final = (",", ";", "\t", "|")
#: So many records are looked at to find the delimiter.
LOOKED_AT: Final = 20


class FileFaultCode(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    SPREADSHEET = "spreadsheet"  # Excel's own format, or another packed file
    UTF16 = "utf_16"
    BINARY = "binary"  # no text at all
    NO_PEOPLE = "no_people"  # a header and nothing below it
    TOO_MANY = "too_many"
    TOO_WIDE = "too_wide"
    QUOTES = "quotes"  # a quotation mark is not closed, or stands where none can


class FileFault(Exception):
    """The file cannot be read as a roster."""

    def __init__(self, code: FileFaultCode, line: int | None = None) -> None:
        super().__init__(code, line)
        self.code, self.line = code, line


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    LATIN_1 = "latin-1"


_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def sniffed(content: bytes) -> Encoding | None:
    """How the bytes are read, whatever the file's name says; None when they are no UTF-8 and a person must say.

    Raises FileFault for what is no text.
    """
    if len(content) > LARGEST:
        raise FileFault(FileFaultCode.TOO_LARGE)
    if content.startswith(_PACKED):
        raise FileFault(FileFaultCode.SPREADSHEET)
    if content.startswith(_WIDE) or _is_wide(content):
        raise FileFault(FileFaultCode.UTF16)
    if content.startswith(b"%PDF") or _is_binary(content):
        raise FileFault(FileFaultCode.BINARY)
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise FileFault(FileFaultCode.EMPTY)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Encoding.UTF_8


def _is_wide(content: bytes) -> bool:
    """Whether every second byte of the beginning is zero, as in Latin text of two bytes a letter."""
    start = content[:400]
    half = len(start) // 2
    return half >= 4 and max(start[::2].count(0), start[1::2].count(0)) > half * 0.6


def _is_binary(content: bytes) -> bool:
    if b"\x00" in content:
        return True
    start = content[:4000]
    return sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c" for byte in start) > len(start) // 10


def decoded(content: bytes, encoding: Encoding) -> str:
    """The text. Latin-1 is what older Excel writes: Windows' form of it, which has dashes and quotation marks."""
    if encoding is Encoding.UTF_8:
        return content.decode("utf-8").removeprefix("\ufeff")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells between two ends of line, and the line at which they begin. A quoted cell may go over several lines."""

    line: int
    cells: tuple[str, ...]


def records(text: str, delimiter: str) -> Iterator[Record]:
    """What is not blank, in order. Raises FileFault where quotation marks make no sense."""
    stream, skipped = _without_hint(text)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileFault(FileFaultCode.QUOTES, line) from error
        if len(cells) > MOST_COLUMNS:
            raise FileFault(FileFaultCode.TOO_WIDE, line)
        if any(cell.strip() for cell in cells):
            yield Record(line, tuple(unguarded(cell) for cell in cells))


def _without_hint(text: str) -> tuple[io.StringIO, int]:
    """The text without Excel's line that names the delimiter, and how many lines that were."""
    stream = io.StringIO(text, newline="")
    if hinted_delimiter(text):
        stream.readline()
        return stream, 1
    return stream, 0


def hinted_delimiter(text: str) -> str | None:
    first = text[:20].splitlines()[0].strip('" ') if text[:20].splitlines() else ""
    hint = first[4:5] if first.lower().startswith("sep=") and len(first) == 5 else ""
    return hint if hint in DELIMITERS else None


def delimiter_of(text: str) -> str:
    """The delimiter by which the first records fall into the most columns, as many in each."""
    if hint := hinted_delimiter(text):
        return hint
    return max(DELIMITERS, key=lambda delimiter: (_fit(text, delimiter), -DELIMITERS.index(delimiter)))


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    widths: list[int] = []
    try:
        for record in records(text, delimiter):
            widths.append(len(record.cells))
            if len(widths) == LOOKED_AT:
                break
    except FileFault:
        widths = widths[:1]
    if not widths or widths[0] == 1:
        return (0, 0)
    return (sum(width == widths[0] for width in widths), widths[0])


#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@")


def _begins_formula(cell: str) -> bool:
    return unicodedata.normalize("NFKC", cell).lstrip().startswith(_FORMULA)


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would compute. `unguarded` gives back what went in."""
    return f"'{cell}" if _begins_formula(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _begins_formula(cell.lstrip("'")) else cell


def rendered(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as a file that `records` reads back to the same cells, and that no spreadsheet computes."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return stream.getvalue()
