from accounts.management.support import SupportCommand, account, reason_told
from accounts.services import end_sessions
from audit.services import SYSTEM


class Command(SupportCommand):
    help = "End every session of an account, on all devices: a laptop was lost. The password stays; see the manual."

    def handle(self, *, email: str, reason: str, **_options: object) -> None:
        user = account(email)
        with reason_told():
            end_sessions(user=user, reason=reason, by=SYSTEM)
        self.stdout.write("Whoever is signed in as this person is asked to sign in at the next request.")
