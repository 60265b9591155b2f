"""Obligations as the pages show them, with their status as SQL.

The SQL says the same as `rules.obligation_status`; a property test compares them on both databases.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from accounts.models import Membership, Organization, Team, User
from certificates.models import Certificate
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from training import rules
from training.models import Obligation, Requirement, SharedCompletion
from training.rules import Completion, Facts, Standing, Status

PAGE_SIZE = 50

#: The order of the board: what needs a word first. SQL names a status by its place here.
BOARD_ORDER = (Status.OVERDUE, Status.DUE, Status.DONE_LATE, Status.DONE)
RANKS = {status: rank for rank, status in enumerate(BOARD_ORDER)}


class LocalDay(Func):
    """`rules.local_day` as SQL: the day that an instant falls on in a zone, where the zone is a column."""

    output_field = DateField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::date", arg_joiner=" AT TIME ZONE ")

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        # The function that Django makes for TruncDate: the instant, the zone wanted, the zone stored.
        return self.as_sql(compiler, connection, template="django_datetime_cast_date(%(expressions)s, 'UTC')")


def _counting(on: dt.datetime) -> QuerySet[Enrollment]:
    """`rules.counts` as SQL, inside a query of obligations: the completions that meet the outer row."""
    shared = SharedCompletion.objects.filter(
        enrollment=OuterRef("pk"), membership=OuterRef(OuterRef("membership")), shared_at__lte=on
    )
    began_here = Q(began_on__gte=OuterRef("membership__started_on"))
    while_here = Q(left_on__isnull=True) | Q(left_on__gt=F("done_on"))
    return (
        Enrollment.objects.filter(
            course=OuterRef("requirement__course"), user=OuterRef("membership__user"), completed_at__lte=on
        )
        .alias(
            began_on=LocalDay("started_at", OuterRef("zone")),
            done_on=LocalDay("completed_at", OuterRef("zone")),
            left_on=ExpressionWrapper(OuterRef("membership__ended_on"), output_field=DateField()),
        )
        .filter((began_here & while_here) | Exists(shared))
    )


def _overdue_if_open(on: dt.datetime) -> Q:
    """Nobody is overdue for a day on which she was no longer here."""
    still_here = Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=F("due_on"))
    return still_here & Q(due_at__lte=on)


def with_status(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    """`rules.obligation_status(...).status` as SQL: its place in BOARD_ORDER, in the annotation `rank`."""
    in_time = Case(When(completed_at__lt=OuterRef("due_at"), then=_rank(Status.DONE)), default=_rank(Status.DONE_LATE))
    # By instant alone: a second key would cost a sort for each row, and of two at one instant either says the same.
    met = _counting(on).order_by("completed_at").values(verdict=in_time)[:1]
    pending = Case(When(_overdue_if_open(on), then=_rank(Status.OVERDUE)), default=_rank(Status.DUE))
    return obligations.annotate(rank=Coalesce(Subquery(met), pending))


def _rank(status: Status) -> Value:
    return Value(RANKS[status], output_field=SmallIntegerField())


def having_status(obligations: QuerySet[Obligation], status: Status, on: dt.datetime) -> QuerySet[Obligation]:
    """The obligations of that status: `with_status` again, in the form that PostgreSQL answers by joins."""
    met, in_time = Exists(_counting(on)), Exists(_counting(on).filter(completed_at__lt=OuterRef("due_at")))
    match status:
        case Status.DONE:
            return obligations.filter(in_time)
        case Status.DONE_LATE:
            return obligations.filter(met, ~in_time)
        case Status.OVERDUE:
            return obligations.filter(_overdue_if_open(on), ~met)
        case Status.DUE:
            return obligations.filter(~met).exclude(_overdue_if_open(on))


def with_completion(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    """The completion that met each obligation, in the annotation `met`: all that an employer may see of it."""
    certificate = Certificate.objects.filter(enrollment=OuterRef("pk"), replacement__isnull=True).values("code")[:1]
    seen = JSONObject(
        completed_on="completed_on",
        done_on=LocalDay("completed_at", OuterRef("zone")),
        version="version__number",
        certificate=Subquery(certificate),
    )
    return obligations.annotate(met=Subquery(_counting(on).order_by("completed_at").values(seen=seen)[:1]))


# What the pages show


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
            rows += _detailed(found, on)[skip : skip + wanted]
        skip = max(skip - counts[status], 0)
    return BoardPage(list(_board_rows(rows, on, titles)), counts, number, pages)


def board_rows(obligations: QuerySet[Obligation], chosen: BoardFilter, on: dt.datetime) -> Iterator[BoardRow]:
    """Every row that the filter lets through, streamed, by name: two statements whatever their number."""
    found = filtered(obligations, chosen)
    if chosen.status:
        found = having_status(found, chosen.status, on)
    ordered = _detailed(found, on).order_by("membership__name", "membership", "requirement", "period")
    return _board_rows(ordered.iterator(chunk_size=1000), on, course_titles())


def _detailed(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    return with_completion(with_status(obligations, on), on).select_related("membership__team", "requirement__course")


def _board_rows(obligations: Iterable[Any], on: dt.datetime, titles: Mapping[int, str]) -> Iterator[BoardRow]:
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
            days=_days(obligation, status, met, on),
            met=_met(met),
        )


def _days(obligation: Obligation, status: Status, met: Mapping[str, Any] | None, on: dt.datetime) -> int:
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
    return [_team_counts(name, by_team[name]) for name in ordered]


def _team_counts(team: str, counts: Mapping[Status, int]) -> TeamCounts:
    done = counts.get(Status.DONE, 0) + counts.get(Status.DONE_LATE, 0)
    return TeamCounts(team, done, counts.get(Status.DUE, 0), counts.get(Status.OVERDUE, 0))


def first_overdue(obligations: QuerySet[Obligation], on: dt.datetime, *, limit: int) -> list[BoardRow]:
    found = having_status(obligations, Status.OVERDUE, on).order_by("due_at", "pk")
    return list(_board_rows(_detailed(found, on)[:limit], on, course_titles()))


@dataclass(frozen=True, slots=True)
class Explained:
    """One obligation of one person with the reasons for its status."""

    row: BoardRow
    standing: Standing
    assigned_by: str
    zone: str
    due_at: dt.datetime


def explained_obligations(membership: Membership, on: dt.datetime) -> list[Explained]:
    """The obligations of one person with their traces, what is late first."""
    owed = Obligation.objects.filter(membership=membership, assigned_at__lte=on).order_by("due_at", "pk")
    obligations = list(_detailed(owed, on))
    completions = _completions(membership, [obligation.requirement.course_id for obligation in obligations])
    explained = [
        Explained(
            row=row,
            standing=rules.obligation_status(
                facts_of(obligation, completions.get(obligation.requirement.course_id, ())), on
            ),
            assigned_by=obligation.assigned_by,
            zone=obligation.zone,
            due_at=obligation.due_at,
        )
        for obligation, row in zip(obligations, _board_rows(obligations, on, course_titles()), strict=True)
    ]
    return sorted(explained, key=lambda one: RANKS[one.standing.status])


def facts_of(obligation: Obligation, completions: Iterable[Completion]) -> Facts:
    """What the pure rule needs to know of a row."""
    return Facts(
        assigned_at=obligation.assigned_at,
        due_on=obligation.due_on,
        due_at=obligation.due_at,
        zone=obligation.zone,
        started_on=obligation.membership.started_on,
        ended_on=obligation.membership.ended_on,
        completions=tuple(completions),
    )


def _completions(membership: Membership, courses: Iterable[int]) -> dict[int, list[Completion]]:
    """Every completion of these courses by the person, by course; the rule decides which of them count."""
    shared = SharedCompletion.objects.filter(enrollment=OuterRef("pk"), membership=membership).values("shared_at")
    taken = Enrollment.objects.filter(
        user=membership.user_id, user__isnull=False, course__in=courses, completed_at__isnull=False
    ).annotate(shared_at=Subquery(shared))
    found: dict[int, list[Completion]] = {}
    for course, started_at, completed_at, shared_at in taken.values_list(
        "course", "started_at", "completed_at", "shared_at"
    ):
        if completed_at is not None:
            completion = Completion(started_at=started_at, completed_at=completed_at, shared_at=shared_at)
            found.setdefault(course, []).append(completion)
    return found


# For the learner's pages


@dataclass(frozen=True, slots=True)
class DueRow:
    """Something that an organization asks of the person."""

    obligation: UUID
    organization: str
    course_slug: str
    course_title: str
    assigned_at: dt.datetime
    due_on: dt.date
    due_at: dt.datetime
    zone: str
    status: Status
    days: int


def due_for(user: User, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for by the organizations where she is, first what is due first."""
    owed = owed_by(Membership.objects.of(user), now).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def obligations_of(user: User, course: Course, now: dt.datetime) -> list[DueRow]:
    """What this person is asked for in one course."""
    owed = owed_by(Membership.objects.of(user), now).filter(requirement__course=course).order_by("due_at", "pk")
    return list(_due_rows(owed, now))


def due_row(obligation: Obligation, now: dt.datetime) -> DueRow | None:
    """One obligation as it is now; None when the person has left."""
    people = Membership.objects.filter(pk=obligation.membership_id)
    return next(_due_rows(owed_by(people, now).filter(pk=obligation.pk), now), None)


def _due_rows(owed: QuerySet[Obligation], now: dt.datetime) -> Iterator[DueRow]:
    found: Iterable[Any] = with_completion(with_status(owed, now), now).select_related(
        "membership__organization", "requirement__course"
    )
    titles = course_titles() if found else {}
    for obligation in found:
        course, status = obligation.requirement.course, BOARD_ORDER[obligation.rank]
        yield DueRow(
            obligation=obligation.public_id,
            organization=obligation.membership.organization.name,
            course_slug=course.slug,
            course_title=titles.get(course.pk, course.slug),
            assigned_at=obligation.assigned_at,
            due_on=obligation.due_on,
            due_at=obligation.due_at,
            zone=obligation.zone,
            status=status,
            days=_days(obligation, status, obligation.met, now),
        )


@dataclass(frozen=True, slots=True)
class Employer:
    """An organization that sees whether and when the person completes a course she starts now."""

    name: str
    asks: bool


def employers_seeing(user: User, course: Course, now: dt.datetime) -> list[Employer]:
    """Where the person is now: those that ask for the course, and those that would see it if they came to ask."""
    asking = set(
        owed_by(Membership.objects.of(user), now)
        .filter(requirement__course=course)
        .values_list("membership__organization", flat=True)
    )
    seats = (
        Membership.objects.of(user).current(now.date()).select_related("organization").order_by("organization__name")
    )
    return [Employer(seat.organization.name, seat.organization_id in asking) for seat in seats]


# For assigning


@dataclass(frozen=True, slots=True)
class CourseChoice:
    pk: int
    slug: str
    title: str


def courses_asked_for(organization: Organization) -> list[CourseChoice]:
    """The courses that the organization asks, or asked, of somebody."""
    asked = Requirement.objects.filter(organization=organization)
    return _choices(Course.objects.filter(pk__in=asked.values("course")))


def courses_on_offer(user: User) -> list[CourseChoice]:
    return _choices(Course.objects.visible_to(user).offered())


def _choices(courses: QuerySet[Course]) -> list[CourseChoice]:
    newest = CourseVersion.objects.filter(course=OuterRef("pk"), withdrawal__isnull=True).order_by("-number")
    found = courses.annotate(title=Coalesce(Subquery(newest.values("title")[:1]), F("slug")))
    return [CourseChoice(*row) for row in found.order_by("title").values_list("pk", "slug", "title")]


def teams_of(people: QuerySet[Membership]) -> list[Team]:
    """The teams that these people are in."""
    return list(Team.objects.filter(pk__in=people.values("team")))


@dataclass(frozen=True, slots=True)
class RequirementRow:
    course_slug: str
    course_title: str
    created_at: dt.datetime
    is_retired: bool
    total: int
    done: int
    overdue: int


def requirement_rows(
    organization: Organization, obligations: QuerySet[Obligation], on: dt.datetime
) -> list[RequirementRow]:
    """The requirements of the organization with the counts of the obligations given."""
    counts: dict[int, dict[Status, int]] = {}
    found = with_status(obligations, on).order_by().values_list("requirement", "rank").annotate(number=Count("pk"))
    for requirement, rank, number in found:
        counts.setdefault(requirement, {})[BOARD_ORDER[rank]] = number
    titles = course_titles()
    asked = Requirement.objects.filter(organization=organization).select_related("course").order_by("-created_at")
    return [
        RequirementRow(
            course_slug=one.course.slug,
            course_title=titles.get(one.course_id, one.course.slug),
            created_at=one.created_at,
            is_retired=one.retired_at is not None,
            total=sum(counts.get(one.pk, {}).values()),
            done=_team_counts("", counts.get(one.pk, {})).done,
            overdue=counts.get(one.pk, {}).get(Status.OVERDUE, 0),
        )
        for one in asked
    ]
