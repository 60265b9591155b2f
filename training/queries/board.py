"""The obligations board: counts, pages, rows to export."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    F,
    Q,
    QuerySet,
    Value,
)

from accounts.models import Membership
from courses.models import CourseVersion
from training import rules
from training.models import Obligation
from training.queries.status import BOARD_ORDER, RANKS, LocalDay, having_status, with_completion, with_status
from training.rules import Status

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class BoardFilter:
    status: Status | None = None
    team: int | None = None
    course: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """What an employer sees of a completion: no answers, no score, no time spent, no license."""

    completed_on: dt.date
    version: int
    certificate: str | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    obligation: UUID
    membership: UUID
    name: str
    work_email: str
    staff_number: str
    team: str
    course: str
    course_title: str
    due_on: dt.date
    status: Status
    days: int
    met: Met | None


@dataclass(frozen=True, slots=True)
class BoardPage:
    rows: list[BoardRow]
    counts: Mapping[Status, int]
    number: int
    pages: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def owed_by(people: QuerySet[Membership], on: dt.datetime) -> QuerySet[Obligation]:
    """The obligations of these people that existed at `on`, without those of people who had left."""
    today = LocalDay(Value(on), F("zone"))
    here = Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=today)
    return Obligation.objects.filter(here, membership__in=people, assigned_at__lte=on)


def filtered(obligations: QuerySet[Obligation], chosen: BoardFilter) -> QuerySet[Obligation]:
    """All of the filter but the status."""
    if chosen.team is not None:
        obligations = obligations.filter(membership__team=chosen.team)
    if chosen.course:
        obligations = obligations.filter(requirement__course__slug=chosen.course)
    return obligations.filter(named("membership__", chosen.search)) if chosen.search else obligations


def named(prefix: str, search: str) -> Q:
    """People by a part of their name, work e-mail or staff number."""
    fields = ("name", "work_email", "staff_number")
    found = Q()
    for field in fields:
        found |= Q(**{f"{prefix}{field}__icontains": search})
    return found


def status_counts(obligations: QuerySet[Obligation], on: dt.datetime) -> dict[Status, int]:
    """How many obligations have each status, in one statement."""
    # The slice holds everything; it makes the database find each status once, and then count.
    everything = with_status(obligations, on).order_by()[: 2**31]
    counted = everything.aggregate(**{status.value: Count("pk", filter=Q(rank=rank)) for status, rank in RANKS.items()})
    return {status: counted[status.value] for status in BOARD_ORDER}


def board_page(
    obligations: QuerySet[Obligation], chosen: BoardFilter, *, number: int, on: dt.datetime, titles: Mapping[int, str]
) -> BoardPage:
    """One page of the board, overdue first, each status by due date; and the counts of all statuses.

    The counts tell which statuses a page holds, so that only those rows are looked for.
    """
    obligations = filtered(obligations, chosen)
    counts = status_counts(obligations, on)
    statuses = (chosen.status,) if chosen.status else BOARD_ORDER
    pages = max(-(-sum(counts[status] for status in statuses) // PAGE_SIZE), 1)
    number = min(max(number, 1), pages)
    skip, rows = (number - 1) * PAGE_SIZE, list[Obligation]()
    for status in statuses:
        wanted = PAGE_SIZE - len(rows)
        if wanted and skip < counts[status]:
            found = having_status(obligations, status, on).order_by("due_at", "pk")
            rows += detailed(found, on)[skip : skip + wanted]
        skip = max(skip - counts[status], 0)
    return BoardPage(list(board_rows_of(rows, on, titles)), counts, number, pages)


def board_rows(obligations: QuerySet[Obligation], chosen: BoardFilter, on: dt.datetime) -> Iterator[BoardRow]:
    """Every row that the filter lets through, streamed, by name: two statements whatever their number."""
    found = filtered(obligations, chosen)
    if chosen.status:
        found = having_status(found, chosen.status, on)
    ordered = detailed(found, on).order_by("membership__name", "membership", "requirement", "period")
    return board_rows_of(ordered.iterator(chunk_size=1000), on, course_titles())


def detailed(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    return with_completion(with_status(obligations, on), on).select_related("membership__team", "requirement__course")


def board_rows_of(obligations: Iterable[Any], on: dt.datetime, titles: Mapping[int, str]) -> Iterator[BoardRow]:
    for obligation in obligations:
        seat, course = obligation.membership, obligation.requirement.course
        status, met = BOARD_ORDER[obligation.rank], obligation.met
        yield BoardRow(
            obligation=obligation.public_id,
            membership=seat.public_id,
            name=seat.name,
            work_email=seat.work_email,
            staff_number=seat.staff_number,
            team=seat.team.name if seat.team else "",
            course=course.slug,
            course_title=titles.get(course.pk, course.slug),
            due_on=obligation.due_on,
            status=status,
            days=days_shown(obligation, status, met, on),
            met=_met(met),
        )


def days_shown(obligation: Obligation, status: Status, met: Mapping[str, Any] | None, on: dt.datetime) -> int:
    today = rules.local_day(on, obligation.zone)
    done_on = dt.date.fromisoformat(met["done_on"]) if met else None
    return rules.days_of(status, due_on=obligation.due_on, today=today, done_on=done_on)


def _met(met: Mapping[str, Any] | None) -> Met | None:
    if met is None:
        return None
    return Met(dt.date.fromisoformat(met["completed_on"]), met["version"], met["certificate"])


def course_titles() -> dict[int, str]:
    """The title of each course's newest version in use, by the course's id."""
    versions = CourseVersion.objects.filter(withdrawal__isnull=True).order_by("course", "number")
    return dict(versions.values_list("course", "title"))


@dataclass(frozen=True, slots=True)
class TeamCounts:
    team: str
    done: int
    open: int
    overdue: int

    @property
    def total(self) -> int:
        return self.done + self.open + self.overdue


def counts_by_team(obligations: QuerySet[Obligation], on: dt.datetime) -> list[TeamCounts]:
    """How many are done, open and overdue in each team, in one statement; people without a team come last."""
    found = with_status(obligations, on).order_by().values_list("membership__team__name", "rank")
    by_team: dict[str, dict[Status, int]] = {}
    for team, rank, number in found.annotate(number=Count("pk")):
        by_team.setdefault(team or "", {})[BOARD_ORDER[rank]] = number
    ordered = sorted(by_team, key=lambda name: (name == "", name.casefold()))
    return [team_counts(name, by_team[name]) for name in ordered]


def team_counts(team: str, counts: Mapping[Status, int]) -> TeamCounts:
    done = counts.get(Status.DONE, 0) + counts.get(Status.DONE_LATE, 0)
    return TeamCounts(team, done, counts.get(Status.DUE, 0), counts.get(Status.OVERDUE, 0))


def people_overdue(obligations: QuerySet[Obligation], on: dt.datetime) -> int:
    found = having_status(obligations, Status.OVERDUE, on).order_by()
    return found.values("membership").distinct().count()


def first_overdue(obligations: QuerySet[Obligation], on: dt.datetime, *, limit: int) -> list[BoardRow]:
    found = having_status(obligations, Status.OVERDUE, on).order_by("due_at", "pk")
    return list(board_rows_of(detailed(found, on)[:limit], on, course_titles()))
