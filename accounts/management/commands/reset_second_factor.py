from django.core.management.base import CommandError

from accounts.management.support import SupportCommand, account, reason_told
from accounts.services import NoSecondFactor, reset_second_factor
from audit.services import SYSTEM


class Command(SupportCommand):
    help = (
        "Remove the authenticator app, the passkeys and the recovery codes of somebody who lost them all, and end her"
        " sessions. The password stays. Make sure first that it is she who asks."
    )

    def handle(self, *, email: str, reason: str, **_options: object) -> None:
        user = account(email)
        try:
            with reason_told():
                reset_second_factor(user=user, reason=reason, by=SYSTEM)
        except NoSecondFactor as error:
            raise CommandError("This account has no second factor. Nothing was changed.") from error
        self.stdout.write(
            "The second factors are removed, and every session of the account has ended. The person is told by mail. She"
            " signs in with her password and sets a new factor up; her organization may not let her administer before."
        )
