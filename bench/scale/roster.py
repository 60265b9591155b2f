"""A roster of 10,000 people: compared, applied, changed, and compared again, with the time of each and the memory.

    createdb vignette_roster
    TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_roster python -m bench.scale.roster

Beside the people of the file the organization holds others (`--others`, 100,000 if not told otherwise), so that finding
people costs what it does in a large organization. The database is thrown away afterwards.
"""

import argparse
import datetime as dt
import random
import time
import tracemalloc
from collections.abc import Callable

from django.db import connection

from accounts.models import Organization, RosterImport
from accounts.queries import reading_of
from accounts.rules.roster import rendered
from accounts.services import check_roster, confirm_roster, receive_roster, work_on_rosters
from audit.services import SYSTEM
from bench.processes import peak_mb
from bench.scale import seeding

TEAMS = 40
HEADER = ["Employee ID", "Name", "Email", "Department", "Title", "Hire Date"]
TITLES = ["Counselor", "Social worker", "Nurse", "Case manager", "Front desk"]


def seed(others: int) -> None:
    """People who are on no line of the file; none of them has an account."""
    clinic = seeding.clinic_of("roster", teams=TEAMS)
    seeding.people_of(clinic, others, lambda _n: {"started_on": dt.date(2020, 1, 1)}, have_accounts=False)


def file_of(people: int, *, title: int = 0) -> bytes:
    """The same people each time; with another `title` each of them has another job."""
    random.seed(seeding.RANDOM_SEED)
    day = dt.date(2015, 1, 1)
    rows = [
        [
            f"E{n:06}",
            f"Person {n:06}",
            f"person{n:06}@roster.example",
            seeding.team_name(n % TEAMS),
            TITLES[(n + title) % len(TITLES)],
            (day + dt.timedelta(days=random.randrange(4000))).isoformat(),
        ]
        for n in range(people)
    ]
    return rendered([HEADER, *rows]).encode()


def measure(people: int) -> None:
    clinic = Organization.objects.get(slug="roster")
    import_(clinic, file_of(people), "all new")
    import_(clinic, file_of(people), "the same file again")
    import_(clinic, file_of(people, title=1), "everybody's title changed")
    measure_memory(clinic, file_of(people, title=2))


def import_(clinic: Organization, content: bytes, name: str) -> None:
    roster = received(clinic, content)
    total = timed(f"{name}, dry run", lambda: work_on_rosters(by=SYSTEM))
    require_state(roster, "checked")
    shown = {kind: number for kind, number in roster.counts.items() if number}
    total += timed(
        f"{name}, confirmation",
        lambda: confirm_roster(roster=roster, digest=roster.digest, ends_missing=False, by=SYSTEM),
    )
    total += timed(f"{name}, application", lambda: work_on_rosters(by=SYSTEM))
    require_state(roster, "applied")
    print(f"{name:>34}: {total:6.2f} s in all; compared {shown}; done {roster.outcome}")


def received(clinic: Organization, content: bytes) -> RosterImport:
    """A file that waits to be compared."""
    roster = receive_roster(organization=clinic, name="people.csv", content=content, by=SYSTEM)
    return check_roster(roster=roster, columns=reading_of(roster).columns, by=SYSTEM)


def require_state(roster: RosterImport, state: str) -> None:
    roster.refresh_from_db()
    assert roster.state == state, (roster.state, roster.stop_reason)


def timed(name: str, act: Callable[[], object]) -> float:
    """What it took, and how much the process grew at its peak."""
    before, started = peak_mb(), time.perf_counter()
    act()
    seconds = time.perf_counter() - started
    print(f"{name:>34}: {seconds:6.2f} s, process grew by {peak_mb() - before:5.1f} MB")
    return seconds


def measure_memory(clinic: Organization, content: bytes) -> None:
    """Of comparing, apart from the time, because counting memory makes it slow."""
    tracemalloc.start()
    received(clinic, content)
    tracemalloc.reset_peak()
    work_on_rosters(by=SYSTEM)
    print(f"{'dry run, traced':>34}: peak {tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB of Python memory")
    tracemalloc.stop()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=10_000)
    arguments.add_argument("--others", type=int, default=100_000)
    chosen = arguments.parse_args()
    print(f"{connection.vendor}: {chosen.people:,} people in the file, {chosen.others:,} others here")
    with seeding.seeded(lambda: seed(chosen.others)):
        measure(chosen.people)


if __name__ == "__main__":
    main()
