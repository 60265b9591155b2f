"""What runs under the settings of one side: make its rows; count statements; say where the time goes."""

import argparse
import cProfile
import io
import json
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.journey import JOURNEYS, Browser, Reply, learner_name


class InProcess:
    """The program called in this process, so that its statements and its functions can be watched."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.statements: dict[str, list[int]] = defaultdict(list)
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.counting = False
        self.profile: cProfile.Profile | None = None
        self.profiled = ""

    def exchange(self, kind: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        environ = self._environ(method, path, headers, body or b"")
        if self.counting:
            with CaptureQueriesContext(connection) as captured:
                reply = self._call(environ)
            self.statements[kind].append(len(captured))
            return reply
        if self.profile and kind == self.profiled:
            return self.profile.runcall(self._call, environ)
        started = time.thread_time()
        reply = self._call(environ)
        self.cpu[kind].append(time.thread_time() - started)
        return reply

    def _call(self, environ: dict[str, Any]) -> Reply:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _failure: object = None, /) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return io.BytesIO().write  # Django never calls it

        response = self.handler(environ, start)
        body = b"".join(response)
        response.close()
        [(status, headers)] = begun
        return Reply(int(status.split()[0]), headers, body)

    @staticmethod
    def _environ(method: str, path: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ


def prepare(learners: int) -> None:
    call_command("migrate", verbosity=0)
    side = "bench.reference.seed" if settings.ROOT_URLCONF.startswith("bench.") else "bench.seed"
    import_module(side).seed(learners)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def account(journey: str, first: int) -> None:
    """By kind of request: how many, their statements, their CPU time in this process, their size."""
    transport = InProcess()
    walk = JOURNEYS[journey]
    walk(Browser(transport), learner_name(first))
    walk(Browser(transport), learner_name(first + 1))
    transport.cpu.clear()
    browsers = [Browser(transport) for _ in range(10)]
    for number, browser in enumerate(browsers):
        walk(browser, learner_name(first + 2 + number))
    transport.counting = True
    browser = Browser(transport)
    walk(browser, learner_name(first + 12))
    kinds = {
        kind: {
            "requests": len(statements),
            "statements": statements,
            "cpu_ms": round(sorted(transport.cpu[kind])[len(transport.cpu[kind]) // 2] * 1000, 2),
            "bytes": max(record.size for record in browser.records if record.kind == kind),
        }
        for kind, statements in transport.statements.items()
    }
    print(json.dumps(kinds))


def profile(journey: str, first: int, kind: str, sort: str) -> None:
    transport = InProcess()
    walk = JOURNEYS[journey]
    for number in range(3):
        walk(Browser(transport), learner_name(first + number))
    transport.profile, transport.profiled = cProfile.Profile(), kind
    for number in range(20):
        walk(Browser(transport), learner_name(first + 3 + number))
    stats = pstats.Stats(transport.profile)
    stats.sort_stats(sort).print_stats(90)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.inside")
    parser.add_argument("act", choices=["prepare", "account", "profile"])
    parser.add_argument("--learners", type=int, default=0)
    parser.add_argument("--journey", choices=list(JOURNEYS), default="reference")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--kind", default="answer")
    parser.add_argument("--sort", default="cumulative")
    options = parser.parse_args()
    django.setup()
    if options.act == "prepare":
        prepare(options.learners)
    elif options.act == "account":
        account(options.journey, options.first)
    else:
        profile(options.journey, options.first, options.kind, options.sort)


if __name__ == "__main__":
    main()
