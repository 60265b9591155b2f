"""The obligations board at its full size: 100,000 obligations of one organization, on PostgreSQL.

    createdb vignette_board
    VIGNETTE_MODE=test TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_board python -m bench.board

Prints the server time of the first page and the peak memory of the export. The database is thrown away afterwards:
seed it once with `--keep` and measure again with `--seeded`.
"""

import argparse
import datetime as dt
import random
import resource
import statistics
import sys
import time
import tracemalloc

import django

PEOPLE, COURSES, TEAMS = 5_000, 20, 40
NOW = dt.datetime.now(dt.UTC)


def seed() -> None:
    from django.db import connection

    from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
    from courses.models import Course, CourseVersion
    from enrollments.models import Enrollment
    from training.models import Obligation, Requirement
    from training.rules import due_at

    random.seed(20261122)
    today = NOW.date()
    clinic = Organization.objects.create(slug="board", name="Board Clinic", time_zone="America/Chicago")
    teams = Team.objects.bulk_create([Team(organization=clinic, name=f"Team {n:02}") for n in range(TEAMS)])
    users = User.objects.bulk_create(
        [User(email=f"person{n}@example.com", legal_name=f"Person {n}", password="!") for n in range(PEOPLE)]
    )
    started = today - dt.timedelta(days=400)
    seats = Membership.objects.bulk_create(
        [
            Membership(
                organization=clinic,
                user=user,
                name=user.legal_name,
                work_email=user.email,
                staff_number=f"S{n:05}",
                team=teams[n % TEAMS],
                started_on=started,
            )
            for n, user in enumerate(users)
        ]
    )
    RoleGrant.objects.create(membership=seats[0], role=Role.TRAINING_ADMINISTRATOR, starts_on=started)
    courses = Course.objects.bulk_create([Course(slug=f"course-{n}", provider=clinic) for n in range(COURSES)])
    versions = CourseVersion.objects.bulk_create(
        [
            CourseVersion(
                course=course,
                number=1,
                document_sha256=f"{n:064}",
                title=f"Course number {n}",
                minutes=60,
                published_by="system",
            )
            for n, course in enumerate(courses)
        ]
    )
    asked = Requirement.objects.bulk_create([Requirement(organization=clinic, course=course) for course in courses])
    taken, owed = [], []
    for n, requirement in enumerate(asked):
        for seat in seats:
            due_on = today + dt.timedelta(days=random.randint(-200, 100))
            owed.append(
                Obligation(
                    membership=seat,
                    requirement=requirement,
                    assigned_at=NOW - dt.timedelta(days=250),
                    assigned_by="system",
                    due_on=due_on,
                    zone=clinic.time_zone,
                    due_at=due_at(due_on, clinic.time_zone),
                )
            )
            if random.random() < 0.75:
                at = NOW - dt.timedelta(days=random.randint(1, 240))
                taken.append(
                    Enrollment(
                        user=seat.user,
                        course=courses[n],
                        version=versions[n],
                        acknowledged_at=at - dt.timedelta(days=3),
                        started_at=at - dt.timedelta(days=3),
                        completed_at=at,
                        completed_on=at.date(),
                        completed_zone="America/Chicago",
                    )
                )
    Enrollment.objects.bulk_create(taken, batch_size=5_000)
    Obligation.objects.bulk_create(owed, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def ask(client: object, address: str) -> tuple[float, int]:
    """Server time of one page and its statements."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    reset_queries()
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)  # type: ignore[attr-defined]
        assert response.status_code == 200, response.status_code
    return time.perf_counter() - started, len(captured)


def measure() -> None:
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="person0@example.com"))
    pages = {
        "first page": "/manage/board/obligations/",
        "page 1000": "/manage/board/obligations/?page=1000",
        "done, one team": "/manage/board/obligations/?status=done&q=person+12",
        "overview": "/manage/board/",
    }
    for name, address in pages.items():
        ask(client, address)
        times = [ask(client, address) for _ in range(7)]
        middle = statistics.median(seconds for seconds, _ in times)
        print(f"{name:>16}: {middle * 1000:6.0f} ms, {times[0][1]} statements (median of 7)")

    tracemalloc.start()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    response = client.post("/manage/board/obligations.csv")
    size = lines = 0
    for chunk in response.streaming_content:
        size, lines = size + len(chunk), lines + 1
    peak = tracemalloc.get_traced_memory()[1]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"          export: {lines - 1:,} rows, {size / 1e6:.1f} MB in {time.perf_counter() - started:.1f} s (traced),"
        f" peak {peak / 1e6:.1f} MB of Python memory, process grew by {(after - before) / 1024:.1f} MB"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="leave the rows in the database")
    arguments.add_argument("--seeded", action="store_true", help="the rows are there")
    chosen = arguments.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("Set TEST_DATABASE_URL to a PostgreSQL database that may be thrown away.")
    if not chosen.seeded:
        call_command("migrate", verbosity=0)
        seed()
    measure()
    if not (chosen.keep or chosen.seeded):
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
