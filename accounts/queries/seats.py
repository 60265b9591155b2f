"""Seats of a person, and what hangs on one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import ADMINISTERING, Invitation, Membership, Organization, Role, RoleGrant, Team, User
from accounts.queries.organizations import held_roles, today_in


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the person's places of work, and the roles of others that can see her there."""

    membership: Membership
    is_current: bool
    roles: frozenset[Role]


def is_current(membership: Membership) -> bool:
    """Whether the person has begun and has not left, by the date at the organization."""
    today = today_in(membership.organization)
    return membership.started_on <= today and (membership.ended_on is None or membership.ended_on > today)


def has_left(membership: Membership) -> bool:
    """Whether the person is no longer there, by the date at the organization."""
    return membership.ended_on is not None and membership.ended_on <= today_in(membership.organization)


def seats_of(user: User) -> list[Seat]:
    """Where the person has, or had, a seat; current ones first."""
    seats = []
    for membership in Membership.objects.of(user).select_related("organization", "team").order_by("organization__name"):
        today, here = today_in(membership.organization), is_current(membership)
        roles = held_roles(user, membership.organization, today) if here else frozenset()
        seats.append(Seat(membership, here, roles))
    return sorted(seats, key=lambda seat: not seat.is_current)


def people_seen(user: User, organization: Organization, on: dt.date, roles: frozenset[Role]) -> QuerySet[Membership]:
    """`Membership.objects.seen_by` for a page that asks about them again and again.

    A manager's teams are looked up here, once: told which teams they are, a database can guess how many people that is.
    """
    people = Membership.objects.filter(organization=organization)
    if not roles.isdisjoint(ADMINISTERING):
        return people
    return people.filter(team__in=list(Team.objects.led_by(user, organization, on).values_list("pk", flat=True)))


#: What may stand beside a seat whose first day is moved: nothing of it was computed from that day.
_HANGS_LOOSE: Final = (Invitation, RoleGrant)


def hanging_on(membership: Membership) -> frozenset[str]:
    """The kinds of rows, on whatever floor, that refer to the seat and may rest on its first day."""
    return frozenset(
        model._meta.label_lower  # noqa: SLF001 - Django's documented name for a model's options
        for model, name in _referring()
        if model not in _HANGS_LOOSE and model._default_manager.filter(**{name: membership}).exists()  # noqa: SLF001
    )


def _referring() -> Iterator[tuple[type[models.Model], str]]:
    """Every model with a foreign key to a seat, and the key's name; floors above are met here and nowhere named."""
    for relation in Membership._meta.get_fields(include_hidden=True):  # noqa: SLF001 - as above
        if isinstance(relation, models.ManyToOneRel):
            yield relation.related_model, relation.field.name


def other_seats(membership: Membership) -> QuerySet[Membership]:
    """Earlier and later times of the same person in the organization: by account, staff number or work e-mail."""
    same = Q(work_email=membership.work_email)
    if membership.staff_number:
        same |= Q(staff_number=membership.staff_number)
    if membership.user_id:
        same |= Q(user=membership.user_id)
    others = Membership.objects.filter(same, organization=membership.organization_id).exclude(pk=membership.pk)
    return others.order_by("started_on", "pk")
