"""The one background worker: it sends what the outbox holds, and does what has to be done every minute."""

import logging
import threading
import time
from typing import Final, Protocol

from django.db import DatabaseError, close_old_connections, connection

from audit.services import SYSTEM, Person, claim_mail, free_stale_claims, send_mail

log = logging.getLogger("vignette.mail")

#: Seconds between two looks into an empty outbox: a code that somebody waits for leaves within a second.
PAUSE: Final = 0.5
#: Seconds between two searches for claims of workers that died, and between two rounds of duties.
REAP_EVERY: Final = 60.0


class Duty(Protocol):
    """An act that any number of workers may do at once; it says how many things it did."""

    def __call__(self, *, by: Person) -> int: ...


_duties: dict[str, Duty] = {}


def register(name: str, duty: Duty) -> None:
    """Have it done every minute; each app says so in `AppConfig.ready()`."""
    _duties[name] = duty


def do_duties() -> None:
    """Every duty once. One that fails is logged and keeps the worker from nothing else."""
    for name, duty in _duties.items():
        try:
            duty(by=SYSTEM)
        except Exception as error:  # noqa: BLE001 - the edge of the worker
            log.warning("the duty %s failed: %s", name, type(error).__name__)


def send_all() -> int:
    """Send every mail that is due now, and say how many were handled."""
    handled = 0
    while mail := claim_mail():
        send_mail(mail)
        handled += 1
    return handled


def work(stop: threading.Event) -> None:
    """Send mail until told to stop. A database that is away for a while does not end the worker."""
    reaped = -REAP_EVERY
    while not stop.is_set():
        try:
            close_old_connections()
            if time.monotonic() - reaped >= REAP_EVERY:
                free_stale_claims()
                do_duties()
                reaped = time.monotonic()
            send_all()
        except DatabaseError as error:
            log.warning("the outbox cannot be read: %s", type(error).__name__)
            stop.wait(5)
        stop.wait(PAUSE)
    connection.close()


def start_thread() -> threading.Event:
    """Start the worker beside a demonstration's web server; setting the returned event stops it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(stop,), name="mail worker", daemon=True).start()
    return stop
