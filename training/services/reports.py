"""Reports as of a day: asked for, made in the background once, handed out, removed after a while."""

import datetime as dt
import hashlib
import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import ADMINISTERING, Organization, Role, Team, User
from accounts.queries import held_roles, today_in
from accounts.services.access import NotAllowed
from audit.services import SYSTEM, Person, once, record, refusals_recorded
from training.making import BINDER, order_of, write_binder, write_table
from training.models import Report, ReportPiece
from training.queries.past import ReportKind, things_to_read
from training.rules import last_instant
from training.services.seats import keep_changed_seats_of, keep_seats_of
from training.tables import MEDIA_TYPES, Format

log = logging.getLogger("vignette.reports")

#: A claim that was not renewed for so long belongs to a worker that is no more. A failed try waits as long.
LEASE: Final = dt.timedelta(minutes=5)
TRIES: Final = 3
PIECE: Final = 1_000_000
#: The file of a report is kept so long; what it was, and its hash, stay.
KEPT: Final = dt.timedelta(days=7)
#: So many reports of one organization may wait at once.
MOST_WAITING: Final = 5
MADE_AT_ONCE: Final = 3
#: A report that reads no more than so many people or obligations is made while its reader waits.
SMALL: Final = 2_000


class DayToCome(Exception):
    """Nothing is known yet of the day."""


class TooManyReports(Exception):
    """As many reports as may wait for a worker wait already."""


class FileRemoved(Exception):
    """The report is not ready, was not made, or its file was removed after its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody asks for: a kind of report, or the binder, as of a day; hours count from `from_on` on.

    A team comes with those below it. Without one it is of everybody whom the person may see.
    """

    kind: str
    day: dt.date
    from_on: dt.date
    format: Format = Format.CSV
    team: int | None = None
    requirement: UUID | None = None
    with_trail: bool = False

    @property
    def request(self) -> dict[str, Any]:
        return {
            "format": self.format.value,
            "from": self.from_on.isoformat(),
            "team": self.team,
            "requirement": str(self.requirement) if self.requirement else None,
            "with_trail": self.with_trail,
        }


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was made at once. Whoever asked for it reads it and closes it."""

    name: str
    media_type: str
    content: IO[bytes]


def is_small(*, wanted: Wanted, organization: Organization, by: User) -> bool:
    """Whether it can be made while the reader waits."""
    if wanted.kind == BINDER:
        return False
    report = _report(wanted, organization, by, _reach_of(wanted, organization, by))
    return things_to_read(ReportKind(wanted.kind), order_of(report)) <= SMALL


def export_report(*, wanted: Wanted, organization: Organization, by: User) -> Exported:
    """The report at once, for one that is small. It is on record with the file's hash; the file is kept nowhere.

    Raises NotAllowed and DayToCome.
    """
    with refusals_recorded("report.exported", NotAllowed, by=by, target=organization, organization=organization):
        report = _report(wanted, organization, by, _reach_of(wanted, organization, by))
        keep_changed_seats_of(organization)
        content = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it when it was sent
        write_table(report, content, lambda _read: None)
        record(
            "report.exported",
            by=by,
            target=organization,
            organization=organization,
            **_on_record(report),
            sha256=_hash_of(content),
        )
    content.seek(0)
    return Exported(_file_name(report), _media_type(report), content)


def ask_for_report(*, wanted: Wanted, organization: Organization, by: User, request_id: UUID) -> Report:
    """Have the report made by a worker; a second time with the same request id it is the same report.

    Raises NotAllowed, DayToCome and TooManyReports.
    """
    with refusals_recorded(
        "report.asked", NotAllowed, TooManyReports, by=by, target=organization, organization=organization
    ):
        reach = _reach_of(wanted, organization, by)
        public_id = once(
            by=by,
            request_id=request_id,
            route=f"report.{organization.pk}",
            act=lambda: _ask(wanted, organization, by, reach),
        )
    return Report.objects.get(public_id=public_id)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Whose people it tells of: those of these teams, or everybody; and whether a manager of a team asked for it."""

    teams: list[int] | None
    of_manager: bool


def _reach_of(wanted: Wanted, organization: Organization, by: User) -> _Reach:
    """How far the report of this person reaches. Raises NotAllowed.

    Teams stand below one another as they do today, and that is kept: made again, it tells of the same. The audit trail
    is for owners alone, and everything at once for administrators.
    """
    today = today_in(organization)
    roles = held_roles(by, organization, today)
    is_manager = roles.isdisjoint(ADMINISTERING)
    if is_manager and (Role.MANAGER not in roles or wanted.kind == BINDER):
        raise NotAllowed
    if wanted.with_trail and Role.OWNER not in roles:
        raise NotAllowed
    seen = Team.objects.seen_by(by, organization, today)
    if wanted.team is None:
        return _Reach(_ids(seen) if is_manager else None, is_manager)
    if not seen.filter(pk=wanted.team).exists():
        raise NotAllowed
    return _Reach(_ids(Team.objects.below(Team(pk=wanted.team))), is_manager)


def _ids(teams: QuerySet[Team]) -> list[int]:
    return sorted(teams.values_list("pk", flat=True))


def may_see_report(report: Report, by: User) -> bool:
    """Whether this person may have it today: a manager what she asked for, while she still manages all its teams."""
    asked, today = report.request, today_in(report.organization)
    roles = held_roles(by, report.organization, today)
    if not roles.isdisjoint(ADMINISTERING):
        return Role.OWNER in roles or not asked["with_trail"]
    if not asked.get("of_manager") or report.asked_by_id != by.pk or Role.MANAGER not in roles:
        return False
    return set(asked["teams"]) <= set(_ids(Team.objects.seen_by(by, report.organization, today)))


def _ask(wanted: Wanted, organization: Organization, by: User, reach: _Reach) -> str:
    if Report.objects.filter(organization=organization, finished_at__isnull=True).count() >= MOST_WAITING:
        raise TooManyReports
    keep_changed_seats_of(organization)
    report = _report(wanted, organization, by, reach)
    report.save(force_insert=True)
    record("report.asked", by=by, target=report, organization=organization, **_on_record(report))
    return str(report.public_id)


def _report(wanted: Wanted, organization: Organization, by: User, reach: _Reach) -> Report:
    now = timezone.now()
    return Report(
        organization=organization,
        kind=wanted.kind,
        request=wanted.request | {"teams": reach.teams, "of_manager": reach.of_manager},
        as_of=_as_of(wanted, organization, now),
        asked_at=now,
        asked_by=by,
    )


def _as_of(wanted: Wanted, organization: Organization, now: dt.datetime) -> dt.datetime:
    if wanted.day > today_in(organization):
        raise DayToCome
    return last_instant(wanted.day, organization.time_zone, now)


def _on_record(report: Report) -> dict[str, Any]:
    return {"kind": report.kind, "as_of": report.as_of.isoformat(), **report.request}


def make_reports(*, by: Person) -> int:
    """Make a few of the reports that wait; say how many were made. Any number of workers may do so at once.

    Few, because a worker has other duties, and comes back in a moment.
    """
    made = 0
    for _ in range(MADE_AT_ONCE):
        if (report := claim_report()) is None:
            break
        made += make_report(report=report, by=by)
    return made


def claim_report() -> Report | None:
    """Take one report that waits, for this worker alone; None when there is none.

    The one conditional UPDATE decides between two workers. What a worker that died had claimed is taken again after a
    while; after the last try it has failed.
    """
    now = timezone.now()
    waiting = Report.objects.filter(
        Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LEASE), finished_at__isnull=True
    )
    for pk, tries in waiting.order_by("asked_at").values_list("pk", "tries")[:50]:
        if tries >= TRIES:
            _fail(waiting.filter(pk=pk), "")
        elif waiting.filter(pk=pk).update(claimed_at=now, tries=F("tries") + 1, done=0):
            return Report.objects.select_related("organization", "asked_by").get(pk=pk)
    return None


class _ClaimLost(Exception):
    """Another worker has it now: this one was held up for too long."""


@dataclass(slots=True)
class _Claim:
    """A report that this worker makes. Noting how far it has come renews the claim."""

    report: Report
    done: int = 0
    noted_at: float = field(default_factory=time.monotonic)

    @property
    def mine(self) -> QuerySet[Report]:
        return Report.objects.filter(pk=self.report.pk, claimed_at=self.report.claimed_at, finished_at__isnull=True)

    def begin(self, total: int) -> None:
        self._renew(total=total, done=0)

    def noted(self, read: int) -> None:
        self.done += read
        if time.monotonic() - self.noted_at >= 1:
            self._renew(done=self.done)

    def _renew(self, **columns: int) -> None:
        now = timezone.now()
        if not self.mine.update(claimed_at=now, **columns):
            raise _ClaimLost
        self.report.claimed_at, self.noted_at = now, time.monotonic()


def make_report(*, report: Report, by: Person) -> bool:
    """Make a report that was claimed, and say whether it is ready.

    Its file is written beside the database first, and its pieces come with the mark that it is ready, or not at all. A
    fault is kept by its name, and tried again after a while.
    """
    claim = _Claim(report)
    try:
        with tempfile.TemporaryFile() as out:
            _write(report, out, claim)
            _finish(claim, out, by)
    except _ClaimLost:
        log.warning("report %s was taken over by another worker", report.pk)
        return False
    except Exception as error:  # noqa: BLE001 - the edge of the worker: one report's fault must not stop the others
        log.warning("report %s was not made: %s, try %s", report.pk, type(error).__name__, report.tries)
        if report.tries >= TRIES:
            _fail(claim.mine, type(error).__name__)
        else:
            claim.mine.update(failed_because=type(error).__name__)
        return False
    return True


def _write(report: Report, out: IO[bytes], claim: _Claim) -> None:
    order = order_of(report)
    keep_seats_of(report.organization)
    if report.kind == BINDER:
        claim.begin(sum(things_to_read(kind, order) for kind in ReportKind))
        write_binder(report, out, claim.noted)
    else:
        claim.begin(things_to_read(ReportKind(report.kind), order))
        write_table(report, out, claim.noted)


@transaction.atomic
def _finish(claim: _Claim, out: IO[bytes], by: Person) -> None:
    report, sha256, size = claim.report, _hash_of(out), out.tell()
    is_mine = claim.mine.update(
        finished_at=timezone.now(),
        done=F("total"),
        failed_because="",
        file_name=_file_name(report),
        media_type=_media_type(report),
        size=size,
        sha256=sha256,
    )
    if not is_mine:
        raise _ClaimLost
    out.seek(0)
    for number, content in enumerate(iter(lambda: out.read(PIECE), b""), 1):
        ReportPiece.objects.create(report=report, number=number, content=content)
    record("report.made", by=by, target=report, organization=report.organization, kind=report.kind, sha256=sha256)


@transaction.atomic
def _fail(mine: QuerySet[Report], fault: str) -> None:
    report = mine.select_related("organization").first()
    because = fault or (report.failed_because if report else "") or "WorkerLost"
    if report is not None and mine.update(finished_at=timezone.now(), failed_because=because):
        record("report.failed", by=SYSTEM, target=report, organization=report.organization, because=because)


def hand_out(*, report: Report, by: User) -> Iterator[bytes]:
    """The file of a report, piece by piece; that somebody took it is on record before the first.

    Raises NotAllowed, for whoever may no longer see it, and FileRemoved.
    """
    organization = report.organization
    with refusals_recorded("report.downloaded", NotAllowed, by=by, target=report, organization=organization):
        if not may_see_report(report, by):
            raise NotAllowed
        if not report.sha256 or report.removed_at is not None:
            raise FileRemoved
        record("report.downloaded", by=by, target=report, organization=organization, sha256=report.sha256)
    return _pieces(report)


def _pieces(report: Report) -> Iterator[bytes]:
    number = 1
    while piece := ReportPiece.objects.filter(report=report, number=number).first():
        yield bytes(piece.content)
        number += 1


def remove_old_files(*, by: Person) -> int:
    """Remove the files of reports that were made long enough ago; say of how many. What they were stays, with the hash."""
    old = Report.objects.filter(finished_at__lt=timezone.now() - KEPT, removed_at__isnull=True).exclude(sha256="")
    return sum(_remove(report, by) for report in old.select_related("organization")[:100])


@transaction.atomic
def _remove(report: Report, by: Person) -> bool:
    is_mine = Report.objects.filter(pk=report.pk, removed_at__isnull=True).update(removed_at=timezone.now())
    if is_mine:
        ReportPiece.objects.filter(report=report).delete()
        record("report.removed", by=by, target=report, organization=report.organization)
    return bool(is_mine)


def _hash_of(content: IO[bytes]) -> str:
    content.seek(0)
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]


def _file_name(report: Report) -> str:
    suffix = "zip" if report.kind == BINDER else report.request["format"]
    return f"{report.kind}-{report.organization.slug}-{order_of(report).day.isoformat()}.{suffix}"


def _media_type(report: Report) -> str:
    return "application/zip" if report.kind == BINDER else MEDIA_TYPES[Format(report.request["format"])]
