from argparse import ArgumentParser
from typing import Final, cast

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db.models import Field

from accounts.management.support import SupportCommand, account, reason_told
from accounts.models import User
from accounts.services import AddressTaken, SameAddress, change_address
from audit.services import SYSTEM

#: An address as the column takes it, its length too.
EMAIL: Final = cast("Field[str, str]", User._meta.get_field("email"))  # noqa: SLF001 - Django's documented name for a model's options


class Command(SupportCommand):
    help = (
        "Change the e-mail with which somebody signs in who can no longer read the old one's mail, and end her sessions."
        " Make sure first that it is she who asks, and that the new address is hers: no code is sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", required=True, metavar="EMAIL", help="the new address")

    def handle(self, *, email: str, to: str, reason: str, **_options: object) -> None:
        user = account(email)
        try:
            EMAIL.run_validators(to)
            with reason_told():
                change_address(user=user, email=to, reason=reason, by=SYSTEM)
        except ValidationError as error:
            raise CommandError(f"{' '.join(error.messages)} Nothing was changed.") from error
        except SameAddress as error:
            raise CommandError("The person signs in with this address already. Nothing was changed.") from error
        except AddressTaken as error:
            raise CommandError(
                "Another account has this address. Nothing was changed. Two accounts are not made one; the person can"
                " go on with either."
            ) from error
        self.stdout.write(
            "The address is changed: it is the only one of the account, and every session has ended. Both addresses are"
            " told by mail. The work e-mail of seats is changed by the employer, under People."
        )
