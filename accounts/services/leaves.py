"""Leaves of absence: days on which nothing falls due. Nobody is asked why."""

import datetime as dt

from django.utils import timezone

from accounts.models import Leave, Membership
from accounts.queries import today_in
from accounts.services.access import MembershipEnded, NotAllowed, require_administrator
from audit.services import Person, record, refusals_recorded


class LeaveOverlaps(Exception):
    """Another leave of the person has a day in common with it."""


class LeaveEndsFirst(Exception):
    """The first day back is not after the first day away."""


class LeaveOutside(Exception):
    """The leave begins before the first day here, or after the last."""


class LeaveCancelled(Exception):
    """The leave was taken back."""


def record_leave(*, membership: Membership, starts_on: dt.date, by: Person, ends_on: dt.date | None = None) -> Leave:
    """The person is away from that day until before the day back, which may be unknown.

    Raises NotAllowed, MembershipEnded, LeaveEndsFirst, LeaveOutside, LeaveOverlaps.
    """
    organization = membership.organization
    with refusals_recorded("leave.recorded", NotAllowed, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        membership.refresh_from_db()
        if membership.ended_on and membership.ended_on <= today_in(organization):
            raise MembershipEnded
        _require_days(membership, starts_on, ends_on)
        # First, so that of two leaves recorded at once the second waits here, and then sees the first.
        record("leave.recorded", by=by, target=membership, organization=organization, starts_on=starts_on.isoformat())
        if Leave.objects.standing().filter(membership=membership).overlapping(starts_on, ends_on).exists():
            raise LeaveOverlaps
        leave = Leave.objects.create(
            membership=membership, starts_on=starts_on, ends_on=ends_on, recorded_by=by.audit_name
        )
        _touch(membership)
    return leave


def end_leave(*, leave: Leave, ends_on: dt.date, by: Person) -> Leave:
    """Set or correct the first day back. Raises NotAllowed, LeaveCancelled, LeaveEndsFirst, LeaveOverlaps."""
    membership = leave.membership
    organization = membership.organization
    with refusals_recorded("leave.ended", NotAllowed, by=by, target=leave, organization=organization):
        require_administrator(by, organization)
        if ends_on <= leave.starts_on:
            raise LeaveEndsFirst
        if not Leave.objects.standing().filter(pk=leave.pk).update(ends_on=ends_on):
            raise LeaveCancelled
        record("leave.ended", by=by, target=leave, organization=organization, ends_on=ends_on.isoformat())
        others = Leave.objects.standing().filter(membership=membership).exclude(pk=leave.pk)
        if others.overlapping(leave.starts_on, ends_on).exists():
            raise LeaveOverlaps
        _touch(membership)
    leave.refresh_from_db()
    return leave


def cancel_leave(*, leave: Leave, by: Person) -> Leave:
    """The leave was a mistake and never stopped a clock. One that was cancelled stays so. Raises NotAllowed."""
    organization = leave.membership.organization
    with refusals_recorded("leave.cancelled", NotAllowed, by=by, target=leave, organization=organization):
        require_administrator(by, organization)
        if Leave.objects.standing().filter(pk=leave.pk).update(cancelled_at=timezone.now()):
            record("leave.cancelled", by=by, target=leave, organization=organization)
            _touch(leave.membership)
    leave.refresh_from_db()
    return leave


def _require_days(membership: Membership, starts_on: dt.date, ends_on: dt.date | None) -> None:
    if ends_on and ends_on <= starts_on:
        raise LeaveEndsFirst
    if starts_on < membership.started_on or (membership.ended_on and starts_on >= membership.ended_on):
        raise LeaveOutside


def _touch(membership: Membership) -> None:
    Membership.objects.filter(pk=membership.pk).update(changed_at=timezone.now())
