import pytest
from django.test import Client, override_settings

from accounts.models import User
from tests.conftest import client_of, expect_statements


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/about/privacy/", "What your employer can see, and what nobody sees"),
        ("/about/terms/", "What you may expect, and what we ask"),
        ("/about/accessibility/", "Accessibility"),
        ("/about/contact/", "Write to us"),
    ],
)
@pytest.mark.django_db
def test_policy_page_asks_the_database_nothing(address: str, heading: str) -> None:
    with expect_statements(0):
        response = Client().get(address)

    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.content.decode()


@pytest.mark.parametrize("address", ["/about/contact/", "/about/accessibility/"])
def test_address_of_people_is_given(address: str) -> None:
    with override_settings(SUPPORT_EMAIL="help@clinic.example"):
        assert '<a href="mailto:help@clinic.example">' in Client().get(address).content.decode()


def test_demonstration_is_named_on_every_page() -> None:
    told = "Demonstration: the clinic and its people are made up"

    assert told not in Client().get("/about/terms/").content.decode()
    with override_settings(MODE="demo"):
        assert told in Client().get("/about/terms/").content.decode()


def test_header_of_a_signed_in_person(ana: User) -> None:
    page = client_of(ana).get("/about/terms/").content.decode()

    assert '<a href="/learn/" >My learning</a>' in page
    assert "Ana Reyes</a>" in page
    assert "Sign out" in page
    assert "Times are shown in Denver time" in page
