"""Words of reports as of a day."""

from django.utils.translation import gettext, ngettext

from training.services import MOST_WAITING, FileRemoved, TooManyReports
from training.tables import Format
from web.http import Refusal


def kind_names() -> dict[str, str]:
    return {
        "compliance": gettext("Compliance"),
        "detail": gettext("Detail"),
        "roster": gettext("Roster"),
        "hours": gettext("Hours of training"),
        "binder": gettext("Survey binder"),
    }


def kind_choices() -> list[tuple[str, str]]:
    """The kinds with what each holds, as the form offers them."""
    words = {
        "compliance": gettext("by requirement and team: done, late, open, overdue, waived and on leave"),
        "detail": gettext("every obligation: by when and why, done when and by what, with the certificate’s address"),
        "roster": gettext("the people of that day with job title, team and hire date, who had left marked"),
        "hours": gettext("each person’s hours from courses and approved evidence in a period"),
        "binder": gettext("all of these, with a summary, evidence, texts and hashes, in one archive for a surveyor"),
    }
    return [(kind, f"{name}: {words[kind]}") for kind, name in kind_names().items()]


def format_names() -> list[tuple[str, str]]:
    return [
        (Format.XLSX.value, gettext("Spreadsheet (XLSX)")),
        (Format.CSV.value, gettext("Text with commas (CSV)")),
    ]


def progress_words(done: int, total: int) -> str:
    """How far a report is, with both numbers."""
    words = ngettext("%(done)s of %(total)s line read", "%(done)s of %(total)s lines read", total)
    return words % {"done": f"{min(done, total):,}", "total": f"{total:,}"}


def fault_words(fault: str) -> str:
    """Why a report could not be made."""
    if fault == "WorkerLost":
        return gettext("The worker that made it stopped three times before it was ready.")
    return gettext("It failed three times. The fault is called %(fault)s; support can look it up.") % {"fault": fault}


def not_made(refusal: Exception, address: str) -> Refusal:
    match refusal:
        case TooManyReports():
            title = gettext("Too many reports wait already")
            text = gettext("%(number)d reports of your organization wait for their turn. Ask again when one is ready.")
            return Refusal(title, text % {"number": MOST_WAITING}, address, gettext("Back to the reports"))
        case FileRemoved():
            return Refusal(
                gettext("This file is not here"),
                gettext(
                    "Files are kept for seven days. The report can be made again: as of the same day it says the same."
                ),
                address,
                gettext("Back to the reports"),
            )
        case _:
            raise refusal
