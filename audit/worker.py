"""The one background worker: it sends what the outbox holds, and does what has to be done every minute."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Protocol

from django.db import DatabaseError, close_old_connections, connection

from audit.delivery import Carrier, ServerAway
from audit.queries import clock_gap
from audit.services import SYSTEM, Person, claim_mail, free_stale_claims, is_mail_due, send_mail

log = logging.getLogger("vignette.mail")

#: Seconds between two looks into an empty outbox: a code that somebody waits for leaves within a second.
PAUSE: Final = 0.5
#: Seconds between two searches for claims of workers that died, and between two rounds of duties.
REAP_EVERY: Final = 60.0


#: Seconds to wait after each time that the mail server was away; the last one stays.
AWAY_PAUSES: Final = (2, 5, 10, 30, 60)
#: A worker whose clock differs more from the database's reads no due day and no deadline: it would remind everybody.
CLOCKS_DIFFER: Final = dt.timedelta(minutes=5)


class Duty(Protocol):
    """An act that any number of workers may do at once; it says how many things it did."""

    def __call__(self, *, by: Person) -> int: ...


_duties: dict[str, tuple[Duty, float]] = {}


def register(name: str, duty: Duty, *, every: float = REAP_EVERY) -> None:
    """Have it done every so many seconds, a minute if none are given; each app says so in `AppConfig.ready()`."""
    _duties[name] = (duty, every)


def do_duties(is_due: Callable[[str, float], bool] = lambda _name, _every: True) -> None:
    """Every duty that is due, once. One that fails is logged and keeps the worker from nothing else."""
    for name, (duty, every) in _duties.items():
        if not is_due(name, every):
            continue
        try:
            duty(by=SYSTEM)
        except Exception as error:  # noqa: BLE001 - the edge of the worker
            log.warning("the duty %s failed: %s", name, type(error).__name__)


def send_all() -> int:
    """Send every mail that is due now, over one connection, and say how many were handled.

    Raises ServerAway when there is none: then no mail has been claimed, and none has used up a try.
    """
    handled = 0
    if not is_mail_due():
        return handled
    with Carrier() as carrier:
        carrier.ready()
        while mail := claim_mail():
            send_mail(mail, carrier)
            handled += 1
            carrier.ready()
    return handled


def work(stop: threading.Event) -> None:
    """Send mail until told to stop, and do what is due in a thread beside it, so that no code waits for a long duty."""
    beside = threading.Thread(target=_repeat, args=(stop, _duties_that_are_due()), name="duties", daemon=True)
    beside.start()
    _repeat(stop, send_all)
    beside.join(timeout=30)


def _repeat(stop: threading.Event, act: Callable[[], object]) -> None:
    """Do it again and again. A database or a mail server that is away for a while does not end it."""
    clock_holds, away = _clock_watch(), 0
    while not stop.is_set():
        try:
            close_old_connections()
            if clock_holds():
                act()
            away = 0
        except DatabaseError as error:
            log.warning("the database cannot be read: %s", type(error).__name__)
            stop.wait(5)
        except ServerAway as error:
            log.warning("the mail server is away: %s", error)
            stop.wait(AWAY_PAUSES[away])
            away = min(away + 1, len(AWAY_PAUSES) - 1)
        stop.wait(PAUSE)
    connection.close()


def _due() -> Callable[[str, float], bool]:
    """Says of a thing whether so many seconds have passed since it last said so."""
    done: dict[str, float] = {}

    def is_due(name: str, every: float) -> bool:
        now = time.monotonic()
        if now - done.get(name, -every) < every:
            return False
        done[name] = now
        return True

    return is_due


def _clock_watch() -> Callable[[], bool]:
    """Whether this clock agrees with the database's, looked at once a minute."""
    is_due, holds = _due(), True

    def clock_holds() -> bool:
        nonlocal holds
        if is_due("clock", REAP_EVERY):
            gap = clock_gap()
            holds = gap <= CLOCKS_DIFFER
            if not holds:
                log.warning("this clock and the database's differ by %s seconds: nothing is done", gap.total_seconds())
        return holds

    return clock_holds


def _duties_that_are_due() -> Callable[[], None]:
    is_due = _due()

    def act() -> None:
        if is_due("stale claims", REAP_EVERY):
            free_stale_claims()
        do_duties(is_due)

    return act


def start_thread() -> threading.Event:
    """Start the worker beside a demonstration's web server; setting the returned event stops it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(stop,), name="mail worker", daemon=True).start()
    return stop
