"""Seats: added, corrected, ended, begun again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, Role, Team
from accounts.queries import hanging_on, today_in
from accounts.services.access import (
    LastOwner,
    MembershipEnded,
    NotAllowed,
    refuse_retired,
    refuse_without_owner,
    require_administrator,
    require_may_confer,
    require_same,
)
from audit.services import Person, record, refusals_recorded


class AddressTaken(Exception):
    """Somebody in the organization has an open seat with the work e-mail."""


class StaffNumberTaken(Exception):
    """Somebody in the organization has an open seat with the staff number."""


class ChangedMeanwhile(Exception):
    """Somebody changed the record after it was read."""


class FirstDayHolds(Exception):
    """Something hangs on the first day: it cannot be moved."""


class StillHere(Exception):
    """The person has not left."""


class BeforeTheEnd(Exception):
    """The new first day is before the earlier time here was over."""


#: What an administrator may change of a seat.
CHANGEABLE: Final = ("name", "work_email", "staff_number", "job_title", "profession", "team", "hired_on", "started_on")


def add_member(  # noqa: PLR0913 - the facts of a seat, each by its name
    *,
    organization: Organization,
    name: str,
    work_email: str,
    by: Person,
    team: Team | None = None,
    staff_number: str = "",
    job_title: str = "",
    profession: str = "",
    hired_on: dt.date | None = None,
    started_on: dt.date | None = None,
) -> Membership:
    """A seat for a person, linked to no account: only the person does that, by accepting an invitation (`invite`).

    Raises NotAllowed, OtherOrganization, TeamRetired, AddressTaken, StaffNumberTaken: somebody who is there on the first day has the
    address or the number.
    """
    membership = Membership(
        organization=organization,
        name=name,
        work_email=work_email.strip().lower(),
        team=team,
        staff_number=staff_number,
        job_title=job_title,
        profession=profession,
        hired_on=hired_on,
        started_on=started_on or today_in(organization),
    )
    with refusals_recorded("membership.added", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        require_same(organization, team)
        try:
            with transaction.atomic():
                membership.save(force_insert=True)
        except IntegrityError as error:
            raise _taken(membership) from error
        record("membership.added", by=by, target=membership, organization=organization)
        refuse_retired(team)
        _refuse_beside_somebody_leaving(membership)
    return membership


def change_member(*, membership: Membership, facts: Mapping[str, Any], seen: dt.datetime, by: Person) -> Membership:
    """Correct what the organization holds of a person: `facts` by the names in CHANGEABLE; others stay as they are.

    `seen` is the seat's `changed_at` when its facts were read. With another work e-mail, open invitations to the old one
    are withdrawn; another address, and another first day, take the right to give every role that the seat has. Raises
    NotAllowed, OtherOrganization, TeamRetired, MembershipEnded, ChangedMeanwhile, AddressTaken, StaffNumberTaken, LastOwner
    when nobody would own the organization any more, and FirstDayHolds when `started_on` would move while something hangs
    on it.
    """
    organization = membership.organization
    refusals = (NotAllowed, FirstDayHolds, LastOwner)
    with refusals_recorded("membership.changed", *refusals, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        require_same(organization, facts.get("team"))
        membership.refresh_from_db()
        if membership.ended_on and membership.ended_on <= today_in(organization):
            raise MembershipEnded
        changed = {
            name: facts[name] for name in CHANGEABLE if name in facts and facts[name] != getattr(membership, name)
        }
        if membership.changed_at != seen:
            raise ChangedMeanwhile
        if "started_on" in changed and hanging_on(membership):
            raise FirstDayHolds
        if not changed.keys().isdisjoint({"work_email", "started_on"}):
            # An invitation goes to the address: who turns it elsewhere would give the seat's roles to somebody. And no
            # role holds before the first day: who moves it gives and takes them.
            _require_power_over(by, membership)
        if changed:
            _change(membership, changed, seen)
            record("membership.changed", by=by, target=membership, organization=organization, fields=sorted(changed))
            refuse_retired(changed.get("team"))
            _refuse_beside_somebody_leaving(membership)
            refuse_without_owner(
                organization, today_in(organization), owned="started_on" in changed and _owns(membership)
            )
    return membership


def _owns(membership: Membership) -> bool:
    return membership.grants.filter(role=Role.OWNER, ends_on=None).exists()


def _change(membership: Membership, changed: Mapping[str, Any], seen: dt.datetime) -> None:
    unchanged = Membership.objects.filter(pk=membership.pk, changed_at=seen)
    try:
        with transaction.atomic():
            if not unchanged.update(**changed, changed_at=timezone.now()):
                raise ChangedMeanwhile
    except IntegrityError as error:
        for name, value in changed.items():
            setattr(membership, name, value)
        raise _taken(membership) from error
    membership.refresh_from_db()
    if "work_email" in changed:
        withdraw_invitations(membership)


def return_member(
    *,
    membership: Membership,
    started_on: dt.date,
    by: Person,
    hired_on: dt.date | None = None,
    team: Team | None = None,
    job_title: str = "",
) -> Membership:
    """A new seat for somebody who left and comes back; the old one stays as it ended.

    She is hired anew, on the first day back if no other day is given: rules that count from the day of hire ask again. What she completes counts from the new first day on, and earlier completions when she shares them. The new seat is
    linked to no account: she accepts an invitation as everybody does. Raises NotAllowed, OtherOrganization, StillHere,
    BeforeTheEnd, AddressTaken, StaffNumberTaken.
    """
    organization = membership.organization
    with refusals_recorded("membership.returned", NotAllowed, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        membership.refresh_from_db()
        if membership.ended_on is None:
            raise StillHere
        if started_on < membership.ended_on:
            raise BeforeTheEnd
        seat = add_member(
            organization=organization,
            name=membership.name,
            work_email=membership.work_email,
            staff_number=membership.staff_number,
            job_title=job_title,
            profession=membership.profession,
            team=team,
            hired_on=hired_on or started_on,
            started_on=started_on,
            by=by,
        )
        record("membership.returned", by=by, target=seat, organization=organization, earlier=str(membership.public_id))
    return seat


def end_membership(*, membership: Membership, by: Person, on: dt.date | None = None) -> Membership:
    """The person is no longer there from that day on (today, if none is given): past, today or later.

    Roles and open invitations end with the seat; her account and what was recorded stay. A seat that has an end keeps it;
    `withdraw_end` takes it back. Raises NotAllowed, and LastOwner
    when nobody would own the organization any more.
    """
    organization = membership.organization
    on = max(on or today_in(organization), membership.started_on)
    with refusals_recorded(
        "membership.ended", NotAllowed, LastOwner, by=by, target=membership, organization=organization
    ):
        require_administrator(by, organization)
        _require_power_over(by, membership)
        owned = _owns(membership)
        if Membership.objects.filter(pk=membership.pk, ended_on=None).update(ended_on=on, changed_at=timezone.now()):
            if on <= today_in(organization):  # until a later day she may still join
                withdraw_invitations(membership)
            record("membership.ended", by=by, target=membership, organization=organization, on=on.isoformat())
            refuse_without_owner(organization, on, owned=owned)
    membership.refresh_from_db()
    return membership


def withdraw_end(*, membership: Membership, by: Person) -> Membership:
    """The end of the seat was a mistake, or she stays after all: it is as if it had never ended.

    Raises NotAllowed, and AddressTaken or StaffNumberTaken when another seat took its place.
    """
    organization = membership.organization
    with refusals_recorded("membership.end_withdrawn", NotAllowed, by=by, target=membership, organization=organization):
        require_administrator(by, organization)
        _require_power_over(by, membership)
        try:
            with transaction.atomic():
                ended = Membership.objects.filter(pk=membership.pk, ended_on__isnull=False)
                is_done = ended.update(ended_on=None, changed_at=timezone.now())
        except IntegrityError as error:
            raise _taken(membership) from error
        if is_done:
            record("membership.end_withdrawn", by=by, target=membership, organization=organization)
    membership.refresh_from_db()
    return membership


def _require_power_over(by: Person, membership: Membership) -> None:
    # Ending a seat ends its roles, so it takes the right to end each of them: also of those that end by themselves, or
    # have not begun.
    grants = membership.grants.all().now_or_later(today_in(membership.organization))
    for role in grants.order_by("role").values_list("role", flat=True).distinct():
        require_may_confer(by, membership.organization, Role(role))


def withdraw_invitations(membership: Membership) -> int:
    opened = membership.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    return opened.update(withdrawn_at=timezone.now())


def _taken(membership: Membership) -> AddressTaken | StaffNumberTaken:
    others = Membership.objects.filter(organization=membership.organization, ended_on=None).exclude(pk=membership.pk)
    is_number = membership.staff_number and others.filter(staff_number=membership.staff_number).exists()
    if is_number and not others.filter(work_email=membership.work_email).exists():
        return StaffNumberTaken(membership.staff_number)
    return AddressTaken(membership.work_email)


def _refuse_beside_somebody_leaving(membership: Membership) -> None:
    # The unique keys of the table know open seats only; somebody who leaves later is here until then.
    others = Membership.objects.filter(organization=membership.organization, ended_on__gt=membership.started_on)
    others = others.exclude(pk=membership.pk)
    if others.filter(work_email=membership.work_email).exists():
        raise AddressTaken(membership.work_email)
    if membership.staff_number and others.filter(staff_number=membership.staff_number).exists():
        raise StaffNumberTaken(membership.staff_number)
