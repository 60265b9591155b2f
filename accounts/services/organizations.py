"""Tenants."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organization, Role, User
from accounts.queries import has_second_factor, held_roles, today_in
from accounts.services.access import NoSecondFactor, NotAllowed
from accounts.services.invitations import Invited, invite
from accounts.services.roles import grant_role
from accounts.services.seats import add_member
from audit.services import SYSTEM, Person, record, refusals_recorded


class SlugTaken(Exception):
    """Another organization has the address."""


def ask_second_factor(*, organization: Organization, is_asked: bool, by: User) -> None:
    """From now on whoever holds a role there needs a second factor to use it, or no longer does.

    Only an owner asks, and only one who has a factor herself: else she would shut the door behind her. Who asks again
    for what is so changes nothing. Raises NotAllowed, NoSecondFactor.
    """
    refusals = (NotAllowed, NoSecondFactor)
    with refusals_recorded("second_factor.asked", *refusals, by=by, target=organization, organization=organization):
        if Role.OWNER not in held_roles(by, organization, today_in(organization)):
            raise NotAllowed
        if is_asked and not has_second_factor(by):
            raise NoSecondFactor
        since = timezone.now() if is_asked else None
        other = Organization.objects.filter(pk=organization.pk, second_factor_asked_at__isnull=is_asked)
        if other.update(second_factor_asked_at=since):
            record("second_factor.asked", by=by, target=organization, organization=organization, is_asked=is_asked)
    organization.refresh_from_db()


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
