import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import Invitation, License, Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries import InvitationState, held_roles, state_of, today_in, token_hash
from accounts.services import (
    AddressTaken,
    AlreadyJoined,
    InvitationClosed,
    LastOwner,
    LicenseStatedTwice,
    MembershipEnded,
    NotAllowed,
    NotYours,
    OtherOrganization,
    SlugTaken,
    StaffNumberTaken,
    TeamTaken,
    UnknownInvitation,
    accept_invitation,
    add_license,
    add_member,
    add_team,
    change_license,
    create_account,
    create_organization,
    deactivate_account,
    end_grant,
    end_membership,
    grant_role,
    invite,
    remove_license,
    update_profile,
)
from accounts.services.invitations import INVITATION_LASTS, Invited
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from audit.worker import send_all
from tests.conftest import Clinic, person


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def grant_of(user: User) -> RoleGrant:
    return RoleGrant.objects.get(membership__user=user)


def told(action: str) -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.filter(action=action).order_by("pk")
    return [(event.chain, event.actor, event.outcome) for event in events]


def new_seat(clinic: Clinic, by: User, email: str = "lena@example.com") -> Membership:
    return add_member(organization=clinic.organization, name="Lena Ortiz", work_email=email, by=by)


# Organizations


def found(slug: str = "lakeside") -> Invited:
    return create_organization(
        name="Lakeside",
        slug=slug,
        time_zone="America/Chicago",
        owner_name="Vera Stone",
        owner_email="Vera@Example.com",
        by=SYSTEM,
    )


def test_create_organization_invites_its_owner_and_links_nobody(vera: User) -> None:
    invited = found()

    membership = invited.invitation.membership
    assert (membership.work_email, membership.user) == ("vera@example.com", None)
    assert [grant.role for grant in membership.grants.all()] == [Role.OWNER]
    today = today_in(membership.organization)
    assert held_roles(vera, membership.organization, today) == frozenset()
    accept_invitation(token=invited.token, user=vera)
    assert held_roles(vera, membership.organization, today) == {Role.OWNER}
    assert told("organization.created") == [(str(membership.organization.public_id), "system", "done")]


@pytest.mark.django_db
def test_create_organization_refuses_a_slug_twice_and_keeps_nothing() -> None:
    found()

    with pytest.raises(SlugTaken):
        found()

    assert (Organization.objects.count(), OutboxMail.objects.count()) == (1, 1)


# Teams and seats


def test_add_team_is_for_administrators(clinic: Clinic, omar: User, mara: User) -> None:
    team = add_team(organization=clinic.organization, name="Intake", parent=clinic.front_desk, by=omar)

    assert (team.organization, team.parent) == (clinic.organization, clinic.front_desk)
    with pytest.raises(NotAllowed):
        add_team(organization=clinic.organization, name="Other", by=mara)
    assert told("team.added")[-1] == (str(clinic.organization.public_id), mara.audit_name, "refused")
    with pytest.raises(TeamTaken):
        add_team(organization=clinic.organization, name="INTAKE", parent=clinic.front_desk, by=omar)


def test_add_member_makes_a_seat_that_nobody_has_taken(clinic: Clinic, omar: User, vera: User) -> None:
    membership = new_seat(clinic, omar, " VERA@example.com ")

    assert (membership.work_email, membership.user, membership.team) == ("vera@example.com", None, None)
    assert membership.started_on == today_in(clinic.organization)
    assert told("membership.added") == [(str(clinic.organization.public_id), omar.audit_name, "done")]


def test_add_member_is_for_administrators_of_that_organization(clinic: Clinic, charlie: User, mara: User) -> None:
    for stranger in (charlie, mara):
        with pytest.raises(NotAllowed):
            new_seat(clinic, stranger)

    assert not Membership.objects.filter(work_email="lena@example.com").exists()
    assert [outcome for *_rest, outcome in told("membership.added")] == ["refused", "refused"]


def test_add_member_refuses_an_address_or_a_number_twice(clinic: Clinic, omar: User) -> None:
    add_member(organization=clinic.organization, name="A", work_email="a@example.com", staff_number="17", by=omar)

    with pytest.raises(AddressTaken):
        new_seat(clinic, omar, "A@example.com")
    with pytest.raises(StaffNumberTaken):
        add_member(organization=clinic.organization, name="B", work_email="b@example.com", staff_number="17", by=omar)


def test_add_member_refuses_a_team_of_another_organization(clinic: Clinic, omar: User, charlie: User) -> None:
    other = Team.objects.create(organization=seat_of(charlie).organization, name="Theirs")

    with pytest.raises(OtherOrganization):
        add_member(organization=clinic.organization, name="A", work_email="a@example.com", team=other, by=omar)


def test_end_membership_takes_roles_and_invitations_away(clinic: Clinic, omar: User, nina: User) -> None:
    membership = new_seat(clinic, omar)
    invited = invite(membership=membership, by=omar)

    ended = end_membership(membership=membership, by=omar)

    assert ended.ended_on == today_in(clinic.organization)
    invited.invitation.refresh_from_db()
    assert invited.invitation.withdrawn_at is not None
    assert end_membership(membership=membership, by=omar).ended_on == ended.ended_on
    assert len(told("membership.ended")) == 1


def test_end_membership_makes_room_for_a_new_seat(clinic: Clinic, omar: User, ana: User) -> None:
    end_membership(membership=seat_of(ana), by=omar)

    again = new_seat(clinic, omar, ana.email)

    assert again.user is None


def test_end_membership_refuses_the_last_owner(clinic: Clinic, nina: User) -> None:
    with pytest.raises(LastOwner):
        end_membership(membership=seat_of(nina), by=nina)

    assert seat_of(nina).ended_on is None
    assert told("membership.ended") == [(str(clinic.organization.public_id), nina.audit_name, "refused")]


def test_end_membership_lets_one_of_two_owners_go(clinic: Clinic, nina: User, omar: User) -> None:
    grant_role(membership=seat_of(omar), role=Role.OWNER, by=nina)

    end_membership(membership=seat_of(nina), by=nina)

    assert seat_of(nina).ended_on == today_in(clinic.organization)


def test_an_owner_who_never_came_does_not_count(clinic: Clinic, nina: User) -> None:
    grant_role(membership=new_seat(clinic, nina), role=Role.OWNER, by=nina)

    with pytest.raises(LastOwner):
        end_membership(membership=seat_of(nina), by=nina)


def test_an_owner_who_will_leave_does_not_count(clinic: Clinic, nina: User, omar: User) -> None:
    grant_role(membership=seat_of(omar), role=Role.OWNER, by=nina)
    later = today_in(clinic.organization) + dt.timedelta(days=30)
    end_membership(membership=seat_of(omar), on=later, by=nina)

    with pytest.raises(LastOwner):
        end_membership(membership=seat_of(nina), by=nina)


def test_end_membership_of_an_owner_is_not_for_training_administrators(clinic: Clinic, nina: User, omar: User) -> None:
    with pytest.raises(NotAllowed):
        end_membership(membership=seat_of(nina), by=omar)


# Roles


@pytest.mark.parametrize("role", [Role.OWNER, Role.AUTHOR])
def test_nobody_gives_a_role_beyond_the_own_one(role: Role, clinic: Clinic, omar: User, ana: User) -> None:
    with pytest.raises(NotAllowed):
        grant_role(membership=seat_of(ana), role=role, by=omar)

    assert not RoleGrant.objects.filter(membership__user=ana).exists()
    assert told("role.granted") == [(str(clinic.organization.public_id), omar.audit_name, "refused")]


def test_training_administrator_makes_managers(clinic: Clinic, omar: User, ana: User) -> None:
    grant = grant_role(membership=seat_of(ana), role=Role.MANAGER, team=clinic.front_desk, by=omar)

    assert (grant.role, grant.team, grant.ends_on) == (Role.MANAGER, clinic.front_desk, None)
    assert grant_role(membership=seat_of(ana), role=Role.MANAGER, team=clinic.front_desk, by=omar) == grant
    assert len(told("role.granted")) == 1


def test_learners_managers_and_strangers_give_no_roles(
    clinic: Clinic, ana: User, mara: User, charlie: User, cody: User
) -> None:
    for by in (ana, mara, charlie):
        with pytest.raises(NotAllowed):
            grant_role(membership=seat_of(cody), role=Role.MANAGER, team=clinic.crisis_team, by=by)


def test_grant_role_refuses_a_team_elsewhere_and_people_who_left(
    clinic: Clinic, nina: User, ana: User, charlie: User
) -> None:
    other = Team.objects.create(organization=seat_of(charlie).organization, name="Theirs")
    with pytest.raises(OtherOrganization):
        grant_role(membership=seat_of(ana), role=Role.MANAGER, team=other, by=nina)
    membership = end_membership(membership=seat_of(ana), by=nina)

    with pytest.raises(MembershipEnded):
        grant_role(membership=membership, role=Role.AUTHOR, by=nina)


def test_end_grant_holds_at_the_next_look(clinic: Clinic, nina: User, omar: User) -> None:
    grant = end_grant(grant=grant_of(omar), by=nina)

    today = today_in(clinic.organization)
    assert grant.ends_on == today
    assert not Organization.objects.administered_by(omar, today).exists()
    assert end_grant(grant=grant, by=nina).ends_on == today
    assert len(told("role.ended")) == 1


def test_everybody_may_lay_down_the_own_role(clinic: Clinic, mara: User) -> None:
    assert end_grant(grant=grant_of(mara), by=mara).ends_on == today_in(clinic.organization)


def test_end_grant_refuses_the_last_owner_and_lesser_roles(clinic: Clinic, nina: User, omar: User) -> None:
    with pytest.raises(LastOwner):
        end_grant(grant=grant_of(nina), by=nina)
    with pytest.raises(NotAllowed):
        end_grant(grant=grant_of(nina), by=omar)

    assert grant_of(nina).ends_on is None
    assert [outcome for *_rest, outcome in told("role.ended")] == ["refused", "refused"]


# Invitations


@pytest.fixture
def invited(clinic: Clinic, omar: User) -> Invited:
    return invite(membership=new_seat(clinic, omar, "vera@example.com"), by=omar)


def test_invite_keeps_only_a_hash_and_mails_the_link(invited: Invited) -> None:
    assert invited.invitation.token_sha256 == token_hash(invited.token)
    assert len(invited.token) == 43

    send_all()

    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["vera@example.com"], "Riverbend Clinic invites you to its training")
    assert f"http://127.0.0.1:8000/invitations/{invited.token}/" in str(sent.body)
    assert OutboxMail.objects.get().payload == {}


def test_invite_again_withdraws_the_earlier_link_and_its_mail(invited: Invited, omar: User, vera: User) -> None:
    newer = invite(membership=invited.invitation.membership, by=omar)

    with pytest.raises(InvitationClosed) as refusal:
        accept_invitation(token=invited.token, user=vera)
    assert refusal.value.state is InvitationState.WITHDRAWN
    send_all()
    assert len(mail.outbox) == 1
    assert newer.token in str(mail.outbox[0].body)
    assert accept_invitation(token=newer.token, user=vera).user == vera


def test_invite_refuses_people_who_joined_or_left_and_strangers(
    clinic: Clinic, omar: User, ana: User, charlie: User, invited: Invited
) -> None:
    with pytest.raises(AlreadyJoined):
        invite(membership=seat_of(ana), by=omar)
    with pytest.raises(NotAllowed):
        invite(membership=invited.invitation.membership, by=charlie)
    ended = end_membership(membership=invited.invitation.membership, by=omar)
    with pytest.raises(MembershipEnded):
        invite(membership=ended, by=omar)


def test_accept_invitation_links_the_seat_once(invited: Invited, clinic: Clinic, vera: User) -> None:
    membership = accept_invitation(token=invited.token, user=vera)

    assert membership.user == vera
    assert accept_invitation(token=invited.token, user=vera) == membership
    assert told("invitation.accepted") == [(str(clinic.organization.public_id), vera.audit_name, "done")]


def test_accept_invitation_refuses_a_used_link(invited: Invited, vera: User, cody: User) -> None:
    accept_invitation(token=invited.token, user=vera)
    EmailAddress.objects.filter(user=vera).update(email="old@example.com")
    EmailAddress.objects.create(user=cody, email="vera@example.com", verified=True)

    with pytest.raises(InvitationClosed) as refusal:
        accept_invitation(token=invited.token, user=cody)

    assert refusal.value.state is InvitationState.USED
    assert invited.invitation.membership.user is None or seat_of(vera).user == vera


def test_accept_invitation_refuses_another_address(invited: Invited, cody: User) -> None:
    with pytest.raises(NotYours) as refusal:
        accept_invitation(token=invited.token, user=cody)

    assert refusal.value.email == "vera@example.com"
    invited.invitation.refresh_from_db()
    assert invited.invitation.accepted_at is None
    assert told("invitation.accepted")[0][1:] == (cody.audit_name, "refused")


def test_accept_invitation_refuses_an_address_that_is_not_confirmed(invited: Invited, vera: User) -> None:
    EmailAddress.objects.filter(user=vera).update(verified=False)

    with pytest.raises(NotYours):
        accept_invitation(token=invited.token, user=vera)


def test_accept_invitation_refuses_an_expired_link(invited: Invited, vera: User) -> None:
    with time_machine.travel(invited.invitation.expires_at, tick=False), pytest.raises(InvitationClosed) as refusal:
        accept_invitation(token=invited.token, user=vera)

    assert refusal.value.state is InvitationState.EXPIRED
    last = invited.invitation.expires_at - dt.timedelta(seconds=1)
    with time_machine.travel(last, tick=False):
        assert accept_invitation(token=invited.token, user=vera).user == vera


def test_accept_invitation_refuses_after_the_person_left(invited: Invited, omar: User, vera: User) -> None:
    end_membership(membership=invited.invitation.membership, by=omar)

    with pytest.raises(InvitationClosed) as refusal:
        accept_invitation(token=invited.token, user=vera)

    assert refusal.value.state is InvitationState.ENDED


def test_accept_invitation_refuses_a_second_seat(clinic: Clinic, omar: User, ana: User) -> None:
    EmailAddress.objects.create(user=ana, email="ana.two@example.com", verified=True)
    second = invite(membership=new_seat(clinic, omar, "ana.two@example.com"), by=omar)

    with pytest.raises(AlreadyJoined):
        accept_invitation(token=second.token, user=ana)

    second.invitation.refresh_from_db()
    assert second.invitation.accepted_at is None


def test_accept_invitation_refuses_an_unknown_token(vera: User) -> None:
    with pytest.raises(UnknownInvitation):
        accept_invitation(token="x" * 43, user=vera)


def test_the_mail_is_not_sent_when_the_link_no_longer_works(invited: Invited, omar: User) -> None:
    end_membership(membership=invited.invitation.membership, by=omar)

    send_all()

    row = OutboxMail.objects.get()
    assert mail.outbox == []
    assert (row.sent_at, row.reason, row.payload) == (None, "nothing to tell any more", {})


def test_state_of_tells_apart_what_closed_a_link(invited: Invited, vera: User) -> None:
    invitation = invited.invitation
    now = invitation.created_at
    assert state_of(invitation, now) is InvitationState.OPEN
    assert state_of(invitation, now + INVITATION_LASTS) is InvitationState.EXPIRED
    accept_invitation(token=invited.token, user=vera)
    assert state_of(Invitation.objects.get(), now) is InvitationState.USED


# The person


@pytest.mark.django_db
def test_create_account_can_sign_in_at_once() -> None:
    user = create_account(
        email="Dana@Example.com", password="a b c d e f", legal_name="Dana", time_zone="UTC", by=SYSTEM
    )

    assert user.email == "dana@example.com"
    assert EmailAddress.objects.get().verified
    with pytest.raises(AddressTaken):
        create_account(email="dana@example.com", password="x", legal_name="D", time_zone="UTC", by=SYSTEM)


def test_deactivate_account_is_told_once(vera: User) -> None:
    assert not deactivate_account(user=vera, by=SYSTEM).is_active
    deactivate_account(user=vera, by=SYSTEM)

    assert told("account.deactivated") == [("site", "system", "done")]


def test_update_profile_tells_which_fields_but_not_what(vera: User) -> None:
    update_profile(user=vera, legal_name="Vera R. Stone", time_zone="America/Denver", by=vera)

    vera.refresh_from_db()
    assert vera.legal_name == "Vera R. Stone"
    assert AuditEvent.objects.get().details == {"fields": ["legal_name"]}
    update_profile(user=vera, legal_name="Vera R. Stone", time_zone="America/Denver", by=vera)
    assert AuditEvent.objects.count() == 1


def test_licenses_are_added_changed_and_removed(vera: User) -> None:
    facts: dict[str, Any] = {"profession": "LCSW", "jurisdiction": "Oregon"}
    stated = add_license(user=vera, number="L1", by=vera, **facts)
    add_license(user=vera, number="L2", by=vera, **facts)
    with pytest.raises(LicenseStatedTwice):
        add_license(user=vera, number="L1", by=vera, **facts)
    with pytest.raises(LicenseStatedTwice):
        change_license(license_=stated, number="L2", by=vera, **facts)

    change_license(license_=stated, number="L3", expires_on=dt.date(2027, 5, 1), by=vera, **facts)
    assert sorted(License.objects.values_list("number", flat=True)) == ["L2", "L3"]
    remove_license(license_=stated, by=vera)
    remove_license(license_=License.objects.get(), by=vera)

    assert License.objects.count() == 0
    assert not any("L1" in str(event.details) for event in AuditEvent.objects.all())


def test_an_act_that_cannot_be_recorded_does_not_stand(
    clinic: Clinic, omar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("accounts.services.seats.record", broken)

    with pytest.raises(RuntimeError):
        new_seat(clinic, omar)

    assert not Membership.objects.filter(work_email="lena@example.com").exists()


def test_person_can_be_asked_for_by_any_zone_of_the_list() -> None:
    from accounts.zones import zone, zone_choices, zone_names, zone_words

    offered = [name for _part, zones in zone_choices() for name, _words in zones]
    assert sorted(offered) == sorted(zone_names())
    assert [str(zone(name)) for name in offered[:2]] == ["America/New_York", "America/Chicago"]
    assert (zone_words("America/Denver"), zone_words("Europe/Berlin")) == ("Mountain (Denver)", "Berlin")


def test_a_seat_names_nobody_by_account(clinic: Clinic, omar: User) -> None:
    someone = person("Lena Ortiz")

    assert new_seat(clinic, omar, someone.email).user is None
