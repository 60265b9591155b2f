"""Teams and seats."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, Role, Team
from accounts.queries import today_in
from accounts.services.access import (
    LastOwner,
    NotAllowed,
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


class TeamTaken(Exception):
    """The organization has a team of that name."""


def add_team(*, organization: Organization, name: str, by: Person, parent: Team | None = None) -> Team:
    """A new team. Raises NotAllowed, OtherOrganization, TeamTaken."""
    with refusals_recorded("team.added", NotAllowed, by=by, target=organization, organization=organization):
        require_administrator(by, organization)
        require_same(organization, parent)
        try:
            with transaction.atomic():
                team = Team.objects.create(organization=organization, name=name, parent=parent)
        except IntegrityError as error:
            raise TeamTaken(name) from error
        record("team.added", by=by, target=team, organization=organization)
    return team


def add_member(  # noqa: PLR0913 - the facts of a seat, each by its name
    *,
    organization: Organization,
    name: str,
    work_email: str,
    by: Person,
    team: Team | None = None,
    staff_number: str = "",
    job_title: str = "",
    hired_on: dt.date | None = None,
    started_on: dt.date | None = None,
) -> Membership:
    """A seat for a person, linked to no account: only the person does that, by accepting an invitation (`invite`).

    Raises NotAllowed, OtherOrganization, AddressTaken, StaffNumberTaken.
    """
    membership = Membership(
        organization=organization,
        name=name,
        work_email=work_email.strip().lower(),
        team=team,
        staff_number=staff_number,
        job_title=job_title,
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
    return membership


def end_membership(*, membership: Membership, by: Person, on: dt.date | None = None) -> Membership:
    """The person is no longer there from that day on (today, if none is given); open invitations are withdrawn.

    Roles end with the seat; what was recorded stays. A seat that has an end keeps it. Raises NotAllowed, and LastOwner
    when nobody would own the organization any more.
    """
    organization = membership.organization
    on = max(on or today_in(organization), membership.started_on)
    with refusals_recorded(
        "membership.ended", NotAllowed, LastOwner, by=by, target=membership, organization=organization
    ):
        require_administrator(by, organization)
        _require_power_over(by, membership)
        owned = membership.grants.filter(role=Role.OWNER, ends_on=None).exists()
        if Membership.objects.filter(pk=membership.pk, ended_on=None).update(ended_on=on):
            withdraw_invitations(membership)
            record("membership.ended", by=by, target=membership, organization=organization, on=on.isoformat())
            refuse_without_owner(organization, on, owned=owned)
    membership.refresh_from_db()
    return membership


def _require_power_over(by: Person, membership: Membership) -> None:
    # Ending a seat ends its roles, so it takes the right to end each of them.
    for role in membership.grants.filter(ends_on=None).values_list("role", flat=True):
        require_may_confer(by, membership.organization, Role(role))


def withdraw_invitations(membership: Membership) -> None:
    opened = membership.invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
    opened.update(withdrawn_at=timezone.now())


def _taken(membership: Membership) -> AddressTaken | StaffNumberTaken:
    others = Membership.objects.filter(organization=membership.organization, ended_on=None)
    if others.filter(work_email=membership.work_email).exists():
        return AddressTaken(membership.work_email)
    return StaffNumberTaken(membership.staff_number)
