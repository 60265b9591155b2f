"""What a rule would do, read in a fixed number of statements however many people there are."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet

from accounts.models import Membership, Organization, RoleGrant, Team
from certificates.models import CertificateStatus, StatusChange
from enrollments.models import Enrollment
from training.models import (
    AssignmentRule,
    Decision,
    Evidence,
    Obligation,
    ObligationSource,
    Requirement,
    RuleVersion,
    SharedCompletion,
)
from training.queries.facts import asked_versions
from training.queries.joining import joined_days
from training.rules import (
    ONE_DAY,
    Asked,
    Completion,
    Facts,
    Match,
    PartKind,
    Proof,
    ProofKind,
    Recurrence,
    RuleText,
    Source,
    add_months,
    local_day,
    met_by,
)
from training.rules.assignment import Anchor, Dates, Order
from training.rules.audience import Audience, Choice, Kind, Seat, chooser
from training.rules.planning import Held, Known, Meets, Planned, planned

_COLUMNS = (
    "name", "audience", "anchor", "offset_days", "fixed_on", "window_days", "grace_days", "recurrence",
    "every_months", "calendar_month", "calendar_day",
)  # fmt: skip


def text_of(version: RuleVersion) -> RuleText:
    return RuleText.from_json({name: getattr(version, name) for name in _COLUMNS})


def newest_version(rule: AssignmentRule) -> RuleVersion:
    """What the rule says today."""
    found = rule.versions.order_by("number").last()
    assert found is not None
    return found


def open_rules(rules: QuerySet[AssignmentRule]) -> list[RuleVersion]:
    """The newest version of each that is not retired, with rule and requirement."""
    newest: dict[int, RuleVersion] = {}
    standing = rules.filter(retired_at__isnull=True, requirement__retired_at__isnull=True)
    found = RuleVersion.objects.filter(rule__in=standing).select_related("rule__requirement__organization")
    for version in found.order_by("number"):
        newest[version.rule_id] = version
    return list(newest.values())


_SEAT = (
    "pk", "public_id", "team_id", "job_title", "profession", "hired_on", "started_on", "ended_on", "user_id",
)  # fmt: skip


def seats_in(
    organization: Organization, today: dt.date, pks: Sequence[int] | None = None, *, with_changes: bool = False
) -> list[Seat]:
    """The members who are here that day, or those of them whose ids are given."""
    found = Membership.objects.current(today).filter(organization=organization)
    if pks is not None:
        found = found.filter(pk__in=pks)
    columns = (*_SEAT, "changed_at") if with_changes else _SEAT
    return [Seat(*row) for row in found.order_by("pk").values_list(*columns)]


def choices(
    organization: Organization, audience: Audience, today: dt.date, seats: Iterable[Seat]
) -> Iterator[tuple[Seat, Choice]]:
    """Each seat with whether the audience reaches it."""
    parents = dict(Team.objects.filter(organization=organization).values_list("pk", "parent"))
    kinds = {condition.kind for condition in (*audience.any, *audience.exempt)}
    choose = chooser(audience, parents, _roles(organization, today) if Kind.ROLE in kinds else {})
    return ((seat, choose(seat)) for seat in seats)


def _roles(organization: Organization, today: dt.date) -> dict[int, frozenset[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    grants = RoleGrant.objects.current(today).filter(membership__organization=organization)
    for seat, role in grants.values_list("membership", "role"):
        held[seat].add(role)
    return {seat: frozenset(roles) for seat, roles in held.items()}


def plan_of(
    requirement: Requirement,
    text: RuleText,
    *,
    now: dt.datetime,
    rule: RuleVersion | None = None,
    pks: Sequence[int] | None = None,
    compares: bool = False,
) -> list[Planned]:
    """What the rule with this text would do now, to everybody or to those whose ids are given.

    `rule` is the newest version of a rule that stands; `compares` looks for days that the text would change.
    """
    organization = requirement.organization
    today = local_day(now, organization.time_zone)
    seats = seats_in(organization, today, pks, with_changes=text.order.anchor is Anchor.JOINED_TEAM)
    mine = rule.rule_id if rule else None
    known = Known(
        today=today,
        zone=organization.time_zone,
        held=held_of(requirement, mine, pks),
        expiries=_expiries(requirement, pks) if text.order.anchor is Anchor.EXPIRY else {},
        meets=meeting(requirement, now, pks, since=_valid_since(text.order, now)),
        joined=joined_days(organization, seats, pks) if text.order.anchor is Anchor.JOINED_TEAM else {},
        compares=compares,
    )
    return list(planned(text.order, choices(organization, text.audience, today, seats), known))


def digest_of(text: RuleText, plans: Iterable[Planned], number: int) -> str:
    """Another digest is another outcome: other people, other days, another version in between."""
    lines = [f"{text.to_json()} {number}", *(plan.line() for plan in plans)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _expiries(requirement: Requirement, pks: Sequence[int] | None) -> dict[int, dt.date]:
    """The day printed on each member's newest evidence, where one is."""
    found = Evidence.objects.filter(
        requirement=requirement,
        decision=Decision.APPROVED,
        withdrawn_at__isnull=True,
        expires_on__isnull=False,
    )
    if pks is not None:
        found = found.filter(membership__in=pks)
    return dict(found.values("membership").annotate(last=Max("expires_on")).values_list("membership", "last"))


class _Source(NamedTuple):
    pk: int
    rule: int | None
    due_on: dt.date
    opens_on: dt.date | None
    grace_days: int
    asked_at: dt.datetime
    ended_at: dt.datetime | None


def held_of(
    requirement: Requirement, rule: int | None, pks: Sequence[int] | None = None, *, only: Sequence[int] | None = None
) -> dict[int, Held]:
    """What each member holds for the requirement, and whether the rule with this id asks for it.

    `pks` are the ids of seats; `only` leaves out all obligations but those.
    """
    sources: dict[int, list[_Source]] = defaultdict(list)
    asking = ObligationSource.objects.filter(obligation__requirement=requirement)
    owed = Obligation.objects.filter(requirement=requirement)
    if pks is not None:
        asking, owed = asking.filter(obligation__membership__in=pks), owed.filter(membership__in=pks)
    if only is not None:
        asking, owed = asking.filter(obligation__in=only), owed.filter(pk__in=only)
    names = ("obligation", "pk", "rule_version__rule", *_Source._fields[2:])
    for obligation, *row in asking.values_list(*names):
        sources[obligation].append(_Source._make(row))
    newest: dict[int, Held] = {}
    columns = ("membership", "pk", "period", "due_on", "met_on", "day_of_month", "expires_on")
    for seat, *row in owed.order_by("period").values_list(*columns):
        before = newest.get(seat)
        held = _held(row, sources[row[0]], rule, before)
        newest[seat] = _newer(before, held)
    return newest


def _newer(before: Held | None, held: Held) -> Held:
    stands = held.is_asked or held.met_on is not None
    if before is None or stands or not (before.is_asked or before.met_on is not None):
        return held
    return before._replace(released=held.pk)


def _held(row: list[Any], sources: list[_Source], rule: int | None, before: Held | None) -> Held:
    asking = [source for source in sources if source.ended_at is None]
    if asking:
        deciding = min(asking, key=lambda source: (source.due_on, source.grace_days, source.pk))
    else:
        deciding = max(sources, key=lambda source: (source.ended_at or source.asked_at, source.pk))
    mine = next((source for source in asking if source.rule is not None and source.rule == rule), None)
    pk, period, due_on, met_on, day_of_month, expires_on = row
    return Held(
        pk=pk,
        period=period,
        due_on=due_on,
        met_on=met_on,
        day_of_month=day_of_month,
        expires_on=expires_on,
        opens_on=deciding.opens_on,
        grace_days=deciding.grace_days,
        asked_on=deciding.due_on,
        is_asked=bool(asking),
        mine=mine.pk if mine else None,
        mine_due_on=mine.due_on if mine else None,
        mine_asked_at=mine.asked_at if mine else None,
        before=before,
    )


def _valid_since(order: Order, now: dt.datetime) -> dt.datetime | None:
    """Before this instant nothing counts for a first period; the days to spare are for zones."""
    repeat = order.repeat
    if repeat.kind is not Recurrence.FROM_COMPLETION:
        return None
    day = add_months(now.date(), -repeat.every_months) - 3 * ONE_DAY
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def meeting(
    requirement: Requirement, now: dt.datetime, pks: Sequence[int] | None = None, *, since: dt.datetime | None = None
) -> Meets:
    """What tells whether a member has already done what a new obligation would ask, as it will be counted then.

    Completions before `since` count for nothing, so that they are not read.
    """
    versions = asked_versions([requirement.pk])[0][requirement.pk]
    asked = max((each for each in versions if each.known_at <= now), key=lambda each: each.known_at)
    if asked.match is Match.ALL and any(part.kind is PartKind.POLICY for part in asked.parts):
        return lambda _seat, _dates: False  # a policy is acknowledged for one obligation, and there is none yet
    completed = _completed(requirement, asked, pks, since)
    evidence = _evidence(requirement, asked, pks)
    zone = requirement.organization.time_zone

    def meets(seat: Seat, dates: Dates) -> bool:
        taken = completed.of(seat)
        proofs = evidence.get(seat.pk, ())
        if not taken and not proofs:
            return False
        facts = Facts(
            assigned_at=now,
            zone=zone,
            started_on=seat.started_on,
            ended_on=seat.ended_on,
            asked=(asked,),
            sources=(Source(due_on=dates.due_on, opens_on=dates.opens_on, known_at=now),),
            completions=taken,
            proofs=tuple(proofs),
        )
        return met_by(facts, dates.opens_on, now) is not None

    return meets


@dataclass(frozen=True, slots=True)
class _Completed:
    """Completions by person; what she shares with this employer is known by seat."""

    taken: Mapping[int, list[tuple[int, int, dt.datetime, dt.datetime]]]
    revoked: Mapping[int, dt.datetime]
    shared: Mapping[tuple[int, int], dt.datetime]

    def of(self, seat: Seat) -> tuple[Completion, ...]:
        if seat.user is None:
            return ()
        return tuple(
            Completion(
                id=pk,
                course=course,
                started_at=started_at,
                completed_at=completed_at,
                shared_at=self.shared.get((seat.pk, pk)),
                revoked_at=self.revoked.get(pk),
            )
            for pk, course, started_at, completed_at in self.taken.get(seat.user, ())
        )


def _completed(
    requirement: Requirement, asked: Asked, pks: Sequence[int] | None, since: dt.datetime | None
) -> _Completed:
    courses = sorted({course for part in asked.parts for course in part.courses})
    if not courses:
        return _Completed({}, {}, {})
    seats = Membership.objects.filter(organization=requirement.organization, user__isnull=False)
    if pks is not None:
        seats = seats.filter(pk__in=pks)
    found = Enrollment.objects.filter(course__in=courses, completed_at__isnull=False, user__in=seats.values("user"))
    if since is not None:
        found = found.filter(completed_at__gte=since)
    taken: dict[int, list[tuple[int, int, dt.datetime, dt.datetime]]] = defaultdict(list)
    columns = found.values_list("user", "pk", "course", "started_at", "completed_at")
    for user, pk, course, started_at, completed_at in columns:
        assert completed_at is not None
        taken[user].append((pk, course, started_at, completed_at))
    revoked = StatusChange.objects.filter(
        certificate__enrollment__course__in=courses,
        certificate__replacement__isnull=True,
        status=CertificateStatus.REVOKED,
    )
    shared = SharedCompletion.objects.filter(membership__in=seats, enrollment__course__in=courses)
    return _Completed(
        taken,
        dict(revoked.values_list("certificate__enrollment", "at")),
        {(seat, pk): at for seat, pk, at in shared.values_list("membership", "enrollment", "shared_at")},
    )


def _evidence(requirement: Requirement, asked: Asked, pks: Sequence[int] | None) -> dict[int, list[Proof]]:
    parts = [part.id for part in asked.parts if part.kind is PartKind.EVIDENCE]
    if not parts:
        return {}
    found = Evidence.objects.filter(requirement=requirement, decision=Decision.APPROVED)
    if pks is not None:
        found = found.filter(membership__in=pks)
    proofs: dict[int, list[Proof]] = defaultdict(list)
    columns = ("membership", "pk", "done_on", "decided_at", "withdrawn_at", "expires_on")
    for seat, pk, done_on, known_at, ended_at, expires_on in found.values_list(*columns):
        proofs[seat] += [
            Proof(
                kind=ProofKind.EVIDENCE,
                id=pk,
                part=part,
                done_on=done_on,
                known_at=known_at,
                ended_at=ended_at,
                expires_on=expires_on,
            )
            for part in parts
        ]
    return proofs
