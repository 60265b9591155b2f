from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import NotAllowed
from audit.services import SYSTEM
from quizzes.management.commands._learners import add_names, named
from quizzes.rules import MOST_EXTRA_ATTEMPTS, MOST_EXTRA_TIME, Arranged
from quizzes.services import OwnAccommodation, Reopening, UnfitTerms, grant_accommodation

TOLD = {
    Reopening.NOT_NEEDED: "",
    Reopening.REOPENED: " The enrollment that had ended after its last attempt is open again.",
    Reopening.ANOTHER_IS_OPEN: " The enrollment that had ended stays so: the learner has begun the course anew.",
}


class Command(BaseCommand):
    help = "Arrange more time or further attempts for one learner in one course, in place of what was arranged before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_names(parser)
        parser.add_argument("--extra-time", type=int, default=0, metavar="PERCENT")
        parser.add_argument("--no-time-limit", action="store_true")
        parser.add_argument("--extra-attempts", type=int, default=0, metavar="N")
        parser.add_argument("--reason", required=True, help="what it rests on; no health information")

    def handle(self, *args: Any, **options: Any) -> None:
        user, course, by = named(options["learner"], options["course"], options["by"])
        arranged = Arranged(options["extra_time"], options["no_time_limit"], options["extra_attempts"])
        try:
            granted = grant_accommodation(
                user=user, course=course, arranged=arranged, reason=options["reason"], by=by, acting=SYSTEM
            )
        except UnfitTerms as error:
            raise CommandError(
                f"Give a reason, and more time (to {MOST_EXTRA_TIME} percent), no limit, or attempts"
                f" (to {MOST_EXTRA_ATTEMPTS})."
            ) from error
        except NotAllowed as error:
            raise CommandError(f"{by} is no owner or training administrator of {course.provider}.") from error
        except OwnAccommodation as error:
            raise CommandError("Nobody decides what is arranged for herself.") from error
        ended = (
            " It replaced further attempts: no attempt is left, and the enrollment has ended." if granted.closes else ""
        )
        self.stdout.write(f"Arranged for {user} in {course}.{TOLD[granted.reopening]}{ended}")
