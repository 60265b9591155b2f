"""Who is to be told of what: found by the columns, decided by the facts."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization
from audit.models import OutboxMail
from training.models import Obligation, RequirementVersion, TrainingPolicy
from training.queries.facts import CHUNK, facts_of
from training.queries.learner import DueRow, standing_row
from training.queries.policy import policy_of
from training.rules import (
    LADDER,
    ONE_DAY,
    ONE_SECOND,
    TOLD,
    Facts,
    QuietHours,
    Stage,
    Standing,
    Status,
    absence_at,
    away_until,
    day_start,
    ladder_of,
    local_day,
    next_allowed,
    obligation_status,
    stage_due,
    stage_reached,
)

#: Nobody's quiet hours last longer, on whatever day clocks are changed.
LONGEST_QUIET = dt.timedelta(hours=26)


def quiet_of(policy: TrainingPolicy) -> QuietHours:
    return QuietHours(policy.quiet_from, policy.quiet_until)


def zone_of_person(membership: Membership) -> str:
    """Where her evening and her calendar are: by her account, or by the organization while she has none."""
    return membership.user.time_zone if membership.user else membership.organization.time_zone


def ladders_of(requirements: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The ladder of each requirement's newest version, by the requirement's id."""
    versions = RequirementVersion.objects.filter(requirement__in=set(requirements)).order_by("requirement", "number")
    return {pk: ladder_of(ladder) for pk, ladder in versions.values_list("requirement", "ladder")}


def reminder_key(obligation: UUID, stage: Stage) -> str:
    """The occasion: this stage of this obligation, for this due day."""
    return f"training.reminder:{obligation}:{stage.due_on.isoformat()}:{stage.offset}"


def is_reminded(told: "Told") -> bool:
    """Whether the ladder's mail of the stage that is due has gone today, or is about to."""
    if told.stage is None:
        return False
    mail = OutboxMail.objects.filter(key=reminder_key(told.obligation.public_id, told.stage), dropped_at=None).first()
    today = local_day(told.now, told.zone)
    return mail is not None and (mail.sent_at is None or local_day(mail.sent_at, told.zone) == today)


@dataclass(frozen=True, slots=True)
class Planned:
    """A person is to be told of a stage, not before that instant."""

    obligation: UUID
    stage: Stage
    not_before: dt.datetime

    @property
    def key(self) -> str:
        return reminder_key(self.obligation, self.stage)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the columns say of an obligation that somebody may have to be told of."""

    pk: int
    public_id: UUID
    requirement: int
    zone: str
    due_on: dt.date
    due_at: dt.datetime
    overdue_at: dt.datetime
    assigned_at: dt.datetime
    opens_at: dt.datetime | None
    away_until: dt.datetime | None
    waived_until: dt.datetime | None
    recheck_at: dt.datetime | None
    started_on: dt.date
    person_zone: str

    def reached(self, ladder: tuple[int, ...], on: dt.datetime) -> Stage | None:
        """The stage that the columns lead to expect; whether she is told of it, the facts decide."""
        overdue_on = local_day(self.overdue_at - ONE_SECOND, self.zone)
        status = Status.DUE if on < self.due_at else Status.GRACE if on < self.overdue_at else Status.OVERDUE
        stage = stage_reached(status, self.due_on, overdue_on, ladder, local_day(on, self.person_zone))
        is_later = stage is not None and stage.day > local_day(self.assigned_at, self.person_zone)
        return stage if is_later else None

    def turns_about(self, on: dt.datetime) -> bool:
        """Whether it opens or goes on about that day, or has changed by then in a way that the columns do not tell."""
        started_at = day_start(self.started_on, self.zone)
        about = (self.opens_at, self.away_until, self.waived_until, started_at)
        is_near = any(at is not None and abs(at - on) <= 3 * ONE_DAY for at in about)
        return is_near or (self.recheck_at is not None and self.recheck_at <= on)


def planned_reminders(organization: Organization, quiet: QuietHours, now: dt.datetime) -> Iterator[list[Planned]]:
    """Who is to be told now, or when her quiet hours are over; without those that a mail stands for already.

    One statement finds whom the columns lead to expect. The facts of whoever has no mail yet decide, chunk by chunk.
    """
    ladders = all_ladders(organization)
    obligations = Obligation.objects.of_organization(organization)
    expected: dict[int, tuple[dt.datetime, str]] = {}
    for each in candidates_of(organization, obligations, ladders, now, now + LONGEST_QUIET):
        at = next_allowed(now, each.person_zone, quiet)
        if stage := each.reached(ladders.get(each.requirement, LADDER), at):
            expected[each.pk] = at, reminder_key(each.public_id, stage)
    for pks in chunks(list(expected)):
        known = owed_keys(expected[pk][1] for pk in pks)
        fresh = [pk for pk in pks if expected[pk][1] not in known]
        found = []
        for row, facts in with_seats(fresh):
            at, zone = expected[row.pk][0], zone_of_person(row.membership)
            if stage := stage_due(facts, ladders.get(row.requirement_id, LADDER), at, zone):
                found.append(Planned(row.public_id, stage, at))
        # Where the facts decided otherwise than the columns led to expect, a mail may stand for that.
        known = owed_keys({each.key for each in found} - {expected[pk][1] for pk in fresh})
        yield [each for each in found if each.key not in known]


def all_ladders(organization: Organization) -> dict[int, tuple[int, ...]]:
    """The ladder of each of the organization's requirements."""
    versions = RequirementVersion.objects.filter(requirement__organization=organization)
    ordered = versions.order_by("requirement", "number").values_list("requirement", "ladder")
    return {pk: ladder_of(ladder) for pk, ladder in ordered}


def candidates_of(
    organization: Organization,
    obligations: QuerySet[Obligation],
    ladders: Mapping[int, tuple[int, ...]],
    first: dt.datetime,
    last: dt.datetime,
) -> list[Candidate]:
    """What is open and within a ladder's reach from one instant to another; nothing that is waived, away, not open or
    gone for all that time."""
    lead = max((-ladder[0] for ladder in ladders.values()), default=0)
    found = obligations.filter(
        Q(released_at__isnull=True) | Q(released_at__gt=first),
        Q(waived_until__isnull=True) | Q(waived_until__lte=last),
        Q(away_from__isnull=True) | Q(away_from__gt=first) | Q(away_until__lte=last),
        Q(opens_at__isnull=True) | Q(opens_at__lte=last),
        Q(left_at__isnull=True) | Q(left_at__gt=first),
        met_at__isnull=True,
        due_at__lte=last + ONE_DAY * (max(lead, 0) + 2),
    )
    fields = (
        *("pk", "public_id", "requirement", "zone", "due_on", "due_at", "overdue_at", "assigned_at", "opens_at"),
        *("away_until", "waived_until", "recheck_at", "membership__started_on", "membership__user__time_zone"),
    )
    rows = found.order_by("pk").values_list(*fields)
    return [Candidate(*(*row[:-1], row[-1] or organization.time_zone)) for row in rows]


def chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]


def owed_keys(keys: Iterable[str]) -> set[str]:
    """Those of these occasions that a mail stands for, whatever became of it."""
    wanted = list(keys)
    return set(OutboxMail.objects.filter(key__in=wanted).values_list("key", flat=True)) if wanted else set()


def with_seats(pks: Iterable[int]) -> Iterator[tuple[Obligation, Facts]]:
    """These obligations, at most `CHUNK`, with their facts, and whose they are."""
    seats = ("membership__user", "membership__organization")
    rows = list(Obligation.objects.filter(pk__in=list(pks)).select_related(*seats).order_by("due_at", "pk"))
    facts = facts_of(rows)
    for row in rows:
        yield row, facts[row.pk]


@dataclass(frozen=True, slots=True)
class Told:
    """One obligation and the person who owes it, read anew from the facts."""

    obligation: Obligation
    standing: Standing
    stage: Stage | None
    zone: str
    policy: TrainingPolicy
    now: dt.datetime
    #: When the leave ends that she is on; nothing while she is on none.
    back_at: dt.datetime | None = None

    @property
    def membership(self) -> Membership:
        return self.obligation.membership

    @property
    def organization(self) -> Organization:
        return self.obligation.membership.organization

    @property
    def may_be_told(self) -> bool:
        """Whether there is anything that she can still act on, and a person to tell."""
        has_begun = self.membership.started_on <= local_day(self.now, self.zone)
        return has_begun and self.is_there and self.standing.status in TOLD

    @property
    def is_there(self) -> bool:
        """Whether there is a person to tell, now or from a later day on: nobody who left or whose account is closed."""
        return may_be_written_to(self.membership, self.now)

    @property
    def is_asked(self) -> bool:
        """Whether something is asked of her that she can act on, now or later."""
        return self.is_there and self.standing.status in (*TOLD, Status.UPCOMING, Status.SUSPENDED)

    @property
    def may_leave_at(self) -> dt.datetime:
        return next_allowed(self.now, self.zone, quiet_of(self.policy))

    @property
    def may_begin_at(self) -> dt.datetime:
        """When she may first be told what is asked of her: here, back, with what is open, outside her quiet hours.

        A leave may end earlier than was thought, or later: a day after, it is asked about again.
        """
        at = max(self.now, day_start(self.membership.started_on, self.zone))
        opens_on = self.standing.due.opens_on
        if self.standing.status is Status.UPCOMING and opens_on is not None:
            at = max(at, day_start(opens_on, self.obligation.zone))
        if self.standing.status is Status.SUSPENDED and self.back_at is not None:
            at = max(at, min(self.back_at, self.now + ONE_DAY))
        return next_allowed(at, self.zone, quiet_of(self.policy))

    @property
    def address(self) -> str:
        return self.membership.user.email if self.membership.user else self.membership.work_email

    @property
    def row(self) -> DueRow:
        return standing_row(self.obligation, self.standing, self.now)


def may_be_written_to(seat: Membership, now: dt.datetime) -> bool:
    """Whether there is a person: one who has not left, and whose account, if she has one, is open."""
    has_left = seat.ended_on is not None and seat.ended_on <= local_day(now, zone_of_person(seat))
    return not has_left and (seat.user is None or seat.user.is_active)


def told_of(obligation: str | UUID, now: dt.datetime) -> Told | None:
    """Everything that a reminder rests on, as it stands at this instant."""
    found = Obligation.objects.filter(public_id=obligation).select_related(
        "membership__user", "membership__organization"
    )
    owed = found.first()
    if owed is None:
        return None
    facts, zone = facts_of([owed])[owed.pk], zone_of_person(owed.membership)
    ladder = ladders_of([owed.requirement_id]).get(owed.requirement_id, LADDER)
    away = absence_at(facts, now)
    return Told(
        obligation=owed,
        standing=obligation_status(facts, now),
        stage=stage_due(facts, ladder, now, zone),
        zone=zone,
        policy=policy_of(owed.membership.organization),
        now=now,
        back_at=away_until(away, facts.zone) if away else None,
    )
