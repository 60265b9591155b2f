"""`make bench`: what a learner's journey costs, beside a bare Django app that serves the same journey.

CPU seconds are read from the process accounts of the web server and of the database. They are the portable figure;
times depend on the machine and on what else it does.
"""

import argparse
import json
import os
import platform
import queue
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.journey import JOURNEYS, Browser, HttpTransport, Record, learner_name
from bench.processes import Database, Side, memory_mb, reading, scratch, served, wait_until_served

DEFAULT_URL = "postgres://root@127.0.0.1:5432/postgres"
AT_ONCE = 8
WARM_UP = 24
SLICES = 3
COUNTED = 13  # journeys that `bench.inside account` walks
RESULTS = Path(__file__).parent / "results.json"
LIMIT_SECONDS = 235

REFERENCE, WITH_SCRIPT, WITHOUT_SCRIPT, WITH_AUTOSAVE = JOURNEYS


@dataclass
class Run:
    """Some journeys of one kind by eight learners at once, and what they cost."""

    journeys: int = 0
    server_seconds: float = 0
    database_seconds: float = 0
    seconds: float = 0
    records: list[Record] = field(default_factory=list, repr=False)

    @property
    def server(self) -> float:
        return self.server_seconds / self.journeys

    @property
    def database(self) -> float:
        return self.database_seconds / self.journeys

    @property
    def cpu(self) -> float:
        return self.server + self.database


def walk(side: Side, journey: str, numbers: Sequence[int]) -> list[Record]:
    """Eight learners at a time; the first thing that is not as expected ends it."""
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in numbers:
        waiting.put(number)
    records: list[Record] = []
    failures: list[BaseException] = []

    def learn() -> None:
        while not failures:
            try:
                records.extend(walk_once(side, journey, waiting.get_nowait()))
            except queue.Empty:
                return
            except BaseException as failure:  # noqa: BLE001 - told by the main thread
                failures.append(failure)

    at_once(learn)
    if failures:
        raise failures[0]
    return records


def walk_once(side: Side, journey: str, number: int) -> list[Record]:
    transport = HttpTransport(side.port)
    browser = Browser(transport)
    with closing(transport.connection):
        JOURNEYS[journey](browser, learner_name(number))
    return browser.records


def at_once(act: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act, daemon=True) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Bench:
    def __init__(self, database: Database, sides: dict[str, Side], journeys: int) -> None:
        self.database = database
        self.sides = sides  # by journey
        self.journeys = journeys
        self.used: dict[str, int] = defaultdict(int)  # learners by side: each walks once
        self.runs: dict[str, list[Run]] = {journey: [] for journey in sides}

    def learners(self, side: Side, count: int) -> range:
        first = self.used[side.name] + 1
        self.used[side.name] += count
        return range(first, first + count)

    def warm_up(self) -> None:
        for journey, side in self.sides.items():
            walk(side, journey, self.learners(side, WARM_UP))

    def measure(self, number: int) -> None:
        """One run of every journey, in slices that take turns: what else the machine does falls on all alike."""
        print(f"Run {number} of {self.journeys} journeys of each kind, {AT_ONCE} at once", flush=True)
        runs = {journey: Run() for journey in self.sides}
        for turn in range(SLICES):
            order = list(runs) if (number + turn) % 2 else list(reversed(runs))
            for journey in order:
                self.add_slice(runs[journey], journey, self.journeys // SLICES)
        for journey, run in runs.items():
            self.runs[journey].append(run)
            print(f"  {journey:24} {run.cpu:.4f} CPU s a journey ({run.server:.4f} + {run.database:.4f})", flush=True)

    def add_slice(self, run: Run, journey: str, count: int) -> None:
        side = self.sides[journey]
        before, started = reading(side, self.database), time.perf_counter()
        run.records += walk(side, journey, self.learners(side, count))
        run.seconds += time.perf_counter() - started
        server, database = before.spent_until(reading(side, self.database))
        run.journeys += count
        run.server_seconds += server
        run.database_seconds += database

    def account(self, journey: str) -> dict[str, Any]:
        side = self.sides[journey]
        first = self.learners(side, COUNTED).start
        return dict(json.loads(side.inside("account", "--journey", journey, "--first", str(first))))


def percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def figures(journey: str, runs: Sequence[Run], account: dict[str, Any], side: Side) -> dict[str, Any]:
    records = [record for run in runs for record in run.records]
    middle = statistics.median
    memory = [memory_mb(pid) for pid in side.server_pids()]
    return {
        "journey": journey,
        "cpu_seconds": round(middle(run.cpu for run in runs), 4),
        "server_cpu_seconds": round(middle(run.server for run in runs), 4),
        "database_cpu_seconds": round(middle(run.database for run in runs), 4),
        "cpu_seconds_of_runs": [round(run.cpu, 4) for run in runs],
        "journeys_a_minute": round(middle(run.journeys / run.seconds * 60 for run in runs)),
        "requests": sum(kind["requests"] for kind in account.values()),
        "statements": sum(sum(kind["statements"]) for kind in account.values()),
        "bytes": round(sum(record.size for record in records) / sum(run.journeys for run in runs)),
        "p50_ms": round(percentile([r.seconds * 1000 for r in records], 50), 1),
        "p95_ms": round(percentile([r.seconds * 1000 for r in records], 95), 1),
        "memory_mb": {"rss": round(sum(rss for rss, _ in memory)), "pss": round(sum(pss for _, pss in memory))},
        "kinds": figures_by_kind(records, account),
    }


def figures_by_kind(records: Iterable[Record], account: dict[str, Any]) -> dict[str, dict[str, Any]]:
    times = defaultdict(list)
    for record in records:
        times[record.kind].append(record.seconds * 1000)
    return {
        kind: {
            "requests": account[kind]["requests"],
            "statements": sorted(set(account[kind]["statements"])),
            "cpu_ms": account[kind]["cpu_ms"],
            "bytes": account[kind]["bytes"],
            "p50_ms": round(percentile(each, 50), 1),
            "p95_ms": round(percentile(each, 95), 1),
        }
        for kind, each in times.items()
    }


def with_ratios(results: list[dict[str, Any]]) -> None:
    """Each run against the reference of the same run; the median of these is the figure."""
    reference = results[0]
    for result in results:
        pairs = zip(result["cpu_seconds_of_runs"], reference["cpu_seconds_of_runs"], strict=True)
        result["ratio_of_runs"] = [round(mine / bare, 3) for mine, bare in pairs]
        result["ratio"] = statistics.median(result["ratio_of_runs"])


def table(results: list[dict[str, Any]]) -> str:
    head = [
        "| journey | CPU s (server + database) | runs | × reference (runs) | requests | statements | page kB | journeys/min | p50 / p95 ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for r in results:
        runs = ", ".join(f"{cpu:.3f}" for cpu in r["cpu_seconds_of_runs"])
        ratios = ", ".join(f"{ratio:.2f}" for ratio in r["ratio_of_runs"])
        rows.append(
            f"| {r['journey']} | **{r['cpu_seconds']:.3f}** ({r['server_cpu_seconds']:.3f} + {r['database_cpu_seconds']:.3f}) "
            f"| {runs} | **{r['ratio']:.2f}** ({ratios}) | {r['requests']} | {r['statements']} "
            f"| {r['bytes'] / 1000:.0f} | {r['journeys_a_minute']} | {r['p50_ms']} / {r['p95_ms']} |"
        )
    return "\n".join(head + rows)


def table_by_kind(results: list[dict[str, Any]]) -> str:
    lines = [
        "| journey | request | n | statements | CPU ms in Python | p50 / p95 ms at 8 | bytes |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        for kind, k in result["kinds"].items():
            statements = ", ".join(map(str, k["statements"]))
            lines.append(
                f"| {result['journey']} | {kind} | {k['requests']} | {statements} | {k['cpu_ms']} "
                f"| {k['p50_ms']} / {k['p95_ms']} | {k['bytes']} |"
            )
    return "\n".join(lines)


def sides_of(stack: ExitStack, database: Database, journeys: Sequence[str]) -> dict[str, Side]:
    folder = stack.enter_context(scratch())
    name = f"vignette_bench_{os.getpid()}"
    bare = Side(
        "reference",
        "bench.reference.settings",
        "bench.reference.wsgi",
        stack.enter_context(database.created(f"{name}_reference")),
        {},
    )
    product = Side(
        "vignette",
        "bench.settings",
        "bench.wsgi",
        stack.enter_context(database.created(f"{name}_vignette")),
        production_in(folder),
    )
    return {journey: bare if journey == REFERENCE else product for journey in journeys}


def production_in(folder: Path) -> dict[str, str]:
    (folder / "static").mkdir()
    return {
        "VIGNETTE_MODE": "production",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "https://vignette.example",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "CERTIFICATE_KEY_FILE": str(folder / "keys.pem"),
        "VAR_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }


def prepare(sides: dict[str, Side], learners: int) -> None:
    for side in {side.name: side for side in sides.values()}.values():
        count = learners * sum(other is side for other in sides.values())
        side.inside("prepare", "--learners", str(count))


def machine(database: Database) -> dict[str, str]:
    row = database.connection.execute(
        "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')"
    ).fetchone()
    assert row
    return {
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "postgresql": str(row[0]),
        "fsync": str(row[1]),
        "synchronous_commit": str(row[2]),
    }


def run(options: argparse.Namespace, database: Database) -> None:
    journeys = [REFERENCE] if options.reference else [REFERENCE, WITH_SCRIPT, WITHOUT_SCRIPT]
    if options.autosave:
        journeys.append(WITH_AUTOSAVE)
    with ExitStack() as stack:
        sides = sides_of(stack, database, journeys)
        print("Preparing two databases …", flush=True)
        prepare(sides, COUNTED + WARM_UP + options.runs * options.journeys)
        bench = Bench(database, sides, options.journeys)
        accounts = {journey: bench.account(journey) for journey in journeys}
        for side in {id(side): side for side in sides.values()}.values():
            stack.enter_context(served(side))
            wait_until_served(side, "/login/" if side.name == REFERENCE else "/accounts/login/")
        bench.warm_up()
        for number in range(1, options.runs + 1):
            bench.measure(number)
        results = [figures(j, bench.runs[j], accounts[j], sides[j]) for j in journeys]
        with_ratios(results)
        report(results, machine(database), write=not options.reference)


def report(results: list[dict[str, Any]], where: dict[str, str], *, write: bool) -> None:
    told = ", ".join(f"{name} {value}" for name, value in where.items())
    print(f"\n{told}\n\n{table(results)}\n\n{table_by_kind(results)}\n")
    for result in results[1:]:
        print(f"{result['journey']}: {result['ratio']:.2f} × the bare reference")
    if write:
        RESULTS.write_text(json.dumps({"machine": where, "results": results}, indent=2) + "\n")
        print(f"Written to {RESULTS.relative_to(Path.cwd()) if RESULTS.is_relative_to(Path.cwd()) else RESULTS}")


def profile(options: argparse.Namespace, database: Database) -> None:
    with ExitStack() as stack:
        sides = sides_of(stack, database, [options.profile])
        prepare(sides, 30)
        arguments = ["--journey", options.profile, "--kind", options.kind, "--sort", options.sort]
        print(sides[options.profile].inside("profile", *arguments))


def too_long(*_: object) -> None:
    raise SystemExit(f"The bench took more than {LIMIT_SECONDS} seconds and was ended; is the machine busy?")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("--journeys", type=int, default=60, help="journeys in a run")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--reference", action="store_true", help="measure the reference alone")
    parser.add_argument("--autosave", action="store_true", help="measure the learner who lingers over each answer too")
    parser.add_argument("--profile", choices=list(JOURNEYS), help="say where the time of one kind of request goes")
    parser.add_argument("--kind", default="answer", help="with --profile: the kind of request")
    parser.add_argument("--sort", default="cumulative", help="with --profile: cumulative or tottime")
    options = parser.parse_args()
    url = os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL)
    try:
        database = Database(url)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        sys.exit(f"The bench needs PostgreSQL and a role that may create databases: set BENCH_DATABASE_URL. {reason}")
    if not database.pid_is_here():
        sys.exit("The bench reads the accounts of the database's processes: PostgreSQL must run on this machine.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT_SECONDS)
    if options.profile:
        profile(options, database)
    else:
        run(options, database)


if __name__ == "__main__":
    main()
