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
        try:
            at = Organization.objects.get(slug=organization)
            membership = Membership.objects.get(organization=at, work_email=member.lower(), ended_on=None)
            managed = Team.objects.get(organization=at, pk=forest_of(at).meant(team).pk or 0) if team else None
            grant_role(membership=membership, role=Role(role), team=managed, by=SYSTEM)
        except (Organization.DoesNotExist, Membership.DoesNotExist, Team.DoesNotExist) as error:
            raise CommandError(f"{error} Check the names.") from error
        except MembershipEnded as error:
            raise CommandError("This person is no longer there.") from error
        self.stdout.write(f"{membership} is now: {Role(role).label}.")
