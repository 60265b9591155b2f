"""Mail that training owes: written down inside the act, told from the facts as they are when it is sent."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import ADMINISTERING, Membership
from accounts.queries import held_roles
from audit import outbox
from audit.models import OutboxMail
from audit.outbox import Later, Mail, Owed
from training.models import Evidence, Obligation, ObligationSource
from training.queries import (
    DIGEST_DAYS,
    Planned,
    Told,
    digest_for,
    digest_key,
    may_be_written_to,
    owed_keys,
    policy_of,
    quiet_of,
    told_of,
    zone_of_person,
)
from training.rules import Stage, local_day, next_allowed

ASSIGNED = "training.assigned"
EVIDENCE = "training.evidence"
REMINDER = "training.reminder"
BY_HAND = "training.reminder-by-hand"
DIGEST = "training.digest"


def owe_assigned(obligations: Iterable[Obligation]) -> None:
    """Tell each person once what she was asked for."""
    outbox.owe_all(ASSIGNED, {f"{ASSIGNED}:{one.public_id}": one.public_id for one in obligations})


def owe_asked_again(asked: Iterable[tuple[Obligation, ObligationSource]]) -> None:
    """Tell whoever was let go of that she is asked again, by these sources: another occasion than the first time."""
    owed = {f"{ASSIGNED}:{one.public_id}:{source.pk}": one.public_id for one, source in asked}
    outbox.owe_all(ASSIGNED, owed)


def prepare_assigned(mail: OutboxMail) -> Mail | Later | None:
    """The mail; None when it was done, waived or let go of in the meantime, or when she has left or closed her account.

    It waits for her first day, for her return from a leave, for the day on which what is asked opens, and for the
    morning.
    """
    told = told_of(mail.subject, timezone.now())
    if told is None or not told.is_asked or not told.address:
        return None
    if told.may_begin_at > told.now:
        return Later(told.may_begin_at)
    membership, row = told.membership, told.row
    is_course = told.obligation.requirement.course_id is not None
    link = _link(row.course_slug) if is_course or membership.user is None else _link_to(told.obligation)
    context = {"row": row, "name": membership.name, "is_course": is_course, "link": link}
    words = gettext("%(organization)s asks you to complete a course")
    if not is_course:
        words = gettext("%(organization)s asks you for “%(title)s”")
    subject = words % {"organization": row.organization, "title": row.title}
    return Mail(to=told.address, subject=subject, text=render_to_string("training/assigned.txt", context))


def owe_evidence(evidence: Evidence, *, occasion: str) -> None:
    """Tell the person once what became of what she handed in."""
    outbox.owe(EVIDENCE, key=f"{EVIDENCE}:{evidence.public_id}:{occasion}", subject=evidence.public_id)


def prepare_evidence(mail: OutboxMail) -> Mail | Later | None:
    """The mail about how the evidence stands now; later in her quiet hours; None when there is nobody to tell, or the
    news is old.

    It answers what she did herself, so it does not wait for the end of a leave.
    """
    seats = Evidence.objects.select_related("membership__user", "membership__organization")
    evidence = seats.filter(public_id=mail.subject).first()
    if evidence is None or not _is_news(evidence, mail):
        return None
    membership, now = evidence.membership, timezone.now()
    if not may_be_written_to(membership, now):
        return None
    at = next_allowed(now, zone_of_person(membership), quiet_of(policy_of(membership.organization)))
    if at > now:
        return Later(at)
    address = membership.user.email if membership.user else membership.work_email
    if not address:
        return None
    link = settings.SITE_URL.rstrip("/") + reverse("learner:evidence")
    context = {"evidence": evidence, "name": membership.name, "organization": membership.organization, "link": link}
    subject = gettext("%(organization)s has looked at your evidence") % {"organization": membership.organization.name}
    return Mail(to=address, subject=subject, text=render_to_string("training/evidence.txt", context))


def _is_news(evidence: Evidence, mail: OutboxMail) -> bool:
    # A decision that was withdrawn before its mail went out is told by the withdrawal's mail alone.
    state = "withdrawn" if evidence.withdrawn_at else evidence.decision
    return mail.key.endswith(f".{state}")


def owe_reminders(planned: Iterable[Planned]) -> None:
    """Tell each person of the stage that she has reached, once for each due day, outside her quiet hours."""
    outbox.owe_planned(
        REMINDER,
        [
            Owed(
                each.key,
                each.obligation,
                each.not_before,
                {"due_on": each.stage.due_on.isoformat(), "offset": each.stage.offset},
            )
            for each in planned
        ],
    )


def prepare_reminder(mail: OutboxMail) -> Mail | Later | None:
    """The mail; later when her quiet hours have begun; None when the stage is not the one that is due any more.

    So what was planned is not sent after it was done or waived, on leave, when a later stage has come, when the
    organization has turned reminders off, or when somebody reminded her by hand that day.
    """
    told = told_of(mail.subject, timezone.now())
    if told is None or not told.policy.reminders_are_on:
        return None
    stage = Stage(dt.date.fromisoformat(mail.payload["due_on"]), mail.payload["offset"])
    if told.stage != stage or owed_keys([by_hand_key(told)]):
        return None
    return _reminder(told, is_by_hand=False)


def by_hand_key(told: Told) -> str:
    """The occasion: one reminder by hand a day, of the organization's calendar."""
    return f"{BY_HAND}:{told.obligation.public_id}:{local_day(told.now, told.obligation.zone).isoformat()}"


def owe_by_hand(told: Told) -> bool:
    """Remind her because somebody asks for it; False when somebody has that day."""
    return outbox.owe(BY_HAND, key=by_hand_key(told), subject=told.obligation.public_id, not_before=told.may_leave_at)


def prepare_by_hand(mail: OutboxMail) -> Mail | Later | None:
    told = told_of(mail.subject, timezone.now())
    return _reminder(told, is_by_hand=True) if told else None


def _reminder(told: Told, *, is_by_hand: bool) -> Mail | Later | None:
    if not told.may_be_told or not told.address:
        return None
    if told.may_leave_at > told.now:
        return Later(told.may_leave_at)
    row = told.row
    context: dict[str, object] = {
        "row": row,
        "status": row.status.value,
        "until": told.standing.due.overdue_on,
        "name": told.membership.name,
        "has_account": told.membership.user is not None,
        "is_by_hand": is_by_hand,
        "link": _link(row.course_slug),
    }
    return _written(told.address, "training/reminder", context)


def owe_digests(planned: Iterable[tuple[Membership, dt.date, dt.datetime]]) -> None:
    """The week's digest for each reader: of which day, and when it may leave."""
    outbox.owe_planned(DIGEST, [Owed(digest_key(seat, day), seat.public_id, at) for seat, day, at in planned])


def prepare_digest(mail: OutboxMail) -> Mail | Later | None:
    """The mail; None when there is nothing to say, or the reader answers for nobody any more."""
    reader = Membership.objects.filter(public_id=mail.subject).select_related("organization", "user").first()
    if reader is None or reader.user is None:
        return None
    organization, now = reader.organization, timezone.now()
    policy = policy_of(organization)
    at = next_allowed(now, zone_of_person(reader), quiet_of(policy))
    if not policy.reminders_are_on:
        return None
    if at > now:
        return Later(at)
    today = local_day(now, organization.time_zone)
    people = Membership.objects.seen_by(reader.user, organization, today)
    digest = digest_for(people, now)
    if digest.is_empty:
        return None
    context: dict[str, object] = {
        "digest": digest,
        "organization": organization,
        "name": reader.name,
        "days": DIGEST_DAYS,
        "sees_everybody": not held_roles(reader.user, organization, today).isdisjoint(ADMINISTERING),
        "link": _site() + reverse("administrator:obligations", args=[organization.slug]),
    }
    return _written(reader.user.email, "training/digest", context)


def _written(to: str, template: str, context: dict[str, object]) -> Mail:
    subject = render_to_string(f"{template}_subject.txt", context).strip()
    return Mail(to=to, subject=subject, text=render_to_string(f"{template}.txt", context))


def _site() -> str:
    return settings.SITE_URL.rstrip("/")


def _link_to(obligation: Obligation) -> str:
    return _site() + reverse("learner:obligation", args=[obligation.public_id])


def _link(course_slug: str) -> str:
    return _site() + (reverse("visitor:course", args=[course_slug]) if course_slug else reverse("learner:home"))
