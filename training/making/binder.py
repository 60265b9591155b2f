"""The binder for a survey: everything of a day in one archive, with the hash of each file."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

from django.template.loader import render_to_string

from accounts.zones import zone
from audit.models import AuditEvent, ChainHead
from audit.queries import faults_of
from audit.rules import ChainFault
from training.making.archive import Archive
from training.making.orders import Noted, order_of
from training.making.summary import summary
from training.making.tables import rows_of
from training.models import EvidenceFile, Report
from training.queries.past import LISTS, SHAPES, Names, Order, ReportKind, Titles, evidence_then, stood_then
from training.queries.past.compliance import Tally, TeamThen, add_to, compliance_lines
from training.queries.past.detail import DETAIL_HEADER, DetailTable
from training.queries.past.standings import standings_then
from training.rules import day_start
from training.tables import Cell, write_csv

#: The columns of the detail that tell of a certificate.
CERTIFICATES_HEADER: Final = (
    "person", "name", "staff_number", "requirement", "done_on", "course", "course_version", "document_sha256", "certificate",
)  # fmt: skip
TRAIL_HEADER: Final = (
    "sequence", "at", "actor", "action", "object_type", "object_id", "outcome", "details", "request", "previous", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of the organization's hash chain found, and where the chain ended then."""

    faults: list[ChainFault]
    sequence: int
    head: str


def write_binder(report: Report, out: IO[bytes], noted: Noted) -> None:
    """The archive of the report's day, written in flat memory. Equal facts give equal tables, byte for byte.

    The audit trail is in it where an owner asked for it: nobody else reads it.
    """
    order, archive = order_of(report), Archive(out)
    tallies = _obligations(archive, order, noted)
    for kind in (ReportKind.ROSTER, ReportKind.HOURS):
        with archive.entry(f"reports/{kind.value}.csv") as file:
            write_csv(file, SHAPES[kind].header, rows_of(kind, order, noted))
    for listed in LISTS:
        with archive.entry(f"lists/{listed.name}.csv") as file:
            write_csv(file, listed.header, listed.rows(order))
        noted(0)
    _evidence_files(archive, order, noted)
    if report.request["with_trail"]:
        with archive.entry("audit/trail.csv") as file:
            write_csv(file, TRAIL_HEADER, _trail(order))
    checked = _checked(order)
    archive.add("summary.pdf", summary(report, order, tallies, checked.faults))
    here = zone(order.organization.time_zone)
    names = Names(order.organization, order.asked_at)
    names.look_up([report.asked_by.audit_name])
    context = {
        "order": order,
        "on": order.on.astimezone(here).isoformat(timespec="seconds"),
        "made": order.asked_at.astimezone(here).isoformat(timespec="seconds"),
        "by": names[report.asked_by.audit_name],
        "checked": checked,
        "with_trail": report.request["with_trail"],
    }
    archive.add("README.txt", render_to_string("training/binder.txt", context).encode())
    archive.close()


def _obligations(archive: Archive, order: Order, noted: Noted) -> dict[tuple[int, TeamThen], Tally]:
    """Detail, compliance and certificates from one reading of what was asked."""
    tallies: dict[tuple[int, TeamThen], Tally] = {}
    with TemporaryFile() as beside:
        certificates = io.TextIOWrapper(beside, encoding="utf-8", newline="", write_through=True)
        kept = csv.writer(certificates)

        def rows() -> Iterator[list[Cell]]:
            table = DetailTable(order)
            for chunk in standings_then(order):
                add_to(tallies, chunk, order)
                for row in table.rows(chunk):
                    named = dict(zip(DETAIL_HEADER, row, strict=True))
                    if named["certificate"]:
                        kept.writerow([named[column] for column in CERTIFICATES_HEADER])
                    yield row
                noted(chunk.read)

        with archive.entry("reports/detail.csv") as file:
            write_csv(file, DETAIL_HEADER, rows())
        certificates.seek(0)
        with archive.entry("lists/certificates.csv") as file:
            write_csv(file, CERTIFICATES_HEADER, csv.reader(certificates))
    with archive.entry("reports/compliance.csv") as file:
        write_csv(file, SHAPES[ReportKind.COMPLIANCE].header, compliance_lines(tallies, Titles.of(order)))
    return tallies


def _evidence_files(archive: Archive, order: Order, noted: Noted) -> None:
    """The files of evidence that stood then, as they were handed in. What was rejected or withdrawn is listed only."""
    for one in evidence_then(order).iterator(chunk_size=1000):
        if not stood_then(one, order):
            continue
        file = EvidenceFile.objects.filter(evidence=one).first()
        if file is not None:
            archive.add(f"evidence/{one.public_id}-{_safe(file.name)}", bytes(file.content))
            noted(0)


def _safe(name: str) -> str:
    """A file name that means the same everywhere: no folders, nothing that a system gives a meaning to."""
    safe = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip(".-")
    return safe[-80:] or "file"


def _trail(order: Order) -> Iterator[list[Any]]:
    """The organization's chain from the first day of the period to the instant of the report."""
    since = day_start(order.from_on, order.organization.time_zone)
    events = AuditEvent.objects.filter(chain=str(order.organization.public_id), at__gte=since, at__lte=order.on)
    for event in events.order_by("sequence").iterator(chunk_size=2000):
        fields = event.fields() | {"previous": event.previous, "hash": event.hash}
        fields["details"] = json.dumps(event.details, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        yield [fields[column] for column in TRAIL_HEADER]


def _checked(order: Order) -> Checked:
    chain = str(order.organization.public_id)
    head = ChainHead.objects.filter(chain=chain).first()
    return Checked(faults_of(chain), head.sequence if head else 0, head.hash if head else "")
