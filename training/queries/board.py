"""The obligations board: counts, pages, rows to export."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from accounts.models import Membership, Organization, Team
from courses.models import CourseVersion
from training import rules
from training.models import Obligation, RequirementVersion
from training.queries.status import (
    BOARD_ORDER,
    LISTED,
    MET,
    OPEN,
    RANKS,
    counted_by_status,
    having_status,
    with_certificate,
    with_status,
)
from training.queries.teams import team_and_below
from training.rules import Status

PAGE_SIZE = 50
#: So many people are named one by one in a statement; of more the database is told how to find them.
FEW = 5000
#: So far into a list, or in one so long, the days are counted before the rows are sorted.
FAR, LONG = 2000, 50_000

OPEN_STATUSES = (Status.GRACE, Status.DUE, Status.UPCOMING)
BY_NAME = ("membership__name", "membership", "requirement", "period")


class Sort(StrEnum):
    """In which order a board stands; by status is what needs a word first."""

    STATUS = "status"
    DUE = "due"
    NAME = "name"


ORDERS = {Sort.STATUS: ("rank", "due_at", "pk"), Sort.DUE: ("due_at", "pk"), Sort.NAME: BY_NAME}


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """`is_open` is every status that is still to be met. `teams` are the team that was chosen and those below it, where
    they have been looked up already. `dates_are_odd`: due before the person's first day, which nobody can have meant."""

    status: Status | None = None
    is_open: bool = False
    team: int | None = None
    teams: frozenset[int] | None = None
    requirement: UUID | None = None
    job_title: str = ""
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    search: str = ""
    dates_are_odd: bool = False
    sort: Sort = Sort.STATUS

    @property
    def statuses(self) -> tuple[Status, ...]:
        if self.is_open:
            return OPEN_STATUSES
        return (self.status,) if self.status else LISTED


@dataclass(frozen=True, slots=True)
class Met:
    """What an employer sees of what met an obligation: no answers, no score, no time spent, no license.

    `by` is `course` or the kind of proof; only a course has a title and a version and may have a certificate. It may be
    another one than the one that is asked for: an equivalent.
    """

    completed_on: dt.date
    by: str = "course"
    version: int | None = None
    certificate: str | None = None
    course: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    obligation: UUID
    membership: UUID
    name: str
    work_email: str
    staff_number: str
    team: str
    requirement: UUID
    title: str
    period: int
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
    """What these people were asked for by `on` and still are, or have met; nothing of those who had left."""
    return listed(Obligation.objects.filter(membership__in=people), on)


def owed_in(organization: Organization, on: dt.datetime) -> QuerySet[Obligation]:
    """The same for everybody in the organization."""
    return listed(Obligation.objects.of_organization(organization), on)


def listed(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Obligation]:
    here = Q(left_at__isnull=True) | Q(left_at__gt=on)
    asked = Q(released_at__isnull=True) | Q(released_at__gt=on) | MET
    return obligations.filter(here, asked, assigned_at__lte=on)


def filtered(
    obligations: QuerySet[Obligation], chosen: BoardFilter, people: QuerySet[Membership] | None = None
) -> QuerySet[Obligation]:
    """All of the filter but the status. Given the people, whoever fits the words is looked for once, not at each look."""
    if chosen.team is not None:
        teams = chosen.teams or team_and_below(chosen.team, _teams_beside(chosen.team))
        obligations = obligations.filter(membership__team__in=teams)
    if chosen.requirement is not None:
        obligations = obligations.filter(requirement__public_id=chosen.requirement)
    if chosen.job_title:
        obligations = obligations.filter(membership__job_title=chosen.job_title)
    if chosen.due_from is not None:
        obligations = obligations.filter(due_on__gte=chosen.due_from)
    if chosen.due_to is not None:
        obligations = obligations.filter(due_on__lte=chosen.due_to)
    if chosen.dates_are_odd:
        obligations = obligations.filter(due_on__lt=F("membership__started_on"))
    return _searched(obligations, chosen.search, people)


def _teams_beside(team: int) -> QuerySet[Team]:
    """The teams of its organization."""
    return Team.objects.filter(organization__teams=team)


def _searched(
    obligations: QuerySet[Obligation], search: str, people: QuerySet[Membership] | None
) -> QuerySet[Obligation]:
    if not search:
        return obligations
    if people is None:
        return obligations.filter(named("membership__", search))
    fitting = people.filter(named("", search)).order_by().values_list("pk", flat=True)
    found = list(fitting[: FEW + 1])
    return obligations.filter(membership__in=found if len(found) <= FEW else fitting)


def named(prefix: str, search: str) -> Q:
    """People by a part of their name, work e-mail or staff number."""
    fields = ("name", "work_email", "staff_number")
    found = Q()
    for field in fields:
        found |= Q(**{f"{prefix}{field}__icontains": search})
    return found


def status_counts(obligations: QuerySet[Obligation], on: dt.datetime) -> dict[Status, int]:
    """How many obligations have each status, in one statement."""
    counted = Counter[Status]()
    for rank, number in counted_by_status(obligations, on):
        counted[BOARD_ORDER[rank]] += number
    return {status: counted[status] for status in LISTED}


def board_page(
    obligations: QuerySet[Obligation],
    chosen: BoardFilter,
    *,
    number: int,
    on: dt.datetime,
    people: QuerySet[Membership] | None = None,
    titles: Mapping[int, str] | None = None,
) -> BoardPage:
    """One page of the board, and the counts of all statuses.

    The counts tell which statuses a page holds, so that only those rows are looked for.
    """
    obligations = filtered(obligations, chosen, people)
    counts = status_counts(obligations, on)
    total = sum(counts[status] for status in chosen.statuses)
    pages = max(-(-total // PAGE_SIZE), 1)
    number = min(max(number, 1), pages)
    skip = (number - 1) * PAGE_SIZE
    if chosen.sort is Sort.STATUS and total > FEW:
        rows = _by_status(obligations, chosen, counts, skip=skip, on=on)
    else:
        rows = _sorted(obligations, chosen, skip=skip, on=on)
    titles = titles_of(rows) if titles is None else titles
    return BoardPage(list(board_rows_of(rows, on, titles)), counts, number, pages)


def _by_status(
    obligations: QuerySet[Obligation], chosen: BoardFilter, counts: Mapping[Status, int], *, skip: int, on: dt.datetime
) -> list[Any]:
    """Overdue first, each status by due date."""
    rows: list[Any] = []
    for status in chosen.statuses:
        wanted = PAGE_SIZE - len(rows)
        if wanted and skip < counts[status]:
            is_long = counts[status] > LONG
            rows += _slice(having_status(obligations, status, on), skip, wanted, on, is_long=is_long)
        skip = max(skip - counts[status], 0)
    return rows


def _slice(found: QuerySet[Obligation], skip: int, wanted: int, on: dt.datetime, *, is_long: bool = False) -> list[Any]:
    """So many rows by due date, from one on.

    Where that is far into a list, or the list long, the days are counted first, so that the database sorts one day and
    not everything.
    """
    if is_long or skip > FAR:
        found, skip = _from_day(found, skip)
    ids = found.order_by("due_at", "pk").values("pk")[skip : skip + wanted]
    return list(detailed(Obligation.objects.filter(pk__in=ids), on).order_by("due_at", "pk"))


def _from_day(found: QuerySet[Obligation], skip: int) -> tuple[QuerySet[Obligation], int]:
    """What is due from the day on that the row is in, and how many of that are still to be skipped."""
    days = found.order_by("due_at").values_list("due_at").annotate(number=Count("*"))
    for due_at, number in days:
        if skip < number:
            return found.filter(due_at__gte=due_at), skip
        skip -= number
    return found, skip


def _sorted(obligations: QuerySet[Obligation], chosen: BoardFilter, *, skip: int, on: dt.datetime) -> list[Any]:
    """In one statement, whatever statuses the page holds."""
    order = ORDERS[chosen.sort]
    found = with_status(of_statuses(obligations, chosen, on), on).filter(rank__lt=RANKS[Status.RELEASED])
    ids = found.order_by(*order).values("pk")[skip : skip + PAGE_SIZE]
    return list(detailed(Obligation.objects.filter(pk__in=ids), on).order_by(*order))


def of_statuses(obligations: QuerySet[Obligation], chosen: BoardFilter, on: dt.datetime) -> QuerySet[Obligation]:
    if chosen.is_open:
        ranks = [RANKS[status] for status in OPEN_STATUSES]
        return with_status(obligations.filter(OPEN), on).filter(rank__in=ranks)
    return having_status(obligations, chosen.status, on) if chosen.status else obligations


def board_rows(
    obligations: QuerySet[Obligation],
    chosen: BoardFilter,
    on: dt.datetime,
    people: QuerySet[Membership] | None = None,
) -> Iterator[BoardRow]:
    """Every row that the filter lets through, streamed, by name: two statements whatever their number."""
    found = of_statuses(filtered(obligations, chosen, people), chosen, on)
    ordered = detailed(found, on).order_by(*BY_NAME)
    return board_rows_of(ordered.iterator(chunk_size=1000), on, all_titles(obligations))


def detailed(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    return with_certificate(with_status(obligations, on)).select_related(
        "membership__team", "requirement", "met_enrollment__version"
    )


def board_rows_of(obligations: Iterable[Any], on: dt.datetime, titles: Mapping[int, str]) -> Iterator[BoardRow]:
    for obligation in obligations:
        seat, status = obligation.membership, BOARD_ORDER[obligation.rank]
        yield BoardRow(
            obligation=obligation.public_id,
            membership=seat.public_id,
            name=seat.name,
            work_email=seat.work_email,
            staff_number=seat.staff_number,
            team=seat.team.name if seat.team else "",
            requirement=obligation.requirement.public_id,
            title=titles.get(obligation.requirement_id, ""),
            period=obligation.period,
            due_on=obligation.due_on,
            status=status,
            days=days_shown(obligation, status, on),
            met=met_of(obligation) if status in (Status.DONE, Status.DONE_LATE) else None,
        )


def days_shown(obligation: Obligation, status: Status, on: dt.datetime) -> int:
    today = rules.local_day(on, obligation.zone)
    return rules.days_of(
        status, due_on=obligation.due_on, today=today, done_on=obligation.met_on, opens_on=obligation.opens_on
    )


def met_of(obligation: Any) -> Met:
    """What met it, of a row that `detailed` read."""
    taken = obligation.met_enrollment
    if taken is None:
        return Met(obligation.met_on, obligation.met_by)
    return Met(taken.completed_on, obligation.met_by, taken.version.number, obligation.certificate, taken.version.title)


def titles_of(obligations: Iterable[Obligation]) -> dict[int, str]:
    """The titles of what these obligations ask for, by the requirement's id."""
    return _titles({obligation.requirement_id for obligation in obligations})


def all_titles(obligations: QuerySet[Obligation]) -> dict[int, str]:
    return _titles(obligations.order_by().values("requirement"))


def _titles(requirements: Any) -> dict[int, str]:
    # The newest version's comes last and stays.
    versions = RequirementVersion.objects.filter(requirement__in=requirements).order_by("requirement", "number")
    return dict(versions.values_list("requirement", "title"))


def course_titles() -> dict[int, str]:
    """The title of each course's newest version in use, by the course's id."""
    versions = CourseVersion.objects.filter(withdrawal__isnull=True).order_by("course", "number")
    return dict(versions.values_list("course", "title"))


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """Obligations by what they need. Those that are waived or on leave stand apart: they are in no percentage."""

    team: str
    done: int
    open: int
    overdue: int
    apart: int = 0

    @property
    def total(self) -> int:
        return self.done + self.open + self.overdue


def team_counts(team: str, counts: Mapping[Status, int]) -> TeamCounts:
    def sum_of(*statuses: Status) -> int:
        return sum(counts.get(status, 0) for status in statuses)

    return TeamCounts(
        team,
        done=sum_of(Status.DONE, Status.DONE_LATE),
        open=sum_of(Status.DUE, Status.GRACE, Status.UPCOMING),
        overdue=sum_of(Status.OVERDUE),
        apart=sum_of(Status.SUSPENDED, Status.WAIVED),
    )


def first_overdue(
    obligations: QuerySet[Obligation], on: dt.datetime, *, limit: int, titles: Mapping[int, str] | None = None
) -> list[BoardRow]:
    """The longest overdue, oldest first; with the titles given, in one statement."""
    rows = _slice(having_status(obligations, Status.OVERDUE, on), 0, limit, on)
    return list(board_rows_of(rows, on, titles_of(rows) if titles is None else titles))
