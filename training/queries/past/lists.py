"""The acts and texts behind a report, as they were known at an instant: what a surveyor asks to see next."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.models import CourseVersion
from training.models import (
    Decision,
    Evidence,
    Extension,
    PartCourse,
    RequirementPart,
    RequirementVersion,
    RuleVersion,
    Statement,
    Waiver,
)
from training.queries.facts import CHUNK, chunks
from training.queries.past.asked import Names, Titles
from training.queries.past.orders import Cell, Order
from training.queries.past.seats import SeatThen, seats_then
from training.rules import local_day


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: the name of its file, its columns, and its rows."""

    name: str
    header: tuple[str, ...]
    rows: Callable[[Order], Iterator[list[Cell]]]


@dataclass(frozen=True, slots=True)
class _Context:
    """What every row needs beside itself: whom it is of and what was asked, in the words of then."""

    order: Order
    titles: Titles
    names: Names
    seats: dict[int, SeatThen]

    def day(self, instant: dt.datetime | None) -> dt.date | None:
        """The day at the organization's place; nothing for what was not known yet."""
        is_known = instant is not None and instant <= self.order.on
        return local_day(instant, self.order.organization.time_zone) if instant and is_known else None

    def known_name(self, actor: str, at: dt.datetime | None) -> str:
        return self.names[actor] if actor and at is not None and at <= self.order.on else ""


def _of_people(
    rows: QuerySet[Any], order: Order, seat: Callable[[Any], Any], actors: Callable[[Any], tuple[str, ...]]
) -> Iterator[tuple[Any, _Context]]:
    """Each row with its context, in flat memory."""
    titles, names = Titles.of(order), Names(order.organization, order.on)
    for chunk in chunks(rows.iterator(chunk_size=CHUNK)):
        seats = seats_then({seat(row).pk for row in chunk}, order.on)
        names.look_up(actor for row in chunk for actor in actors(row) if actor)
        context = _Context(order, titles, names, seats)
        yield from ((row, context) for row in chunk)


def _whom(context: _Context, membership: Any, requirement: int) -> list[Cell]:
    said = context.seats[membership.pk].said
    return [str(membership.public_id), said.name, said.staff_number, context.titles.title(requirement)]


def _acts(model: Any, order: Order, known: str) -> QuerySet[Any]:
    """Acts on obligations that were on record by then, in the order in which they came."""
    mine: QuerySet[Any] = model.objects.filter(
        obligation__requirement__organization=order.organization, **{f"{known}__lte": order.on}
    )
    return mine.select_related("obligation__membership").order_by(known, "pk")


YES = {True: "yes", False: "no", None: "no"}
WHOM = ("person", "name", "staff_number", "requirement")


def waivers(order: Order) -> Iterator[list[Cell]]:
    rows = _acts(Waiver, order, "granted_at")
    for row, known in _of_people(
        rows, order, lambda row: row.obligation.membership, lambda row: (row.granted_by, row.ended_by)
    ):
        yield [
            *_whom(known, row.obligation.membership, row.obligation.requirement_id),
            *(row.obligation.period, row.reason, row.until_on),
            *(known.day(row.granted_at), known.names[row.granted_by]),
            *(known.day(row.ended_at), known.known_name(row.ended_by, row.ended_at)),
        ]


def extensions(order: Order) -> Iterator[list[Cell]]:
    rows = _acts(Extension, order, "granted_at")
    for row, known in _of_people(rows, order, lambda row: row.obligation.membership, lambda row: (row.granted_by,)):
        yield [
            *_whom(known, row.obligation.membership, row.obligation.requirement_id),
            *(row.obligation.period, row.days, row.reason, known.day(row.granted_at), known.names[row.granted_by]),
        ]


def statements(order: Order) -> Iterator[list[Cell]]:
    rows = _acts(Statement, order, "stated_at")
    for row, known in _of_people(
        rows,
        order,
        lambda row: row.obligation.membership,
        lambda row: (row.stated_by, row.decided_by, row.withdrawn_by),
    ):
        is_decided = row.decided_at is not None and row.decided_at <= order.on
        yield [
            *_whom(known, row.obligation.membership, row.obligation.requirement_id),
            *(row.obligation.period, row.done_on, row.reason),
            *(known.day(row.stated_at), known.names[row.stated_by], YES[row.needs_second]),
            *(known.day(row.decided_at), known.known_name(row.decided_by, row.decided_at)),
            YES[row.is_confirmed] if is_decided else "",
            *(known.day(row.withdrawn_at), known.known_name(row.withdrawn_by, row.withdrawn_at)),
        ]


def evidence_then(order: Order) -> QuerySet[Evidence]:
    """All that was handed in by then."""
    handed_in = Evidence.objects.filter(requirement__organization=order.organization, submitted_at__lte=order.on)
    return handed_in.select_related("membership").order_by("submitted_at", "pk")


def stood_then(evidence: Evidence, order: Order) -> bool:
    """Whether it was approved by then, and not withdrawn."""
    is_approved = evidence.decision == Decision.APPROVED and evidence.decided_at is not None
    is_withdrawn = evidence.withdrawn_at is not None and evidence.withdrawn_at <= order.on
    return is_approved and evidence.decided_at <= order.on and not is_withdrawn  # type: ignore[operator]


def evidence(order: Order) -> Iterator[list[Cell]]:
    for row, known in _of_people(
        evidence_then(order),
        order,
        lambda row: row.membership,
        lambda row: (row.submitted_by, row.decided_by, row.withdrawn_by),
    ):
        is_decided = row.decided_at is not None and row.decided_at <= order.on
        yield [
            str(row.public_id),
            *_whom(known, row.membership, row.requirement_id),
            *(row.title, row.issuer, row.done_on, row.hours, row.expires_on),
            *(known.day(row.submitted_at), known.names[row.submitted_by]),
            *(row.decision if is_decided else "waiting", known.day(row.decided_at)),
            *(known.known_name(row.decided_by, row.decided_at), known.day(row.withdrawn_at)),
        ]


def requirements(order: Order) -> Iterator[list[Cell]]:
    """Every version that was published by then, part by part, with the texts that people confirmed."""
    parts = RequirementPart.objects.filter(
        version__requirement__organization=order.organization, version__published_at__lte=order.on
    )
    names = Names(order.organization, order.on)
    courses: dict[int, list[str]] = {}
    meeting = PartCourse.objects.filter(part__in=parts).order_by("is_equivalent", "pk")
    for pk, slug in meeting.values_list("part", "course__slug"):
        courses.setdefault(pk, []).append(slug)
    found = parts.select_related("version__requirement").order_by("version__requirement", "version__number", "position")
    for part in found.iterator(chunk_size=CHUNK):
        version: RequirementVersion = part.version
        names.look_up([version.published_by])
        yield [
            *(str(version.requirement.public_id), version.number, version.title, version.reason, version.match),
            *(YES[version.holds_for_open], local_day(version.published_at, order.organization.time_zone)),
            names[version.published_by],
            *(part.position, part.kind, part.title, part.text, "; ".join(courses.get(part.pk, []))),
        ]


def rules(order: Order) -> Iterator[list[Cell]]:
    found = RuleVersion.objects.filter(rule__organization=order.organization, published_at__lte=order.on)
    titles, names = Titles.of(order), Names(order.organization, order.on)
    for row in found.select_related("rule").order_by("rule", "number").iterator(chunk_size=CHUNK):
        names.look_up([row.published_by])
        retired = row.rule.retired_at if row.rule.retired_at and row.rule.retired_at <= order.on else None
        yield [
            *(str(row.rule.public_id), row.number, row.name, titles.title(row.rule.requirement_id)),
            json.dumps(row.audience, sort_keys=True, ensure_ascii=False),
            *(row.anchor, row.offset_days, row.fixed_on, row.window_days, row.grace_days),
            *(row.recurrence, row.every_months, row.calendar_month, row.calendar_day),
            *(local_day(row.published_at, order.organization.time_zone), names[row.published_by]),
            local_day(retired, order.organization.time_zone) if retired else None,
        ]


def course_versions(order: Order) -> Iterator[list[Cell]]:
    """The versions of every course that something asked for then, with the hash of what each says."""
    courses = PartCourse.objects.filter(
        part__version__requirement__organization=order.organization, part__version__published_at__lte=order.on
    )
    found = CourseVersion.objects.filter(course__in=courses.values("course"), published_at__lte=order.on)
    for row in found.select_related("course__provider").order_by("course", "number"):
        yield [
            *(row.course.slug, row.number, row.title, row.course.provider.name, row.minutes),
            *(local_day(row.published_at, order.organization.time_zone), row.document_sha256),
        ]


LISTS = (
    Listed(
        "waivers", (*WHOM, "period", "reason", "until", "granted_on", "granted_by", "ended_on", "ended_by"), waivers
    ),
    Listed("extensions", (*WHOM, "period", "days", "reason", "granted_on", "granted_by"), extensions),
    Listed(
        "statements",
        (
            *(*WHOM, "period", "done_on", "reason", "stated_on", "stated_by", "needs_second"),
            *("decided_on", "decided_by", "confirmed", "withdrawn_on", "withdrawn_by"),
        ),
        statements,
    ),
    Listed(
        "evidence",
        (
            *(
                "evidence_id",
                *WHOM,
                "title",
                "issuer",
                "done_on",
                "hours",
                "expires_on",
                "handed_in_on",
                "handed_in_by",
            ),
            *("decision", "decided_on", "decided_by", "withdrawn_on"),
        ),
        evidence,
    ),
    Listed(
        "requirements",
        (
            *("requirement_id", "version", "title", "why", "match", "holds_for_open", "published_on", "published_by"),
            *("part", "kind", "part_title", "text", "courses"),
        ),
        requirements,
    ),
    Listed(
        "rules",
        (
            *("rule_id", "version", "name", "requirement", "audience", "anchor", "offset_days", "fixed_on"),
            *("window_days", "grace_days", "recurrence", "every_months", "calendar_month", "calendar_day"),
            *("published_on", "published_by", "retired_on"),
        ),
        rules,
    ),
    Listed(
        "course-versions",
        ("course", "version", "title", "provider", "minutes", "published_on", "document_sha256"),
        course_versions,
    ),
)
