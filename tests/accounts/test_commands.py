from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Invitation, Membership, Organization, Role, RoleGrant, User
from accounts.services import InvitationClosed, accept_invitation
from tests.conftest import Clinic


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def token_of(printed: str) -> str:
    return printed.rstrip().rstrip("/").rpartition("/")[2]


def test_create_organization_prints_the_owners_link(vera: User) -> None:
    printed = run(
        "create_organization", "--name", "Lakeside", "--slug", "lakeside", "--owner", vera.email,
        "--time-zone", "America/Denver",
    )  # fmt: skip

    membership = accept_invitation(token=token_of(printed), user=vera)
    assert (membership.organization.slug, membership.organization.time_zone) == ("lakeside", "America/Denver")
    assert Organization.objects.administered_by(vera, membership.started_on).get().name == "Lakeside"


@pytest.mark.parametrize(
    ("slug", "owner", "zone"),
    [("no good", "a@example.com", "UTC"), ("good", "nobody", "UTC"), ("good", "a@example.com", "Mars/Olympus")],
)
@pytest.mark.django_db
def test_create_organization_refuses_what_cannot_be(slug: str, owner: str, zone: str) -> None:
    with pytest.raises(CommandError):
        run("create_organization", "--name", "X", "--slug", slug, "--owner", owner, "--time-zone", zone)

    assert Organization.objects.count() == 0


def test_create_organization_refuses_a_slug_twice(clinic: Clinic) -> None:
    with pytest.raises(CommandError, match="slug riverbend"):
        run("create_organization", "--name", "X", "--slug", "riverbend", "--owner", "a@example.com")


def test_invite_member_sends_the_first_owner_a_new_link(vera: User) -> None:
    old = token_of(run("create_organization", "--name", "Lakeside", "--slug", "lakeside", "--owner", vera.email))

    new = token_of(run("invite_member", "--organization", "lakeside", "--member", "VERA@example.com"))

    with pytest.raises(InvitationClosed):
        accept_invitation(token=old, user=vera)
    seat = accept_invitation(token=new, user=vera)
    assert Organization.objects.administered_by(vera, seat.started_on).get().slug == "lakeside"


def test_invite_member_makes_a_seat_where_the_owners_address_was_wrong(vera: User) -> None:
    run("create_organization", "--name", "Lakeside", "--slug", "lakeside", "--owner", "wera@example.com")

    token = token_of(
        run("invite_member", "--organization", "lakeside", "--member", vera.email, "--name", "V. Stone")
    )  # fmt: skip
    run("grant_role", "--organization", "lakeside", "--member", vera.email, "--role", "owner")

    seat = accept_invitation(token=token, user=vera)
    assert (seat.name, list(seat.grants.values_list("role", flat=True))) == ("V. Stone", [Role.OWNER])


@pytest.mark.parametrize(
    ("organization", "arguments", "told"),
    [
        ("nowhere", ["--member", "ana@example.com"], "There is no organization `nowhere`."),
        ("riverbend", ["--member", "nobody@example.com"], "Nobody at Riverbend Clinic has the work e-mail nobody@"),
        ("riverbend", ["--member", "nobody", "--name", "N."], "Enter a valid email address"),
        ("riverbend", ["--member", "ana@example.com"], "has taken the seat. Give roles with grant_role"),
    ],
)
def test_invite_member_says_why_nobody_is_invited(
    organization: str, arguments: list[str], told: str, ana: User
) -> None:
    with pytest.raises(CommandError, match=told):
        run("invite_member", "--organization", organization, *arguments)

    assert Invitation.objects.count() == 0


def test_grant_role_by_command(clinic: Clinic, ana: User) -> None:
    run("grant_role", "--organization", "riverbend", "--member", "ANA@example.com", "--role", "owner")
    run(
        "grant_role", "--organization", "riverbend", "--member", "ana@example.com", "--role", "manager",
        "--team", "front desk",
    )  # fmt: skip

    granted = RoleGrant.objects.filter(membership__user=ana).order_by("pk")
    assert [(grant.role, grant.team) for grant in granted] == [(Role.OWNER, None), (Role.MANAGER, clinic.front_desk)]


@pytest.mark.parametrize(
    ("organization", "member", "arguments", "told"),
    [
        ("nowhere", "ana", ["owner"], "There is no organization `nowhere`."),
        ("riverbend", "nobody", ["owner"], "Nobody at Riverbend Clinic has the work e-mail nobody@example.com."),
        ("riverbend", "ana", ["manager"], "Managers, and only they, are given with --team."),
        ("riverbend", "ana", ["owner", "--team", "Front desk"], "Managers, and only they, are given with --team."),
        ("riverbend", "ana", ["manager", "--team", "None"], "No one team of Riverbend Clinic is meant by `None`."),
    ],
)
def test_grant_role_by_command_says_which_name_is_not_there(
    organization: str, member: str, arguments: list[str], told: str, ana: User
) -> None:
    with pytest.raises(CommandError, match=told):
        run(
            "grant_role", "--organization", organization, "--member", f"{member}@example.com", "--role", *arguments
        )  # fmt: skip

    assert not RoleGrant.objects.filter(membership__user=ana).exists()


def test_grant_role_by_command_refuses_people_who_left(clinic: Clinic, ana: User) -> None:
    Membership.objects.filter(user=ana).update(ended_on="2026-01-06")

    with pytest.raises(CommandError):
        run("grant_role", "--organization", "riverbend", "--member", "ana@example.com", "--role", "owner")


def test_deactivate_account_by_command(vera: User) -> None:
    run("deactivate_account", "VERA@example.com")

    vera.refresh_from_db()
    assert not vera.is_active
    with pytest.raises(CommandError):
        run("deactivate_account", "nobody@example.com")
