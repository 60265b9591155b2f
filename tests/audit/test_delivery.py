"""Sending over a connection to a mail server that is down, slow, full, strict, or breaks off in the middle."""

import datetime as dt
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from audit import outbox, worker
from audit.delivery import MAILS_EACH, ServerAway
from audit.models import OutboxMail
from audit.outbox import Later, Mail, Owed, owe, owe_planned
from audit.rules import CLAIM_LASTS, WAITS
from audit.services import claim_mail, free_stale_claims, send_mail
from audit.worker import send_all
from bench.sink import Sink, sink
from tests.check_deploy import environment

KIND = "test.delivery"
SECOND = dt.timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    outbox.register(KIND, lambda row: Mail(row.subject, "Hello", "text"))
    yield
    del outbox._kinds[KIND]


@pytest.fixture
def server(settings: Settings) -> Iterator[Sink]:
    settings.EMAIL_BACKEND = "audit.delivery.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 2
    with sink() as made:
        settings.EMAIL_PORT = made.port
        yield made


def owed(*names: str) -> None:
    now = timezone.now()
    for number, name in enumerate(names):
        at = now - SECOND * (len(names) - number)
        owe(KIND, key=name, subject=f"{name}@example.com", not_before=at)


def row(name: str) -> OutboxMail:
    return OutboxMail.objects.get(key=name)


def reached(server: Sink) -> list[str]:
    return [address.partition("@")[0] for address, _ in server.accepted]


def test_many_mails_go_over_one_connection(server: Sink) -> None:
    owed("ana", "ben", "cleo")

    assert send_all() == 3
    assert reached(server) == ["ana", "ben", "cleo"]
    assert server.connections == 1
    assert server.accepted[0][1] == f"<{row('ana').pk}@127.0.0.1>"


def test_a_connection_carries_so_many_mails_and_no_more(server: Sink) -> None:
    owed(*(f"p{number}" for number in range(MAILS_EACH + 1)))

    assert send_all() == MAILS_EACH + 1
    assert server.connections == 2


def test_server_that_is_down_costs_no_mail_a_try(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "audit.delivery.SmtpBackend", "127.0.0.1"
    owed("ana")

    for _ in range(len(WAITS) + 2):
        with pytest.raises(ServerAway):
            send_all()

    assert (row("ana").tries, row("ana").claimed_at, row("ana").dropped_at) == (0, None, None)


def test_server_that_never_answers_is_away_after_the_timeout(server: Sink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    server.behave = lambda step, _address: "hang" if step == "connect" else ""
    owed("ana")
    began = time.monotonic()

    with pytest.raises(ServerAway):
        send_all()
    assert time.monotonic() - began < 15  # unless told, it waits for 20 seconds
    assert row("ana").tries == 0


def test_address_that_is_refused_for_good_is_dropped_at_once_and_the_rest_delivered(server: Sink) -> None:
    server.behave = lambda step, address: "550 unknown" if step == "rcpt" and address.startswith("ben") else ""
    owed("ana", "ben", "cleo")

    assert send_all() == 3
    assert reached(server) == ["ana", "cleo"]
    assert row("ben").dropped_at is not None
    assert (row("ben").reason, row("ben").payload) == ("SMTPRecipientsRefused 550", {})
    assert server.connections == 1


def test_text_that_is_refused_for_good_is_dropped_at_once(server: Sink) -> None:
    server.behave = lambda step, _address: "554 no" if step == "body" else ""
    owed("ana")

    send_all()
    assert row("ana").reason == "SMTPDataError 554"
    assert row("ana").dropped_at is not None


@pytest.mark.parametrize("step", ["rcpt", "data", "body"])
@pytest.mark.parametrize("code", [421, 451])
def test_address_that_is_put_off_is_tried_again_and_the_rest_delivered(server: Sink, step: str, code: int) -> None:
    server.behave = lambda at, address: f"{code} later" if at == step and address.startswith("ben") else ""
    owed("ana", "ben", "cleo")

    assert send_all() == 3
    assert reached(server) == ["ana", "cleo"]
    assert (row("ben").tries, row("ben").dropped_at) == (1, None)
    assert not row("ben").reason.startswith("in-doubt")

    server.behave = lambda _step, _address: ""
    with time_machine.travel(timezone.now() + WAITS[0] + SECOND):
        send_all()
    assert reached(server) == ["ana", "cleo", "ben"]


def test_address_that_no_mail_can_be_written_for_keeps_the_others_from_nothing(server: Sink) -> None:
    owed("ana", "cleo")
    owe(KIND, key="poison", subject="no address\nat all", not_before=timezone.now() - dt.timedelta(hours=1))

    assert send_all() == 3
    assert sorted(reached(server)) == ["ana", "cleo"]
    assert (row("poison").tries, row("poison").claimed_at) == (1, None)


def test_connection_that_breaks_before_the_mail_left_is_no_doubt(server: Sink) -> None:
    server.behave = lambda step, address: "drop" if step == "rcpt" and address.startswith("ben") else ""
    owed("ana", "ben", "cleo")

    assert send_all() == 3
    assert reached(server) == ["ana", "cleo"]
    assert row("ben").reason == "SMTPServerDisconnected"


def test_mail_that_was_accepted_without_an_answer_is_sent_twice_and_no_third_time(server: Sink) -> None:
    server.behave = lambda step, address: "keep and drop" if step == "body" and address.startswith("ben") else ""
    owed("ana", "ben", "cleo")
    now = timezone.now()

    assert send_all() == 3
    assert row("ben").reason == "in-doubt, SMTPServerDisconnected"
    for _ in range(4):
        now += dt.timedelta(days=1)
        with time_machine.travel(now):
            send_all()

    assert reached(server) == ["ana", "ben", "cleo", "ben"]
    assert {message for address, message in server.accepted if address.startswith("ben")} == {
        f"<{row('ben').pk}@127.0.0.1>"
    }
    assert row("ben").reason == "twice-in-doubt"
    assert row("ben").dropped_at is not None


def test_doubt_is_not_forgotten_over_another_fault(server: Sink) -> None:
    answers = iter(["keep and drop", "451 later", "keep and drop"])
    server.behave = lambda step, _address: next(answers) if step == "body" else ""
    owed("ana")
    now = timezone.now()

    for _ in range(4):
        with time_machine.travel(now):
            send_all()
        now += dt.timedelta(days=1)

    assert reached(server) == ["ana", "ana"]
    assert (row("ana").tries, row("ana").reason) == (3, "twice-in-doubt")


def claimed(name: str, reason: str = "", tries: int = 1) -> None:
    owed(name)
    old = timezone.now() - CLAIM_LASTS - SECOND
    OutboxMail.objects.filter(key=name).update(claimed_at=old, reason=reason, tries=tries)


def test_worker_that_died_while_handing_over_leaves_a_doubt_and_one_that_died_twice_an_end() -> None:
    claimed("before", "")
    claimed("while", "sending")
    claimed("again", "in-doubt, sending")
    claimed("deadly", "", tries=len(WAITS) + 1)

    assert free_stale_claims() == 2
    assert (row("before").claimed_at, row("before").reason) == (None, "")
    assert (row("while").claimed_at, row("while").reason) == (None, "in-doubt")
    assert (row("again").dropped_at is not None, row("again").reason) == (True, "twice-in-doubt")
    assert (row("deadly").dropped_at is not None, row("deadly").reason) == (True, "no-worker-survived")


def test_worker_that_was_held_up_past_its_claim_does_not_send(server: Sink) -> None:
    owed("ana")
    slow = claim_mail()
    assert slow is not None
    with time_machine.travel(timezone.now() + CLAIM_LASTS + SECOND, tick=False):
        free_stale_claims()
        send_all()
        send_mail(slow)

    assert reached(server) == ["ana"]


def test_mail_for_later_waits_and_has_not_been_tried(server: Sink) -> None:
    until = timezone.now() + dt.timedelta(hours=9)
    outbox.register(KIND, lambda _row: Later(until))
    owed("ana")

    assert send_all() == 1
    assert (row("ana").tries, row("ana").not_before, row("ana").claimed_at) == (0, until, None)
    assert send_all() == 0


def test_patient_kinds_leave_after_all_others(server: Sink) -> None:
    outbox.register("test.patient", lambda row: Mail(row.subject, "Hello", "text"), is_patient=True)
    try:
        earlier = timezone.now() - dt.timedelta(hours=1)
        for name in ("p1", "p2"):
            owe("test.patient", key=name, subject=f"{name}@example.com", not_before=earlier)
        owed("ana")
        send_all()
    finally:
        del outbox._kinds["test.patient"]
        outbox._patient.remove("test.patient")

    assert reached(server) == ["ana", "p1", "p2"]


def test_reminders_and_digests_are_patient_and_codes_are_not() -> None:
    assert outbox.patient_kinds() == {"training.reminder", "training.digest"}


def test_production_knows_when_a_mail_is_in_doubt_and_waits_for_no_server_for_ever(tmp_path: Path) -> None:
    given = environment(tmp_path) | {"EMAIL_URL": "smtp+tls://user:password@mail.example:587"}
    command = [sys.executable, "-c", "import config.settings as s; print(s.EMAIL_BACKEND, s.EMAIL_TIMEOUT)"]
    told = subprocess.run(command, env=given, capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["audit.delivery.SmtpBackend", "20"]


def test_owe_planned_leaves_what_is_owed_already(server: Sink) -> None:
    later = timezone.now() + dt.timedelta(hours=1)
    owe_planned(KIND, [Owed("ana", "ana@example.com", later, {"offset": 1})])
    owe_planned(KIND, [Owed("ana", "ben@example.com", later), Owed("ben", "ben@example.com", later)])

    assert (row("ana").subject, row("ana").payload, row("ana").not_before) == ("ana@example.com", {"offset": 1}, later)
    assert row("ben").subject == "ben@example.com"


def test_owe_says_whether_it_was_owed_already() -> None:
    assert owe(KIND, key="ana", subject="ana@example.com")
    assert not owe(KIND, key="ana", subject="ana@example.com")


class _Connection:
    """Closes what the thread of duties opened, and leaves the test's own open."""

    def close(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


@pytest.fixture
def duties(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The worker works in the test's own thread and connection; what its other thread would commit would outlive the
    test, so that a duty is only noted there."""
    done: list[str] = []
    monkeypatch.setattr(worker, "PAUSE", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "connection", _Connection())
    monkeypatch.setattr(worker, "free_stale_claims", lambda: done.append("stale claims"))
    monkeypatch.setattr(worker, "do_duties", lambda _is_due: done.append("duties"))
    return done


def work_for(seconds: float) -> None:
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    worker.work(stop)


@pytest.mark.usefixtures("duties")
def test_work_goes_on_when_the_mail_server_comes_back(server: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ["421 busy", "421 busy"]
    server.behave = lambda step, _address: answers.pop() if step == "connect" and answers else ""
    monkeypatch.setattr(worker, "AWAY_PAUSES", (0.01,))
    owed("ana")

    work_for(2)

    assert reached(server) == ["ana"]
    assert server.connections == 3


def test_worker_whose_clock_is_a_year_ahead_reminds_nobody(server: Sink, duties: list[str]) -> None:
    """A clock that jumped would make everybody late at once. The database's clock is asked."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has a clock of its own")
    owed("ana")
    for ahead, done in ((dt.timedelta(days=400), 0), (dt.timedelta(seconds=90), 1)):
        with time_machine.travel(timezone.now() + ahead):
            work_for(2)
        assert (bool(duties), len(server.accepted)) == (bool(done), done)
