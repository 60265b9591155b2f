"""Whose pages these are: the organization, and the people whom this person may see there."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import ADMINISTERING, Membership, Organization, Role
from accounts.queries import held_roles, people_seen, today_in
from training.models import Obligation
from training.queries import owed_by, owed_in
from web.http import SignedInRequest, require_second_factor


@dataclass(frozen=True, slots=True)
class Scope:
    organization: Organization
    people: QuerySet[Membership]
    sees_everybody: bool
    now: dt.datetime
    today: dt.date

    @property
    def obligations(self) -> QuerySet[Obligation]:
        if self.sees_everybody:
            return owed_in(self.organization, self.now)
        return owed_by(self.people, self.now)

    @property
    def present(self) -> QuerySet[Membership]:
        """The people who have not left; those who start later included."""
        return self.people.exclude(ended_on__lte=self.today)


def scope_of(request: SignedInRequest, slug: str) -> Scope:
    """What this person administers or manages there today; 404 when nothing."""
    organization = get_object_or_404(Organization, slug=slug)
    today = today_in(organization)
    roles = held_roles(request.user, organization, today)
    sees_everybody = not roles.isdisjoint(ADMINISTERING)
    if not sees_everybody and Role.MANAGER not in roles:
        raise Http404
    require_second_factor(request, organization)
    people = people_seen(request.user, organization, today, roles)
    return Scope(organization, people, sees_everybody, timezone.now(), today)


def full_scope_of(request: SignedInRequest, slug: str) -> Scope:
    """The same for pages that managers of a team do not have."""
    scope = scope_of(request, slug)
    if not scope.sees_everybody:
        raise Http404
    return scope


def holds(request: SignedInRequest, scope: Scope, role: Role) -> bool:
    """Whether this person holds the role there today."""
    return role in held_roles(request.user, scope.organization, scope.today)


def owner_scope_of(request: SignedInRequest, slug: str) -> Scope:
    """The same for pages that only owners have."""
    scope = full_scope_of(request, slug)
    if not holds(request, scope, Role.OWNER):
        raise Http404
    return scope
