from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from author.checks import package_faults
from author.commands import package_at, tell


class Command(BaseCommand):
    help = "List every fault of a course package with its file, line and remedy. Nothing is published."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        faults = package_faults(package_at(folder))
        if faults:
            raise CommandError(tell(self.stdout, faults), returncode=1)
        self.stdout.write("No faults.")
