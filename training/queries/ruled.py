"""Requirements with their versions and rules, as the pages show them; and whom a rule cannot give a day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, Organization, Team
from accounts.rules import Branch, told_apart
from training.models import AssignmentRule, Obligation, ObligationSource, PartKinds, Requirement, RequirementVersion
from training.queries.board import course_titles
from training.queries.planning import open_rules, plan_of, text_of
from training.queries.status import BOARD_ORDER, with_status
from training.rules import Anchor, Kind, PartKind, Place, Planned, Reason, Recurrence, RuleText, Status, local_day

#: So many names stand on one page of a preview or a work list.
NAMES = 50
#: Above so many candidates a plan looks at everybody rather than at a list of ids.
MANY = 5_000


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part in words of its own: a course with those that count as it, or a title with its text."""

    kind: str
    title: str
    text: str
    equivalents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: RequirementVersion
    parts: tuple[PartRow, ...]


def version_rows(requirement: Requirement) -> list[VersionRow]:
    """What the requirement asks, and what it asked before; the newest first."""
    titles = course_titles()
    versions = requirement.versions.order_by("-number").prefetch_related("parts__courses__course")
    return [VersionRow(version, tuple(_part_rows(version, titles))) for version in versions]


def _part_rows(version: RequirementVersion, titles: Mapping[int, str]) -> Iterator[PartRow]:
    for part in version.parts.all():
        names = [(each.is_equivalent, titles.get(each.course_id, each.course.slug)) for each in part.courses.all()]
        title = next((name for is_equivalent, name in names if not is_equivalent), part.title)
        equivalents = tuple(name for is_equivalent, name in names if is_equivalent)
        yield PartRow(PartKinds(part.kind).value, title, part.text, equivalents)


class Part(Protocol):
    """A part that is not published yet."""

    @property
    def kind(self) -> PartKind: ...
    @property
    def courses(self) -> tuple[int, ...]: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


def part_rows_of(parts: Iterable[Part]) -> list[PartRow]:
    """The same of what is looked over."""
    titles = course_titles()
    rows = []
    for part in parts:
        names = [titles.get(course, "") for course in part.courses]
        rows.append(PartRow(part.kind.value, names[0] if names else part.title, part.text, tuple(names[1:])))
    return rows


@dataclass(frozen=True, slots=True)
class RuleRow:
    rule: AssignmentRule
    number: int
    text: RuleText
    asking: int


def rule_rows(requirement: Requirement) -> list[RuleRow]:
    """The rules of a requirement, those that stand first, each with how many open obligations it asks for."""
    rules = requirement.assignment_rules.prefetch_related("versions").order_by("retired_at", "pk")
    asking = ObligationSource.objects.filter(
        rule_version__rule__requirement=requirement, ended_at__isnull=True, obligation__met_at__isnull=True
    )
    counts = dict(asking.order_by().values_list("rule_version__rule").annotate(number=Count("pk")))
    rows = []
    for rule in rules:
        newest = max(rule.versions.all(), key=lambda version: version.number)
        rows.append(RuleRow(rule, newest.number, text_of(newest), counts.get(rule.pk, 0)))
    return sorted(rows, key=lambda row: row.rule.retired_at is not None)


def statuses_of(obligations: QuerySet[Obligation], on: dt.datetime) -> dict[Status, int]:
    """How many of the obligations stand how, in the board's order."""
    found = with_status(obligations, on).order_by().values_list("rank").annotate(number=Count("pk"))
    counts = {BOARD_ORDER[rank]: number for rank, number in found}
    return {status: counts[status] for status in BOARD_ORDER if counts.get(status)}


def team_names(organization: Organization) -> dict[int, str]:
    """How each team is called, retired ones too; open ones of one name are told apart by their paths."""
    rows = list(Team.objects.filter(organization=organization).values_list("pk", "name", "parent", "retired_at"))
    open_ones = [Branch(pk, name, parent) for pk, name, parent, retired_at in rows if retired_at is None]
    return {pk: name for pk, name, _, _ in rows} | told_apart(open_ones)


# Names of a plan


@dataclass(frozen=True, slots=True)
class Named:
    """A member of a plan, with her place in it."""

    seat: Membership
    plan: Planned


def named_plans(plans: Sequence[Planned]) -> list[Named]:
    """These members with their names, in the plan's order."""
    seats = Membership.objects.select_related("team").in_bulk([plan.seat for plan in plans])
    return [Named(seats[plan.seat], plan) for plan in plans if plan.seat in seats]


# Whom a rule has no day for


@dataclass(frozen=True, slots=True)
class NoDay:
    """A rule that asks these members, and why it has no day for each."""

    rule: AssignmentRule
    text: RuleText
    plans: list[Planned]


def without_day(organization: Organization, now: dt.datetime) -> list[NoDay]:
    """Whom the rules of the organization ask in vain, rule by rule. Rules that have a day for everybody cost nothing."""
    found = []
    for version in open_rules(AssignmentRule.objects.filter(organization=organization)):
        text = text_of(version)
        if not may_lack(text):
            continue
        candidates = list(_candidates(version.rule.requirement, text, now).values_list("pk", flat=True)[: MANY + 1])
        pks = None if len(candidates) > MANY else candidates
        plans = plan_of(version.rule.requirement, text, now=now, rule=version, pks=pks) if candidates else []
        if impossible := [plan for plan in plans if plan.place is Place.IMPOSSIBLE]:
            found.append(NoDay(version.rule, text, impossible))
    return found


def may_lack(text: RuleText) -> bool:
    """Whether the rule may have no day for somebody."""
    return text.order.anchor is not Anchor.ASSIGNED


def _candidates(requirement: Requirement, text: RuleText, now: dt.datetime) -> QuerySet[Membership]:
    """Members who are here and of whom nobody asks it now; of a rule by hire date only those whose day is missing or over."""
    organization = requirement.organization
    today = local_day(now, organization.time_zone)
    asking = ObligationSource.objects.filter(obligation=OuterRef("pk"), ended_at__isnull=True)
    owed = Obligation.objects.filter(membership=OuterRef("pk"), requirement=requirement, met_at__isnull=True)
    people = (
        Membership.objects.current(today).filter(organization=organization).exclude(Exists(owed.filter(Exists(asking))))
    )
    if text.order.anchor is Anchor.HIRED and text.order.repeat.kind in (Recurrence.NONE, Recurrence.FROM_COMPLETION):
        last = today - dt.timedelta(days=text.order.offset_days)
        people = people.filter(Q(hired_on__isnull=True) | Q(hired_on__lt=last))
    return people.order_by("pk")


def count_without_day(organization: Organization, now: dt.datetime) -> int:
    return sum(len(each.plans) for each in without_day(organization, now))


# The matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """Those of one title or team who are asked for one requirement, and how many of them are done for now."""

    asked: int
    done: int
    overdue: int
    is_named: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One job title, or one team: its people, and a cell for each requirement, in the order of the columns."""

    key: str
    name: str
    people: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    requirement: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


#: Done for now: met, or met before and not open again yet.
_DONE = (Status.DONE, Status.DONE_LATE, Status.UPCOMING)


def matrix(
    organization: Organization, people: QuerySet[Membership], now: dt.datetime, *, by_team: bool = False
) -> Matrix:
    """Which titles, or teams, must do what, and how far they are: of the people given who are here."""
    today = local_day(now, organization.time_zone)
    here = people.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), started_on__lte=today)
    field = "team" if by_team else "job_title"
    requirements = list(
        Requirement.objects.filter(organization=organization, retired_at__isnull=True).order_by("created_at", "pk")
    )
    titles = _titles(requirements)
    sizes = dict(here.order_by().values_list(field).annotate(number=Count("pk")))
    counts = _cell_counts(requirements, here, field, now)
    named = _named(organization, by_team=by_team)
    names = team_names(organization)
    lines = []
    for key, size in sizes.items():
        cells = tuple(
            _cell(counts.get((key, one.pk), {}), is_named=_plain(key) in named.get(one.pk, ())) for one in requirements
        )
        name = names.get(key, "") if by_team else str(key)
        lines.append(Line(str(key or ""), name, size, cells))
    lines.sort(key=lambda line: (not line.name, line.name.casefold()))
    columns = tuple(Column(one.public_id, titles.get(one.pk, "")) for one in requirements)
    return Matrix(columns, tuple(lines))


def _titles(requirements: Iterable[Requirement]) -> dict[int, str]:
    versions = RequirementVersion.objects.filter(requirement__in=requirements).order_by("number")
    return dict(versions.values_list("requirement", "title"))


def _cell_counts(
    requirements: Sequence[Requirement], here: QuerySet[Membership], field: str, now: dt.datetime
) -> dict[tuple[object, int], dict[Status, int]]:
    """Newest periods by title or team, requirement and status: one statement."""
    later = Obligation.objects.filter(
        membership=OuterRef("membership"),
        requirement=OuterRef("requirement"),
        period__gt=OuterRef("period"),
        released_at__isnull=True,
    )
    newest = Obligation.objects.filter(requirement__in=requirements, membership__in=here).exclude(Exists(later))
    grouped = with_status(newest, now).order_by().values_list(f"membership__{field}", "requirement", "rank")
    counts: dict[tuple[object, int], dict[Status, int]] = {}
    for key, requirement, rank, number in grouped.annotate(number=Count("pk")):
        counts.setdefault((key, requirement), {})[BOARD_ORDER[rank]] = number
    return counts


def _cell(counts: Mapping[Status, int], *, is_named: bool) -> Cell:
    asked = sum(number for status, number in counts.items() if status is not Status.RELEASED)
    return Cell(asked, sum(counts.get(status, 0) for status in _DONE), counts.get(Status.OVERDUE, 0), is_named)


def _named(organization: Organization, *, by_team: bool) -> dict[int, set[object]]:
    """The titles, or the teams, that rules name by themselves, by the id of the requirement."""
    kind = Kind.TEAM if by_team else Kind.TITLE
    named: dict[int, set[object]] = {}
    for version in open_rules(AssignmentRule.objects.filter(organization=organization)):
        found = (each for each in text_of(version).audience.any if each.kind is kind)
        words = {each.team if by_team else _plain(each.word) for each in found}
        named[version.rule.requirement_id] = named.get(version.rule.requirement_id, set()) | words
    return named


def _plain(key: object) -> object:
    return " ".join(key.split()).casefold() if isinstance(key, str) else key


def reasons_in(plans: Iterable[Planned]) -> dict[Reason, int]:
    counts: dict[Reason, int] = {}
    for plan in plans:
        if plan.reason:
            counts[plan.reason] = counts.get(plan.reason, 0) + 1
    return counts
