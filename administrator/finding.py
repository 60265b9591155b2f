"""What an address names, as far as this person may see it there; else 404."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import Membership, Team, WithTeamsBelow
from administrator.scope import Scope
from training.models import Obligation
from training.queries import evidence_of


def person_in(scope: Scope, membership_id: uuid.UUID) -> Membership:
    seen = scope.people.select_related("team", "organization", "user")
    return get_object_or_404(seen, public_id=membership_id)


def in_team(people: QuerySet[Membership], team: int | None) -> QuerySet[Membership]:
    """The people of the team that was chosen and of those below it, as on every list."""
    if team is None:
        return people
    return people.filter(team__in=WithTeamsBelow(Team.objects.filter(pk=team).values("pk")))


def obligation_in(scope: Scope, obligation_id: uuid.UUID) -> Obligation:
    """Any obligation of the organization, those of people who left and those that nobody asks for included."""
    found = Obligation.objects.of_organization(scope.organization).filter(membership__in=scope.people)
    seen = found.select_related("membership__user", "membership__organization", "requirement")
    return get_object_or_404(seen, public_id=obligation_id)


def evidence_in(scope: Scope, evidence_id: uuid.UUID) -> Any:
    return get_object_or_404(evidence_of(scope.people), public_id=evidence_id)
