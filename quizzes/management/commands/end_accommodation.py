from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import NotAllowed
from audit.services import SYSTEM
from quizzes.management.commands._learners import add_names, named
from quizzes.queries import accommodation_in_force
from quizzes.services import OwnAccommodation, end_accommodation


class Command(BaseCommand):
    help = "End what is arranged for one learner in one course; attempts that are open keep it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_names(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user, course, by = named(options["learner"], options["course"], options["by"])
        accommodation = accommodation_in_force(user.pk, course.pk)
        if accommodation is None:
            raise CommandError(f"Nothing is arranged for {user} in {course}.")
        try:
            end_accommodation(accommodation=accommodation, by=by, acting=SYSTEM)
        except NotAllowed as error:
            raise CommandError(f"{by} is no owner or training administrator of {course.provider}.") from error
        except OwnAccommodation as error:
            raise CommandError("Nobody decides what is arranged for herself.") from error
        self.stdout.write(f"Ended for {user} in {course}.")
