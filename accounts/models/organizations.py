"""Tenants, their parts, and what their members may do."""

import datetime as dt
import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from accounts.models.people import User
from accounts.zones import validate_zone


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    TRAINING_ADMINISTRATOR = "training-administrator", "Training administrator"
    MANAGER = "manager", "Manager of a team"
    AUTHOR = "author", "Author"


#: Roles that see everybody in the organization.
ADMINISTERING = (Role.OWNER, Role.TRAINING_ADMINISTRATOR)

#: Roles that put questions of the organization's courses right.
AUTHORING = (Role.OWNER, Role.AUTHOR)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def with_grant(self, user: User, roles: tuple[Role, ...], on: dt.date) -> Self:
        grants = RoleGrant.objects.current(on).filter(membership__user=user, role__in=roles)
        return self.filter(pk__in=grants.values("membership__organization"))

    def administered_by(self, user: User, on: dt.date) -> Self:
        """Where the person is owner or training administrator on that day."""
        return self.with_grant(user, ADMINISTERING, on)

    def managed_by(self, user: User, on: dt.date) -> Self:
        """Where the person administers, or manages at least one team, on that day."""
        return self.with_grant(user, (*ADMINISTERING, Role.MANAGER), on)

    def authored_by(self, user: User, on: dt.date) -> Self:
        """Where the person is author or owner on that day."""
        return self.with_grant(user, AUTHORING, on)


class Organization(models.Model):
    """A clinic, a group practice, a provider of courses: the tenant."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_zone])
    is_demo = models.BooleanField(default=False, help_text="production refuses to start while one exists")
    created_at = models.DateTimeField(default=timezone.now)
    second_factor_asked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="since when whoever holds a role needs a second factor; empty while none is asked",
    )

    objects = OrganizationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class WithTeamsBelow(models.Subquery):
    """The teams of a queryset of their ids, and all teams below them, in one statement.

    Not a stored path: nothing then has to be kept in step, and a team that is moved is below its new parent at once.
    UNION and not UNION ALL: each team is visited once, whatever the tree looks like.
    """

    template = (
        "(WITH RECURSIVE below(id) AS (%(subquery)s UNION SELECT team.id FROM accounts_team team"
        " JOIN below ON team.parent_id = below.id) SELECT id FROM below)"
    )
    output_field = models.BigIntegerField()

    def __init__(self, teams: models.QuerySet[Any, Any]) -> None:
        super().__init__(teams.order_by())  # an order has no place before UNION


class TeamQuerySet(models.QuerySet["Team"]):
    def open(self) -> Self:
        return self.filter(retired_at=None)

    def below(self, team: "Team") -> Self:
        """The team and every team below it."""
        return self.filter(pk__in=WithTeamsBelow(Team.objects.filter(pk=team.pk).values("pk")))

    def seen_by(self, user: User, organization: Organization, on: dt.date) -> Self:
        """All of them for an owner or training administrator, hers and those below for a manager, else none."""
        grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
        if grants.filter(role__in=ADMINISTERING).exists():
            return self.filter(organization=organization)
        return self.led_by(user, organization, on)

    def led_by(self, user: User, organization: Organization, on: dt.date) -> Self:
        """The teams that she manages, and those below."""
        grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
        led = WithTeamsBelow(grants.filter(role=Role.MANAGER).values("team"))
        return self.filter(organization=organization, pk__in=led)


class Team(models.Model):
    """A part of an organization; teams form a tree. One that is retired keeps its name in old records and frees it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="teams")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organization",
                Coalesce("parent", 0),  # or two at the top could share a name: in a unique key no null equals another
                Lower("name"),
                condition=Q(retired_at__isnull=True),
                name="team_name_unique_among_siblings",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="team_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self, on: dt.date) -> Self:
        """Grants in force on that day, of people who have begun and are still here."""
        return self.current_within(on, on)

    def current_within(self, first: dt.date, last: dt.date) -> Self:
        """Grants in force on one of these days, and a few that miss them all: `holds_on` tells of each day."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=first),
            Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=first),
            starts_on__lte=last,
            membership__started_on__lte=last,
            membership__user__is_active=True,
        )

    def now_or_later(self, on: dt.date) -> Self:
        """Grants that hold on that day or will hold after it, whether or not anybody has joined to use them."""
        return self.filter(Q(ends_on__isnull=True) | (Q(ends_on__gt=on) & Q(ends_on__gt=F("starts_on"))))


class RoleGrant(models.Model):
    """What a member may do, from a day to a day. Grants are ended, never removed."""

    membership = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=Role)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the first day on which it no longer holds")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.MANAGER, team__isnull=False) | (~Q(role=Role.MANAGER) & Q(team__isnull=True)),
                name="managers_and_only_managers_have_a_team",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["membership", "role"],
                condition=Q(ends_on__isnull=True, team__isnull=True),
                name="one_open_grant_for_each_role",
            ),
            models.UniqueConstraint(
                fields=["membership", "role", "team"],
                condition=Q(ends_on__isnull=True, team__isnull=False),
                name="one_open_grant_for_each_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} is {self.role}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is in force on that day, as far as its days and those of the seat say."""
        seat = self.membership
        ends = [end for end in (self.ends_on, seat.ended_on) if end]
        return max(self.starts_on, seat.started_on) <= day and all(day < end for end in ends)
