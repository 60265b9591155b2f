"""Reading the audit trail, checking it, taking it out of the house: each leaves its own event in it."""

from collections import Counter
from collections.abc import Mapping

from accounts.models import Organization, Role, User
from accounts.queries import held_roles, today_in
from accounts.services.access import NotAllowed
from audit.models import ChainHead
from audit.queries import faults_of
from audit.rules import Fault
from audit.services import record, refusals_recorded
from training.queries.trail import CHECKED


def open_trail(*, organization: Organization, by: User) -> None:
    """Put on record that an owner reads the trail. Raises NotAllowed for anybody else."""
    with refusals_recorded("audit.read", NotAllowed, by=by, target=organization, organization=organization):
        _require_owner(by, organization)
        record("audit.read", by=by, target=organization, organization=organization)


def check_trail(*, organization: Organization, by: User) -> Counter[Fault]:
    """Check the organization's chain from its first event, and put on record what was found: faults by their kind.

    Raises NotAllowed.
    """
    with refusals_recorded(CHECKED, NotAllowed, by=by, target=organization, organization=organization):
        _require_owner(by, organization)
    chain = str(organization.public_id)
    head = ChainHead.objects.filter(chain=chain).first()
    faults = Counter(each.fault for each in faults_of(chain))
    record(
        CHECKED,
        by=by,
        target=organization,
        organization=organization,
        until=head.sequence if head else 0,
        head=head.hash if head else "",
        faults={fault.value: number for fault, number in sorted(faults.items())},
    )
    return faults


def export_trail(*, organization: Organization, by: User, chosen: Mapping[str, str]) -> None:
    """Put on record that an owner takes the trail out of the house, and by which filter. Raises NotAllowed."""
    with refusals_recorded("audit.exported", NotAllowed, by=by, target=organization, organization=organization):
        _require_owner(by, organization)
        # The words that she searched for are somebody's name.
        kept = {name: value for name, value in chosen.items() if name != "person"}
        record("audit.exported", by=by, target=organization, organization=organization, chosen=kept)


def _require_owner(by: User, organization: Organization) -> None:
    if Role.OWNER not in held_roles(by, organization, today_in(organization)):
        raise NotAllowed
