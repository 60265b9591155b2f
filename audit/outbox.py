"""The outbox: kinds of mail by name, each with a function that writes it from the facts as they are at sending."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from audit.models import OutboxMail


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to send: one address, plain text."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Later:
    """There is something to tell, and not now: the mail waits, and has not been tried."""

    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """One of many mails that are owed at once: its occasion, what it is about, and when it may leave."""

    key: str
    subject: object
    not_before: dt.datetime
    payload: dict[str, object] = field(default_factory=dict)


#: Reads the facts again; None when there is nothing to tell any more.
Prepare = Callable[[OutboxMail], Mail | Later | None]

_kinds: dict[str, Prepare] = {}
_patient: set[str] = set()


class UnknownKind(Exception):
    """No app registered this kind of mail."""


def register(kind: str, prepare: Prepare, *, is_patient: bool = False) -> None:
    """Make a kind known; each app does so in `AppConfig.ready()`.

    Patient kinds come by the thousand, and nobody sits before a form waiting for them: all others leave first.
    """
    _kinds[kind] = prepare
    if is_patient:
        _patient.add(kind)


def patient_kinds() -> frozenset[str]:
    return frozenset(_patient)


def prepare(mail: OutboxMail) -> Mail | Later | None:
    if mail.kind not in _kinds:
        raise UnknownKind(mail.kind)
    return _kinds[mail.kind](mail)


def owe_all(
    kind: str, subjects: Mapping[str, object], *, payloads: Mapping[str, dict[str, object]] | None = None
) -> None:
    """Write down many mails of one kind at once: subjects, and payloads, by their keys, each key once."""
    now, given = timezone.now(), payloads or {}
    owe_planned(kind, [Owed(key, subject, now, given.get(key, {})) for key, subject in subjects.items()])


def owe_planned(kind: str, owed: Iterable[Owed]) -> None:
    """The same for mails that leave later, or that carry something. What is owed already stays as it is."""
    if kind not in _kinds:
        raise UnknownKind(kind)
    rows = [
        OutboxMail(kind=kind, key=one.key, subject=str(one.subject), not_before=one.not_before, payload=one.payload)
        for one in owed
    ]
    OutboxMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def owe(
    kind: str,
    *,
    key: str,
    subject: object,
    payload: dict[str, object] | None = None,
    not_before: dt.datetime | None = None,
) -> bool:
    """Write down that a mail is owed, once for each key; call it inside the transaction of the act.

    False when it was owed already.
    """
    if kind not in _kinds:
        raise UnknownKind(kind)
    fields: dict[str, object] = {"kind": kind, "subject": str(subject), "payload": payload or {}}
    if not_before is not None:
        fields["not_before"] = not_before
    _, is_new = OutboxMail.objects.get_or_create(key=key, defaults=fields)
    return is_new
