"""The outbox: kinds of mail by name, each with a function that writes it from the facts as they are at sending."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audit.models import OutboxMail


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to send: one address, plain text."""

    to: str
    subject: str
    text: str


#: Reads the facts again; None when there is nothing to tell any more.
Prepare = Callable[[OutboxMail], Mail | None]

_kinds: dict[str, Prepare] = {}


class UnknownKind(Exception):
    """No app registered this kind of mail."""


def register(kind: str, prepare: Prepare) -> None:
    """Make a kind known; each app does so in `AppConfig.ready()`."""
    _kinds[kind] = prepare


def prepare(mail: OutboxMail) -> Mail | None:
    if mail.kind not in _kinds:
        raise UnknownKind(mail.kind)
    return _kinds[mail.kind](mail)


def owe_all(kind: str, subjects: Mapping[str, object]) -> None:
    """Write down many mails of one kind at once: subjects by their keys, each key once."""
    if kind not in _kinds:
        raise UnknownKind(kind)
    rows = [OutboxMail(kind=kind, key=key, subject=str(subject)) for key, subject in subjects.items()]
    OutboxMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def owe(kind: str, *, key: str, subject: object, payload: dict[str, object] | None = None) -> None:
    """Write down that a mail is owed, once for each key; call it inside the transaction of the act."""
    if kind not in _kinds:
        raise UnknownKind(kind)
    OutboxMail.objects.get_or_create(
        key=key, defaults={"kind": kind, "subject": str(subject), "payload": payload or {}}
    )
