"""`python -m bench.scale.reminders`: reminders while their workers are killed.

Two workers plan and send reminders to a mail server on loopback, and are killed in the middle of it, again and again.
What must hold: nobody is left out, at most one mail for each kill arrives twice, with the same Message-ID, nobody gets
a third, and whoever is on leave gets none.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import ROOT, Database, scratch
from bench.scale.reminded import address
from bench.sink import Sink, sink

DEFAULT_URL = "postgres://root@127.0.0.1:5432/postgres"
WORKERS = 2


@dataclass
class Chaos:
    """The processes of one run."""

    url: str
    folder: Path
    sink: Sink
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def env(self) -> dict[str, str]:
        base = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return {
            **base,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "bench.mailing",
            "VIGNETTE_MODE": "demo",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "SINK_PORT": str(self.sink.port),
            "LOG_LEVEL": "ERROR",
        }

    def inside(self, *arguments: str) -> str:
        """What `bench.scale.reminded` prints when it runs with the workers' database and mail server."""
        command = [sys.executable, "-m", "bench.scale.reminded", *arguments]
        return subprocess.run(command, env=self.env(), cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode()

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "work"]
        return subprocess.Popen(command, env=self.env(), cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill(self, index: int) -> None:
        """SIGKILL, which no process can answer, and another worker in its place."""
        self.workers[index].send_signal(signal.SIGKILL)
        self.workers[index].wait()
        self.workers[index] = self.start()

    def end(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.workers = []


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.002)
    return False


def run(url: str, *, mails: int, kills: int, seconds: float, rng: random.Random) -> dict[str, Any]:
    """Seed, send and kill; the figures of what arrived."""
    with scratch() as folder, sink() as server:
        chaos = Chaos(url, folder, server)
        chaos.inside("seed", "--mails", str(mails))
        return storm(chaos, mails=mails, kills=kills, seconds=seconds, rng=rng)


def storm(chaos: Chaos, *, mails: int, kills: int, seconds: float, rng: random.Random) -> dict[str, Any]:
    """Send what the seed leads to, and kill a worker each time that so many mails have arrived."""
    server, started, done = chaos.sink, time.monotonic(), 0
    chaos.workers = [chaos.start() for _ in range(WORKERS)]

    def left() -> float:
        return seconds - (time.monotonic() - started)

    try:
        for point in sorted(rng.sample(range(1, max(int(mails * 0.97), kills + 1)), kills)):
            if not is_killed_at(chaos, point, left(), rng):
                break
            done += 1
        # What a dead worker had claimed waits for minutes, and is not waited for here.
        wait_for(lambda: len({to for to, _ in server.accepted}) >= mails - done, left())
    finally:
        chaos.end()
    took = time.monotonic() - started
    told = json.loads(chaos.inside("settle"))
    return figures(server, told, mails=mails, kills=done, seconds=took)


def is_killed_at(chaos: Chaos, point: int, seconds: float, rng: random.Random) -> bool:
    """A worker killed soon after so many mails have arrived; not when they do not arrive in time."""
    if not wait_for(lambda: len(chaos.sink.accepted) >= point, seconds):
        return False
    time.sleep(rng.random() * 0.03)
    chaos.kill(rng.randrange(WORKERS))
    return True


def figures(server: Sink, told: dict[str, int], *, mails: int, kills: int, seconds: float) -> dict[str, Any]:
    accepted = Counter(to for to, _ in server.accepted)
    ids = {to: {message for each, message in server.accepted if each == to} for to, n in accepted.items() if n > 1}
    wanted = {address(number) for number in range(mails)}
    return {
        "mails": mails,
        "kills": kills,
        "seconds": round(seconds, 1),
        "connections": server.connections,
        "delivered": len(server.accepted),
        "lost": len(wanted - accepted.keys()),
        "duplicates": sum(number - 1 for number in accepted.values()),
        "duplicates_with_another_message_id": sum(len(each) > 1 for each in ids.values()),
        "most_to_one_person": max(accepted.values(), default=0),
        "to_people_on_leave": len(accepted.keys() - wanted),
        **told,
    }


def broken(found: dict[str, Any], kills: int) -> list[str]:
    """The promises that these figures do not keep."""
    promises = {
        "every kill was made": found["kills"] == kills,
        "nothing is lost": found["lost"] == 0,
        "at most one duplicate a kill": found["duplicates"] <= found["kills"],
        "a duplicate has the same Message-ID": found["duplicates_with_another_message_id"] == 0,
        "nobody gets a third": found["most_to_one_person"] <= 2,
        "nobody on leave is written to": found["to_people_on_leave"] == 0,
        "one mail is owed for each person": found["owed"] == found["mails"],
        "nothing is left over": found["open"] == 0,
    }
    return [promise for promise, is_kept in promises.items() if not is_kept]


@contextmanager
def database(url: str) -> Iterator[str]:
    """An empty database: on the server of a PostgreSQL address, else a file."""
    with ExitStack() as stack:
        if url.startswith("postgres"):
            yield stack.enter_context(Database(url).created(f"vignette_reminders_{os.getpid()}"))
        else:
            yield f"sqlite:///{stack.enter_context(scratch()) / 'reminders.sqlite3'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=DEFAULT_URL, help="a PostgreSQL server, or `sqlite`")
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=900)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with database(given.database) as url:
        found = run(url, mails=given.mails, kills=given.kills, seconds=given.seconds, rng=rng)
    print(json.dumps({"database": given.database.split(":", maxsplit=1)[0], "seed": given.seed, **found}, indent=1))
    if failures := broken(found, given.kills):
        raise SystemExit("Not kept: " + "; ".join(failures))


if __name__ == "__main__":
    main()
