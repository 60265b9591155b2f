"""What the commands about accommodations share."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from accounts.models import User
from courses.models import Course


def add_names(parser: ArgumentParser) -> None:
    parser.add_argument("--learner", required=True, metavar="EMAIL")
    parser.add_argument("--course", required=True, metavar="SLUG")
    parser.add_argument(
        "--by", required=True, metavar="EMAIL", help="who decided: an owner or training administrator of the provider"
    )


def named(learner: str, course: str, by: str) -> tuple[User, Course, User]:
    """The people and the course that were named. Raises CommandError."""
    try:
        found = Course.objects.select_related("provider").get(slug=course)
        return User.objects.get(email=learner.lower()), found, User.objects.get(email=by.lower())
    except (User.DoesNotExist, Course.DoesNotExist) as error:
        raise CommandError(f"{error} Check the names.") from error
