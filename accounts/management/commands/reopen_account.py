from django.core.management.base import CommandError

from accounts.management.support import SupportCommand, account, reason_told
from accounts.services import NotClosed, reopen_account
from audit.services import SYSTEM


class Command(SupportCommand):
    help = "Open an account again that `deactivate_account` closed. Roles that were not ended meanwhile hold again."

    def handle(self, *, email: str, reason: str, **_options: object) -> None:
        user = account(email)
        try:
            with reason_told():
                grants = reopen_account(user=user, reason=reason, by=SYSTEM)
        except NotClosed as error:
            raise CommandError("This account is open. Nothing was changed.") from error
        self.stdout.write("The account is open. The person is told by mail, and signs in as before.")
        for grant in grants:
            self.stdout.write(f"- is again: {grant.get_role_display()}, {grant.membership.organization}")
        if grants:
            self.stdout.write("Ask the owners whether she should be; roles are ended under People.")
