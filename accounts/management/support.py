"""What support's commands share: whose account, and why."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.queries import account_of
from accounts.rules import LONGEST_REASON, ReasonFault
from accounts.services import ReasonDoesNotFit

FAULTS: Final = {
    ReasonFault.MISSING: "Say why with --reason: the number of a ticket, or how you made sure who asked.",
    ReasonFault.TOO_LONG: f"The reason is longer than {LONGEST_REASON} characters. Give the number of a ticket that says the rest.",
    ReasonFault.HIDDEN: "Type the reason in one line by hand: there is a character in it that cannot be seen.",
    ReasonFault.ADDRESS: "The audit trail keeps the reason for good. Leave addresses and names out; give the number of a ticket.",
}


class SupportCommand(BaseCommand):
    """A command about one account, for a reason that the audit trail keeps."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="with which the person signs in")
        parser.add_argument(
            "--reason", default="", help="a ticket's number, or how you made sure who asked; no names, no addresses"
        )


def account(email: str) -> User:
    user = account_of(email)
    if user is None:
        raise CommandError("Nobody signs in with this e-mail. Nothing was changed.")
    return user


@contextmanager
def reason_told() -> Iterator[None]:
    """A reason that does not fit ends the command with what would fit."""
    try:
        yield
    except ReasonDoesNotFit as error:
        raise CommandError(f"{FAULTS[error.args[0]]} Nothing was changed.") from error
