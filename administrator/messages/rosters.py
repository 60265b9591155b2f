"""Words of the pages that import a list of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from accounts.models import RosterImport, RosterState
from accounts.rules.roster import (
    MOST_ENDED,
    Encoding,
    FaultCode,
    Field,
    FileFault,
    FileFaultCode,
    Kind,
    MappingFault,
    ended_percent,
)
from administrator.roster_forms import field_labels
from web.http import Refusal
from web.templatetags.vignette import day


def kind_names() -> dict[Kind, str]:
    return {
        Kind.NEW: gettext("New"),
        Kind.CHANGED: gettext("Changed"),
        Kind.REJOINING: gettext("Coming back"),
        Kind.UNCHANGED: gettext("Unchanged"),
        Kind.MISSING: gettext("Missing from the file"),
        Kind.KEPT: gettext("Missing, with a role"),
        Kind.ERROR: gettext("With errors"),
    }


def kind_means(kind: Kind) -> str:
    return {
        Kind.NEW: gettext("Each gets a place here. Nobody is invited by this; you choose that afterwards."),
        Kind.CHANGED: gettext("What the file says otherwise than your records. A cell that is empty changes nothing."),
        Kind.REJOINING: gettext(
            "They were here before, and left. Each gets a new place beside the old one; earlier completions count only if"
            " the person shares them."
        ),
        Kind.UNCHANGED: gettext("The file says of them what your records say."),
        Kind.MISSING: gettext(
            "They are here, and on no line of the file. They stay, unless you choose below that they leave."
        ),
        Kind.KEPT: gettext(
            "They are on no line of the file, and have a role. A file never removes them; you can, on their page."
        ),
        Kind.ERROR: gettext("These lines are left out. Download them, correct them, and import that file afterwards."),
    }[kind]


def file_fault(fault: FileFault) -> str:
    line = fault.line or 0
    return {
        FileFaultCode.EMPTY: gettext("There is nothing in the file. Save the list again, and choose that file."),
        FileFaultCode.TOO_LARGE: gettext("The file is larger than 5 MB. Split the list in two."),
        FileFaultCode.SPREADSHEET: gettext(
            "This is a spreadsheet or another packed file, whatever its name says. In Excel: Save as, CSV UTF-8; then"
            " choose that file."
        ),
        FileFaultCode.UTF16: gettext(
            "The file is written in UTF-16 (Excel calls it “Unicode text”), which we do not read. In Excel: Save as, CSV"
            " UTF-8; then choose that file."
        ),
        FileFaultCode.BINARY: gettext("This is not a text file. Save the list as CSV, and choose that file."),
        FileFaultCode.NO_PEOPLE: gettext("There is a line of headings and no line of people below it."),
        FileFaultCode.TOO_MANY: gettext("There are more than 50,000 people in the file. Split the list."),
        FileFaultCode.TOO_WIDE: gettext("Line %(line)d has more than 200 columns. That is no list of people."),
        FileFaultCode.QUOTES: gettext(
            "From line %(line)d on, a quotation mark is not closed, or stands where none can. In the file, write a quotation"
            " mark inside quoted text twice."
        ),
    }[fault.code] % {"line": line}


def mapping_fault(fault: MappingFault) -> str:
    return {
        MappingFault.NO_NAME: gettext("Choose the column of names, or the columns of first and last names."),
        MappingFault.NAME_TWICE: gettext("Choose either the column of names, or those of first and last names."),
        MappingFault.NO_EMAIL: gettext("Choose the column of work e-mails: an invitation goes there."),
        MappingFault.COLUMN_TWICE: gettext("One column was chosen for two things."),
        MappingFault.NO_SUCH_COLUMN: gettext("A column was chosen that the file does not have."),
    }[fault]


def file_encoding_needed() -> str:
    return gettext("Look at the sample, and say whether the names in it are written rightly.")


def state_name(state: RosterState, *, is_removed: bool = False) -> str:
    if is_removed and state != RosterState.APPLIED:
        return gettext("Removed")
    return {
        RosterState.READ: gettext("Columns to choose"),
        RosterState.CHECKING: gettext("Being compared"),
        RosterState.CHECKED: gettext("Waiting to be confirmed"),
        RosterState.APPLYING: gettext("Being applied"),
        RosterState.APPLIED: gettext("Applied"),
        RosterState.STOPPED: gettext("Stopped"),
    }[state]


def encoding_name(encoding: Encoding | None) -> str:
    if encoding is None:
        return gettext("not UTF-8: you decide below")
    return {Encoding.UTF_8: gettext("UTF-8"), Encoding.LATIN_1: gettext("Western (Latin-1), as you said")}[encoding]


def delimiter_name(delimiter: str) -> str:
    return {
        ",": gettext("comma ( , )"),
        ";": gettext("semicolon ( ; )"),
        "\t": gettext("tab"),
        "|": gettext("bar ( | )"),
    }[delimiter]


def order_name(order: str) -> str:
    return {"day_first": gettext("day first"), "month_first": gettext("month first")}.get(order, "")


#: What is wrong with a line, and how it is mended. `other` is what the fault names besides: a line, a limit, a value.
FAULTS: Final[Mapping[FaultCode, tuple[Promise, Promise]]] = {
    FaultCode.NO_NAME: (gettext_lazy("The name is missing."), gettext_lazy("Write the person’s name.")),
    FaultCode.NO_EMAIL: (
        gettext_lazy("The work e-mail is missing."),
        gettext_lazy("Write the address to which an invitation can go."),
    ),
    FaultCode.NOT_AN_EMAIL: (
        gettext_lazy("This is not an e-mail address."),
        gettext_lazy("Write it as name@example.org, without more."),
    ),
    FaultCode.TOO_LONG: (
        gettext_lazy("It is longer than %(other)s characters."),
        gettext_lazy("Shorten it."),
    ),
    FaultCode.HIDDEN: (
        gettext_lazy("There is a character in it that cannot be seen."),
        gettext_lazy("Type it by hand instead of pasting it."),
    ),
    FaultCode.NOT_A_DAY: (
        gettext_lazy("This is not a date that can be read."),
        gettext_lazy("Write it as 2026-03-31."),
    ),
    FaultCode.DAY_OUT_OF_RANGE: (
        gettext_lazy("It reads as %(other)s, which is too long ago or too far ahead."),
        gettext_lazy("Write it as 2026-03-31, and check the year."),
    ),
    FaultCode.TOO_MANY_CELLS: (
        gettext_lazy("The line has more cells than the %(other)s headings."),
        gettext_lazy("A cell with the delimiter inside needs quotation marks around it."),
    ),
    FaultCode.NUMBER_TWICE: (
        gettext_lazy("Line %(other)s has the same staff number."),
        gettext_lazy("Keep one of the lines, or correct the number."),
    ),
    FaultCode.EMAIL_TWICE: (
        gettext_lazy("Line %(other)s has the same work e-mail."),
        gettext_lazy("Keep one of the lines, or correct the address."),
    ),
    FaultCode.UNKNOWN_TEAM: (
        gettext_lazy("There is no such team."),
        gettext_lazy("Add the missing teams below, or correct the name."),
    ),
    FaultCode.TEAM_AMBIGUOUS: (
        gettext_lazy("Several teams have this name."),
        gettext_lazy("Write the teams above it as well, as they stand under Teams: Clinic North / Front desk."),
    ),
    FaultCode.TEAM_TOO_DEEP: (
        gettext_lazy("Teams stand at most eight levels deep."),
        gettext_lazy("Write a shorter path."),
    ),
    FaultCode.TEAM_NAME_TOO_LONG: (
        gettext_lazy("A team’s name is longer than 80 characters."),
        gettext_lazy("Shorten it."),
    ),
    FaultCode.EMAIL_OF_ANOTHER: (
        gettext_lazy("Somebody here with another staff number has this work e-mail."),
        gettext_lazy(
            "Correct the address. Where two people exchange theirs, give both another one on their pages first, then"
            " compare again."
        ),
    ),
    FaultCode.EMAIL_WITH_ROLE: (
        gettext_lazy("The person has a role here, and a file does not change the address (%(other)s) of who has one."),
        gettext_lazy("Change the address on the page of the person."),
    ),
    FaultCode.NUMBER_OF_ANOTHER: (
        gettext_lazy("This work e-mail belongs here to staff number %(other)s."),
        gettext_lazy(
            "If it is the same person, correct the number on the person’s page; else give the new person another address."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a line, and how it is mended."""

    column: str
    value: str
    wrong: str
    remedy: str


def troubles(faults: list[Mapping[str, str]], names: Mapping[str, str]) -> list[Trouble]:
    """The faults of a row as they are stored, in words. `names` are the file's own headings by field."""
    labels = field_labels()
    told = []
    for fault in faults:
        field = fault["field"]
        column = names.get(field) or (str(labels[Field(field)]) if field else "")
        told.append(Trouble(column, fault["value"], *_words(FaultCode(fault["code"]), fault["other"])))
    return told


def _words(code: FaultCode, other: str) -> tuple[str, str]:
    wrong, remedy = (str(words) for words in FAULTS[code])
    if code == FaultCode.DAY_OUT_OF_RANGE:
        other = day(other)
    return wrong % {"other": other} if "%(other)s" in wrong else wrong, remedy


def stop_words(roster: RosterImport) -> str:
    """Why a roster cannot go on."""
    if roster.stop_reason in list(FileFaultCode):
        return file_fault(FileFault(FileFaultCode(roster.stop_reason), roster.stop_line))
    return {
        "removed": gettext("The file was removed before anything was applied."),
        "not_allowed": gettext(
            "Whoever confirmed it has no right any more to change people. What was applied until then stays."
        ),
        "failed": gettext(
            "It failed again and again, for a reason that is not in the file. What was applied stays; tell support."
        ),
    }.get(roster.stop_reason, gettext("It was stopped."))


def checked_headline(counts: Mapping[str, int]) -> str:
    """What the file would do, in a sentence."""
    parts = []
    if new := counts[Kind.NEW]:
        parts.append(ngettext("%(n)d person is new", "%(n)d people are new", new) % {"n": new})
    if changed := counts[Kind.CHANGED]:
        parts.append(ngettext("%(n)d record changes", "%(n)d records change", changed) % {"n": changed})
    if back := counts[Kind.REJOINING]:
        parts.append(ngettext("%(n)d person comes back", "%(n)d people come back", back) % {"n": back})
    errors = counts[Kind.ERROR]
    if not parts and not errors:
        return gettext("The file changes nobody’s record.")
    if errors:
        parts.append(ngettext("%(n)d line has errors", "%(n)d lines have errors", errors) % {"n": errors})
    return gettext("%(what)s. Nothing has been done yet.") % {"what": ", ".join(parts)}


def applied_headline(outcome: Mapping[str, int]) -> str:
    done = sum(outcome.get(kind, 0) for kind in (Kind.NEW, Kind.CHANGED, Kind.REJOINING, Kind.MISSING))
    if not done:
        return gettext("Nothing was changed.")
    return ngettext("%(n)d person’s record is up to date.", "%(n)d people’s records are up to date.", done) % {
        "n": done
    }


def ended_share(missing: int, here: int) -> str:
    words = gettext("That is %(missing)d of %(here)d people (%(percent)d%%).")
    return words % {"missing": missing, "here": here, "percent": ended_percent(missing, here)}


def limit_words() -> str:
    return gettext("Above %(limit)d%% an owner must confirm it, because a file that was cut short looks the same.") % {
        "limit": MOST_ENDED
    }


def outcome_reason(outcome: str) -> str:
    return {
        "moved": gettext("The record was changed by somebody after the file was compared."),
        "taken": gettext("Somebody here has the work e-mail or the staff number by now."),
        "no_team": gettext("The team was renamed or retired after the file was compared."),
    }.get(outcome, "")


def roster_busy(address: str) -> Refusal:
    return Refusal(
        gettext("The file cannot be read again"),
        gettext("It is being worked on, was applied, or was removed. Nothing changed."),
        address,
        gettext("Back to the import"),
    )


def not_as_seen(address: str) -> Refusal:
    return Refusal(
        gettext("This is not what you looked at"),
        gettext("The file was compared anew after you opened the page, perhaps by a colleague. Nothing was applied."),
        address,
        gettext("Look at it as it is now"),
    )


def facts_moved(number: int, address: str) -> Refusal:
    words = ngettext(
        "The record of %(n)d person is not what it was when the file was compared. Nothing was applied: compare it again.",
        "The records of %(n)d people are not what they were when the file was compared. Nothing was applied: compare it"
        " again.",
        number,
    )
    return Refusal(gettext("People changed in between"), words % {"n": number}, address, gettext("Back to the import"))


def errors_first(number: int, address: str) -> Refusal:
    words = ngettext(
        "%(n)d line cannot be read, and whoever is on it could be taken for missing. Correct it first, or leave the people"
        " who are missing as they are. Nothing was applied.",
        "%(n)d lines cannot be read, and whoever is on them could be taken for missing. Correct them first, or leave the"
        " people who are missing as they are. Nothing was applied.",
        number,
    )
    return Refusal(gettext("Correct the errors first"), words % {"n": number}, address, gettext("Back to the import"))


def another_applies(address: str) -> Refusal:
    return Refusal(
        gettext("Another list is being applied"),
        gettext("Two at once would get in each other’s way. Wait until it is done; nothing of this one was applied."),
        address,
        gettext("Back to the import"),
    )


def removed() -> str:
    return gettext("The file is removed. Counts and a fingerprint stay on record.")


ERRORS_HEADER = ("line", "column", "value", "problem", "remedy")
