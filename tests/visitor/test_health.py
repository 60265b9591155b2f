import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from redis.exceptions import ConnectionError as RedisDown

from tests.conftest import expect_statements


@pytest.mark.django_db
def test_healthz_asks_nothing_of_anybody() -> None:
    with expect_statements(0):
        response = Client().get("/healthz")

    assert response.content == b"ok\n"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_readyz_names_the_part_that_fails_and_nothing_else() -> None:
    with override_settings(CERTIFICATE_KEY_FILE="/nowhere/secret-name.pem"):
        response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "cache": "ok", "signing_key": "failed"}


@pytest.mark.usefixtures("signing_key")
def test_readyz_without_its_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise RedisDown("password in an address")

    monkeypatch.setattr(cache, "set", down)

    response = Client().get("/readyz")

    assert response.status_code == 200  # whoever is signed in goes on, and every process lacks the same cache
    assert response.json() == {"database": "ok", "cache": "failed", "signing_key": "ok"}
    assert b"password" not in response.content


@pytest.mark.django_db
def test_readyz_without_its_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", down)

    response = Client().get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "failed", "cache": "ok", "signing_key": "failed"}
