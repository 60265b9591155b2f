"""Acts on people that are killed at any statement: all of it or nothing, and again is the same as once."""

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from accounts.models import Invitation, Leave, Membership, Team, User
from accounts.services import (
    accept_invitation,
    add_member,
    change_member,
    change_team,
    end_membership,
    invite,
    record_leave,
    return_member,
)
from audit.models import AuditEvent, OutboxMail
from audit.queries import faults_of
from audit.services import SYSTEM
from tests.conftest import Clinic
from tests.crashing import Killed, killed_at

pytestmark = pytest.mark.django_db(transaction=True)


def state() -> list[object]:
    """Everything that an act on people may have written."""
    return [list(model.objects.order_by("pk").values()) for model in (Membership, Team, Leave, Invitation, OutboxMail)]


def accept(clinic: Clinic, ana: User, vera: User) -> Callable[[], object]:
    seat = add_member(organization=clinic.organization, name="V", work_email=vera.email, by=SYSTEM)
    token = invite(membership=seat, by=SYSTEM).token
    return lambda: accept_invitation(token=token, user=vera)


def move(clinic: Clinic, ana: User, vera: User) -> Callable[[], object]:
    return lambda: change_team(team=clinic.front_desk, name="Desk", parent=clinic.crisis_team, by=SYSTEM)


def change(clinic: Clinic, ana: User, vera: User) -> Callable[[], object]:
    seat = Membership.objects.get(user=ana)
    facts: dict[str, Any] = {"team": clinic.front_desk, "work_email": "ana.two@example.com"}
    seen = seat.changed_at
    return lambda: change_member(membership=seat, facts=facts, seen=seen, by=SYSTEM)


def leave(clinic: Clinic, ana: User, vera: User) -> Callable[[], object]:
    seat = Membership.objects.get(user=ana)
    return lambda: record_leave(membership=seat, starts_on=dt.date(2026, 11, 1), by=SYSTEM)


def comes_back(clinic: Clinic, ana: User, vera: User) -> Callable[[], object]:
    seat = end_membership(membership=Membership.objects.get(user=ana), on=dt.date(2026, 3, 1), by=SYSTEM)
    return lambda: return_member(membership=seat, started_on=dt.date(2026, 11, 1), by=SYSTEM)


@pytest.mark.parametrize("prepared", [accept, move, change, leave, comes_back])
def test_act_killed_at_any_statement_is_done_wholly_or_not_at_all(
    prepared: Callable[[Clinic, User, User], Callable[[], object]], clinic: Clinic, ana: User, vera: User
) -> None:
    act = prepared(clinic, ana, vera)
    before, events = state(), AuditEvent.objects.count()
    for at in count(1):
        try:
            with killed_at(at):
                act()
        except Killed:
            if state() == before:
                assert AuditEvent.objects.count() == events, at
                continue
            done = state()  # killed while it read what it had done: asked again, it is a success
            act()
            assert state() == done
        break
    assert at > 5, "every statement was a crash point"
    assert (state() != before, AuditEvent.objects.count() > events) == (True, True)
    assert faults_of(str(clinic.organization.public_id)) == []
