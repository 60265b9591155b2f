"""Seats: the employer's own record of a person, her leaves, and the links by which she takes it."""

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models.organizations import ADMINISTERING, Organization, Role, RoleGrant, Team, WithTeamsBelow
from accounts.models.people import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: dt.date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), started_on__lte=on)

    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def here(self, on: dt.date) -> Self:
        """Who has not left by that day; those who start later included."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))

    def seen_by(self, user: User, organization: Organization, on: dt.date) -> Self:
        """Everybody for an owner or training administrator, for a manager the people of her teams and of those below."""
        grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
        people = self.filter(organization=organization)
        if grants.filter(role__in=ADMINISTERING).exists():
            return people
        return people.filter(team__in=WithTeamsBelow(grants.filter(role=Role.MANAGER).values("team")))


class Membership(models.Model):
    """A seat in an organization: the employer's own record of a person, with or without an account.

    `user` stays empty until the person accepts the invitation; only she links it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    name = models.CharField(max_length=120, help_text="the employer's own name for the person")
    work_email = models.EmailField()
    staff_number = models.CharField(max_length=40, blank=True)
    job_title = models.CharField(max_length=80, blank=True)
    profession = models.CharField(max_length=60, blank=True, help_text="as the employer records it; licenses stay hers")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    hired_on = models.DateField(null=True, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="the first day on which the person is no longer here")
    changed_at = models.DateTimeField(
        default=timezone.now, help_text="set by every act on the seat or its leaves; who computes from them looks here"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(work_email=Lower("work_email")), name="membership_email_in_lower_case"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["organization", "work_email"],
                condition=Q(ended_on__isnull=True),
                name="one_open_seat_for_each_address",
            ),
            models.UniqueConstraint(
                fields=["organization", "user"],
                condition=Q(ended_on__isnull=True),
                name="one_open_seat_for_each_person",
            ),
            models.UniqueConstraint(
                fields=["organization", "staff_number"],
                condition=~Q(staff_number="") & Q(ended_on__isnull=True),
                name="staff_number_unique_in_organization",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "name"], name="membership_by_name"),
            models.Index(fields=["changed_at"], name="membership_by_change"),
            models.Index(fields=["organization", "work_email"], name="membership_by_address"),
            models.Index(
                fields=["organization", "staff_number"], condition=~Q(staff_number=""), name="membership_by_number"
            ),
            # Few at any time, and counted on every overview.
            models.Index(
                fields=["organization"], condition=Q(hired_on__gt=F("started_on")), name="membership_hired_later"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LeaveQuerySet(models.QuerySet["Leave"]):
    def standing(self) -> Self:
        return self.filter(cancelled_at=None)

    def overlapping(self, starts_on: dt.date, ends_on: dt.date | None) -> Self:
        """Those with a day in common with the days from the one to before the other, or for ever."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
        return found.filter(starts_on__lt=ends_on) if ends_on else found


class Leave(models.Model):
    """Days on which a member is away and nothing falls due. Why she is away is nobody's business here.

    A leave that was recorded by mistake is cancelled, never removed.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="leaves")
    starts_on = models.DateField(help_text="the first day away")
    ends_on = models.DateField(null=True, blank=True, help_text="the first day back; empty while nobody knows")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.CharField(max_length=40)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="leave_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(ends_on__isnull=True, cancelled_at__isnull=True),
                name="one_open_leave_for_each_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} is away from {self.starts_on}"


class Invitation(models.Model):
    """A link by which one person takes one seat, once, before a day. Only a hash of its token is kept."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn_not_both",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.membership}"
