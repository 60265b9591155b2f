"""A roster of 10,000 people: compared, applied, changed, and compared again, with the time of each and the memory.

    createdb vignette_roster
    VIGNETTE_MODE=test TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_roster python -m bench.roster

Beside the people of the file the organization holds others (`--others`, 100,000 if not told otherwise), so that finding
people costs what it does in a large organization. The tables are thrown away afterwards. Without a PostgreSQL database
named it runs on SQLite, in a file of its own under var/.
"""

import argparse
import datetime as dt
import random
import resource
import time
import tracemalloc

import django

TEAMS = 40
HEADER = ["Employee ID", "Name", "Email", "Department", "Title", "Hire Date"]
TITLES = ["Counselor", "Social worker", "Nurse", "Case manager", "Front desk"]


def rows(number: int, *, title: int = 0) -> list[list[str]]:
    random.seed(20261122)
    day = dt.date(2015, 1, 1)
    return [
        [
            f"E{n:06}",
            f"Person {n:06}",
            f"person{n:06}@roster.example",
            f"Team {n % TEAMS:02}",
            TITLES[(n + title) % len(TITLES)],
            (day + dt.timedelta(days=random.randrange(4000))).isoformat(),
        ]
        for n in range(number)
    ]


def body(lines: list[list[str]]) -> bytes:
    from accounts.rules.roster import rendered

    return rendered([HEADER, *lines]).encode()


def seed(others: int) -> object:
    from accounts.models import Membership, Organization, Team

    clinic = Organization.objects.create(slug="roster", name="Roster Clinic", time_zone="America/Chicago")
    teams = Team.objects.bulk_create([Team(organization=clinic, name=f"Team {n:02}") for n in range(TEAMS)])
    started = dt.date(2020, 1, 1)
    Membership.objects.bulk_create(
        (
            Membership(
                organization=clinic,
                name=f"Other {n:06}",
                work_email=f"other{n:06}@roster.example",
                staff_number=f"X{n:06}",
                team=teams[n % TEAMS],
                started_on=started,
            )
            for n in range(others)
        ),
        batch_size=2_000,
    )
    return clinic


def timed(name: str, act: object) -> float:
    """What it took, and how much the process grew at its peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    act()  # type: ignore[operator]
    seconds = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name:>34}: {seconds:6.2f} s, process grew by {grown:5.1f} MB")
    return seconds


def import_(clinic: object, content: bytes, name: str) -> float:
    from accounts.queries import reading_of
    from accounts.services import check_roster, confirm_roster, receive_roster, work_on_rosters
    from audit.services import SYSTEM

    roster = receive_roster(organization=clinic, name="people.csv", content=content, by=SYSTEM)  # type: ignore[arg-type]
    check_roster(roster=roster, columns=reading_of(roster).columns, by=SYSTEM)
    total = timed(f"{name}, dry run", lambda: work_on_rosters(by=SYSTEM))
    roster.refresh_from_db()
    assert roster.state == "checked", (roster.state, roster.stop_reason)
    shown = {kind: number for kind, number in roster.counts.items() if number}
    total += timed(
        f"{name}, confirmation",
        lambda: confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=SYSTEM),
    )
    total += timed(f"{name}, application", lambda: work_on_rosters(by=SYSTEM))
    roster.refresh_from_db()
    assert roster.state == "applied", (roster.state, roster.stop_reason)
    print(f"{name:>34}: {total:6.2f} s in all; compared {shown}; done {roster.outcome}")
    return total


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=10_000)
    arguments.add_argument("--others", type=int, default=100_000)
    chosen = arguments.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    print(f"{connection.vendor}: {chosen.people:,} people in the file, {chosen.others:,} others here")
    call_command("migrate", verbosity=0)
    clinic = seed(chosen.others)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    lines = rows(chosen.people)
    import_(clinic, body(lines), "all new")
    import_(clinic, body(lines), "the same file again")
    import_(clinic, body(rows(chosen.people, title=1)), "everybody's title changed")
    tracemalloc.start()
    from accounts.queries import reading_of
    from accounts.services import check_roster, receive_roster, work_on_rosters
    from audit.services import SYSTEM

    content = body(rows(chosen.people, title=2))
    roster = receive_roster(organization=clinic, name="people.csv", content=content, by=SYSTEM)  # type: ignore[arg-type]
    check_roster(roster=roster, columns=reading_of(roster).columns, by=SYSTEM)
    tracemalloc.reset_peak()
    work_on_rosters(by=SYSTEM)
    print(f"{'dry run, traced':>34}: peak {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB of Python memory")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
