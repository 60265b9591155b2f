import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import Organization, User
from config.checks import addresses_are_ours, cache_is_shared
from config.settings import databases
from config.startup import durability_faults, refuse_unsafe_start, setting_faults
from tests.check_deploy import environment
from tests.conftest import client_of

production = override_settings(
    IS_PRODUCTION=True,
    SECRET_KEY=secrets.token_urlsafe(64),
    CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1"}},
    CERTIFICATE_KEY_FILE="/nowhere/keys.pem",
)


def run_in_production(
    folder: Path, *, leave_out: str = "", program: str = "import config.wsgi", **changed: str
) -> "subprocess.CompletedProcess[str]":
    given = environment(folder) | {"DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3"} | changed
    given.pop(leave_out, None)
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def managed(*arguments: str, **given: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=given, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


@contextmanager
def weakened(statement: str, restored: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(restored)


@pytest.mark.django_db(transaction=True)
def test_durability_is_as_asked_for() -> None:
    assert list(durability_faults()) == []


@pytest.mark.django_db(transaction=True)
def test_weak_durability_is_read_back_from_the_live_connection() -> None:
    if connection.vendor == "sqlite":
        weaken = weakened("PRAGMA synchronous=NORMAL", "PRAGMA synchronous=FULL")
        told = "SQLite has synchronous = 1; it must be at least 2, or acknowledged answers can be lost."
    else:
        weaken = weakened("SET synchronous_commit = off", "SET synchronous_commit = on")
        told = "PostgreSQL has synchronous_commit = off; with that, acknowledged answers can be lost in a crash."

    with weaken:
        assert list(durability_faults()) == [told]


@pytest.mark.django_db(transaction=True)
def test_production_does_not_start_with_a_demonstration_or_without_a_key() -> None:
    Organization.objects.create(slug="cedar", name="Cedar", is_demo=True)

    with production, pytest.raises(ImproperlyConfigured) as refusal:
        refuse_unsafe_start()

    assert str(refusal.value) == (
        "Production does not start:\n"
        "- The database holds the demonstration organization cedar; production starts on its own data.\n"
        "- CERTIFICATE_KEY_FILE: the key file does not exist."
    )


@pytest.mark.django_db(transaction=True)
def test_demo_and_test_start_with_anything() -> None:
    Organization.objects.create(slug="cedar", name="Cedar", is_demo=True)

    refuse_unsafe_start()


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache", "filebased.FileBasedCache"])
def test_a_cache_of_one_process_is_refused(backend: str) -> None:
    name = f"django.core.cache.backends.{backend}"

    with override_settings(CACHES={"default": {"BACKEND": name}}):
        assert [error.id for error in cache_is_shared(None)] == ["vignette.E101"]
    with production:
        assert cache_is_shared(None) == []


@pytest.mark.parametrize(
    "key",
    ["x", "short-and-random-4f8a1c", "ab" * 40, "django-insecure-" + "k3y9" * 20, settings.SECRET_KEY],
)
def test_a_secret_that_can_be_guessed_is_refused(key: str) -> None:
    with production:
        assert list(setting_faults()) == []
    with production, override_settings(SECRET_KEY=key):
        assert [fault.partition(":")[0] for fault in setting_faults()] == ["SECRET_KEY can be guessed"]


def test_every_host_name_is_refused() -> None:
    with production, override_settings(ALLOWED_HOSTS=["*"]):
        assert list(setting_faults()) == ["ALLOWED_HOSTS admits every host name; name ours."]


@pytest.mark.parametrize("name", ["SESSION_IDLE_MINUTES", "SESSION_IDLE_MINUTES_WITH_ROLE"])
def test_sessions_that_end_while_people_read_are_refused(name: str) -> None:
    with override_settings(**{name: 9}):
        assert [fault.partition(" ")[0] for fault in setting_faults() if "read" in fault] == [name]
    with override_settings(**{name: 10}):
        assert [fault for fault in setting_faults() if "read" in fault] == []


def test_wsgi_refuses_settings_that_protect_nothing(tmp_path: Path) -> None:
    ended = run_in_production(tmp_path, SECRET_KEY="changeme", ALLOWED_HOSTS="*")

    assert ended.returncode == 1
    assert "SECRET_KEY can be guessed" in ended.stderr
    assert "ALLOWED_HOSTS admits every host name" in ended.stderr


def test_addresses_of_a_demonstration_are_refused() -> None:
    with override_settings(SITE_URL="http://x", ALLOWED_HOSTS=["*"], SUPPORT_EMAIL="support@localhost"):
        assert [error.id for error in addresses_are_ours(None)] == ["vignette.E102", "vignette.E103", "vignette.E104"]


def test_wsgi_refuses_a_database_without_tables(tmp_path: Path) -> None:
    ended = run_in_production(tmp_path)

    assert ended.returncode == 1
    assert "run `manage.py migrate`" in ended.stderr


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "CERTIFICATE_KEY_FILE"],
)
def test_production_does_not_start_without(tmp_path: Path, name: str) -> None:
    ended = run_in_production(tmp_path, leave_out=name)

    assert ended.returncode == 1
    assert f"{name} is not set" in ended.stderr


def test_production_says_of_every_variable_at_once_that_it_is_not_set(tmp_path: Path) -> None:
    ended = managed("check_course", "docs/example-course", SECRET_KEY="given", VAR_DIR=str(tmp_path))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "Production does not start:\n"
        "- ALLOWED_HOSTS is not set: the host names that we answer to.\n"
        "- SITE_URL is not set: the public address printed on certificates.\n"
        "- DATABASE_URL is not set: the PostgreSQL database.\n"
        "- CACHE_URL is not set: the shared cache that holds rate limits.\n"
        "- EMAIL_URL is not set: the mail server.\n"
        "- CERTIFICATE_KEY_FILE is not set: the file of signing keys"
        " (make one with `manage.py create_certificate_key`).\n"
        "For a demonstration, or to check a course on your own machine, set VIGNETTE_MODE=demo.\n"
    )


def test_a_command_tells_where_in_the_code_when_asked(tmp_path: Path) -> None:
    ended = managed("migrate", "--traceback", VAR_DIR=str(tmp_path))

    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback")


def test_a_command_tells_nothing_of_how_pictures_are_drawn(tmp_path: Path) -> None:
    written = str(tmp_path / "copy.html")

    ended = managed(
        "review_copy", "docs/example-course", "--output", written, VIGNETTE_MODE="demo", VAR_DIR=str(tmp_path / "var")
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_what_the_address_of_the_database_asks_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgres://vignette@db.example.org/vignette?sslmode=verify-full&sslrootcert=/ca.pem"
    monkeypatch.setenv("TEST_DATABASE_URL", f"{address}&options=-c%20statement_timeout%3D0")

    options = databases()["default"]["OPTIONS"]

    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/ca.pem")
    assert options["options"] == (
        "-c jit=off -c random_page_cost=1.1 -c statement_timeout=15000"
        " -c idle_in_transaction_session_timeout=60000 -c statement_timeout=0"
    )


def test_spaces_between_host_names_are_no_part_of_them(tmp_path: Path) -> None:
    given = environment(tmp_path) | {"ALLOWED_HOSTS": "a.example.org, b.example.org,"}
    asked = "from django.conf import settings; print(settings.ALLOWED_HOSTS)"

    ended = subprocess.run([sys.executable, "-c", asked], env=given, capture_output=True, text=True, check=True)

    assert ended.stdout == "['a.example.org', 'b.example.org']\n"


@pytest.mark.django_db
def test_session_needs_no_cache(tmp_path: Path, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run_in_production(
        tmp_path, program="from config import settings; print(settings.CACHES, settings.SESSION_ENGINE)"
    ).stdout
    assert "redis" in told
    assert settings.SESSION_ENGINE in told  # so what follows is what production does

    def away(*args: object, **kwargs: object) -> None:
        raise RedisDown

    client = client_of(ana)
    for name in ("get", "set", "add", "incr", "delete"):
        monkeypatch.setattr(cache, name, away)
    assert client.get("/learn/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/learn/").status_code == 302


def test_an_unset_mode_is_production(tmp_path: Path) -> None:
    ended = run_in_production(tmp_path, leave_out="VIGNETTE_MODE", SECRET_KEY="")

    assert "SECRET_KEY is not set" in ended.stderr
    assert settings.MODE == "test"
