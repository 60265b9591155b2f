from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import deactivate_account
from audit.services import SYSTEM


class Command(BaseCommand):
    help = "Close an account: the person is refused at the next request and cannot sign in; records stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **_options: object) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError("Nobody signs in with this e-mail.")
        deactivate_account(user=user, by=SYSTEM)
        self.stdout.write("The account is closed.")
