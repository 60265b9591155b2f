import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import License, User
from accounts.services import add_license
from tests.conftest import client_of, expect_statements

URL = "/learn/licenses/"
FORM = {"profession": "LCSW", "jurisdiction": "Oregon", "number": "L1", "expires_on": "2027-05-01"}


def stated(user: User, number: str = "L1") -> License:
    return add_license(user=user, profession="LCSW", jurisdiction="Oregon", number=number, by=user)


def page_of(license_: License) -> str:
    return reverse("learner:license", args=[license_.public_id])


def test_licenses_says_who_never_sees_the_number(vera: User) -> None:
    page = client_of(vera).get(URL).content.decode()

    assert "Employers never see the numbers" in page
    assert "You have stated no license." in page


def test_license_is_added(vera: User) -> None:
    response = client_of(vera).post(URL, FORM, follow=True)

    added = License.objects.get()
    assert (added.user, added.number, added.expires_on) == (vera, "L1", dt.date(2027, 5, 1))
    assert response.redirect_chain == [(URL, 302)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("profession", ""), ("jurisdiction", " "), ("number", ""), ("number", "x" * 41), ("expires_on", "soon")],
)
def test_license_with_a_fault_is_not_added(field: str, value: str, vera: User) -> None:
    response = client_of(vera).post(URL, FORM | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert License.objects.count() == 0


def test_license_stated_twice_is_a_fault_of_the_form(vera: User) -> None:
    stated(vera)

    response = client_of(vera).post(URL, FORM)

    assert response.status_code == 422
    assert response.context["form"].errors == {"number": ["You have stated this license already."]}


def test_license_is_changed(vera: User) -> None:
    license_ = stated(vera)
    assert client_of(vera).get(page_of(license_)).context["form"].initial["number"] == "L1"

    response = client_of(vera).post(page_of(license_), FORM | {"number": "L9"})

    assert response["Location"] == URL
    license_.refresh_from_db()
    assert (license_.number, license_.expires_on) == ("L9", dt.date(2027, 5, 1))


def test_license_cannot_be_changed_into_another_one(vera: User) -> None:
    license_ = stated(vera)
    stated(vera, "L2")

    assert client_of(vera).post(page_of(license_), FORM | {"number": "L2"}).status_code == 422
    license_.refresh_from_db()
    assert license_.number == "L1"


def test_license_is_removed(vera: User) -> None:
    license_ = stated(vera)

    response = client_of(vera).post(page_of(license_), {"remove": "1"})

    assert response["Location"] == URL
    assert License.objects.count() == 0


def test_license_of_somebody_else_is_not_there(vera: User, ana: User) -> None:
    license_ = stated(ana)
    client = client_of(vera)

    assert client.get(page_of(license_)).status_code == 404
    assert client.post(page_of(license_), {"remove": "1"}).status_code == 404
    assert str(license_.public_id) not in client.get(URL).content.decode()
    assert License.objects.get() == license_


def test_licenses_ask_strangers_to_sign_in(vera: User) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert Client().post(page_of(stated(vera)), {"remove": "1"}).status_code == 401


@pytest.mark.parametrize("rows", [1, 3])
def test_licenses_cost_the_same_for_every_number(rows: int, vera: User) -> None:
    for n in range(rows):
        stated(vera, f"N{n}")
    client = client_of(vera)
    client.get(URL)

    with expect_statements(3):
        client.get(URL)
