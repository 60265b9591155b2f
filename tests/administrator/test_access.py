"""Who meets which page of staff training."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organization, Role, RoleGrant, User
from tests.administrator.conftest import Owed
from tests.conftest import Clinic, client_of, seat
from tests.training.build import seat_of

PAGES = ["overview", "people", "requirements", "assignment-new", "obligations", "matrix"]
ADMINISTRATION = ["person-new", "requirement-new", "impossible", "matrix-sheet"]


def address(name: str, *more: object, organization: str = "riverbend") -> str:
    return reverse(f"administrator:{name}", args=[organization, *more])


@pytest.mark.parametrize("name", [*PAGES, *ADMINISTRATION])
def test_omar_and_nina_have_every_page(name: str, owed: Owed, omar: User, nina: User) -> None:
    for user in (omar, nina):
        assert client_of(user).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_mara_has_the_pages_of_her_team(name: str, owed: Owed, mara: User) -> None:
    assert client_of(mara).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", [*PAGES, *ADMINISTRATION])
def test_nobody_else_has_a_page(name: str, owed: Owed, ana: User, cody: User, vera: User, charlie: User) -> None:
    for user in (ana, cody, vera, charlie):
        assert client_of(user).get(address(name)).status_code == 404


def test_author_has_no_page(clinic: Clinic, owed: Owed, ana: User) -> None:
    RoleGrant.objects.create(membership=seat_of(ana), role=Role.AUTHOR, starts_on=dt.date(2026, 1, 5))

    assert client_of(ana).get(address("people")).status_code == 404


def test_mara_adds_nobody_and_invites_nobody(owed: Owed, mara: User, ana: User) -> None:
    assert client_of(mara).get(address("person-new")).status_code == 404
    assert client_of(mara).post(address("person-new"), {"name": "X"}).status_code == 404
    assert client_of(mara).post(address("person-invitation", seat_of(ana).public_id)).status_code == 404


def test_persons_page_is_for_those_who_may_see_the_person(
    owed: Owed, omar: User, mara: User, ana: User, cody: User, charlie: User
) -> None:
    hers, his = address("person", seat_of(ana).public_id), address("person", seat_of(cody).public_id)

    assert [client_of(omar).get(page).status_code for page in (hers, his)] == [200, 200]
    assert [client_of(mara).get(page).status_code for page in (hers, his)] == [200, 404]
    assert [client_of(ana).get(page).status_code for page in (hers, his)] == [404, 404]
    elsewhere = address("person", seat_of(ana).public_id, organization="harbor")
    assert client_of(charlie).get(elsewhere).status_code == 404


def test_owner_of_two_organizations_sees_each_apart(owed: Owed, omar: User, charlie: User, clinic: Clinic) -> None:
    seat(charlie, clinic.organization, None, Role.OWNER)
    harbor = Organization.objects.get(slug="harbor")
    here = seat(omar, harbor, None)

    assert b"Omar Haddad" in client_of(charlie).get(address("people", organization="harbor")).content
    assert b"Ana Reyes" not in client_of(charlie).get(address("people", organization="harbor")).content
    assert client_of(charlie).get(address("person", here.public_id)).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *ADMINISTRATION])
def test_anonymous_is_led_to_the_sign_in(name: str, owed: Owed) -> None:
    response = Client().get(address(name))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=/manage/riverbend/")


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("overview", "post"),
        ("people", "post"),
        ("requirements", "post"),
        ("obligations", "post"),
        ("obligations-csv", "get"),
        ("person-new", "put"),
        ("assignment-new", "delete"),
    ],
)
def test_other_methods_are_refused(name: str, method: str, owed: Owed, omar: User) -> None:
    assert getattr(client_of(omar), method)(address(name)).status_code == 405


def test_manager_demoted_is_refused_at_the_next_click(owed: Owed, mara: User) -> None:
    client = client_of(mara)
    assert client.get(address("obligations")).status_code == 200

    RoleGrant.objects.filter(membership__user=mara).update(ends_on=dt.date(2026, 11, 22))

    assert client.get(address("obligations")).status_code == 404
    assert client.post(address("obligations-csv")).status_code == 404


def test_administrator_who_left_is_refused_at_the_next_click(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    Membership.objects.filter(user=omar).update(ended_on=dt.date(2026, 11, 22))

    assert client.get(address("overview")).status_code == 404


def test_home_leads_to_the_only_organization(owed: Owed, omar: User, mara: User, ana: User) -> None:
    for user in (omar, mara):
        response = client_of(user).get("/manage/")
        assert (response.status_code, response.headers["Location"]) == (302, "/manage/riverbend/")
    assert client_of(ana).get("/manage/").status_code == 404


def test_home_lets_choose_among_several(owed: Owed, omar: User, charlie: User) -> None:
    seat(omar, Organization.objects.get(slug="harbor"), None, Role.OWNER)

    page = client_of(omar).get("/manage/")

    assert page.status_code == 200
    assert b"Harbor Counseling" in page.content
    assert b"Riverbend Clinic" in page.content


def test_organization_that_does_not_exist_is_not_found(omar: User, owed: Owed) -> None:
    assert client_of(omar).get(address("overview", organization="nowhere")).status_code == 404
