"""A roster arrives, and a person says how it is read."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from accounts.models import Organization, RosterFile, RosterImport, RosterRow, RosterState
from accounts.queries import Reading, reading_of, remembered_names
from accounts.rules.roster import (
    DayOrder,
    Encoding,
    Field,
    FileFault,
    FileFaultCode,
    MappingFault,
    decoded,
    delimiter_of,
    guessed,
    mapping_faults,
    records,
    remembered,
    sniffed,
)
from accounts.services.access import NotAllowed, require_administrator
from audit.services import Person, record, refusals_recorded


class CannotMap(Exception):
    """People cannot be read from these columns."""

    def __init__(self, faults: Sequence[MappingFault]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)


class RosterBusy(Exception):
    """A worker is at it, or it has been applied."""


#: States from which a roster may be read anew.
OPEN: Final = (RosterState.READ, RosterState.CHECKED, RosterState.STOPPED)


def receive_roster(*, organization: Organization, name: str, content: bytes, by: Person) -> RosterImport:
    """Keep a file of people, with a guess of how it is read. Nothing of it is applied.

    Raises NotAllowed, and FileFault for what is no such file.
    """
    with refusals_recorded("roster.received", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        encoding = sniffed(content)
        text = decoded(content, encoding or Encoding.LATIN_1)
        delimiter = delimiter_of(text)
        header = _header(text, delimiter)
        known = remembered(header, remembered_names(organization))
        reading = Reading(encoding, delimiter, known or guessed(header), is_remembered=known is not None)
        roster = RosterImport.objects.create(
            organization=organization,
            uploaded_by=by.audit_name,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            header=header,
            reading=reading.stored(header),
        )
        RosterFile.objects.create(roster=roster, name=name[-120:], content=content)
        record("roster.received", by=by, target=roster, organization=organization, sha256=roster.sha256)
    return roster


def _header(text: str, delimiter: str) -> list[str]:
    found = records(text, delimiter)
    header, first = next(found, None), next(found, None)
    if header is None:
        raise FileFault(FileFaultCode.EMPTY)
    if first is None:
        raise FileFault(FileFaultCode.NO_PEOPLE)
    return [" ".join(cell.split())[:80] for cell in header.cells]


def check_roster(
    *,
    roster: RosterImport,
    columns: Mapping[Field, int],
    by: Person,
    encoding: Encoding | None = None,
    order: DayOrder | None = None,
    makes_teams: bool = False,
) -> RosterImport:
    """Have the file compared with the people who are here, read in this way. A worker does it; nobody is changed.

    Raises NotAllowed, RosterBusy, and CannotMap when the columns make no people or nobody said how letters are read.
    """
    organization = roster.organization
    with refusals_recorded("roster.check_asked", NotAllowed, by=by, target=roster, organization=organization):
        require_administrator(by, organization)
        before = reading_of(roster)
        faults = mapping_faults(columns, len(roster.header))
        if faults or (before.encoding or encoding) is None:
            raise CannotMap(faults)
        reading = Reading(before.encoding or encoding, before.delimiter, columns, order, makes_teams)
        waiting = RosterImport.objects.filter(pk=roster.pk, state__in=OPEN, removed_at=None)
        is_taken = waiting.update(
            state=RosterState.CHECKING,
            stop_reason="",
            stop_line=None,
            tries=0,
            position=0,
            cursor=0,
            total=0,
            counts={},
            digest="",
            checked_at=None,
            reading=reading.stored(roster.header),
        )
        if not is_taken:
            raise RosterBusy
        RosterRow.objects.filter(roster=roster).delete()
        record("roster.check_asked", by=by, target=roster, organization=organization)
    roster.refresh_from_db()
    return roster
