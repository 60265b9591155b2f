from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Membership, Organization, Role, RoleGrant, User
from accounts.services import accept_invitation
from tests.conftest import Clinic


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_create_organization_prints_the_owners_link(vera: User) -> None:
    printed = run(
        "create_organization", "--name", "Lakeside", "--slug", "lakeside", "--owner", vera.email,
        "--time-zone", "America/Denver",
    )  # fmt: skip

    token = printed.rstrip().rstrip("/").rpartition("/")[2]
    membership = accept_invitation(token=token, user=vera)
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


def test_grant_role_by_command(clinic: Clinic, ana: User) -> None:
    run("grant_role", "--organization", "riverbend", "--member", "ANA@example.com", "--role", "owner")
    run(
        "grant_role", "--organization", "riverbend", "--member", "ana@example.com", "--role", "manager",
        "--team", "front desk",
    )  # fmt: skip

    granted = RoleGrant.objects.filter(membership__user=ana).order_by("pk")
    assert [(grant.role, grant.team) for grant in granted] == [(Role.OWNER, None), (Role.MANAGER, clinic.front_desk)]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--organization", "nowhere", "--member", "ana@example.com", "--role", "owner"],
        ["--organization", "riverbend", "--member", "nobody@example.com", "--role", "owner"],
        ["--organization", "riverbend", "--member", "ana@example.com", "--role", "manager"],
        ["--organization", "riverbend", "--member", "ana@example.com", "--role", "owner", "--team", "Front desk"],
        ["--organization", "riverbend", "--member", "ana@example.com", "--role", "manager", "--team", "None"],
    ],
)
def test_grant_role_by_command_refuses_names_that_are_not_there(arguments: list[str], ana: User) -> None:
    with pytest.raises(CommandError):
        run("grant_role", *arguments)

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
