"""Words about a matrix that was pasted."""

from typing import Final

from django.utils.translation import gettext

from training.rules.sheet import BadSheet, SheetFault
from training.services.matrix import LinesUnclear, Unclear
from web.http import Refusal

#: So many paths are named to choose from.
SHOWN: Final = 8


def bad_sheet(bad: BadSheet) -> str:
    """What is wrong with the text, where, and what to do."""
    place = {"line": bad.line, "column": bad.column, "found": bad.found}
    words = {
        SheetFault.EMPTY: gettext("Nothing was pasted. Copy the cells with their headings."),
        SheetFault.TOO_LARGE: gettext("This is larger than 300 lines or 60 columns. Paste it in parts."),
        SheetFault.NO_COLUMNS: gettext("Line 1 has no titles of requirements. Copy the cells from a spreadsheet."),
        SheetFault.LINE_TWICE: gettext("Line %(line)d: “%(found)s” stood in a line before."),
        SheetFault.COLUMN_TWICE: gettext("Column %(column)d: “%(found)s” stood in a column before."),
        SheetFault.UNKNOWN_CELL: gettext(
            "Line %(line)d, column %(column)d: “%(found)s” is neither X, required, recommended nor empty."
        ),
    }
    return words[bad.fault] % place


def unclear_lines(refusal: LinesUnclear) -> list[str]:
    """A sentence for each line that names no one team: which it may mean, as it would be written."""
    return [_unclear(each) for each in refusal.lines]


def _unclear(line: Unclear) -> str:
    if len(line.paths) == 1:
        words = gettext("“%(line)s” is the team of a line before, %(path)s. Keep one of the two lines.")
        return words % {"line": line.line, "path": line.paths[0]}
    more = len(line.paths) - SHOWN
    words = gettext("“%(line)s” is the name of more than one team. Write which one you mean: %(paths)s.")
    paths = "; ".join(line.paths[:SHOWN])
    if more > 0:
        paths = gettext("%(paths)s, and %(n)d more") % {"paths": paths, "n": more}
    return words % {"line": line.line, "paths": paths}


def unclear_by_now(address: str) -> Refusal:
    return Refusal(
        gettext("The teams are not what they were"),
        gettext(
            "A line of the matrix names no team or title any more, or more than one by now. Nothing changed. Paste the"
            " matrix again, and the page tells you what to write instead."
        ),
        address,
        gettext("Paste it anew"),
    )


def says_nothing() -> str:
    return gettext(
        "Nothing here is known: the first line must have titles of your requirements, the first column job titles or"
        " teams of yours."
    )
