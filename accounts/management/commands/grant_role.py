from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Membership, Organization, Role, Team
from accounts.queries import forest_of
from accounts.services import MembershipEnded, grant_role
from audit.services import SYSTEM


class Command(BaseCommand):
    help = "Give a member of an organization a role from today, for support when nobody there can."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, metavar="SLUG")
        parser.add_argument("--member", required=True, metavar="EMAIL", help="the member's work e-mail")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument(
            "--team", help="the team's name, or its path from the top: 'North / Front desk'; for managers"
        )

    def handle(self, *, organization: str, member: str, role: str, team: str | None, **_options: object) -> None:
        if (role == Role.MANAGER) != bool(team):
            raise CommandError("Managers, and only they, are given with --team.")
        at = Organization.objects.filter(slug=organization).first()
        if at is None:
            raise CommandError(f"There is no organization `{organization}`.")
        membership = Membership.objects.filter(
            organization=at, work_email=member.strip().lower(), ended_on=None
        ).first()
        if membership is None:
            raise CommandError(f"Nobody at {at} has the work e-mail {member}. Add the person first, under People.")
        managed = _team(at, team) if team else None
        try:
            grant_role(membership=membership, role=Role(role), team=managed, by=SYSTEM)
        except MembershipEnded as error:
            raise CommandError("This person is no longer there.") from error
        self.stdout.write(f"{membership} is now: {Role(role).label}.")


def _team(organization: Organization, named: str) -> Team:
    pk = forest_of(organization).meant(named).pk
    if pk is None:
        raise CommandError(
            f"No one team of {organization} is meant by `{named}`. Write its path from the top: 'North / Front desk'."
        )
    return Team.objects.get(organization=organization, pk=pk)
