import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AuditEvent
from tests.conftest import client_of, expect_statements

URL = "/learn/profile/"


def posted(**changes: str) -> dict[str, str]:
    return {"legal_name": "Vera R. Stone", "time_zone": "America/Phoenix"} | changes


def test_profile_shows_name_and_zone(vera: User) -> None:
    response = client_of(vera).get(URL)

    assert response.status_code == 200
    assert response.context["form"].initial == {"legal_name": "Vera Stone", "time_zone": "America/Denver"}
    assert reverse("learner:profile") == URL


def test_profile_is_saved_and_tells_so(vera: User) -> None:
    response = client_of(vera).post(URL, posted(legal_name="  Vera   R.  Stone "), follow=True)

    vera.refresh_from_db()
    assert (vera.legal_name, vera.time_zone) == ("Vera R. Stone", "America/Phoenix")
    assert response.redirect_chain == [(URL, 302)]
    assert "Certificates that you already hold stay as they were issued." in response.content.decode()
    assert AuditEvent.objects.get().action == "profile.changed"


@pytest.mark.parametrize(
    ("field", "value"),
    [("legal_name", " "), ("legal_name", "V\u202eera"), ("legal_name", "x" * 121), ("time_zone", "Mars/Olympus")],
)
def test_profile_refuses_what_cannot_be_printed_or_shown(field: str, value: str, vera: User) -> None:
    response = client_of(vera).post(URL, posted(**{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    vera.refresh_from_db()
    assert (vera.legal_name, vera.time_zone) == ("Vera Stone", "America/Denver")


def test_profile_of_another_person_is_not_written(vera: User, ana: User) -> None:
    response = client_of(vera).post(URL, posted(_person=str(ana.public_id)))

    assert response.status_code == 409
    vera.refresh_from_db()
    assert vera.legal_name == "Vera Stone"


def test_profile_asks_strangers_to_sign_in(db: None) -> None:
    assert Client().get(URL)["Location"] == f"/accounts/login/?next={URL}"
    assert Client().post(URL, posted()).status_code == 401


@pytest.mark.parametrize("page", ["profile", "licenses", "shared"])
def test_pages_of_the_account_refuse_other_methods(page: str, vera: User) -> None:
    assert client_of(vera).put(reverse(f"learner:{page}")).status_code == 405


def test_profile_costs_few_statements(vera: User) -> None:
    client = client_of(vera)
    client.get(URL)

    with expect_statements(2):
        client.get(URL)
