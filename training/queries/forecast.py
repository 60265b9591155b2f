"""A day to come: who would be overdue by its end, and whom a mail would reach on it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization
from audit.models import OutboxMail
from training.models import Obligation, TrainingPolicy
from training.queries.board import titles_of
from training.queries.digests import digest_key, digest_readers
from training.queries.facts import with_facts
from training.queries.policy import policy_of
from training.queries.reminders import (
    Candidate,
    all_ladders,
    candidates_of,
    chunks,
    quiet_of,
    reminder_key,
    with_seats,
    zone_of_person,
)
from training.queries.status import RANKS, having_status, status_rank
from training.rules import (
    LADDER,
    ONE_DAY,
    ONE_SECOND,
    QuietHours,
    Stage,
    Status,
    day_start,
    digest_at,
    due_at,
    goes_on,
    local_day,
    next_allowed,
    obligation_status,
)


@dataclass(frozen=True, slots=True)
class Going:
    """A mail that would go on the day: of which obligation, at which stage, and when it may leave, in whose zone."""

    obligation: int
    stage: Stage
    at: dt.datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Digesting:
    """A week's digest that would go on the day, should there be anything to tell; whose, and when it may leave."""

    reader: Membership
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """A day to come, if nothing else happens until then. `becoming` are overdue by its end, and not yet now."""

    overdue_now: int
    becoming: QuerySet[Obligation]
    mails: list[Going]
    digests: list[Digesting]
    policy: TrainingPolicy


def forecast(
    organization: Organization, obligations: QuerySet[Obligation], *, now: dt.datetime, day: dt.date
) -> Forecast:
    """Who becomes overdue from now until the end of that day, and whom a mail would reach on it, by today's facts.

    Statuses are read from the columns, which hold until `recheck_at`, and from the facts of what time alone changes
    before that day; mails are decided by `rules.goes_on` and `rules.digest_at`, as the worker decides them. Nothing is
    written.
    """
    policy = policy_of(organization)
    end = max(due_at(day, organization.time_zone) - ONE_SECOND, now)
    return Forecast(
        overdue_now=having_status(obligations, Status.OVERDUE, now).count(),
        becoming=_becoming(obligations, now, end),
        mails=_mails(organization, obligations, day, quiet_of(policy), now) if policy.reminders_are_on else [],
        digests=_digests(organization, policy, day) if policy.reminders_are_on else [],
        policy=policy,
    )


def _becoming(obligations: QuerySet[Obligation], now: dt.datetime, end: dt.datetime) -> QuerySet[Obligation]:
    open_ones = obligations.filter(met_at__isnull=True, overdue_at__lte=end)
    not_yet = open_ones.alias(rank_now=status_rank(now)).exclude(rank_now=RANKS[Status.OVERDUE])
    turning = [
        owed.pk
        for owed, facts in with_facts(not_yet.filter(recheck_at__lte=end))
        if obligation_status(facts, end).status is Status.OVERDUE
    ]
    steady = Q(recheck_at__isnull=True) | Q(recheck_at__gt=end)
    then = not_yet.alias(rank_then=status_rank(end)).filter(
        Q(pk__in=turning) | (steady & Q(rank_then=RANKS[Status.OVERDUE]))
    )
    return then.select_related("membership__team").order_by("due_at", "pk")


def _mails(
    organization: Organization, obligations: QuerySet[Obligation], day: dt.date, quiet: QuietHours, now: dt.datetime
) -> list[Going]:
    """First who is due first. What was sent or dropped before does not go again."""
    ladders, found = all_ladders(organization), list[Going]()
    start = day_start(day, organization.time_zone)  # the day of others begins up to a day earlier, or ends later
    candidates = candidates_of(organization, obligations, ladders, start - ONE_DAY, start + 2 * ONE_DAY)
    likely = [each.pk for each in candidates if _may_go(each, ladders.get(each.requirement, LADDER), day, quiet)]
    for pks in chunks(likely):
        going: dict[str, Going] = {}
        for owed, facts in with_seats(pks):
            zone = zone_of_person(owed.membership)
            stage = goes_on(facts, ladders.get(owed.requirement_id, LADDER), day, zone, quiet, local_day(now, zone))
            if stage is not None:
                at = next_allowed(day_start(day, zone), zone, quiet)
                going[reminder_key(owed.public_id, stage)] = Going(owed.pk, stage, at, zone)
        over = _over(going)
        found += [each for key, each in going.items() if key not in over]
    return sorted(found, key=lambda each: (each.stage.due_on, each.obligation))


def _digests(organization: Organization, policy: TrainingPolicy, day: dt.date) -> list[Digesting]:
    """Whose digest goes that day, by name. It costs nothing on the six other days of the week."""
    if day.weekday() != policy.digest_weekday:
        return []
    quiet, found = quiet_of(policy), dict[str, Digesting]()
    for reader, since in digest_readers(organization, day_start(day, organization.time_zone)):
        zone = zone_of_person(reader)
        owed = digest_at(day_start(day, zone), zone, quiet, policy.digest_weekday, since)
        if owed and owed[0] == day and reader.user_id:
            found[digest_key(reader, day)] = Digesting(reader, owed[1])
    over = _over(found)
    going = (each for key, each in found.items() if key not in over)
    return sorted(going, key=lambda each: (each.reader.name, each.reader.pk))


def _may_go(candidate: Candidate, ladder: tuple[int, ...], day: dt.date, quiet: QuietHours) -> bool:
    """Whether the columns lead to expect a new stage that day. What opens or goes on about then is looked at anyway."""
    zone = candidate.person_zone
    at, before = (next_allowed(day_start(each, zone), zone, quiet) for each in (day, day - ONE_DAY))
    stage = candidate.reached(ladder, at)
    return stage is not None and (stage != candidate.reached(ladder, before) or candidate.turns_about(at))


def _over(keys: Iterable[str]) -> set[str]:
    wanted = list(keys)
    if not wanted:
        return set()
    mails = OutboxMail.objects.filter(key__in=wanted).exclude(sent_at__isnull=True, dropped_at__isnull=True)
    return set(mails.values_list("key", flat=True))


@dataclass(frozen=True, slots=True)
class ForecastRow:
    membership: UUID
    name: str
    team: str
    title: str
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class MailRow:
    row: ForecastRow
    going: Going


def forecast_rows(obligations: Sequence[Obligation]) -> list[ForecastRow]:
    """The rows of a page, read with `membership__team`."""
    titles = titles_of(obligations)
    return [_row(one, titles.get(one.requirement_id, "")) for one in obligations]


def mail_rows(mails: Sequence[Going]) -> list[MailRow]:
    """The rows of a page of mails."""
    found = Obligation.objects.filter(pk__in=[each.obligation for each in mails]).select_related("membership__team")
    owed: dict[int, Any] = {one.pk: one for one in found}
    titles = titles_of(owed.values())
    return [
        MailRow(_row(owed[each.obligation], titles.get(owed[each.obligation].requirement_id, "")), each)
        for each in mails
    ]


def _row(owed: Obligation, title: str) -> ForecastRow:
    seat = owed.membership
    return ForecastRow(seat.public_id, seat.name, seat.team.name if seat.team else "", title, owed.due_on)
