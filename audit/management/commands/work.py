import signal
import threading
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand, CommandError

from audit.delivery import ServerAway
from audit.services import free_stale_claims
from audit.worker import send_all, work


class Command(BaseCommand):
    help = (
        "Send mail, and do what is due beside it until stopped: rosters, rules, reminders, reports, attempts whose time is"
        " over. Any number of workers may run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="send the mail that is due now, do nothing beside it, and end"
        )

    def handle(self, *args: object, **options: object) -> None:
        if options["once"]:
            free_stale_claims()
            try:
                self.stdout.write(f"{send_all()} handled")
            except ServerAway as error:
                raise CommandError(f"the mail server is away: {error}") from error
            return
        stop = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        self.stdout.write("Sending mail; Ctrl-C ends it.")
        self.stdout.flush()  # into a service's log now, not when it ends
        work(stop)
