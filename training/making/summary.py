"""The summary of a binder as a tagged PDF with page numbers."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext, ngettext

from accounts.zones import zone
from audit.rules import ChainFault
from certificates.names import printable_faults
from certificates.typesetting import CannotBePrinted, typeset
from training.models import Report
from training.queries.past import Names, Order, Tally, Titles, percent
from training.queries.past.compliance import Tallies, sum_of, teams_in
from training.rules import Status

FOLDER = Path(__file__).parent.parent / "typst"


def summary(report: Report, order: Order, tallies: Tallies, faults: list[ChainFault]) -> bytes:
    """The document, PDF/UA-1. A character that no font of ours holds is printed as a question mark, and that is said."""
    told = _told(report, order, tallies, faults)
    try:
        return typeset("binder.typ", {"data": json.dumps(told)}, folder=FOLDER)
    except CannotBePrinted:
        told["note"] = gettext("A question mark stands for characters that could not be printed; the tables have them.")
        return typeset("binder.typ", {"data": _printable(json.dumps(told, ensure_ascii=False))}, folder=FOLDER)


def _printable(text: str) -> str:
    unusual = "".join(sorted({character for character in text if ord(character) > 0x17F}))
    faults = set(printable_faults(unusual)) if unusual else set()
    return "".join("?" if character in faults else character for character in text)


def _told(report: Report, order: Order, tallies: Tallies, faults: list[ChainFault]) -> dict[str, Any]:
    titles, names = Titles.of(order), Names(order.organization, order.asked_at)
    names.look_up([report.asked_by.audit_name])
    requirements = titles.in_order({key[0] for key in tallies})
    organization = order.organization
    here = zone(organization.time_zone)
    day = format_date(order.day, "F j, Y")
    moment = "F j, Y, H:i:s"
    return {
        "title": gettext("Training records of %(name)s, as of %(day)s") % {"name": organization.name, "day": day},
        "organization": organization.name,
        "day": day,
        "facts": [
            [gettext("As of"), f"{format_date(order.on.astimezone(here), moment)} ({organization.time_zone})"],
            [gettext("Made"), f"{format_date(order.asked_at.astimezone(here), moment)} ({organization.time_zone})"],
            [gettext("Asked for by"), names[report.asked_by.audit_name]],
            [gettext("Hours of training from"), format_date(order.from_on, "F j, Y")],
        ],
        "everything": _line(gettext("Everything asked"), sum_of(tallies.values())),
        "requirements": [_line(titles.title(pk), _of(tallies, 0, pk)) for pk in requirements],
        "teams": [_line(name or gettext("No team"), _of(tallies, 1, team)) for team, name in teams_in(tallies).items()],
        "versions": [
            {
                "title": titles.title(pk),
                "number": titles.newest[pk].number,
                "published": format_date(titles.newest[pk].published_at.astimezone(here), "F j, Y"),
            }
            for pk in requirements
        ],
        "trail": _trail(faults),
        "files": _files(with_trail=report.request["with_trail"]),
        "note": "",
    }


def _of(tallies: Tallies, place: int, value: object) -> Tally:
    return sum_of(tally for key, tally in tallies.items() if key[place] == value)


def _line(name: str, tally: Tally) -> dict[str, Any]:
    apart: Iterable[Status] = (Status.WAIVED, Status.SUSPENDED, Status.RELEASED)
    share = percent(tally.done, tally.counted)
    return {
        "name": name,
        "done": tally.done,
        "counted": tally.counted,
        "percent": "–" if share is None else f"{share}%",
        "overdue": tally.overdue,
        "apart": sum(tally.by_status[status] for status in apart) + tally.left,
    }


def _trail(faults: list[ChainFault]) -> str:
    if not faults:
        return gettext("The audit trail of the organization was checked when this was made, and is whole.")
    words = ngettext(
        "The audit trail was checked when this was made, and %(number)d place in it does not hold.",
        "The audit trail was checked when this was made, and %(number)d places in it do not hold.",
        len(faults),
    )
    return words % {"number": len(faults)}


def _files(*, with_trail: bool) -> list[list[str]]:
    trail = [["audit/trail.csv", gettext("The audit trail of the period, event by event, with its hashes")]]
    return [
        ["reports/roster.csv", gettext("The people of that day, who had left included and marked")],
        ["reports/compliance.csv", gettext("The counts by requirement and team")],
        ["reports/detail.csv", gettext("Every obligation: by when and why, done when and by what")],
        ["reports/hours.csv", gettext("Hours of training of each person in the period")],
        ["lists/certificates.csv", gettext("Public addresses at which each certificate can be verified")],
        ["lists/waivers.csv, extensions.csv, statements.csv", gettext("Acts of administrators, with their reasons")],
        ["lists/evidence.csv", gettext("Evidence from elsewhere; the files of what was approved are under evidence/")],
        ["lists/requirements.csv, rules.csv", gettext("What was asked of whom, in every version, with its texts")],
        ["lists/course-versions.csv", gettext("The versions of the courses, with the hash of what each says")],
        *(trail if with_trail else []),
        ["manifest.csv, manifest.json", gettext("The SHA-256 of every file")],
    ]
