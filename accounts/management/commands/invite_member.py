from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts.models import Membership, Organization
from accounts.notices import invitation_address
from accounts.services import AddressTaken, AlreadyJoined, MembershipEnded, add_member, invite
from audit.services import SYSTEM


class Command(BaseCommand):
    help = (
        "Send a member of an organization a new link by which the seat is taken, for support when nobody there can: the"
        " first owner's link has expired, or her address was wrong. Earlier links of the seat stop working."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--member", required=True, metavar="EMAIL", help="the member's work e-mail")
        parser.add_argument("--name", help="makes a seat for a person of this name, if nobody has the e-mail")

    def handle(self, *, organization: str, member: str, name: str | None, **_options: object) -> None:
        at = Organization.objects.filter(slug=organization).first()
        if at is None:
            raise CommandError(f"There is no organization `{organization}`.")
        seat = Membership.objects.filter(organization=at, work_email=member.strip().lower(), ended_on=None).first()
        if seat is None and not name:
            raise CommandError(f"Nobody at {at} has the work e-mail {member}. With --name a seat is made.")
        try:
            invited = invite(membership=seat or _new_seat(at, member, name or member), by=SYSTEM)
        except AlreadyJoined as error:
            raise CommandError(f"{seat} has taken the seat. Give roles with grant_role.") from error
        except (AddressTaken, MembershipEnded) as error:
            raise CommandError("The person with this e-mail is leaving; invite her when she has left.") from error
        self.stdout.write(f"{member} is sent this link by the worker and takes the seat at {at} by it:")
        self.stdout.write(invitation_address(invited.token))


def _new_seat(organization: Organization, email: str, name: str) -> Membership:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return add_member(organization=organization, name=name, work_email=email, by=SYSTEM)
