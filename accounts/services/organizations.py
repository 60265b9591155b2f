"""Tenants."""

from django.db import IntegrityError, transaction

from accounts.models import Organization, Role
from accounts.services.invitations import Invited, invite
from accounts.services.roles import grant_role
from accounts.services.seats import add_member
from audit.services import SYSTEM, Person, record


class SlugTaken(Exception):
    """Another organization has the address."""


@transaction.atomic
def create_organization(
    *, name: str, slug: str, time_zone: str, owner_name: str, owner_email: str, by: Person, is_demo: bool = False
) -> Invited:
    """A new organization, with a seat for its owner and an invitation to take it.

    The owner owns nothing before the invitation is accepted, whoever has an account with that address. Raises SlugTaken.
    """
    try:
        with transaction.atomic():
            organization = Organization.objects.create(name=name, slug=slug, time_zone=time_zone, is_demo=is_demo)
    except IntegrityError as error:
        raise SlugTaken(slug) from error
    record("organization.created", by=by, target=organization, organization=organization)
    membership = add_member(organization=organization, name=owner_name, work_email=owner_email, by=SYSTEM)
    grant_role(membership=membership, role=Role.OWNER, by=SYSTEM)
    return invite(membership=membership, by=SYSTEM)
