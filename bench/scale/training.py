"""The overview and the obligations board from a thousand people to a hundred thousand, on PostgreSQL.

    createdb vignette_training
    TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_training python -m bench.scale.training

Seeds a clinic of each size (`manage.py seed_clinic`), vacuums once, as autovacuum does, and prints for every page the
server time (the best and the middle of several) and its statements, then the export with the memory it took. Sizes that
are there already are measured as they stand, so a second run needs no seeding. Drop the database afterwards.
"""

import argparse
import datetime as dt
import statistics
import time
import tracemalloc
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization, RoleGrant, Team, User
from bench.processes import cpu_seconds, peak_mb
from bench.scale import seeding
from training.models import Requirement

SIZES = (1_000, 10_000, 100_000)
TIMES = 9


def slug_of(size: int) -> str:
    return f"clinic-{size}"


def seed(size: int) -> None:
    if Organization.objects.filter(slug=slug_of(size)).exists():
        return
    started = time.perf_counter()
    call_command("seed_clinic", people=size, organization=slug_of(size), verbosity=0)
    print(f"seeded {size:,} people in {time.perf_counter() - started:.0f} s", flush=True)
    seeding.run("VACUUM ANALYZE")


def addresses(slug: str) -> dict[str, str]:
    """Pages as people ask for them; ids are looked up where an address needs one."""
    board = f"/manage/{slug}/obligations/"
    team = Team.objects.filter(organization__slug=slug, parent=None).order_by("pk")[0]
    requirement = Requirement.objects.filter(organization__slug=slug).order_by("pk")[0]
    return {
        "overview": f"/manage/{slug}/",
        "board, first page": board,
        "board, page 2": f"{board}?page=2",
        "board, page 1000": f"{board}?page=1000",
        "board, last page": f"{board}?page=999999",
        "overdue": f"{board}?status=overdue",
        "open": f"{board}?status=open",
        "done in time": f"{board}?status=done",
        "one team and below": f"{board}?team={team.pk}",
        "one requirement": f"{board}?requirement={requirement.public_id}",
        "one job title": f"{board}?job=Nurse",
        "due in a week": f"{board}?status=open&from={_day(1)}&to={_day(7)}",
        "a name": f"{board}?q=lindqvist",
        "by name": f"{board}?sort=name",
        "by due date": f"{board}?sort=due",
    }


def _day(ahead: int) -> str:
    return (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=ahead)).isoformat()


@dataclass(frozen=True)
class Taken:
    """One page: milliseconds on the clock, of this process and of its database process."""

    clock: float
    python: float
    database: float


def ask(client: Client, address: str) -> Taken:
    database, python, started = _database_ms(), time.process_time(), time.perf_counter()
    response = client.get(address)
    clock, python = time.perf_counter() - started, time.process_time() - python
    assert response.status_code == 200, response.status_code
    return Taken(clock * 1000, python * 1000, _database_ms() - database)


def statements_of(client: Client, address: str) -> int:
    """Counted apart, because counting takes time."""
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def _database_ms() -> float:
    """CPU time of the database process of our connection; of parallel workers nothing is known."""
    connection.ensure_connection()
    return cpu_seconds(connection.connection.info.backend_pid) * 1000


def client_of(slug: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"owner@{slug}.example.com"))
    return client


def manager_of(slug: str) -> Client:
    grant = RoleGrant.objects.filter(role="manager", membership__organization__slug=slug).order_by("pk")[0]
    client = Client()
    assert grant.membership.user is not None
    client.force_login(grant.membership.user)
    return client


def measure(size: int) -> None:
    slug = slug_of(size)
    client = client_of(slug)
    print(
        f"\n{size:,} people, five obligations each (clock, best / middle of {TIMES}; CPU, Python + database; ms; statements)"
    )
    for name, address in addresses(slug).items():
        tell(name, client, address)
    manager = manager_of(slug)
    tell("manager's overview", manager, f"/manage/{slug}/")
    tell("manager's board", manager, f"/manage/{slug}/obligations/")


def tell(name: str, client: Client, address: str) -> None:
    statements = statements_of(client, address)
    taken = [ask(client, address) for _ in range(TIMES)]
    clock = [each.clock for each in taken]
    cpu = statistics.mean(each.python for each in taken), statistics.mean(each.database for each in taken)
    print(
        f"  {name:20} {min(clock):6.0f} / {statistics.median(clock):5.0f}   {cpu[0]:4.0f} + {cpu[1]:4.0f}"
        f"   {statements:3}",
        flush=True,
    )


def export(size: int) -> None:
    """The whole board as CSV, once for its time and once for its memory, because tracing slows it down."""
    slug = slug_of(size)
    client = client_of(slug)
    before, started = peak_mb(), time.perf_counter()
    size_of, lines = _drain(client.post(f"/manage/{slug}/obligations.csv"))
    seconds = time.perf_counter() - started
    grown = peak_mb() - before
    tracemalloc.start()
    _drain(client.post(f"/manage/{slug}/obligations.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"  {'export':20} {lines - 1:,} rows, {size_of / 1e6:.1f} MB in {seconds:.1f} s; peak of Python objects"
        f" {peak / 1e6:.1f} MB, the process grew by {grown:.0f} MB",
        flush=True,
    )


def _drain(response: HttpResponseBase) -> tuple[int, int]:
    assert isinstance(response, StreamingHttpResponse)
    size = lines = 0
    for chunk in response:
        size, lines = size + len(chunk), lines + 1
    return size, lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    chosen = arguments.parse_args()
    seeding.require_postgresql()
    seeding.migrate()
    for size in chosen.sizes:
        seed(size)
    for size in chosen.sizes:
        measure(size)
        export(size)


if __name__ == "__main__":
    main()
