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
    found = Course.objects.select_related("provider").filter(slug=course).first()
    if found is None:
        raise CommandError(f"There is no course `{course}`.")
    return _person(learner), found, _person(by)


def _person(email: str) -> User:
    found = User.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return found
