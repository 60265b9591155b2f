"""The detail report at its full size: 500,000 obligations of one organization, on PostgreSQL.

    createdb vignette_reports
    TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_reports python -m bench.scale.reports

Prints rows per second and the peak of memory for each kind of report and for the binder, as the worker makes them. The
database is thrown away afterwards: seed it once with `--keep` and measure again with `--seeded`.
"""

import datetime as dt
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import IO

from accounts.models import Membership, Organization, Role, RoleGrant, User
from bench.processes import peak_mb
from bench.scale import seeding
from bench.scale.seeding import Clinic
from courses.models import CourseVersion
from enrollments.models import Enrollment
from training.making import BINDER, Noted, write_binder, write_table
from training.models import Obligation, PartCourse, Report, Requirement, RequirementPart, RequirementVersion
from training.queries.past import ReportKind
from training.services import keep_seats_of

PEOPLE, COURSES, TEAMS = 25_000, 20, 60  # everybody owes every course
KINDS = [
    (ReportKind.DETAIL, "csv"),
    (ReportKind.DETAIL, "xlsx"),
    (ReportKind.COMPLIANCE, "csv"),
    (ReportKind.ROSTER, "csv"),
    (ReportKind.HOURS, "csv"),
    (BINDER, "zip"),
]
NOW = dt.datetime.now(dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=400)

Write = Callable[[Report, IO[bytes], Noted], None]


# --- the clinic


def seed(people: int) -> None:
    random.seed(seeding.RANDOM_SEED)
    clinic = seeding.clinic_of("reports", teams=TEAMS)
    begun = {"started_on": LONG_AGO.date(), "changed_at": LONG_AGO}
    seats = seeding.people_of(clinic, people, lambda _n: begun)
    RoleGrant.objects.create(membership=seats[0], role=Role.OWNER, starts_on=LONG_AGO.date())
    for number in range(COURSES):
        seed_course(clinic, seats, number)
    keep_seats(clinic.organization, people)


def seed_course(clinic: Clinic, seats: Sequence[Membership], number: int) -> None:
    """A course that everybody was asked for, and that three in four have taken."""
    version = seeding.published(clinic, f"course-{number}", f"Course {number}")
    requirement = required(clinic.organization, version)
    owed, taken = [], []
    for seat in seats:
        owed.append(owed_by(seat, requirement))
        if random.random() < 0.75:
            taken.append(taken_by(seat, version))
    seeding.write_completions(taken)
    seeding.write_owed(owed)


def required(organization: Organization, version: CourseVersion) -> Requirement:
    requirement = Requirement.objects.create(organization=organization, course=version.course, created_at=LONG_AGO)
    asked = RequirementVersion.objects.create(
        requirement=requirement, number=1, title=version.title, published_by="system", published_at=LONG_AGO
    )
    part = RequirementPart.objects.create(version=asked, position=1, kind="course")
    PartCourse.objects.create(part=part, course=version.course)
    return requirement


def owed_by(seat: Membership, requirement: Requirement) -> Obligation:
    due_on = NOW.date() + dt.timedelta(days=random.randint(-200, 100))
    return seeding.owed(requirement, seat.pk, due_on, assigned_at=NOW - dt.timedelta(days=250))


def taken_by(seat: Membership, version: CourseVersion) -> Enrollment:
    assert seat.user
    return seeding.completed(seat.user, version, NOW - dt.timedelta(days=random.randint(1, 240)))


def keep_seats(organization: Organization, people: int) -> None:
    """Copies of the seats, which a worker looks at before each report; the second time none has changed."""
    started = time.perf_counter()
    keep_seats_of(organization)
    print(f"{people:,} seats kept in {time.perf_counter() - started:.1f} s; again, unchanged, in", end=" ")
    started = time.perf_counter()
    keep_seats_of(organization)
    print(f"{time.perf_counter() - started:.1f} s")


# --- its reports


def measure() -> None:
    for report in reports():
        write = write_binder if report.kind == BINDER else write_table
        measure_time(report, write)
        measure_memory(report, write)


def reports() -> list[Report]:
    """Asked for, and not stored: the worker's part is what is measured."""
    organization = Organization.objects.get(slug="reports")
    by = User.objects.get(email=seeding.address(0))
    return [
        Report(
            organization=organization,
            kind=str(kind),
            as_of=NOW - dt.timedelta(days=30),
            asked_at=NOW,
            asked_by=by,
            request={"format": format_, "from": "2026-01-01", "with_trail": True},
        )
        for kind, format_ in KINDS
    ]


def measure_time(report: Report, write: Write) -> None:
    before, started, busy = peak_mb(), time.perf_counter(), time.process_time()
    read, size = written(report, write)
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    print(
        f"{name_of(report):>16}: {read:,} read in {seconds:.1f} s, {read / seconds:,.0f} a second ({busy:.1f} s of its own"
        f" CPU, {read / busy:,.0f} a second), {size / 1e6:.1f} MB, process grew by {peak_mb() - before:.1f} MB"
    )


def measure_memory(report: Report, write: Write) -> None:
    """Apart from the time, because counting memory makes it slow."""
    tracemalloc.start()
    written(report, write)
    print(f"{name_of(report):>16}: peak {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB of Python memory")
    tracemalloc.stop()


def written(report: Report, write: Write) -> tuple[int, int]:
    """How many rows were read for the file, and its size."""
    read = 0

    def noted(number: int) -> None:
        nonlocal read
        read += number

    with tempfile.TemporaryFile() as out:
        write(report, out, noted)
        return read, out.seek(0, 2)


def name_of(report: Report) -> str:
    return f"{report.kind} {report.request['format']}"


if __name__ == "__main__":
    seeding.measured(seed, measure, about=__doc__, people=PEOPLE)
