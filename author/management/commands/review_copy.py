from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from author.checks import package_faults
from author.commands import package_at, tell
from author.drafts import review_file
from author.faults import Severity


class Command(BaseCommand):
    help = (
        "Write the whole course of a package, with every answer and reason, into one HTML file for outside reviewers."
        " Nothing is published."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--output", type=Path, required=True, help="the file to write, which must not be there yet")

    def handle(self, *args: object, folder: Path, output: Path, **options: object) -> None:
        package = package_at(folder)
        faults = tuple(fault for fault in package_faults(package) if fault.severity is Severity.ERROR)
        document = package.document()
        if faults or document is None:
            raise CommandError(f"{tell(self.stdout, faults)} Nothing was written.", returncode=1)
        try:
            with output.open("x", encoding="utf-8") as file:
                file.write(review_file(package, document, timezone.localdate()))
        except FileExistsError as error:
            raise CommandError(f"{output} is there already; nothing was written.") from error
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {output}: it holds every answer, so give it to reviewers only.")
