import datetime as dt
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import (
    Invitation,
    Leave,
    License,
    Membership,
    Organization,
    Role,
    RoleGrant,
    RosterImport,
    RosterRow,
    SignInTally,
    Team,
    User,
)
from accounts.zones import validate_zone
from tests.conftest import HIRED, Clinic

LATER = HIRED + dt.timedelta(days=1)
EARLIER = HIRED - dt.timedelta(days=1)


def refused(make: object, **values: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**values)  # type: ignore[operator]


def seat(clinic: Clinic, **values: object) -> Membership:
    facts = {"organization": clinic.organization, "name": "Lena", "work_email": "lena@example.com", "started_on": HIRED}
    return Membership.objects.create(**(facts | values))


def test_user(vera: User) -> None:
    refused(User.objects.create, email="Upper@example.com")
    refused(User.objects.create, email="")
    refused(User.objects.create, email=vera.email)
    User.objects.create(email="a@example.com", scim_external_id="7")
    refused(User.objects.create, email="b@example.com", scim_external_id="7")


def test_organization_slug(clinic: Clinic) -> None:
    refused(Organization.objects.create, slug="riverbend", name="Other")


def test_team(clinic: Clinic, charlie: User) -> None:
    refused(Team.objects.create, organization=clinic.organization, name="FRONT desk")
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.filter(pk=clinic.front_desk.pk).update(parent=clinic.front_desk)
    Team.objects.create(organization=Organization.objects.get(slug="harbor"), name="Front desk")
    below = {"organization": clinic.organization, "parent": clinic.crisis_team}
    Team.objects.create(name="Front desk", **below)
    refused(Team.objects.create, name="front desk", **below)
    Team.objects.create(name="Front desk", retired_at=timezone.now(), **below)


def test_membership(clinic: Clinic, ana: User) -> None:
    refused(seat, clinic=clinic, work_email="Lena@example.com")
    refused(seat, clinic=clinic, ended_on=EARLIER)
    refused(seat, clinic=clinic, work_email=ana.email)
    refused(seat, clinic=clinic, user=ana)
    seat(clinic, staff_number="17")
    refused(seat, clinic=clinic, work_email="other@example.com", staff_number="17")


def test_leave(clinic: Clinic) -> None:
    facts = {"membership": seat(clinic), "starts_on": HIRED, "recorded_by": "system"}
    refused(Leave.objects.create, **facts, ends_on=HIRED)
    Leave.objects.create(**facts)
    refused(Leave.objects.create, **facts)
    Leave.objects.create(**facts, cancelled_at=timezone.now())


def test_membership_that_ended_leaves_room(clinic: Clinic, ana: User) -> None:
    seat(clinic, ended_on=HIRED, staff_number="17", user=ana)
    seat(clinic, ended_on=LATER, staff_number="17", user=ana)
    seat(clinic, staff_number="17")


def test_role_grant(clinic: Clinic, ana: User) -> None:
    membership = Membership.objects.get(user=ana)
    facts = {"membership": membership, "starts_on": HIRED}
    refused(RoleGrant.objects.create, role="king", **facts)
    refused(RoleGrant.objects.create, role=Role.MANAGER, **facts)
    refused(RoleGrant.objects.create, role=Role.OWNER, team=clinic.front_desk, **facts)
    refused(RoleGrant.objects.create, role=Role.OWNER, ends_on=EARLIER, **facts)
    RoleGrant.objects.create(role=Role.OWNER, **facts)
    refused(RoleGrant.objects.create, role=Role.OWNER, **facts)
    RoleGrant.objects.create(role=Role.MANAGER, team=clinic.front_desk, **facts)
    RoleGrant.objects.create(role=Role.MANAGER, team=clinic.crisis_team, **facts)
    refused(RoleGrant.objects.create, role=Role.MANAGER, team=clinic.crisis_team, **facts)
    RoleGrant.objects.create(role=Role.OWNER, ends_on=LATER, **facts)


@pytest.mark.django_db
def test_tally_of_a_day_is_one_row() -> None:
    SignInTally.objects.create(on=dt.date(2026, 11, 29))
    refused(SignInTally.objects.create, on=dt.date(2026, 11, 29))


def test_license(vera: User) -> None:
    facts = {"user": vera, "profession": "LCSW", "jurisdiction": "Oregon"}
    refused(License.objects.create, number="", **facts)
    License.objects.create(number="L1", **facts)
    refused(License.objects.create, number="L1", **facts)


def test_invitation(clinic: Clinic) -> None:
    now = timezone.now()
    facts = {"membership": seat(clinic), "email": "lena@example.com", "created_at": now}
    token = hashlib.sha256(b"token").hexdigest()
    refused(Invitation.objects.create, token_sha256=token, expires_at=now, **facts)
    facts["expires_at"] = now + dt.timedelta(days=1)
    refused(Invitation.objects.create, token_sha256=token, accepted_at=now, withdrawn_at=now, **facts)
    Invitation.objects.create(token_sha256=token, **facts)
    refused(Invitation.objects.create, token_sha256=token, **facts)


@pytest.mark.parametrize("name", ["", "EST", "Mars/Olympus", "america/denver", "../etc/passwd"])
def test_time_zone_that_is_not_of_the_list(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_zone(name)


def test_roster(clinic: Clinic) -> None:
    facts = {"organization": clinic.organization, "uploaded_by": "system", "sha256": "0" * 64, "size": 1}
    refused(RosterImport.objects.create, **facts, state="lost")
    refused(RosterImport.objects.create, **facts, state="applying")
    refused(RosterImport.objects.create, **facts, state="applied")
    RosterImport.objects.create(**facts, state="applying", confirmed_at=timezone.now())
    refused(RosterImport.objects.create, **facts, state="applying", confirmed_at=timezone.now())


def test_roster_row(clinic: Clinic) -> None:
    roster = RosterImport.objects.create(
        organization=clinic.organization, uploaded_by="system", sha256="0" * 64, size=1
    )
    refused(RosterRow.objects.create, roster=roster, number=1, kind="odd")
    RosterRow.objects.create(roster=roster, number=1, kind="new")
    refused(RosterRow.objects.create, roster=roster, number=1, kind="new")
