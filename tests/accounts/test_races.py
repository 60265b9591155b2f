import threading
from collections.abc import Callable

import pytest
from django.db import connections

from accounts.models import Invitation, Membership, Organization, Role, RoleGrant, User
from accounts.queries import has_lasting_owner, today_in
from accounts.services import (
    InvitationClosed,
    LastOwner,
    accept_invitation,
    add_member,
    create_account,
    end_grant,
    end_membership,
    grant_role,
    invite,
)
from audit.queries import chains, faults_of
from audit.services import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(acts))
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            outcomes.append(act())
        except (LastOwner, InvitationClosed) as refusal:
            outcomes.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [name for chain in chains() if (name := faults_of(chain))]
    return outcomes


def owners() -> tuple[Organization, list[Membership]]:
    organization = Organization.objects.create(slug="riverbend", name="Riverbend", time_zone="America/Chicago")
    memberships = []
    for name in ("nina", "omar"):
        user = create_account(
            email=f"{name}@example.com", password="x", legal_name=name, time_zone="America/Chicago", by=SYSTEM
        )
        seat = add_member(organization=organization, name=name, work_email=user.email, by=SYSTEM)
        accept_invitation(token=invite(membership=seat, by=SYSTEM).token, user=user)
        seat.refresh_from_db()
        grant_role(membership=seat, role=Role.OWNER, by=SYSTEM)
        memberships.append(seat)
    return organization, memberships


@pytest.mark.parametrize("round_number", range(3))
def test_two_owners_who_leave_at_once_leave_one(round_number: int) -> None:
    organization, (nina, omar) = owners()
    grant = RoleGrant.objects.get(membership=omar)

    outcomes = at_once(
        lambda: end_membership(membership=nina, by=nina.user or SYSTEM),
        lambda: end_grant(grant=grant, by=omar.user or SYSTEM),
    )

    assert outcomes.count(LastOwner) == 1
    assert has_lasting_owner(organization, today_in(organization))


def test_one_invitation_taken_twice_at_once_links_one_seat() -> None:
    organization, (nina, _omar) = owners()
    vera = create_account(email="vera@example.com", password="x", legal_name="V", time_zone="UTC", by=SYSTEM)
    seat = add_member(organization=organization, name="Vera", work_email=vera.email, by=nina.user or SYSTEM)
    token = invite(membership=seat, by=SYSTEM).token

    outcomes = at_once(*[lambda: accept_invitation(token=token, user=vera)] * 3)

    assert outcomes == [seat, seat, seat]
    assert User.objects.get(memberships=seat) == vera
    assert Invitation.objects.filter(membership=seat, accepted_at__isnull=False).count() == 1
