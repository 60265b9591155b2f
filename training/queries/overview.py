"""Whether an organization is where it should be: sums by requirement, by team and by week, and work that waits.

Each is one statement, whatever the number of obligations; the figures of a page are added up from them, so that they
agree with each other.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, DateField, F, IntegerField, Min, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import Invitation, Membership, Organization, Team
from quizzes.queries import open_requests
from training.models import Evidence, Obligation, Statement
from training.queries.asking import RequirementChoice
from training.queries.board import TeamCounts, team_counts
from training.queries.status import BOARD_ORDER, MET, OPEN, RANKS, having_status, with_status
from training.rules import ONE_DAY, Status, local_day

#: How far ahead an overview looks.
AHEAD_DAYS = 91


@dataclass(frozen=True, slots=True)
class Sums:
    """Obligations by what they need; `apart` are waived or on leave, and in no percentage."""

    by_requirement: dict[int, TeamCounts]
    due_on: dict[dt.date, int]

    @property
    def whole(self) -> TeamCounts:
        return added(self.by_requirement.values())


def added(counts: Iterable[TeamCounts], team: str = "") -> TeamCounts:
    all_of = list(counts)
    done, open_, overdue, apart = (sum(getattr(each, name) for each in all_of) for name in SUMMED)
    return TeamCounts(team, done=done, open=open_, overdue=overdue, apart=apart)


SUMMED = ("done", "open", "overdue", "apart")


def sums(obligations: QuerySet[Obligation], on: dt.datetime) -> Sums:
    """The counts by requirement, and the days on which what is open falls due within `AHEAD_DAYS`."""
    until = on + AHEAD_DAYS * ONE_DAY
    soon = Case(When(due_at__gt=on, due_at__lte=until, then=F("due_on")), output_field=DateField())
    not_met = with_status(obligations.filter(OPEN), on).annotate(soon=soon).order_by()
    rest = not_met.values_list("requirement", "rank", "soon").annotate(number=Count("*"))
    done = obligations.filter(MET).annotate(rank=Value(RANKS[Status.DONE]), soon=_no_day()).order_by()
    met = done.values_list("requirement", "rank", "soon").annotate(number=Count("*"))
    by_requirement: dict[int, dict[Status, int]] = defaultdict(lambda: defaultdict(int))
    due_on: dict[dt.date, int] = defaultdict(int)
    for requirement, rank, day, number in rest.union(met, all=True):
        status = BOARD_ORDER[rank]
        by_requirement[requirement][status] += number
        if day is not None and status in (Status.DUE, Status.UPCOMING):
            due_on[day] += number
    return Sums({pk: team_counts("", counts) for pk, counts in by_requirement.items()}, dict(due_on))


def _no_day() -> Any:
    return Value(None, output_field=DateField(null=True))


@dataclass(frozen=True, slots=True)
class Late:
    """Who is overdue in one team."""

    team: int | None
    overdue: int
    people: int
    oldest_on: dt.date
    before_start: int


def late_by_team(obligations: QuerySet[Obligation], on: dt.datetime) -> list[Late]:
    """The teams with somebody overdue, most overdue first, in one statement.

    `before_start` of it was due before the person's first day, which cannot have been meant.
    """
    found = having_status(obligations, Status.OVERDUE, on).order_by().values_list("membership__team")
    rows = found.annotate(
        overdue=Count("*"),
        people=Count("membership", distinct=True),
        oldest=Min("due_on"),
        early=Count("pk", filter=Q(due_on__lt=F("membership__started_on"))),
    )
    return sorted((Late(*row) for row in rows), key=lambda late: (-late.overdue, late.oldest_on, late.team or 0))


@dataclass(frozen=True, slots=True)
class TeamRow:
    team: int | None
    counts: TeamCounts


def team_rows(
    obligations: QuerySet[Obligation], teams: Iterable[Team], late: Iterable[Late], on: dt.datetime, *, limit: int
) -> list[TeamRow]:
    """The counts of the teams that most is overdue in, and of others while there is room: one statement.

    People without a team stand last, as a row without a name.
    """
    names: dict[int | None, str] = {team.pk: team.name for team in teams}
    chosen = [each.team for each in late if each.team in names][:limit]
    chosen += [pk for pk in names if pk not in set(chosen)][: limit - len(chosen)]
    wanted = Q(membership__team__in=chosen)
    if len(names) <= limit:
        wanted |= Q(membership__team__isnull=True)
    found = with_status(obligations.filter(wanted), on).order_by().values_list("membership__team", "rank")
    counts: dict[int | None, dict[Status, int]] = defaultdict(dict)
    for team, rank, number in found.annotate(number=Count("*")):
        counts[team][BOARD_ORDER[rank]] = number
    return [TeamRow(pk, team_counts(names.get(pk, ""), counts[pk])) for pk in [*chosen, None] if pk in counts]


@dataclass(frozen=True, slots=True)
class RequirementSum:
    requirement: UUID
    counts: TeamCounts


def requirement_sums(
    requirements: Iterable[RequirementChoice], counted: Mapping[int, TeamCounts]
) -> list[RequirementSum]:
    """The counts of the requirements that ask somebody, most overdue first."""
    rows = [
        RequirementSum(each.public_id, replace(counted[each.pk], team=each.title))
        for each in requirements
        if each.pk in counted
    ]
    return sorted(rows, key=lambda row: (-row.counts.overdue, row.counts.team.casefold()))


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday on, and how much falls due in them."""

    starts_on: dt.date
    ends_on: dt.date
    number: int


def weeks(due_on: Mapping[dt.date, int], today: dt.date) -> list[Week]:
    """The weeks of the next ninety days; the first begins today, the others on a Monday."""
    found, first, last = list[Week](), today, today + (AHEAD_DAYS - 1) * ONE_DAY
    while first <= last:
        sunday = min(first + (6 - first.weekday()) * ONE_DAY, last)
        number = sum(due_on.get(first + n * ONE_DAY, 0) for n in range((sunday - first).days + 1))
        found.append(Week(first, sunday, number))
        first = sunday + ONE_DAY
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody to do it; the last three wait for administrators and nobody else."""

    evidence: int
    without_account: int
    hired_later: int
    accommodations: int = 0
    statements: int = 0
    invitations: int = 0


def waiting(
    organization: Organization, people: QuerySet[Membership], on: dt.datetime, *, for_administrators: bool
) -> Waiting:
    """How much waits, of these people, in one statement that counts nothing which is not told."""
    today = local_day(on, organization.time_zone)
    here = people.exclude(ended_on__lte=today)
    counts: dict[str, QuerySet[Any]] = {
        "evidence": Evidence.objects.filter(decision="", withdrawn_at__isnull=True, membership__in=here),
        "without_account": here.filter(user__isnull=True),
        "hired_later": here.filter(hired_on__gt=F("started_on")),
    }
    if for_administrators:
        counts |= _of_administrators(organization, here)
    found: Any = Organization.objects.filter(pk=organization.pk).values(
        **{name: _counted(queryset) for name, queryset in counts.items()}
    )
    return Waiting(**found.get())


def _of_administrators(organization: Organization, here: QuerySet[Membership]) -> dict[str, QuerySet[Any]]:
    invited = Invitation.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return {
        "accommodations": open_requests(organization),
        "statements": Statement.objects.filter(
            needs_second=True, is_confirmed__isnull=True, withdrawn_at__isnull=True, obligation__membership__in=here
        ),
        "invitations": here.filter(user__isnull=True, pk__in=invited.values("membership")),
    }


def _counted(queryset: QuerySet[Any]) -> Coalesce:
    number = queryset.order_by().annotate(_one=Value(1)).values("_one").annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))
