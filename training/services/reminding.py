"""Reminding people: as the ladder says, by hand, and once a week those who answer for them."""

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.queries import today_in
from accounts.services import NotAllowed
from accounts.services.access import require_administrator
from audit.services import Person, record, refusals_recorded
from training import notices
from training.models import CountedTo, Obligation, TrainingPolicy
from training.queries import (
    digest_key,
    digest_readers,
    is_reminded,
    owed_keys,
    planned_reminders,
    policy_of,
    quiet_of,
    told_of,
    zone_of_person,
)
from training.rules import QuietHours, Status, digest_at
from training.services.asking import NotAMember

log = logging.getLogger("vignette.mail")

#: Between two plans for one organization. A stage is of a day, and is planned the evening before.
PLAN_EVERY: Final = dt.timedelta(minutes=15)


class NotRemindable(Exception):
    """There is nothing that the person could still do: it is done, waived, not open, not asked; or she is away."""

    def __init__(self, status: Status) -> None:
        self.status = status
        super().__init__(status.value)


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whether this click owed the mail, or one was owed that day before; and when the mail may leave."""

    is_new: bool
    leaves_at: dt.datetime


def plan_reminders(*, by: Person) -> int:  # noqa: ARG001 - a duty is told who does it
    """Write down the reminders and digests that are due by now, in every organization that has them on.

    Each stage of each obligation once for each due day, whoever plans and however often: the occasion is the mail's
    key. After days without a worker the last stage is planned, and none of those before it. A fault in one
    organization keeps the others from nothing.
    """
    now, planned = timezone.now(), 0
    # A mark that is to come was set by a clock that was ahead.
    fresh = CountedTo.objects.filter(name__startswith=_mark(""), at__gt=now - PLAN_EVERY, at__lte=now)
    marks = set(fresh.values_list("name", flat=True))
    for organization in Organization.objects.order_by("pk"):
        if _mark(organization.pk) in marks:
            continue
        try:
            planned += _plan(organization, now)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the worker
            log.warning("reminders of %s were not planned: %s", organization.public_id, type(error).__name__)
    return planned


def _mark(organization: object) -> str:
    return f"reminders.{organization}"


def _plan(organization: Organization, now: dt.datetime) -> int:
    policy, planned = policy_of(organization), 0
    if policy.reminders_are_on:
        for found in planned_reminders(organization, quiet_of(policy), now):
            notices.owe_reminders(found)
            planned += len(found)
        planned += _plan_digests(organization, policy, now)
    # Last: what was planned by then is planned, and a worker that dies before it only looks again.
    CountedTo.objects.update_or_create(name=_mark(organization.pk), defaults={"at": now})
    return planned


def _plan_digests(organization: Organization, policy: TrainingPolicy, now: dt.datetime) -> int:
    quiet = quiet_of(policy)
    digests = []
    for reader, since in digest_readers(organization, now):
        if owed := digest_at(now, zone_of_person(reader), quiet, policy.digest_weekday, since):
            digests.append((reader, *owed))
    known = owed_keys(digest_key(reader, day) for reader, day, _ in digests)
    fresh = [each for each in digests if digest_key(each[0], each[1]) not in known]
    notices.owe_digests(fresh)
    return len(fresh)


def remind_now(*, obligation: Obligation, by: User) -> Reminded:
    """Remind the person of one obligation because somebody asks for it, at most once a day, outside her quiet hours.

    A repetition changes nothing, and neither does a click on a day on which the ladder reminds her. Raises NotAMember
    when she is not among the people whom `by` sees, and NotRemindable; the refusal is recorded.
    """
    organization = obligation.membership.organization
    with refusals_recorded(
        "obligation.reminded", NotAMember, NotRemindable, by=by, target=obligation, organization=organization
    ):
        return _remind_now(obligation, organization, by)


def _remind_now(obligation: Obligation, organization: Organization, by: User) -> Reminded:
    seen = Membership.objects.seen_by(by, organization, today_in(organization))
    if not seen.filter(pk=obligation.membership_id).exists():
        raise NotAMember([obligation.membership])
    told = told_of(obligation.public_id, timezone.now())
    if told is None or not told.may_be_told:
        raise NotRemindable(told.standing.status if told else Status.RELEASED)
    if is_reminded(told):
        return Reminded(is_new=False, leaves_at=told.may_leave_at)
    is_new = notices.owe_by_hand(told)
    if is_new:
        record("obligation.reminded", by=by, target=obligation, organization=organization)
    return Reminded(is_new=is_new, leaves_at=told.may_leave_at)


def change_reminders(
    *, organization: Organization, are_on: bool, quiet: QuietHours, digest_weekday: int, by: Person
) -> TrainingPolicy:
    """Turn reminders on or off, and set the hours and the weekday of mail. The same again changes nothing.

    Raises NotAllowed, and records the refusal.
    """
    wanted = {
        "reminders_are_on": are_on,
        "quiet_from": quiet.begins,
        "quiet_until": quiet.ends,
        "digest_weekday": digest_weekday,
    }
    with refusals_recorded("reminders.changed", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        policy, _ = TrainingPolicy.objects.get_or_create(organization=organization)
        if all(getattr(policy, name) == value for name, value in wanted.items()):
            return policy
        TrainingPolicy.objects.filter(pk=policy.pk).update(**wanted, changed_at=timezone.now())
        # What the new settings lead to is planned at the worker's next round.
        CountedTo.objects.filter(name=_mark(organization.pk)).update(at=timezone.now() - PLAN_EVERY)
        record("reminders.changed", by=by, target=organization, organization=organization, chosen=wanted)
    policy.refresh_from_db()
    return policy
