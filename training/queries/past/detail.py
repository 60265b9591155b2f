"""Every obligation as it stood on a day: who, what, by when and why then, done when and by what."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from certificates.models import Certificate
from enrollments.models import Enrollment
from training.models import Evidence, ObligationSource, Waiver
from training.queries.past.asked import Names, Titles
from training.queries.past.orders import Cell, Order, Progress
from training.queries.past.standings import Chunk, StoodThen, standings_then
from training.rules import Met, ProofKind, Status, asked_of, local_day, parts_met, waiver_at

DETAIL_HEADER = (
    "person", "name", "staff_number", "job_title", "team", "left_on", "requirement_id", "requirement",
    "requirement_version", "period", "asked_on", "asked_by", "rule", "rule_version", "first_due_on", "days_extended",
    "days_on_leave", "due_on", "days_of_grace", "status", "days", "done_on", "met_by", "course", "course_version",
    "document_sha256", "certificate", "evidence", "waived_until", "waiver_reason", "later_facts",
)  # fmt: skip

MET = (Status.DONE, Status.DONE_LATE)


def detail(order: Order) -> Iterator[Progress]:
    table = DetailTable(order)
    for chunk in standings_then(order):
        yield Progress(table.rows(chunk), chunk.read)


class DetailTable:
    """The rows of obligations, chunk by chunk, with what is looked up once for all of them."""

    def __init__(self, order: Order) -> None:
        self._order, self._titles = order, Titles.of(order)
        self._names = Names(order.organization, order.on)

    def rows(self, chunk: Chunk) -> list[list[Cell]]:
        beside = _Beside.of(chunk.stood, self._names, self._order)
        return [_row(stood, beside, self._titles, self._order) for stood in chunk.stood]


class _Source(NamedTuple):
    """Who asked, and by which rule."""

    asked_by: str
    rule: str | None
    number: int | None


class _Taken(NamedTuple):
    """A completion with the version that was taken."""

    pk: int
    completed_on: dt.date | None
    course: str
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Beside:
    """Rows that stand beside the obligations of a chunk, by their ids."""

    sources: Mapping[int, _Source]
    taken: Mapping[int, _Taken]
    certificates: Mapping[int, str]
    evidence: Mapping[int, str]
    waivers: Mapping[tuple[int, dt.datetime], str]
    names: Names

    @classmethod
    def of(cls, chunk: Sequence[StoodThen], names: Names, order: Order) -> "_Beside":
        found = ObligationSource.objects.filter(pk__in=[stood.standing.due.source.id for stood in chunk])
        columns = ("pk", "asked_by", "rule_version__name", "rule_version__number")
        sources = {pk: _Source(*rest) for pk, *rest in found.values_list(*columns)}
        names.look_up(row.asked_by for row in sources.values())
        met = [each for stood in chunk for each in _all_met(stood, order)]
        completions = {each.completion.id for each in met if each.completion}
        proofs = {each.proof.id for each in met if each.proof and each.proof.kind is ProofKind.EVIDENCE}
        taken = Enrollment.objects.filter(pk__in=completions).values_list(
            "pk", "completed_on", "version__course__slug", "version__number", "version__document_sha256"
        )
        waived = [stood.obligation.pk for stood in chunk if stood.standing.status is Status.WAIVED]
        waivers = Waiver.objects.filter(obligation__in=waived) if waived else ()
        return cls(
            sources=sources,
            taken={row[0]: _Taken(*row) for row in taken} if completions else {},
            certificates=_certificates(completions, order.on),
            evidence=dict(Evidence.objects.filter(pk__in=proofs).values_list("pk", "title")) if proofs else {},
            waivers={(row.obligation_id, row.granted_at): row.reason for row in waivers},
            names=names,
        )


def _certificates(enrollments: Iterable[int], on: dt.datetime) -> dict[int, str]:
    """The public address of the newest certificate that each had by then; one that was replaced leads to the newer."""
    issued = Certificate.objects.filter(enrollment__in=list(enrollments), issued_at__lte=on).order_by("issued_at", "pk")
    # Not from a request: the file outlives host names.
    site = settings.SITE_URL.rstrip("/")
    return {
        enrollment: site + reverse("visitor:certificate", args=[code])
        for enrollment, code in issued.values_list("enrollment", "code")
    }


def _all_met(stood: StoodThen, order: Order) -> list[Met]:
    """What met it: a statement alone, or what met each of its parts. Nothing unless it was met."""
    met = stood.standing.met
    if stood.standing.status not in MET or met is None:
        return []
    if met.proof is not None and met.proof.kind is ProofKind.STATEMENT:
        return [met]
    parts = parts_met(stood.facts, stood.standing.due.opens_on, order.on)
    return [each for each in parts.values() if each is not None]


def _row(stood: StoodThen, beside: _Beside, titles: Titles, order: Order) -> list[Cell]:
    seat, due, status = stood.seat.said, stood.standing.due, stood.standing.status
    obligation = stood.obligation
    version = titles.version(obligation.requirement_id, asked_of(stood.facts, order.on).known_at)
    source = beside.sources[due.source.id]
    return [
        *(str(obligation.membership.public_id), seat.name, seat.staff_number, seat.job_title, seat.team_name),
        seat.ended_on if stood.seat.has_left(order.day) else None,
        *(titles.public_id(obligation.requirement_id), version.title, version.number, obligation.period),
        *(local_day(obligation.assigned_at, obligation.zone), beside.names[source.asked_by]),
        *(source.rule or "", source.number),
        *(due.asked_on, due.extended, due.shifted, due.due_on, due.source.grace_days),
        *(status.value, stood.standing.days),
        *_done(stood, beside, order),
        *_waived(stood, beside, order),
        "; ".join(f"{each.kind.value} {local_day(each.known_at, obligation.zone)}" for each in stood.later),
    ]


def _done(stood: StoodThen, beside: _Beside, order: Order) -> Iterator[Cell]:
    """The day and by what; where several parts had to be met, each of them in its order."""
    met = _all_met(stood, order)
    taken = [beside.taken[each.completion.id] for each in met if each.completion]
    first = stood.standing.met
    if not met or first is None:
        yield from (None, "", "", "", "", "", "")
        return
    # The date of a completion is the learner's own, as on the certificate.
    yield beside.taken[first.completion.id].completed_on if first.completion else first.on
    yield _joined(each.proof.kind.value if each.proof else "course" for each in met)
    yield _joined(one.course for one in taken)
    yield taken[0].number if len(taken) == 1 else _joined(str(one.number) for one in taken)
    yield _joined(one.sha256 for one in taken)
    yield _joined(beside.certificates[one.pk] for one in taken if one.pk in beside.certificates)
    yield _joined(beside.evidence[each.proof.id] for each in met if each.proof and each.proof.id in beside.evidence)


def _waived(stood: StoodThen, beside: _Beside, order: Order) -> Iterator[Cell]:
    waiver = waiver_at(stood.facts, order.on) if stood.standing.status is Status.WAIVED else None
    if waiver is None:
        yield from (None, "")
        return
    yield waiver.until_on
    yield beside.waivers.get((stood.obligation.pk, waiver.known_at), "")


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)
