"""Carrying out what rules say: who is asked, who is asked no longer."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Organization
from audit.races import tried_again
from audit.services import Person, record
from training import notices
from training.models import AssignmentRule, CountedTo, Obligation, ObligationSource, Preview, Requirement, RuleVersion
from training.queries.facts import CHUNK
from training.queries.planning import newest_version, open_rules, plan_of, text_of
from training.rules import Dates, Place, Planned, local_day
from training.rules.planning import kept, made_realistic
from training.services.asking import Terms, Want, oblige
from training.services.counting import OVERLAP, recount
from training.services.cycles import hold_periods, unclaim
from training.services.previews import take_turn
from training.services.progress import end_progress, note_progress

#: Places at which a member's obligation or its sources are written.
_ASKING: Final = frozenset({Place.NEW, Place.ASKED, Place.SATISFIED})


@dataclass(frozen=True, slots=True)
class Carried:
    """How many were asked anew, were given one more source or another day, and are asked no longer."""

    asked: int = 0
    joined: int = 0
    moved: int = 0
    ended: int = 0

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(
            self.asked + other.asked,
            self.joined + other.joined,
            self.moved + other.moved,
            self.ended + other.ended,
        )

    @property
    def total(self) -> int:
        return self.asked + self.joined + self.moved + self.ended


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wanted beside: that days given by earlier versions become those of this one, and that whoever the
    rule has no day for is given the proposed one."""

    moves: bool = False
    gives_proposed: bool = False


NOTHING_MORE: Final = Choices()


def work_of(plans: Iterable[Planned], wanted: Choices = NOTHING_MORE) -> list[Planned]:
    """Those for whom something is to be written."""
    chosen = (_chosen(plan, wanted) for plan in plans)
    return [plan for plan in chosen if _is_work(plan)]


def _chosen(plan: Planned, wanted: Choices) -> Planned:
    if plan.place is Place.IMPOSSIBLE and wanted.gives_proposed:
        return made_realistic(plan)
    if plan.moved_to is not None and not wanted.moves:
        return kept(plan)
    return plan


def _is_work(plan: Planned) -> bool:
    if plan.place is Place.ENDS or plan.moved_to is not None:
        return True
    return plan.place in _ASKING and plan.dates is not None


def carry_out(version: RuleVersion, work: Sequence[Planned], *, by: Person) -> Carried:
    """Write what was planned, and put it on record. For callers that hold the requirement's turn and write for nothing
    else; they made the plan within that turn.

    Raises IntegrityError where somebody asked one of them by hand at this moment.
    """
    hold_periods(plan.obligation for plan in work if plan.obligation)
    done = write_out(version, work, by=by)
    record_applied(version, work, done, by=by)
    return done


def write_out(version: RuleVersion, work: Sequence[Planned], *, by: Person) -> Carried:
    """The same for callers that hold the obligations too, and put it on record when they have written all they write."""
    done = Carried()
    for start in range(0, len(work), CHUNK):
        done += _write_out(version, work[start : start + CHUNK], by)
    return done


def _write_out(version: RuleVersion, plans: Sequence[Planned], by: Person) -> Carried:
    now = timezone.now()
    moved = [plan for plan in plans if plan.moved_to is not None]
    ended = [plan for plan in plans if plan.place is Place.ENDS]
    joined = [plan for plan in plans if plan.joins and plan.place in _ASKING]
    begun = [plan for plan in plans if not plan.joins and plan.dates and plan.place in (Place.NEW, Place.SATISFIED)]
    sources = ObligationSource.objects.filter(pk__in=[plan.ends for plan in (*ended, *moved)], ended_at__isnull=True)
    sources.update(ended_at=now)
    added = [_source(version, plan, plan.dates, now, by) for plan in joined]
    added += [_source(version, plan, plan.moved_to, now, by) for plan in moved]
    ObligationSource.objects.bulk_create(added)
    obligations = _begin(version, begun, by) if begun else []
    recount([plan.obligation for plan in (*ended, *joined, *moved)], now)
    unclaim(version.rule.requirement, [plan.obligation for plan in ended])
    notices.owe_assigned(_unmet(obligation.pk for obligation in obligations))
    by_source = {source.obligation_id: source for source in added}
    again = _unmet(plan.obligation for plan in joined if plan.place is Place.NEW)  # whom nobody asked any more
    notices.owe_asked_again((obligation, by_source[obligation.pk]) for obligation in again)
    return Carried(len(begun), len(joined), len(moved), len(ended))


def _source(version: RuleVersion, plan: Planned, dates: Dates | None, now: dt.datetime, by: Person) -> ObligationSource:
    assert dates is not None
    return ObligationSource(
        obligation_id=plan.obligation,
        rule_version=version,
        due_on=dates.due_on,
        opens_on=dates.opens_on,
        grace_days=version.grace_days if plan.grace_days is None else plan.grace_days,
        asked_at=now,
        asked_by=by.audit_name,
    )


def _begin(version: RuleVersion, plans: Sequence[Planned], by: Person) -> list[Obligation]:
    seats = Membership.objects.in_bulk([plan.seat for plan in plans])
    wants = [_want(version, seats[plan.seat], plan) for plan in plans]
    return oblige(version.rule.requirement, wants, by=by, rule=version)


def _want(version: RuleVersion, seat: Membership, plan: Planned) -> Want:
    dates = plan.dates
    assert dates is not None
    terms = Terms(due_on=dates.due_on, opens_on=dates.opens_on, grace_days=version.grace_days)
    return Want(seat, terms, plan.period, dates.day_of_month or None)


def _unmet(obligations: Iterable[int]) -> list[Obligation]:
    pks = list(obligations)
    return list(Obligation.objects.filter(pk__in=pks, met_at__isnull=True)) if pks else []


def record_applied(version: RuleVersion, plans: Sequence[Planned], counts: Carried, *, by: Person) -> None:
    """Put on record whom the rule asks from now on, and whom no longer. The chain's turn comes last."""
    if not plans:
        return
    rule = version.rule
    seats = dict(Membership.objects.filter(pk__in=[plan.seat for plan in plans]).values_list("pk", "public_id"))
    record(
        "rule.applied",
        by=by,
        target=rule,
        organization=rule.organization,
        version=version.number,
        memberships=[str(seats[plan.seat]) for plan in plans if plan.place is not Place.ENDS],
        ended_for=[str(seats[plan.seat]) for plan in plans if plan.place is Place.ENDS],
        counts=asdict(counts),
    )


def apply_rule(
    *, rule: AssignmentRule, by: Person, seats: Sequence[int] | None = None, wanted: Choices = NOTHING_MORE
) -> Carried:
    """Ask whoever has come into the audience, and end it for who fell out: of these seats, or of everybody.

    What the newest version says holds. Repeated, or done by two at once, it changes nothing more; a rule that was
    retired in the meantime does nothing.
    """
    todo = [plan.seat for plan in work_of(_plan(newest_version(rule), seats, wanted), wanted)]
    done = Carried()
    for start in range(0, len(todo), CHUNK):
        if len(todo) > CHUNK:
            note_progress(rule.pk, start, len(todo))
        done += _apply_to(rule, todo[start : start + CHUNK], by, wanted)
    end_progress(rule.pk)
    return done


def _plan(version: RuleVersion, seats: Sequence[int] | None, wanted: Choices) -> list[Planned]:
    return plan_of(
        version.rule.requirement,
        text_of(version),
        now=timezone.now(),
        rule=version,
        pks=seats,
        compares=wanted.moves,
    )


def _apply_to(rule: AssignmentRule, seats: Sequence[int], by: Person, wanted: Choices) -> Carried:
    """One chunk in a transaction of its own: a worker that dies loses one."""
    # Somebody may ask one of them by hand at this moment.
    return tried_again(lambda: _apply_once(rule, seats, by, wanted))


@transaction.atomic
def _apply_once(rule: AssignmentRule, seats: Sequence[int], by: Person, wanted: Choices) -> Carried:
    # The plan is made again within the turn: what was read before it may have been written by another.
    if not take_turn(rule.requirement) or not AssignmentRule.objects.filter(pk=rule.pk, retired_at=None).exists():
        return Carried()
    version = newest_version(rule)
    return carry_out(version, work_of(_plan(version, seats, wanted), wanted), by=by)


#: What a source asks for that ends: a rule, or a requirement with everybody who asks for it.
Ended = AssignmentRule | Requirement


def asking_still(target: Ended, at_most: int) -> list[tuple[int, int]]:
    """The sources that still ask for what was not met, each with its obligation, in the order of obligations.

    What was met keeps its sources, or its day might become another one.
    """
    theirs = Q(obligation__requirement=target) if isinstance(target, Requirement) else Q(rule_version__rule=target)
    asking = ObligationSource.objects.filter(theirs, ended_at__isnull=True, obligation__met_at__isnull=True)
    return list(asking.order_by("obligation", "pk").values_list("pk", "obligation")[:at_most])


def end_asking(target: Ended, rows: Sequence[tuple[int, int]]) -> None:
    """End these sources. For callers that hold their obligations, and record it when they have written all they write."""
    now, obligations = timezone.now(), [obligation for _, obligation in rows]
    ObligationSource.objects.filter(pk__in=[pk for pk, _ in rows], ended_at__isnull=True).update(ended_at=now)
    recount(obligations, now)
    unclaim(target if isinstance(target, Requirement) else target.requirement, obligations)


def record_ended(target: Ended, rows: Sequence[tuple[int, int]], *, by: Person) -> None:
    """Put on record that so many sources ask no longer. The chain's turn comes last."""
    if rows:
        record("sources.ended", by=by, target=target, organization=target.organization, number=len(rows))


def _end_sources(target: Ended, by: Person) -> int:
    """End all that still asks, chunk by chunk: a worker that dies loses one."""
    ended = 0
    while rows := asking_still(target, CHUNK):
        with transaction.atomic():
            hold_periods(obligation for _, obligation in rows)
            end_asking(target, rows)
            record_ended(target, rows, by=by)
        ended += len(rows)
    return ended


def apply_rules(*, by: Person) -> int:
    """Do what rules say about seats that changed since the last time, and once a day about everybody.

    Versions that were published since are carried out for everybody too; what was retired since ends to the last
    source. Any number of workers may do so at once.
    """
    now = timezone.now()
    counted, _ = CountedTo.objects.get_or_create(name="rules", defaults={"at": now - OVERLAP})
    since = counted.at - OVERLAP
    ruled = Organization.objects.filter(pk__in=AssignmentRule.objects.values("organization"))
    new_day = [organization for organization in ruled if _is_new_day(organization, now)]
    done = sum(_apply_since(version, since, by, new_day) for version in open_rules(AssignmentRule.objects.all()))
    done += _end_retired(since, by, new_day)
    for organization in new_day:
        CountedTo.objects.update_or_create(name=_day_of(organization), defaults={"at": now})
    CountedTo.objects.filter(pk=counted.pk, at__lt=now).update(at=now)
    return done


def _apply_since(version: RuleVersion, since: dt.datetime, by: Person, new_day: Sequence[Organization]) -> int:
    organization = version.rule.organization
    if version.published_at >= since:
        return apply_rule(rule=version.rule, by=by, wanted=_wanted(version)).total
    if organization in new_day:
        return apply_rule(rule=version.rule, by=by).total
    changed = Membership.objects.filter(organization=organization, changed_at__gte=since)
    seats = list(changed.order_by("pk").values_list("pk", flat=True))
    return apply_rule(rule=version.rule, by=by, seats=seats).total if seats else 0


def _wanted(version: RuleVersion) -> Choices:
    """What was ticked when the version was confirmed, for the people whom the confirmation left to the worker."""
    made = {"rule": str(version.rule.public_id), "number": version.number}
    confirmed = Preview.objects.filter(organization=version.rule.organization, confirmed_at__isnull=False)
    for preview in confirmed.order_by("-confirmed_at"):
        outcome = preview.request.get("outcome", {})
        if made.items() <= outcome.items():
            return Choices(outcome.get("moves", False), outcome.get("gives_proposed", False))
    return NOTHING_MORE


def _day_of(organization: Organization) -> str:
    return f"rules:{organization.pk}"


def _is_new_day(organization: Organization, now: dt.datetime) -> bool:
    zone = organization.time_zone
    counted = CountedTo.objects.filter(name=_day_of(organization)).first()
    return counted is None or local_day(counted.at, zone) < local_day(now, zone)


def _end_retired(since: dt.datetime, by: Person, new_day: Sequence[Organization]) -> int:
    """What a retirement left to the worker; and once a day what was met then and is not any more."""
    retired = Q(retired_at__gte=since) | Q(retired_at__isnull=False, organization__in=new_day)
    ended = 0
    for rule in AssignmentRule.objects.filter(retired).select_related("organization", "requirement"):
        ended += _end_sources(rule, by)
    for requirement in Requirement.objects.filter(retired).select_related("organization"):
        ended += _end_sources(requirement, by)
    return ended
