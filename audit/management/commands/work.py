import signal
import threading
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand, CommandError

from audit.delivery import ServerAway
from audit.services import free_stale_claims
from audit.worker import send_all, work


class Command(BaseCommand):
    help = "Send the mail that the outbox holds, until stopped. Any number of workers may run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then end")

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
        work(stop)
