"""Assignment rules: looked over, published, changed, retired; and days given by hand where a rule has none."""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, Organization, Role, Team
from accounts.queries import today_in
from accounts.services import NotAllowed
from accounts.services.access import require_administrator
from audit.races import tried_again
from audit.services import Person, record, refusals_recorded
from training.models import AssignmentRule, Preview, Requirement, RuleVersion
from training.queries.ending import sources_ending
from training.queries.planning import digest_of, newest_version, plan_of, text_of
from training.rules import Anchor, Audience, Kind, Place, Planned, Recurrence, RuleText, counts_of
from training.rules.planning import given_by_hand
from training.services.applying import (
    NOTHING_MORE,
    Choices,
    asking_still,
    carry_out,
    end_asking,
    record_ended,
    work_of,
)
from training.services.asking import DueInPast
from training.services.cycles import hold_periods
from training.services.previews import (
    AT_ONCE,
    RulePreviewMoved,
    claim,
    keep_preview,
    outcome_of,
    require_seen,
    take_turn,
)

PUBLISH: Final = "rule.publish"
RETIRE: Final = "rule.retire"

MOST_DAYS: Final = 3650


class Unfit(StrEnum):
    """What is wrong with a rule, or whom it names that is not there."""

    NO_NAME = "no_name"
    BAD_NUMBER = "bad_number"
    NO_DAY = "no_day"
    DAY_IN_PAST = "day_in_past"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_PERSON = "unknown_person"


class RuleUnfit(Exception):
    """The rule cannot be published as it is written."""

    def __init__(self, unfit: Unfit) -> None:
        self.unfit = unfit
        super().__init__(unfit.value)


class RuleRetired(Exception):
    """The rule, or what it asks for, was retired."""


def preview_rule(
    *, requirement: Requirement, text: RuleText, by: Person, rule: AssignmentRule | None = None
) -> Preview:
    """Keep what the rule would do to whom, before anything is done.

    With `rule`, the text would be its next version. Raises RuleUnfit, RuleRetired, NotAllowed.
    """
    require_administrator(by, requirement.organization)
    require_open(requirement, rule)
    require_fit(requirement.organization, text, is_new=rule is None)
    plans, digest = _plan(requirement, text, rule)
    request = {
        "requirement": str(requirement.public_id),
        "rule": str(rule.public_id) if rule else "",
        "text": text.to_json(),
    }
    return keep_preview(
        organization=requirement.organization,
        act=PUBLISH,
        request=request,
        counts=counts_of(plans),
        digest=digest,
        by=by,
    )


def planned_in(preview: Preview) -> tuple[list[Planned], bool]:
    """Everybody's place as of now, and whether that is still what the preview showed."""
    requirement, rule, text = _asked_in(preview)
    plans, digest = _plan(requirement, text, rule)
    return plans, digest == preview.digest


def confirm_rule(*, preview: Preview, by: Person, wanted: Choices = NOTHING_MORE) -> RuleVersion:
    """Publish the rule that was looked at, and ask whom it asks; above `AT_ONCE` people the worker does so.

    A second confirmation returns what the first one made. Raises RulePreviewMoved when the rule would do anything else
    by now, RuleRetired, NotAllowed, RuleUnfit.
    """
    refusals = (RulePreviewMoved, RuleRetired, RuleUnfit, NotAllowed)
    organization = preview.organization

    def publish() -> RuleVersion:
        with refusals_recorded("rule.published", *refusals, by=by, target=preview, organization=organization):
            require_administrator(by, organization)
            return _confirm(preview, by, wanted)

    return tried_again(publish)


def _confirm(preview: Preview, by: Person, wanted: Choices) -> RuleVersion:
    requirement, rule, text = _asked_in(preview)
    turn = take_turn(requirement)
    if done := outcome_of(preview):
        return RuleVersion.objects.select_related("rule").get(rule__public_id=done["rule"], number=done["number"])
    if not turn:
        raise RuleRetired
    plans, digest = _plan(requirement, text, rule)
    require_seen(preview, digest)
    version = publish_rule(requirement, rule, text, by=by)
    claim(
        preview,
        rule=str(version.rule.public_id),
        number=version.number,
        moves=wanted.moves,
        gives_proposed=wanted.gives_proposed,
    )
    work = work_of(plans, wanted)
    if len(work) <= AT_ONCE:
        carry_out(version, work, by=by)
    record_published(version, by=by)
    return version


def publish_rule(requirement: Requirement, rule: AssignmentRule | None, text: RuleText, *, by: Person) -> RuleVersion:
    """Write the rule, or its next version. For callers that hold the requirement's turn and put it on record after."""
    require_open(requirement, rule)
    require_fit(requirement.organization, text, is_new=rule is None)
    organization = requirement.organization
    made = rule or AssignmentRule.objects.create(organization=organization, requirement=requirement)
    number = newest_version(made).number + 1 if rule else 1
    columns = text.to_json() | {"fixed_on": text.order.fixed_on}
    return RuleVersion.objects.create(rule=made, number=number, published_by=by.audit_name, **columns)


def record_published(version: RuleVersion, *, by: Person) -> None:
    """Put the version on record. Call it after what it asks is written: the chain's turn comes last."""
    requirement = version.rule.requirement
    record(
        "rule.published",
        by=by,
        target=version.rule,
        organization=requirement.organization,
        requirement=str(requirement.public_id),
        version=version.number,
    )


def _asked_in(preview: Preview) -> tuple[Requirement, AssignmentRule | None, RuleText]:
    asked = preview.request
    requirements = Requirement.objects.select_related("organization")
    requirement = requirements.get(organization=preview.organization, public_id=asked["requirement"])
    rules = AssignmentRule.objects.select_related("requirement__organization", "organization")
    rule = rules.get(requirement=requirement, public_id=asked["rule"]) if asked["rule"] else None
    return requirement, rule, RuleText.from_json(asked["text"])


def _plan(requirement: Requirement, text: RuleText, rule: AssignmentRule | None) -> tuple[list[Planned], str]:
    version = newest_version(rule) if rule else None
    plans = plan_of(requirement, text, now=timezone.now(), rule=version, compares=version is not None)
    return plans, digest_of(text, plans, version.number if version else 0)


def require_open(requirement: Requirement, rule: AssignmentRule | None) -> None:
    if requirement.retired_at is not None or (rule is not None and rule.retired_at is not None):
        raise RuleRetired


def require_fit(organization: Organization, text: RuleText, *, is_new: bool) -> None:
    """Raises RuleUnfit with the first thing that is wrong with the text."""
    if unfit := _unfit_days(organization, text, is_new=is_new) or _stranger(organization, text.audience):
        raise RuleUnfit(unfit)


def _unfit_days(organization: Organization, text: RuleText, *, is_new: bool) -> Unfit | None:
    order = text.order
    if not text.name.strip() or len(text.name) > 120:
        return Unfit.NO_NAME
    numbers = (abs(order.offset_days), order.window_days or 0, order.grace_days)
    if max(numbers) > MOST_DAYS or min(numbers) < 0 or not 1 <= order.repeat.every_months <= 120:
        return Unfit.BAD_NUMBER
    if (order.anchor is Anchor.FIXED) != (order.fixed_on is not None):
        return Unfit.NO_DAY
    # A series goes on from a day that is over; what is asked once does not.
    goes_on = order.repeat.kind in (Recurrence.FROM_DUE, Recurrence.CALENDAR)
    if is_new and order.fixed_on and not goes_on and order.fixed_on < today_in(organization):
        return Unfit.DAY_IN_PAST
    return None


def _stranger(organization: Organization, audience: Audience) -> Unfit | None:
    """Whom or what the audience names that the organization does not have."""
    conditions = (*audience.any, *audience.exempt)
    teams = {each.team for each in conditions if each.kind is Kind.TEAM}
    if Team.objects.filter(organization=organization, pk__in=teams).count() != len(teams):
        return Unfit.UNKNOWN_TEAM
    if {each.word for each in conditions if each.kind is Kind.ROLE} - set(Role.values):
        return Unfit.UNKNOWN_ROLE
    people = frozenset[str]().union(*(each.people for each in conditions))
    if Membership.objects.filter(organization=organization, public_id__in=people).count() != len(people):
        return Unfit.UNKNOWN_PERSON
    return None


# Retiring a rule


def preview_retirement(*, rule: AssignmentRule, by: Person) -> Preview:
    """Keep what retiring the rule would end, and for how many nobody else asks then."""
    require_administrator(by, rule.organization)
    require_open(rule.requirement, rule)
    ending = sources_ending(Q(rule_version__rule=rule))
    return keep_preview(
        organization=rule.organization,
        act=RETIRE,
        request={"requirement": str(rule.requirement.public_id), "rule": str(rule.public_id)},
        counts=ending.counts,
        digest=ending.digest,
        by=by,
    )


def retire_rule(*, preview: Preview, by: Person) -> AssignmentRule:
    """End the rule that was looked at, and what it alone asked for; what was met, and the history, stays.

    A second confirmation changes nothing. Raises RulePreviewMoved, NotAllowed.
    """
    organization, refusals = preview.organization, (RulePreviewMoved, NotAllowed)
    with refusals_recorded("rule.retired", *refusals, by=by, target=preview, organization=organization):
        require_administrator(by, organization)
        rule = AssignmentRule.objects.select_related("requirement", "organization").get(
            organization=organization, public_id=preview.request["rule"]
        )
        take_turn(rule.requirement)
        if outcome_of(preview) is None:
            require_seen(preview, sources_ending(Q(rule_version__rule=rule)).digest)
            claim(preview, rule=str(rule.public_id))
            if mark_retired(rule):
                _end(rule, by)
    return rule


def _end(rule: AssignmentRule, by: Person) -> None:
    """What it alone asked for; above `AT_ONCE` the worker ends the rest."""
    rows = asking_still(rule, AT_ONCE)
    hold_periods(obligation for _, obligation in rows)
    end_asking(rule, rows)
    record_retired(rule, by=by)
    record_ended(rule, rows, by=by)


def mark_retired(rule: AssignmentRule) -> bool:
    """Retire it, once: whether it was not. For callers that hold the requirement's turn, end what it asks, and put both
    on record."""
    standing = AssignmentRule.objects.filter(pk=rule.pk, retired_at__isnull=True)
    return bool(standing.update(retired_at=timezone.now()))


def record_retired(rule: AssignmentRule, *, by: Person) -> None:
    """Put on record that it was retired. The chain's turn comes last."""
    record("rule.retired", by=by, target=rule, organization=rule.organization)


# Days given by hand


class NothingToDate(Exception):
    """The rule does not ask somebody among them."""

    def __init__(self, seats: Iterable[int]) -> None:
        self.seats = tuple(seats)
        super().__init__(f"{len(self.seats)} seats")


def give_dates(*, rule: AssignmentRule, days: Mapping[int, dt.date], by: Person) -> int:
    """Ask these members, by the ids of their seats, by the days given, because the rule has none for them.

    Whoever is asked by the rule already keeps her day, so that a repetition changes nothing. Raises DueInPast,
    NothingToDate, RuleRetired, NotAllowed; all or nothing.
    """
    refusals = (DueInPast, NothingToDate, RuleRetired, NotAllowed)
    organization = rule.organization

    def give() -> int:
        with refusals_recorded("rule.days_given", *refusals, by=by, target=rule, organization=organization):
            require_administrator(by, organization)
            return _give(rule, days, by)

    return tried_again(give)


def _give(rule: AssignmentRule, days: Mapping[int, dt.date], by: Person) -> int:
    today = today_in(rule.organization)
    if any(day < today for day in days.values()):
        raise DueInPast(today)
    is_open = take_turn(rule.requirement) and AssignmentRule.objects.filter(pk=rule.pk, retired_at=None).exists()
    if not is_open:
        raise RuleRetired
    version = newest_version(rule)
    text = text_of(version)
    plans = plan_of(rule.requirement, text, now=timezone.now(), rule=version, pks=list(days))
    reached = {plan.seat for plan in plans if plan.place not in (Place.EXEMPT, Place.ENDS)}
    if strangers := set(days) - reached:
        raise NothingToDate(strangers)
    undated = [plan for plan in plans if plan.place in (Place.IMPOSSIBLE, Place.NEW)]
    work = [given_by_hand(text.order, plan, days[plan.seat], today) for plan in undated]
    carry_out(version, work, by=by)
    return len(work)
