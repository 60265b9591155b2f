"""The processes that are measured: two web servers, and the database's own processes that work for them."""

import http.client
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")
SERVER = ["--workers", "2", "--worker-class", "gthread", "--threads", "4"]


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process, ended ones included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident and proportional size."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
    return sizes["Rss"], sizes["Pss"]


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass
class Side:
    """One of the two programs: its settings, its database, its server."""

    name: str
    settings: str
    wsgi: str
    database_url: str
    environment: dict[str, str]
    port: int = 0
    server: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> str:
        return urlsplit(self.database_url).path.lstrip("/")

    def env(self) -> dict[str, str]:
        base = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return {
            **base,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "a-key-of-the-bench-that-signs-nothing-of-value-0123456789",
            **self.environment,
        }

    def inside(self, *arguments: str) -> str:
        """What `bench.inside` prints when it runs under this side's settings."""
        command = [sys.executable, "-m", "bench.inside", *arguments]
        done = subprocess.run(command, env=self.env(), cwd=ROOT, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit(f"{self.name}: `bench.inside {' '.join(arguments)}` failed.")
        return done.stdout.decode()

    def server_pids(self) -> list[int]:
        assert self.server
        master = self.server.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [master, *map(int, children)]


@contextmanager
def served(side: Side) -> Iterator[None]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        side.port = listener.getsockname()[1]
        command = [
            *(sys.executable, "-m", "gunicorn", side.wsgi, "--bind", f"fd://{listener.fileno()}"),
            *(*SERVER, "--log-level", "warning", "--no-control-socket"),
        ]
        side.server = subprocess.Popen(command, env=side.env(), cwd=ROOT, pass_fds=[listener.fileno()])
    try:
        yield
    finally:
        side.server.terminate()
        try:
            side.server.wait(10)
        except subprocess.TimeoutExpired:
            side.server.kill()
            side.server.wait()


class Database:
    """The PostgreSQL server: makes and removes the two databases, and reads its processes' accounts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection = psycopg.connect(url, autocommit=True, connect_timeout=5)

    def pid_is_here(self) -> bool:
        comm = Path(f"/proc/{self.connection.info.backend_pid}/comm")
        return comm.exists() and comm.read_text().startswith("postgres")

    @contextmanager
    def created(self, name: str) -> Iterator[str]:
        self.connection.execute(f'CREATE DATABASE "{name}"')
        try:
            parts = urlsplit(self.url)
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            self.connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def backends(self, name: str) -> dict[int, float]:
        """CPU seconds of each process that serves a connection to that database."""
        query = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        rows = self.connection.execute(query, [name]).fetchall()
        return {pid: cpu_seconds(pid) for (pid,) in rows}


@dataclass(frozen=True)
class Reading:
    server: dict[int, float]
    backends: dict[int, float]

    def spent_until(self, later: "Reading") -> tuple[float, float]:
        """CPU seconds of the server and of the database between two readings."""
        if gone := (self.server.keys() - later.server.keys()) | (self.backends.keys() - later.backends.keys()):
            raise SystemExit(f"Processes {sorted(gone)} ended during the measurement: their time is lost.")
        return (
            sum(later.server.values()) - sum(self.server.values()),
            sum(later.backends.values()) - sum(self.backends.values()),
        )


def reading(side: Side, database: Database) -> Reading:
    return Reading({pid: cpu_seconds(pid) for pid in side.server_pids()}, database.backends(side.database))


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder:
        yield Path(folder)


def wait_until_served(side: Side, path: str) -> None:
    for _ in range(100):
        assert side.server
        if side.server.poll() is not None:
            raise SystemExit(f"{side.name}: the server did not start.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", side.port, timeout=10)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{side.name}: the server does not answer.")
