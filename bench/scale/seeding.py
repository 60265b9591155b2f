"""A PostgreSQL database that is thrown away afterwards, and a clinic in it with as many people as are measured."""

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection

from accounts.models import Membership, Organization, Team, User
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from training.models import Obligation, ObligationSource, Requirement, RuleVersion
from training.rules import due_at

#: The same people, dates and completions at each try, so that two measurements can be compared.
RANDOM_SEED = 20261128
BATCH = 5_000


# --- the database


def options(about: str | None, *, people: int) -> argparse.Namespace:
    """What a measurement of one clinic was told."""
    arguments = argparse.ArgumentParser(description=about)
    arguments.add_argument("--people", type=int, default=people)
    arguments.add_argument("--keep", action="store_true", help="leave the rows in the database")
    arguments.add_argument("--seeded", action="store_true", help="the rows are there")
    return arguments.parse_args()


@contextmanager
def seeded(seed: Callable[[], object], *, is_there: bool = False, is_kept: bool = False) -> Iterator[None]:
    """The database while it holds what `seed` makes. What was there before is neither seeded nor thrown away."""
    require_postgresql()
    if is_there:
        yield
        return
    require_empty()
    try:
        migrate()
        seed()
        run("ANALYZE")
        yield
    finally:
        if not is_kept:
            run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def measured(seed: Callable[[int], object], measure: Callable[[], object], *, about: str | None, people: int) -> None:
    """A measurement of one clinic, from what it was told to the empty database."""
    chosen = options(about, people=people)
    with seeded(lambda: seed(chosen.people), is_there=chosen.seeded, is_kept=chosen.keep):
        measure()


def require_postgresql() -> None:
    if connection.vendor != "postgresql":
        sys.exit("Set TEST_DATABASE_URL to a PostgreSQL database that may be thrown away.")


def require_empty() -> None:
    """Nobody loses a database whose address she gave by mistake."""
    if connection.introspection.table_names():
        sys.exit(
            "There are tables in this database, which would be thrown away: name an empty one in TEST_DATABASE_URL."
        )


def migrate() -> None:
    call_command("migrate", verbosity=0)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# --- its rows, written in bulk: a hundred thousand calls of the services would take longer than what is measured


@dataclass(frozen=True)
class Clinic:
    organization: Organization
    teams: Sequence[Team]


def clinic_of(slug: str, *, teams: int) -> Clinic:
    organization = Organization.objects.create(slug=slug, name=f"{slug.title()} Clinic", time_zone="America/Chicago")
    rows = [Team(organization=organization, name=team_name(n)) for n in range(teams)]
    return Clinic(organization, Team.objects.bulk_create(rows))


def team_name(number: int) -> str:
    return f"Team {number:03}"


def people_of(
    clinic: Clinic, number: int, seat: Callable[[int], dict[str, Any]], *, have_accounts: bool = True
) -> list[Membership]:
    """So many people, spread over the teams; `seat` gives what else is to be in the n-th one's seat."""
    users = _users(number) if have_accounts else [None] * number
    return Membership.objects.bulk_create(
        [
            Membership(
                organization=clinic.organization,
                user=user,
                name=f"Person {n}",
                work_email=address(n),
                staff_number=f"S{n:06}",
                team=clinic.teams[n % len(clinic.teams)],
                **seat(n),
            )
            for n, user in enumerate(users)
        ],
        batch_size=BATCH,
    )


def _users(number: int) -> list[User]:
    users = [User(email=address(n), legal_name=f"Person {n}", password="!") for n in range(number)]
    return User.objects.bulk_create(users, batch_size=BATCH)


def address(number: int) -> str:
    return f"person{number}@example.com"


def published(clinic: Clinic, slug: str, title: str) -> CourseVersion:
    """The first version of a course of the clinic; nobody opens it, so its document is not there."""
    course = Course.objects.create(slug=slug, provider=clinic.organization)
    return CourseVersion.objects.create(
        course=course, number=1, document_sha256="0" * 64, title=title, minutes=60, published_by="system"
    )


def completed(user: User, version: CourseVersion, at: dt.datetime) -> Enrollment:
    """Begun and completed in one instant."""
    return Enrollment(
        user=user,
        course=version.course,
        version=version,
        acknowledged_at=at,
        started_at=at,
        completed_at=at,
        completed_on=at.date(),
        completed_zone="America/Chicago",
    )


def write_completions(rows: Iterable[Enrollment]) -> None:
    Enrollment.objects.bulk_create(rows, batch_size=BATCH)


def owed(requirement: Requirement, seat: int, due_on: dt.date, **rest: Any) -> Obligation:
    """Due and overdue at the end of that day where the clinic is."""
    zone = requirement.organization.time_zone
    end = due_at(due_on, zone)
    return Obligation(
        membership_id=seat,
        requirement=requirement,
        assigned_by="system",
        due_on=due_on,
        zone=zone,
        due_at=end,
        overdue_at=end,
        **rest,
    )


def write_owed(rows: Iterable[Obligation], *, by_rule: RuleVersion | None = None) -> None:
    """Each with the source that asked for it."""
    made = Obligation.objects.bulk_create(rows, batch_size=BATCH)
    ObligationSource.objects.bulk_create(
        [
            ObligationSource(
                obligation=one, rule_version=by_rule, due_on=one.due_on, asked_at=one.assigned_at, asked_by="system"
            )
            for one in made
        ],
        batch_size=BATCH,
    )
