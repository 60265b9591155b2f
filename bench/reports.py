"""The detail report at its full size: 500,000 obligations of one organization, on PostgreSQL.

    createdb vignette_reports
    VIGNETTE_MODE=test TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_reports python -m bench.reports

Prints rows per second and the peak of memory for each kind of report and for the binder, as the worker makes them. The
database is thrown away afterwards: seed it once with `--keep` and measure again with `--seeded`.
"""

import argparse
import datetime as dt
import random
import resource
import sys
import tempfile
import time
import tracemalloc

import django

PEOPLE, COURSES, TEAMS = 25_000, 20, 60
NOW = dt.datetime.now(dt.UTC)
BATCH = 5_000


def seed(people: int) -> None:
    from django.db import connection

    from accounts.models import Membership, Organization, Role, RoleGrant, Team, User
    from courses.models import Course, CourseVersion
    from enrollments.models import Enrollment
    from training.models import (
        Obligation,
        ObligationSource,
        PartCourse,
        Requirement,
        RequirementPart,
        RequirementVersion,
    )
    from training.rules import due_at
    from training.services import keep_seats_of

    random.seed(20261128)
    today, long_ago = NOW.date(), NOW - dt.timedelta(days=400)
    clinic = Organization.objects.create(slug="reports", name="Reports Clinic", time_zone="America/Chicago")
    teams = Team.objects.bulk_create([Team(organization=clinic, name=f"Team {n:02}") for n in range(TEAMS)])
    users = User.objects.bulk_create(
        [User(email=f"person{n}@example.com", legal_name=f"Person {n}", password="!") for n in range(people)],
        batch_size=BATCH,
    )
    seats = Membership.objects.bulk_create(
        [
            Membership(
                organization=clinic,
                user=user,
                name=user.legal_name,
                work_email=user.email,
                staff_number=f"S{n:05}",
                team=teams[n % TEAMS],
                started_on=long_ago.date(),
                changed_at=long_ago,
            )
            for n, user in enumerate(users)
        ],
        batch_size=BATCH,
    )
    RoleGrant.objects.create(membership=seats[0], role=Role.OWNER, starts_on=long_ago.date())
    for n in range(COURSES):
        course = Course.objects.create(slug=f"course-{n}", provider=clinic)
        version = CourseVersion.objects.create(
            course=course, number=1, document_sha256=f"{n:064}", title=f"Course {n}", minutes=60, published_by="system"
        )
        requirement = Requirement.objects.create(organization=clinic, course=course, created_at=long_ago)
        asked = RequirementVersion.objects.create(
            requirement=requirement, number=1, title=f"Course {n}", published_by="system", published_at=long_ago
        )
        part = RequirementPart.objects.create(version=asked, position=1, kind="course")
        PartCourse.objects.create(part=part, course=course)
        taken, owed = [], []
        for seat in seats:
            due_on = today + dt.timedelta(days=random.randint(-200, 100))
            end = due_at(due_on, clinic.time_zone)
            owed.append(
                Obligation(
                    membership=seat,
                    requirement=requirement,
                    assigned_at=NOW - dt.timedelta(days=250),
                    assigned_by="system",
                    due_on=due_on,
                    zone=clinic.time_zone,
                    due_at=end,
                    overdue_at=end,
                )
            )
            if random.random() < 0.75:
                at = NOW - dt.timedelta(days=random.randint(1, 240))
                taken.append(
                    Enrollment(
                        user=seat.user,
                        course=course,
                        version=version,
                        acknowledged_at=at,
                        started_at=at,
                        completed_at=at,
                        completed_on=at.date(),
                        completed_zone=clinic.time_zone,
                    )
                )
        Enrollment.objects.bulk_create(taken, batch_size=BATCH)
        made = Obligation.objects.bulk_create(owed, batch_size=BATCH)
        ObligationSource.objects.bulk_create(
            [
                ObligationSource(obligation=one, due_on=one.due_on, asked_at=one.assigned_at, asked_by="system")
                for one in made
            ],
            batch_size=BATCH,
        )
    started = time.perf_counter()
    keep_seats_of(clinic)
    print(f"{people:,} seats kept in {time.perf_counter() - started:.1f} s; again, unchanged, in", end=" ")
    started = time.perf_counter()
    keep_seats_of(clinic)
    print(f"{time.perf_counter() - started:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure() -> None:
    from accounts.models import Organization, User
    from training.making import BINDER, write_binder, write_table
    from training.models import Report
    from training.queries.past import ReportKind

    organization = Organization.objects.get(slug="reports")
    by = User.objects.get(email="person0@example.com")
    kinds = [(ReportKind.DETAIL, "csv"), (ReportKind.DETAIL, "xlsx"), (ReportKind.COMPLIANCE, "csv")]
    kinds += [(ReportKind.ROSTER, "csv"), (ReportKind.HOURS, "csv")]
    for kind, format_ in [*kinds, (BINDER, "zip")]:
        report = Report(
            organization=organization,
            kind=str(kind),
            as_of=NOW - dt.timedelta(days=30),
            asked_at=NOW,
            asked_by=by,
            request={"format": format_, "from": "2026-01-01", "with_trail": True},
        )
        for traced in (False, True):
            one(report, write_binder if kind == BINDER else write_table, traced=traced)


def one(report: object, write: object, *, traced: bool) -> None:
    """Once for the time, and once for the memory: counting it makes it slow."""
    read = 0

    def noted(number: int) -> None:
        nonlocal read
        read += number

    if traced:
        tracemalloc.start()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    busy = time.process_time()
    with tempfile.TemporaryFile() as out:
        write(report, out, noted)  # type: ignore[operator]
        size = out.seek(0, 2)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    name = f"{report.kind} {report.request['format']}"  # type: ignore[attr-defined]
    if traced:
        print(f"{name:>16}: peak {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB of Python memory")
        tracemalloc.stop()
    else:
        print(
            f"{name:>16}: {read:,} read in {seconds:.1f} s, {read / seconds:,.0f} a second ({busy:.1f} s of its own"
            f" CPU, {read / busy:,.0f} a second), {size / 1e6:.1f} MB, process grew by {grown:.1f} MB"
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="leave the rows in the database")
    arguments.add_argument("--people", type=int, default=PEOPLE, help=f"each owes {COURSES} obligations")
    arguments.add_argument("--seeded", action="store_true", help="the rows are there")
    chosen = arguments.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("Set TEST_DATABASE_URL to a PostgreSQL database that may be thrown away.")
    if not chosen.seeded:
        call_command("migrate", verbosity=0)
        seed(chosen.people)
    measure()
    if not (chosen.keep or chosen.seeded):
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
