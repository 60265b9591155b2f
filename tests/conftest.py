"""The cast, and what every test may ask for.

ana learns at Riverbend Clinic; omar is its training administrator, mara manages ana's team, nina owns the clinic, cody
is a colleague in another team, theo an author of the clinic's courses. charlie owns another clinic. vera has an account and belongs nowhere.
"""

import datetime as dt
import itertools
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection, connections
from django.test import Client
from pytest_django import Settings

from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
from audit.triggers import lifted
from certificates.keys import kid_of, make_private_key
from certificates.models import SigningKey
from courses.library import forget

HIRED = dt.date(2026, 1, 5)


@pytest.fixture(autouse=True, scope="session")
def flush_lifts_the_triggers() -> Iterator[None]:
    """Append-only tables refuse Django's flush, which transactional tests end with: lift them for the flush only."""
    original = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        using = connections[options["database"]]
        with lifted(using, [model._meta.db_table for model in apps.get_models()]):
            original(self, **options)

    patched = pytest.MonkeyPatch()
    patched.setattr(flush.Command, "handle", handle)
    yield
    patched.undo()


@pytest.fixture(autouse=True)
def process_begins_anew() -> None:
    """One test's tries are not another's (rate limits live in the cache), and no count of statements depends on which
    test met a course before: ids come back after a rollback on SQLite."""
    cache.clear()
    forget()


@pytest.fixture(autouse=True)
def draws_repeat_in_ci(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an attempt asks is drawn by chance. In CI it is drawn by the test's name, so that a red run speaks of the
    change; wherever else the tests are run, every run draws anew."""
    if os.environ.get("CI"):
        number = itertools.count()
        monkeypatch.setattr(
            "quizzes.services.starting.uuid4",
            lambda: uuid.uuid5(uuid.NAMESPACE_URL, f"{request.node.nodeid}/{next(number)}"),
        )


@dataclass(frozen=True)
class Clinic:
    organization: Organization
    crisis_team: Team
    front_desk: Team


def person(name: str) -> User:
    email = f"{name.split(maxsplit=1)[0].lower()}@example.com"
    user = User.objects.create_user(email, "correct horse battery", legal_name=name, time_zone="America/Denver")
    user.emailaddress_set.create(email=email, verified=True, primary=True)  # type: ignore[attr-defined]
    return user


def seat(user: User, organization: Organization, team: Team | None = None, role: Role | None = None) -> Membership:
    membership = Membership.objects.create(
        organization=organization, user=user, name=user.legal_name, work_email=user.email, team=team, started_on=HIRED
    )
    if role:
        managed = team if role == Role.MANAGER else None
        RoleGrant.objects.create(membership=membership, role=role, team=managed, starts_on=HIRED)
    return membership


@pytest.fixture
def clinic(db: None) -> Clinic:
    organization = Organization.objects.create(slug="riverbend", name="Riverbend Clinic", time_zone="America/Chicago")
    return Clinic(
        organization,
        Team.objects.create(organization=organization, name="Crisis team"),
        Team.objects.create(organization=organization, name="Front desk"),
    )


@pytest.fixture
def ana(clinic: Clinic) -> User:
    user = person("Ana Reyes")
    seat(user, clinic.organization, clinic.crisis_team)
    return user


@pytest.fixture
def cody(clinic: Clinic) -> User:
    user = person("Cody Blake")
    seat(user, clinic.organization, clinic.front_desk)
    return user


@pytest.fixture
def mara(clinic: Clinic) -> User:
    user = person("Mara Lindqvist")
    seat(user, clinic.organization, clinic.crisis_team, Role.MANAGER)
    return user


@pytest.fixture
def omar(clinic: Clinic) -> User:
    user = person("Omar Haddad")
    seat(user, clinic.organization, None, Role.TRAINING_ADMINISTRATOR)
    return user


@pytest.fixture
def nina(clinic: Clinic) -> User:
    user = person("Nina Okafor")
    seat(user, clinic.organization, None, Role.OWNER)
    return user


@pytest.fixture
def theo(clinic: Clinic) -> User:
    user = person("Theo Brandt")
    seat(user, clinic.organization, None, Role.AUTHOR)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    user = person("Charlie Adeyemi")
    other = Organization.objects.create(slug="harbor", name="Harbor Counseling", time_zone="America/Los_Angeles")
    seat(user, other, None, Role.OWNER)
    return user


@pytest.fixture
def vera(db: None) -> User:
    return person("Vera Stone")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def expect_statements(count: int) -> Iterator[None]:
    """Exactly this many statements, as Django counts them, BEGIN and COMMIT included."""
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        yield
    told = "\n".join(query["sql"][:200] for query in captured.captured_queries)
    assert len(captured) == count, f"{len(captured)} statements, {count} expected:\n{told}"


@pytest.fixture
def signing_key(db: None, settings: Settings, tmp_path: Path) -> SigningKey:
    """A published key whose private half is in a file of the test's own."""
    settings.CERTIFICATE_KEY_FILE = str(tmp_path / "keys.pem")
    public_key = make_private_key(tmp_path / "keys.pem")
    return SigningKey.objects.create(kid=kid_of(public_key), public_key=public_key)
