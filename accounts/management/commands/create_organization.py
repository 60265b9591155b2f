from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email, validate_slug

from accounts.notices import invitation_address
from accounts.services import SlugTaken, create_organization
from accounts.zones import DEFAULT_ZONE, validate_zone
from audit.services import SYSTEM


class Command(BaseCommand):
    help = "Create an organization and invite its owner, who takes the seat by the printed link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--slug", required=True, help="its part of the addresses under /manage/")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="the owner's work e-mail")
        parser.add_argument("--owner-name", default="", help="the owner's name; the e-mail if none is given")
        parser.add_argument(
            "--time-zone", default=DEFAULT_ZONE, help="days begin and end in it; %(default)s if none is given"
        )

    def handle(self, *, name: str, slug: str, owner: str, owner_name: str, time_zone: str, **_options: object) -> None:
        try:
            validate_slug(slug)
            validate_email(owner)
            validate_zone(time_zone)
            invited = create_organization(
                name=name,
                slug=slug.lower(),
                time_zone=time_zone,
                owner_name=owner_name or owner,
                owner_email=owner,
                by=SYSTEM,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except SlugTaken as error:
            raise CommandError(f"Another organization has the slug {slug}.") from error
        self.stdout.write(f"Created {name}. {owner} is sent this link by the worker and takes the owner's seat by it:")
        self.stdout.write(invitation_address(invited.token))
