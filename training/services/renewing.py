"""What comes back: the next period of what was met, where a rule says so."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Membership
from audit.services import Person, record
from training.models import AssignmentRule, CountedTo, Obligation, ObligationSource, Requirement, RuleVersion
from training.queries.facts import CHUNK
from training.queries.planning import choices, held_of, open_rules, seats_in, text_of
from training.rules import Choice, Dates, Recurrence, local_day, renewal
from training.rules.planning import cycle_of
from training.services.asking import Terms, Want, oblige
from training.services.counting import OVERLAP, hold, recount
from training.services.cycles import hold_periods, unclaim
from training.services.previews import take_turn


def renew_obligations(*, by: Person) -> int:
    """Give what was met under a recurring rule its next period, each once, and say how many.

    Only the newest period of a member has a next one, and only while the rule still reaches her: two are never open
    at once. Where what met a period is taken back, so is the next. Any number of workers may do so at once.
    """
    now = timezone.now()
    counted, _ = CountedTo.objects.get_or_create(name="renewals", defaults={"at": now - OVERLAP})
    renewed = 0
    for requirement, versions in _recurring().items():
        _take_back(requirement, counted.at - OVERLAP, now)
        for pks in _chunks(_met(requirement, versions)):
            renewed += _renew(requirement, versions, pks, by)
    CountedTo.objects.filter(pk=counted.pk, at__lt=now).update(at=now)
    return renewed


def _recurring() -> dict[Requirement, list[RuleVersion]]:
    found: dict[Requirement, list[RuleVersion]] = defaultdict(list)
    for version in open_rules(AssignmentRule.objects.all()):
        if version.recurrence != Recurrence.NONE:
            found[version.rule.requirement].append(version)
    return found


def _met(requirement: Requirement, versions: Sequence[RuleVersion]) -> QuerySet[Obligation]:
    """The newest periods that were met, have no next one yet, and are asked for by one of the rules."""
    rules = [version.rule_id for version in versions]
    asking = ObligationSource.objects.filter(
        obligation=OuterRef("pk"), ended_at__isnull=True, rule_version__rule__in=rules
    )
    here = Membership.objects.current(_today(requirement)).filter(organization=requirement.organization)
    met = Obligation.objects.filter(requirement=requirement, met_at__isnull=False, renewed_at__isnull=True)
    return met.filter(Exists(asking), membership__in=here).exclude(Exists(_later()))


def _later() -> QuerySet[Obligation]:
    """Periods after it that are met, or that somebody asks for."""
    later = Obligation.objects.filter(
        membership=OuterRef("membership"), requirement=OuterRef("requirement"), period__gt=OuterRef("period")
    )
    asking = ObligationSource.objects.filter(obligation=OuterRef("pk"), ended_at__isnull=True)
    return later.filter(Q(Exists(asking)) | Q(met_at__isnull=False))


def _today(requirement: Requirement) -> dt.date:
    return local_day(timezone.now(), requirement.organization.time_zone)


def _chunks(found: QuerySet[Obligation]) -> Iterator[list[int]]:
    last = 0
    while pks := list(found.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield pks
        last = pks[-1]


@transaction.atomic
def _renew(requirement: Requirement, versions: Sequence[RuleVersion], pks: Sequence[int], by: Person) -> int:
    if not take_turn(requirement):
        return 0
    now = timezone.now()
    # Within the turn, and again: of two workers the second finds nothing to claim.
    rows = list(_met(requirement, versions).filter(pk__in=pks).select_related("membership"))
    hold([*(row.pk for row in rows), *(each.pk for each in _next_periods(requirement, rows).values())])
    terms = _terms(requirement, versions, rows)
    renewed = [row for row in rows if row.membership_id in terms]
    Obligation.objects.filter(pk__in=[row.pk for row in renewed], renewed_at__isnull=True).update(renewed_at=now)
    _ask_again(requirement, renewed, terms, by)
    if renewed:
        seats = [str(row.membership.public_id) for row in renewed]
        record("obligations.renewed", by=by, target=requirement, organization=requirement.organization, seats=seats)
    return len(renewed)


_Terms = dict[int, list[tuple[RuleVersion, Dates]]]


def _terms(requirement: Requirement, versions: Sequence[RuleVersion], rows: Sequence[Obligation]) -> _Terms:
    """What each rule that still reaches a member says of her next period, the earliest day first."""
    today = _today(requirement)
    found: _Terms = defaultdict(list)
    here = seats_in(requirement.organization, today, [row.membership_id for row in rows])
    only = [row.pk for row in rows]
    for version in versions:
        text, held = text_of(version), held_of(requirement, version.rule_id, only=only)
        for seat, choice in choices(requirement.organization, text.audience, today, here):
            mine = held.get(seat.pk)
            cycle = cycle_of(mine) if mine and mine.mine else None
            dates = renewal(text.order, cycle, today=today) if cycle and choice is Choice.CHOSEN else None
            if dates is not None:
                found[seat.pk].append((version, dates))
    return {seat: sorted(each, key=lambda pair: (pair[1].due_on, pair[0].pk)) for seat, each in found.items()}


def _ask_again(requirement: Requirement, rows: Sequence[Obligation], terms: _Terms, by: Person) -> None:
    """The next periods with all who ask for them; one that was released before is asked for again."""
    standing = _next_periods(requirement, rows)
    by_version: dict[RuleVersion, list[Want]] = defaultdict(list)
    for row in rows:
        if row.membership_id not in standing:
            version, dates = terms[row.membership_id][0]
            by_version[version].append(_want(row, version, dates))
    more = [_source(standing[seat], each, by) for seat in standing for each in terms[seat]]
    for version, wants in by_version.items():
        for made in oblige(requirement, wants, by=by, rule=version):
            more += [_source(made, each, by) for each in terms[made.membership_id][1:]]
    ObligationSource.objects.bulk_create(more)
    recount([source.obligation_id for source in more])


def _next_periods(requirement: Requirement, rows: Sequence[Obligation]) -> dict[int, Obligation]:
    """Those that were begun before and released: by the id of the seat."""
    periods = {row.membership_id: row.period + 1 for row in rows}
    found = Obligation.objects.filter(requirement=requirement, membership__in=periods, period__gt=1)
    return {each.membership_id: each for each in found if each.period == periods[each.membership_id]}


def _want(row: Obligation, version: RuleVersion, dates: Dates) -> Want:
    terms = Terms(due_on=dates.due_on, opens_on=dates.opens_on, grace_days=version.grace_days)
    return Want(row.membership, terms, row.period + 1, dates.day_of_month or None)


def _source(obligation: Obligation, said: tuple[RuleVersion, Dates], by: Person) -> ObligationSource:
    version, dates = said
    return ObligationSource(
        obligation=obligation,
        rule_version=version,
        due_on=dates.due_on,
        opens_on=dates.opens_on,
        grace_days=version.grace_days,
        asked_at=timezone.now(),
        asked_by=by.audit_name,
    )


@transaction.atomic
def _take_back(requirement: Requirement, since: dt.datetime, now: dt.datetime) -> None:
    """End what asks for a next period where the one before is open again: a certificate was revoked, a proof withdrawn."""
    again = Obligation.objects.filter(
        requirement=requirement, met_at__isnull=True, renewed_at__isnull=False, counted_at__gte=since
    )
    periods = {seat: period + 1 for seat, period in again.values_list("membership", "period")}
    if not periods or not take_turn(requirement):
        return
    nexts = Obligation.objects.filter(requirement=requirement, membership__in=periods, met_at__isnull=True)
    pks = [each.pk for each in nexts if each.period == periods[each.membership_id]]
    hold_periods(pks)
    ObligationSource.objects.filter(obligation__in=pks, ended_at__isnull=True).update(ended_at=now)
    recount(pks, now)
    unclaim(requirement, pks)
