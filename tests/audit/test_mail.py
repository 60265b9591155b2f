import datetime as dt
import threading
import time
from collections.abc import Iterator
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from audit import outbox
from audit.models import OutboxMail
from audit.outbox import Mail, UnknownKind, owe
from audit.rules import CLAIM_LASTS, WAITS
from audit.services import claim_mail, free_stale_claims, send_mail
from audit.worker import send_all, start_thread

KIND = "test.mail"
fails: list[bool] = []


class Broken(EmailBackend):
    """A mail server that answers no, once for each entry of `fails`."""

    def send_messages(self, messages: list[EmailMessage]) -> int:  # type: ignore[override]
        if fails:
            fails.pop()
            raise ConnectionRefusedError
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    outbox.register(KIND, lambda row: Mail("vera@example.com", "Hello", row.payload["text"]) if row.payload else None)
    fails.clear()
    yield
    del outbox._kinds[KIND]


def owed(key: str = "one", **payload: object) -> OutboxMail:
    owe(KIND, key=key, subject=7, payload=payload or {"text": "code 123"})
    return OutboxMail.objects.get(key=key)


@pytest.mark.django_db
def test_owe_writes_one_mail_for_each_occasion() -> None:
    first = owed(text="first")

    assert owed(text="second") == first
    assert OutboxMail.objects.get().payload == {"text": "first"}


@pytest.mark.django_db
def test_owe_refuses_an_unknown_kind() -> None:
    with pytest.raises(UnknownKind):
        owe("test.other", key="x", subject=1)


@pytest.mark.django_db
def test_nothing_is_owed_when_the_act_fails() -> None:
    @transaction.atomic
    def act() -> None:
        owed()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert send_all() == 0


@pytest.mark.django_db
def test_send_mail_sends_and_forgets(settings: Settings) -> None:
    settings.SITE_URL = "https://vignette.example:8443"
    row = owed()

    assert send_all() == 1

    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["vera@example.com"], "Hello", "code 123")
    assert sent.extra_headers == {"Message-ID": f"<{row.pk}@vignette.example>", "Auto-Submitted": "auto-generated"}
    row.refresh_from_db()
    assert (row.tries, row.payload, row.reason, row.dropped_at) == (1, {}, "", None)
    assert row.sent_at is not None
    assert send_all() == 0


@pytest.mark.django_db
def test_send_mail_drops_what_is_no_longer_so() -> None:
    owed()
    OutboxMail.objects.update(payload={})

    send_all()

    row = OutboxMail.objects.get()
    assert mail.outbox == []
    assert (row.sent_at, row.reason) == (None, "nothing to tell any more")
    assert row.dropped_at is not None


@pytest.mark.django_db
def test_a_fault_is_tried_again_after_a_while(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.audit.test_mail.Broken"
    owed()
    owed("two")
    fails.append(True)

    assert send_all() == 2

    row = OutboxMail.objects.get(key="one")
    assert (row.claimed_at, row.reason, row.tries) == (None, "ConnectionRefusedError", 1)
    assert len(mail.outbox) == 1
    with time_machine.travel(timezone.now() + WAITS[0] + dt.timedelta(seconds=1)):
        assert send_all() == 1
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_mail_is_dropped_after_its_last_try(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.audit.test_mail.Broken"
    owed()
    fails.extend([True] * 20)
    now = timezone.now()

    for _ in range(10):
        now += dt.timedelta(days=1)
        with time_machine.travel(now):
            send_all()

    row = OutboxMail.objects.get()
    assert (row.tries, row.reason, row.payload) == (len(WAITS) + 1, "ConnectionRefusedError", {})
    assert row.dropped_at is not None
    assert len(fails) == 20 - len(WAITS) - 1


@pytest.mark.django_db
def test_a_kind_that_this_worker_does_not_know_waits_for_another() -> None:
    OutboxMail.objects.create(kind="test.newer", key="k", subject="1")

    send_all()

    row = OutboxMail.objects.get()
    assert (row.dropped_at, row.reason) == (None, "UnknownKind")


@pytest.mark.django_db
def test_a_mail_for_later_waits() -> None:
    owed()
    OutboxMail.objects.update(not_before=timezone.now() + dt.timedelta(hours=1))

    assert claim_mail() is None


@pytest.mark.django_db
def test_a_claimed_mail_is_nobody_elses() -> None:
    row = owed()

    assert claim_mail() == row
    assert claim_mail() is None
    assert free_stale_claims() == 0


@pytest.mark.django_db
def test_the_mail_of_a_dead_worker_is_sent_by_another_and_once() -> None:
    owed()
    dead = claim_mail()
    assert dead is not None
    later = timezone.now() + CLAIM_LASTS + dt.timedelta(seconds=1)

    with time_machine.travel(later, tick=False):
        assert free_stale_claims() == 1
        assert send_all() == 1
        send_all()

    assert [sent.extra_headers["Message-ID"] for sent in mail.outbox] == [f"<{dead.pk}@127.0.0.1>"]
    row = OutboxMail.objects.get()
    assert row.tries == 2


@pytest.mark.django_db
def test_a_worker_that_was_held_up_does_not_write_over_the_next_one(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.audit.test_mail.Broken"
    owed()
    slow = claim_mail()
    assert slow is not None
    with time_machine.travel(timezone.now() + CLAIM_LASTS + dt.timedelta(seconds=1), tick=False):
        free_stale_claims()
        send_all()
        fails.append(True)
        send_mail(slow)

    row = OutboxMail.objects.get()
    assert (row.reason, row.dropped_at) == ("", None)
    assert row.sent_at is not None


@pytest.mark.django_db
def test_a_worker_that_was_held_up_does_not_give_away_what_the_next_one_sends(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "tests.audit.test_mail.Broken"
    owed()
    slow = claim_mail()
    assert slow is not None
    with time_machine.travel(timezone.now() + CLAIM_LASTS + dt.timedelta(seconds=1), tick=False):
        free_stale_claims()
        quick = claim_mail()
        assert quick is not None
        fails.append(True)
        send_mail(slow)

    assert OutboxMail.objects.get().claimed_at == quick.claimed_at


@pytest.mark.django_db
def test_a_mail_is_not_both_sent_and_dropped() -> None:
    owed()
    now = timezone.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.update(sent_at=now, dropped_at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMail.objects.create(kind=KIND, key="one", subject="8")


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once() -> None:
    for n in range(12):
        owed(f"mail {n}", text=f"mail {n}")
    start = threading.Barrier(3)
    handled: list[int] = []

    def work() -> None:
        try:
            start.wait()
            handled.append(send_all())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(handled) == 12
    assert sorted(str(sent.body) for sent in mail.outbox) == sorted(f"mail {n}" for n in range(12))


@pytest.mark.django_db(transaction=True)
def test_the_worker_thread_sends_what_is_owed_and_stops() -> None:
    stop = start_thread()
    owed()
    until = time.monotonic() + 60

    while not mail.outbox and time.monotonic() < until:
        time.sleep(0.05)
    stop.set()
    for thread in threading.enumerate():
        if thread.name == "mail worker":
            thread.join(20)
            assert not thread.is_alive()

    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_the_command_work_sends_what_is_due() -> None:
    owed()
    out = StringIO()

    call_command("work", "--once", stdout=out)

    assert out.getvalue() == "1 handled\n"
    assert len(mail.outbox) == 1
