"""People, seats and roles: one function for each act."""

from accounts.services.access import LastOwner, MembershipEnded, NotAllowed, OtherOrganization
from accounts.services.invitations import (
    AlreadyJoined,
    InvitationClosed,
    Invited,
    NotYours,
    UnknownInvitation,
    accept_invitation,
    invite,
)
from accounts.services.organizations import SlugTaken, create_organization
from accounts.services.person import (
    LicenseStatedTwice,
    add_license,
    change_license,
    create_account,
    deactivate_account,
    remove_license,
    update_profile,
)
from accounts.services.roles import end_grant, grant_role
from accounts.services.seats import AddressTaken, StaffNumberTaken, TeamTaken, add_member, add_team, end_membership

__all__ = [
    "AddressTaken",
    "AlreadyJoined",
    "InvitationClosed",
    "Invited",
    "LastOwner",
    "LicenseStatedTwice",
    "MembershipEnded",
    "NotAllowed",
    "NotYours",
    "OtherOrganization",
    "SlugTaken",
    "StaffNumberTaken",
    "TeamTaken",
    "UnknownInvitation",
    "accept_invitation",
    "add_license",
    "add_member",
    "add_team",
    "change_license",
    "create_account",
    "create_organization",
    "deactivate_account",
    "end_grant",
    "end_membership",
    "grant_role",
    "invite",
    "remove_license",
    "update_profile",
]
