"""People, organizations, seats, and the rosters by which seats come in numbers."""

from accounts.models.organizations import ADMINISTERING, AUTHORING, Organization, Role, RoleGrant, Team, WithTeamsBelow
from accounts.models.people import License, User
from accounts.models.rosters import RosterFile, RosterImport, RosterRow, RosterState
from accounts.models.seats import Invitation, Leave, Membership
from accounts.models.sign_ins import SignInTally

__all__ = [
    "ADMINISTERING",
    "AUTHORING",
    "Invitation",
    "Leave",
    "License",
    "Membership",
    "Organization",
    "Role",
    "RoleGrant",
    "RosterFile",
    "RosterImport",
    "RosterRow",
    "RosterState",
    "SignInTally",
    "Team",
    "User",
    "WithTeamsBelow",
]
