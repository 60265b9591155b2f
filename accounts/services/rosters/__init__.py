"""Rosters: received, compared, confirmed, applied by a worker, and removed when they are old."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import RosterFile, RosterImport, RosterRow, RosterState
from accounts.rules.roster import FileFault
from accounts.services.access import NotAllowed, require_administrator
from accounts.services.rosters.applying import (
    AnotherApplies,
    ErrorsFirst,
    FactsMoved,
    NotAsSeen,
    TooManyEnded,
    apply,
    confirm_roster,
    stop,
)
from accounts.services.rosters.checking import ASK_ORDER, check
from accounts.services.rosters.receiving import CannotMap, RosterBusy, check_roster, receive_roster
from audit.services import Person, record, refusals_recorded

__all__ = [
    "ASK_ORDER",
    "AnotherApplies",
    "CannotMap",
    "ErrorsFirst",
    "FactsMoved",
    "NotAsSeen",
    "RosterBusy",
    "TooManyEnded",
    "check_roster",
    "confirm_roster",
    "receive_roster",
    "record_errors_export",
    "remove_old_rosters",
    "remove_roster",
    "work_on_rosters",
]

#: File and rows are removed after so long; counts and digest stay.
KEPT: Final = dt.timedelta(days=7)
#: A part that fails so often in a row would fail for ever.
MOST_TRIES: Final = 10

RUNNING: Final = (RosterState.CHECKING, RosterState.APPLYING)


def work_on_rosters(*, by: Person) -> int:  # noqa: ARG001 - a duty is told who does it; those who asked are on record
    """Compare or apply whatever waits for it, from where a worker before this one stopped; how many were worked on."""
    waiting = list(RosterImport.objects.filter(state__in=RUNNING).select_related("organization").order_by("pk"))
    for roster in waiting:
        _work_on(roster)
    return len(waiting)


def _work_on(roster: RosterImport) -> None:
    if roster.tries >= MOST_TRIES:
        stop(roster, "failed")
        return
    RosterImport.objects.filter(pk=roster.pk).update(tries=F("tries") + 1)
    try:
        if roster.state == RosterState.CHECKING:
            check(roster)
        else:
            apply(roster)
    except FileFault as fault:
        stop(roster, fault.code, fault.line)


def remove_roster(*, roster: RosterImport, by: Person) -> bool:
    """Forget the file and its rows now, but for counts and digest. Raises NotAllowed, RosterBusy."""
    organization = roster.organization
    with refusals_recorded("roster.removed", NotAllowed, by=by, target=roster, organization=organization):
        require_administrator(by, organization)
        return _remove(roster, by)


def record_errors_export(*, roster: RosterImport, by: Person) -> None:
    """Put on record that somebody took the lines with errors out of the house."""
    record("roster.errors_exported", by=by, target=roster, organization=roster.organization)


def remove_old_rosters(*, by: Person) -> int:
    """Forget files that are older than a week; how many."""
    old = RosterImport.objects.filter(uploaded_at__lt=timezone.now() - KEPT, removed_at=None)
    removed = 0
    for roster in old.exclude(state__in=RUNNING).select_related("organization"):
        with transaction.atomic():
            removed += _remove(roster, by)
    return removed


def _remove(roster: RosterImport, by: Person) -> bool:
    kept = RosterImport.objects.filter(pk=roster.pk, removed_at=None)
    if not kept.filter(~Q(state__in=RUNNING)).update(removed_at=timezone.now()):
        if kept.exists():
            raise RosterBusy
        return False
    kept = RosterImport.objects.filter(pk=roster.pk, state__in=(RosterState.READ, RosterState.CHECKED))
    kept.update(state=RosterState.STOPPED, stop_reason="removed")
    RosterRow.objects.filter(roster=roster).delete()
    RosterFile.objects.filter(roster=roster).delete()
    record("roster.removed", by=by, target=roster, organization=roster.organization, sha256=roster.sha256)
    return True
