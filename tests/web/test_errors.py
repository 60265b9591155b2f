import re

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from accounts.models import User
from tests.conftest import client_of, expect_statements

pytestmark = [pytest.mark.urls("tests.web.urls"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere/", 404, "This page is not here."),
        ("/test/hide/", 404, "This page is not here."),
        ("/test/forbid/", 403, "This page is not here."),
        ("/test/fail/", 500, "This page failed, and the fault is ours."),
    ],
)
def test_error_page_says_what_happened_and_gives_the_requests_number(address: str, status: int, words: str) -> None:
    response = Client(raise_request_exception=False).get(address)

    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{words}</h1>" in page
    number = response.headers["X-Request-ID"][:8].upper()
    assert re.findall(r'<span class="v-code">([^<]+)</span>', page) == [f"{number[:4]}-{number[4:]}"]


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/test/hide/", 404), ("/test/forbid/", 403)])
def test_page_that_is_not_there_says_that_what_was_sent_is_not_saved(address: str, status: int) -> None:
    told, asked = Client().post(address), Client().get(address)

    assert told.status_code == asked.status_code == status
    assert "What you sent was not saved" in told.content.decode()
    assert "Nothing of yours has been lost" not in told.content.decode()
    assert "Nothing of yours has been lost" in asked.content.decode()


@pytest.mark.parametrize("how", ["operational", "interface"])
def test_database_that_is_away_is_told_with_the_time_to_try_again(ana: User, how: str) -> None:
    client = client_of(ana)
    client.raise_request_exception = False

    with expect_statements(0):
        response = client.get(f"/test/lose/{how}/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "30"
    assert "Our records cannot be reached just now." in response.content.decode()


def test_session_that_cannot_be_read_is_a_database_that_is_away(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(ana)
    client.raise_request_exception = False

    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(CursorWrapper, "execute", away)
    response = client.get("/learn/")

    assert response.status_code == 503


def test_failure_page_asks_the_database_nothing(ana: User) -> None:
    client = client_of(ana)
    client.raise_request_exception = False

    with expect_statements(0):
        response = client.get("/test/fail/")

    assert response.status_code == 500


def test_request_that_cannot_be_read_is_400() -> None:
    response = Client(raise_request_exception=False).get("/", headers={"Host": "elsewhere.example"})

    assert response.status_code == 400
    assert "This request could not be read." in response.content.decode()


def test_refusal_says_what_happened_and_what_to_do(ana: User) -> None:
    response = client_of(ana).get("/test/refuse/")

    page = response.content.decode()
    assert response.status_code == 409
    assert "The case is closed." in page
    assert "Your three answers were kept." in page
    assert '<a class="btn btn-primary" href="/learn/">My learning</a>' in page


def test_page_of_a_signed_in_person_costs_session_and_person(ana: User) -> None:
    client = client_of(ana)

    with expect_statements(2):
        response = client.get("/test/hide/")

    page = response.content.decode()
    assert "Ana Reyes" in page
    assert "Staff training" not in page
