from argparse import ArgumentParser

from django.core.management.base import CommandError

from audit.services import SYSTEM
from author.commands import VersionCommand, version_of
from courses.services import ReasonMissing
from courses.services import withdraw_version as withdraw


class Command(VersionCommand):
    help = "Take a version out of use for new enrollments. Whoever has begun it finishes it; certificates stand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--version", type=int, dest="number", required=True)
        parser.add_argument("--because", required=True, help="the reason, kept with the version")

    def handle(self, *args: object, slug: str, number: int, because: str, **options: object) -> None:
        version = version_of(slug, number)
        try:
            withdrawal = withdraw(version=version, because=because, by=SYSTEM)
        except ReasonMissing as error:
            raise CommandError("A withdrawal needs a reason: --because.") from error
        self.stdout.write(
            f"Version {number} of {slug} is withdrawn since {withdrawal.at:%Y-%m-%d}: {withdrawal.because}"
        )
