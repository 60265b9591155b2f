"""An administrator's acts upon obligations: more time, a waiver, a statement that it was done, an end of asking.

Each takes its turn at the obligation's row, foresees what it does by the rule that the preview asks too, writes one
fact, counts anew and is recorded, in one transaction. Nobody acts upon what is asked of herself.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Organization
from accounts.queries import today_in
from accounts.services.access import NotAllowed, require_administrator
from audit.services import Person, record, refusals_recorded
from training.models import Extension, Obligation, ObligationSource, Preview, Statement, Waiver, WaiverReason
from training.queries.acting import foreseen_of, is_subject
from training.queries.policy import policy_of
from training.rules import Act, Fault, Foreseen, Obstacle, Plan, fault_of
from training.services.counting import recount

#: So many obligations are acted upon at once: they stand or fall together, in one transaction.
MOST_AT_ONCE: Final = 2000

DONE: Final = {
    Act.EXTEND: "obligation.extended",
    Act.WAIVE: "obligation.waived",
    Act.STATE: "obligation.stated",
    Act.RELEASE: "obligation.released",
}


class OwnObligation(Exception):
    """Nobody decides upon what is asked of herself."""


class NotPossible(Exception):
    """Something stands in the way of this act upon this obligation."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


class UnfitTerms(Exception):
    """The act's terms are none: no day is added, no reason is given, or the day is over or to come."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NothingChosen(Exception):
    """None of the obligations chosen can be acted upon by whoever chose them."""


class TooManyChosen(Exception):
    """More obligations than one act takes."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class FactsMoved(Exception):
    """What the act would do is not what the preview showed."""


REFUSALS: Final = (NotAllowed, OwnObligation, NotPossible, UnfitTerms)


def extend_obligation(*, obligation: Obligation, days: int, reason: str, by: Person) -> Extension:
    """Give so many days more. Raises NotAllowed, OwnObligation, UnfitTerms, and NotPossible when it is met or ended."""
    made = _act(Plan(act=Act.EXTEND, days=days, words=reason), obligation, by)
    assert isinstance(made, Extension)
    return made


def waive_obligation(
    *, obligation: Obligation, reason: WaiverReason, until_on: dt.date | None = None, by: Person
) -> Waiver:
    """Do not ask for it until the end of that day, or for good: it is no longer open and never counts as done.

    Raises NotAllowed, OwnObligation, UnfitTerms, and NotPossible when it is met or ended, or waived as long already.
    """
    made = _act(Plan(act=Act.WAIVE, code=reason.value, until_on=until_on), obligation, by)
    assert isinstance(made, Waiver)
    return made


def state_completion(*, obligation: Obligation, done_on: dt.date, reason: str, by: Person) -> Statement:
    """State that it was met otherwise on a day; where the organization wants two, it counts from the confirmation.

    Raises NotAllowed, OwnObligation, UnfitTerms, and NotPossible when it is met or ended, when a statement waits, or
    when the day is before the first one that counts.
    """
    plan = Plan(act=Act.STATE, done_on=done_on, words=reason)
    made = _act(_under_policy(plan, obligation.membership.organization), obligation, by)
    assert isinstance(made, Statement)
    return made


def release_obligation(*, obligation: Obligation, by: Person) -> ObligationSource:
    """The person who asked for it asks no longer. Where a rule asks too, it stays due by the rule.

    Raises NotAllowed, OwnObligation, and NotPossible when it is met or ended, or when only a rule asks.
    """
    made = _act(Plan(act=Act.RELEASE), obligation, by)
    assert isinstance(made, ObligationSource)
    return made


def end_waiver(*, waiver: Waiver, by: Person) -> Waiver:
    """From now on it is asked for again; once, and a repetition changes nothing. Raises NotAllowed, OwnObligation."""
    obligation, organization = waiver.obligation, waiver.obligation.membership.organization
    refusals = (NotAllowed, OwnObligation)
    with refusals_recorded("waiver.ended", *refusals, by=by, target=waiver, organization=organization):
        require_administrator(by, organization)
        require_another(obligation, by)
        now = timezone.now()
        if Waiver.objects.filter(pk=waiver.pk, ended_at__isnull=True).update(ended_at=now, ended_by=by.audit_name):
            recount([obligation.pk], now)
            record(
                "waiver.ended", by=by, target=waiver, organization=organization, obligation=str(obligation.public_id)
            )
    waiver.refresh_from_db()
    return waiver


def preview_act(*, organization: Organization, obligations: QuerySet[Obligation], plan: Plan, by: Person) -> Preview:
    """Keep what the act would do to these obligations now, to be looked at and confirmed. It does nothing yet.

    Raises NotAllowed, UnfitTerms, NothingChosen, and TooManyChosen.
    """
    require_administrator(by, organization)
    plan = _under_policy(plan, organization)
    require_fit(plan, organization)
    rows = _rows(organization, obligations.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(rows) > MOST_AT_ONCE:
        raise TooManyChosen(obligations.count())
    if not rows:
        raise NothingChosen
    found = foreseen_of(plan, rows, by, timezone.now())
    sorted_out: dict[str, list[int]] = {}
    for row in rows:
        sorted_out.setdefault(found[row.pk].obstacle or DOES, []).append(row.pk)
    return Preview.objects.create(
        organization=organization,
        act=DONE[plan.act],
        request={
            "plan": packed(plan),
            "rows": sorted_out,
            "overdue_again": sum(one.overdue_again is not None for one in found.values()),
        },
        counts={word: len(pks) for word, pks in sorted_out.items()},
        digest=digest_of(found),
        made_by=by.audit_name,
    )


#: The rows of a preview that nothing stands in the way of.
DOES: Final = "does"


def confirm_act(*, preview: Preview, by: Person) -> Preview:
    """Do what the preview showed, to all of its rows or to none; once, and a repetition changes nothing.

    Raises NotAllowed, UnfitTerms when midnight made the terms old, FactsMoved, and NothingChosen when nothing can be
    done to any of them.
    """
    organization = preview.organization
    refusals = (NotAllowed, UnfitTerms, FactsMoved, NothingChosen)
    with refusals_recorded(preview.act, *refusals, by=by, target=preview, organization=organization):
        require_administrator(by, organization)
        now = timezone.now()
        own = Preview.objects.filter(pk=preview.pk, made_by=by.audit_name)
        if own.filter(confirmed_at__isnull=True).update(confirmed_at=now):
            _confirm(preview, by, now)
        elif not own.exists():
            raise NotAllowed
    preview.refresh_from_db()
    return preview


def _confirm(preview: Preview, by: Person, now: dt.datetime) -> None:
    plan, organization = unpacked(preview.request["plan"]), preview.organization
    if plan != _under_policy(plan, organization):
        raise FactsMoved
    require_fit(plan, organization)
    rows = held(organization, [pk for pks in preview.request["rows"].values() for pk in pks])
    found = foreseen_of(plan, rows, by, now)
    if digest_of(found) != preview.digest:
        raise FactsMoved
    chosen = [row for row in rows if found[row.pk].obstacle is None]
    if not chosen:
        raise NothingChosen
    _write(plan, chosen, by, now)
    recount([row.pk for row in chosen], now)
    named = [str(row.public_id) for row in chosen]
    record(preview.act, by=by, target=preview, organization=organization, obligations=named, terms=_told(plan))


def digest_of(found: dict[int, Foreseen]) -> str:
    """Tells one set of outcomes from another."""
    lines = [
        f"{pk} {one.obstacle or DOES} {one.before.due.due_on} {one.after.due.due_on}"
        for pk, one in sorted(found.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def packed(plan: Plan) -> dict[str, Any]:
    """The plan in what JSON knows."""
    days = {"until_on": plan.until_on, "done_on": plan.done_on}
    return {
        "act": plan.act.value,
        "days": plan.days,
        "code": plan.code,
        "words": plan.words,
        "needs_second": plan.needs_second,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def unpacked(kept: dict[str, Any]) -> Plan:
    days = {name: dt.date.fromisoformat(kept[name]) if kept[name] else None for name in ("until_on", "done_on")}
    return Plan(**{**kept, **days, "act": Act(kept["act"])})


def require_another(obligation: Obligation, by: Person) -> None:
    if is_subject(obligation, by):
        raise OwnObligation


def require_fit(plan: Plan, organization: Organization) -> None:
    if fault := fault_of(plan, today_in(organization)):
        raise UnfitTerms(fault)


def held(organization: Organization, pks: Iterable[int]) -> list[Obligation]:
    """These obligations of the organization, read after their turn has come."""
    # As `counting.hold` does, and the obligations alone: a requirement that is joined would be locked with them.
    turn = Obligation.objects.select_for_update(of=("self",)).filter(
        pk__in=list(pks), requirement__organization=organization
    )
    return _rows(organization, list(turn.order_by("pk").values_list("pk", flat=True)))


def _rows(organization: Organization, pks: Iterable[int]) -> list[Obligation]:
    found = Obligation.objects.of_organization(organization).filter(pk__in=list(pks))
    return list(found.select_related("membership__user").order_by("pk"))


def _under_policy(plan: Plan, organization: Organization) -> Plan:
    if plan.act is not Act.STATE:
        return plan
    return replace(plan, needs_second=policy_of(organization).statements_need_second)


def _act(plan: Plan, obligation: Obligation, by: Person) -> models.Model:
    organization, action = obligation.membership.organization, DONE[plan.act]
    with refusals_recorded(action, *REFUSALS, by=by, target=obligation, organization=organization):
        require_administrator(by, organization)
        require_fit(plan, organization)
        now, rows = timezone.now(), held(organization, [obligation.pk])
        found = foreseen_of(plan, rows, by, now)[obligation.pk]
        if found.obstacle is Obstacle.OWN:
            raise OwnObligation
        if found.obstacle is not None:
            raise NotPossible(found.obstacle)
        [made] = _write(plan, rows, by, now)
        recount([obligation.pk], now)
        record(action, by=by, target=obligation, organization=organization, terms=_told(plan))
    return made


def _write(plan: Plan, rows: Sequence[Obligation], by: Person, now: dt.datetime) -> Sequence[models.Model]:
    """The fact for each obligation. For callers that hold the rows and count anew."""
    who = by.audit_name
    match plan.act:
        case Act.EXTEND:
            return Extension.objects.bulk_create(
                [
                    Extension(obligation=row, days=plan.days, reason=plan.words, granted_at=now, granted_by=who)
                    for row in rows
                ],
                batch_size=500,
            )
        case Act.WAIVE:
            return Waiver.objects.bulk_create(
                [
                    Waiver(obligation=row, reason=plan.code, until_on=plan.until_on, granted_at=now, granted_by=who)
                    for row in rows
                ],
                batch_size=500,
            )
        case Act.STATE:
            return Statement.objects.bulk_create([_statement(plan, row, who, now) for row in rows], batch_size=500)
        case Act.RELEASE:
            return _end_asking(rows, now)


def _statement(plan: Plan, row: Obligation, who: str, now: dt.datetime) -> Statement:
    assert plan.done_on is not None
    return Statement(
        obligation=row,
        done_on=plan.done_on,
        reason=plan.words,
        needs_second=plan.needs_second,
        stated_at=now,
        stated_by=who,
    )


def _end_asking(rows: Sequence[Obligation], now: dt.datetime) -> list[ObligationSource]:
    asking = ObligationSource.objects.filter(obligation__in=rows, rule_version__isnull=True, ended_at__isnull=True)
    ended = list(asking)
    asking.update(ended_at=now)
    return ended


def _told(plan: Plan) -> dict[str, object]:
    """What the record says of the plan: words of code and days, never what somebody typed."""
    match plan.act:
        case Act.EXTEND:
            return {"days": plan.days}
        case Act.WAIVE:
            return {"reason": plan.code, "until_on": plan.until_on.isoformat() if plan.until_on else None}
        case Act.STATE:
            return {"done_on": str(plan.done_on), "needs_second": plan.needs_second}
        case Act.RELEASE:
            return {}
