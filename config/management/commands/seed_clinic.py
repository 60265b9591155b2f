import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import demo
from config.seeding import ClinicIsThere, NotADemo, seed_clinic


class Command(BaseCommand):
    help = "Make a clinic for demonstration with any number of people and what is asked of them; the same at each try."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, required=True)
        parser.add_argument("--requirements", type=int, default=5, help="how many things each person is asked for")
        parser.add_argument("--organization", default="evergreen", metavar="SLUG")

    def handle(
        self, *args: Any, people: int, requirements: int, organization: str, verbosity: int, **options: Any
    ) -> None:
        if people < 1 or requirements < 1:
            raise CommandError("At least one person and one requirement.")
        password, started = demo.password_of_this_installation(), time.monotonic()

        def tell(number: int) -> None:
            if verbosity and (number % 10_000 == 0 or number == people):
                self.stdout.write(f"{number:,} of {people:,} people", ending="\n")
                self.stdout.flush()

        try:
            seeded = seed_clinic(
                slug=organization, people=people, requirements=requirements, password=password, tell=tell
            )
        except ClinicIsThere as refusal:
            raise CommandError(f"{organization} has been seeded before; choose another --organization.") from refusal
        except NotADemo as refusal:
            raise CommandError("In production only a demonstration organization that is there is seeded.") from refusal
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{seeded.organization.name}: {seeded.people:,} people, {seeded.obligations:,} obligations"
            f" in {seconds:.0f} s. Sign in as {seeded.owner}, password {password}"
        )
