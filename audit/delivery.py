"""The way out: one connection to the mail server for many mails, and what its answers mean for a mail."""

import smtplib
from types import TracebackType
from typing import Any, Final, Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

#: Servers end a connection that brings too many; and one that is kept for ever is never balanced anew.
MAILS_EACH: Final = 50


class ServerAway(Exception):
    """There is no connection to the mail server. That is no mail's fault."""


class Refused(Exception):
    """The server will not take this mail, now or later."""


class InDoubt(Exception):
    """The connection broke after the whole mail was on its way: the server may have it, or not."""


class _Plain(smtplib.SMTP):
    """Knows whether a mail has been handed over without an answer yet."""

    is_in_doubt = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.is_in_doubt = True
        try:
            answer = super().data(msg)
        except smtplib.SMTPResponseException:
            self.is_in_doubt = False  # it was answered, with a no
            raise
        self.is_in_doubt = False
        return answer


class _Tls(_Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""


class SmtpBackend(smtp.EmailBackend):
    """Django's, which also knows when a mail is in doubt."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Tls if self.use_ssl else _Plain

    @property
    def is_in_doubt(self) -> bool:
        return getattr(self.connection, "is_in_doubt", False)


class Carrier:
    """Carries mail after mail over one connection, and makes another one when it broke or has carried enough."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None
        self._carried = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def ready(self) -> None:
        """Have a connection, or raise ServerAway."""
        if self._backend is not None and self._carried < MAILS_EACH:
            return
        self.close()
        backend = get_connection()
        # Only a mail server is worth keeping: what writes files begins a new one for each connection.
        if isinstance(backend, smtp.EmailBackend):
            try:
                backend.open()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(type(error).__name__) from error
            self._backend = backend

    def carry(self, message: EmailMessage) -> None:
        """Hand the mail over. Raises Refused, InDoubt, or the fault as it is: then the mail was certainly not taken."""
        self.ready()
        backend = self._backend or get_connection()
        self._carried += 1
        try:
            backend.send_messages([message])
        except (OSError, smtplib.SMTPException) as error:
            if code := _lasting(error):
                raise Refused(f"{type(error).__name__} {code}") from error
            is_in_doubt = getattr(backend, "is_in_doubt", False)
            self.close()
            if is_in_doubt:
                raise InDoubt(type(error).__name__) from error
            raise

    def close(self) -> None:
        backend, self._backend, self._carried = self._backend, None, 0
        if backend is None:
            return
        try:
            backend.close()
        except (OSError, smtplib.SMTPException):
            return  # it was broken anyway


def _lasting(error: Exception) -> int:
    """The code of an answer to this mail that will stay the same (5xx), else 0. A mail has one recipient."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
        case smtplib.SMTPDataError():
            codes = [error.smtp_code]
        case _:
            codes = []  # what the server says of the sender, or of itself, is not about this mail
    return codes[0] if codes and all(500 <= code < 600 for code in codes) else 0
