"""A learner acknowledges a policy that she is asked to read."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.queries import has_left
from audit.services import record
from training.models import Acknowledgement, Obligation, PartKinds, RequirementPart
from training.queries.facts import facts_of
from training.rules import asked_of, due_of, local_day, source_of
from training.services.counting import hold, recount


class NotHers(Exception):
    """The obligation is another person's, or she is no longer there."""


class NotAskedNow(Exception):
    """The policy is not part of what is asked of her now."""


class NotOpenYet(Exception):
    """What is done before that day does not count."""

    def __init__(self, opens_on: dt.date) -> None:
        super().__init__(opens_on.isoformat())
        self.opens_on = opens_on


def acknowledge_policy(*, obligation: Obligation, part: RequirementPart, by: User) -> Acknowledgement:
    """Keep that she has read the policy in these words, on this day; once, and a repetition returns the first.

    Raises NotHers, NotAskedNow when these words are not asked now, and NotOpenYet.
    """
    with transaction.atomic():
        seat = obligation.membership
        if seat.user_id != by.pk or has_left(seat):
            raise NotHers
        # Before the facts are read: a release of this moment is seen, or waits until this is written.
        hold([obligation.pk])
        now = timezone.now()
        _require_asked(obligation, part, now)
        acknowledged, is_new = Acknowledgement.objects.get_or_create(
            obligation=obligation,
            part=part,
            defaults={"acknowledged_at": now, "acknowledged_on": local_day(now, obligation.zone)},
        )
        if is_new:
            recount([obligation.pk], now)
            record(
                "policy.acknowledged",
                by=by,
                target=obligation,
                organization=seat.organization,
                part=part.position,
                version=part.version.number,
            )
    return acknowledged


def _require_asked(obligation: Obligation, part: RequirementPart, now: dt.datetime) -> None:
    facts = facts_of([obligation])[obligation.pk]
    asked = {each.id for each in asked_of(facts, now).parts}
    if part.kind != PartKinds.POLICY or part.pk not in asked or source_of(facts, now) is None:
        raise NotAskedNow
    opens_on = due_of(facts, now).opens_on
    if opens_on is not None and local_day(now, obligation.zone) < opens_on:
        raise NotOpenYet(opens_on)
