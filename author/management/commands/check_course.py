from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from author.commands import package_at
from author.reports import as_json, as_text
from author.reviews import review


class Command(BaseCommand):
    help = (
        "List every error and every warning of a course package with its file, line and remedy, and its figures. Ends "
        "with 1 when there are errors. Nothing is published."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--format", dest="form", choices=("text", "json"), default="text", help="json is for automatic checks"
        )
        parser.add_argument("--strict", action="store_true", help="end with 1 when there are warnings, too")

    def handle(self, *args: object, folder: Path, form: str, strict: bool, **options: object) -> None:
        found = review(package_at(folder))
        if form == "json":
            self.stdout.write(as_json(found))
        elif text := as_text(found):
            self.stdout.write(f"{text}\n\n")
        if found.errors or (strict and found.warnings):
            raise CommandError(found.counts, returncode=1)
        if form == "text":
            self.stdout.write(found.counts)
