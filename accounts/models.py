import datetime as dt
import uuid
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.zones import validate_zone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. Everything a request needs to know of her is on this one row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True)
    legal_name = models.CharField(max_length=120, blank=True, help_text="as printed on certificates")
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_zone])
    language = models.CharField(max_length=12, default="en-US")
    scim_external_id = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - unique where there is one
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_not_empty"),
        ]

    def __str__(self) -> str:
        return self.legal_name or self.email

    @property
    def audit_name(self) -> str:
        return str(self.public_id)


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

    objects = OrganizationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A part of an organization; teams form a tree."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="teams")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="team_name_unique_in_organization"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="team_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: dt.date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), started_on__lte=on)

    def of(self, user: User) -> Self:
        return self.filter(user=user)

    def seen_by(self, user: User, organization: Organization, on: dt.date) -> Self:
        """Everybody for an owner or training administrator, the people of her teams for a manager, else nobody."""
        grants = RoleGrant.objects.current(on).filter(membership__user=user, membership__organization=organization)
        people = self.filter(organization=organization)
        if grants.filter(role__in=ADMINISTERING).exists():
            return people
        return people.filter(team__in=grants.filter(role=Role.MANAGER).values("team"))


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
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    hired_on = models.DateField(null=True, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="the first day on which the person is no longer here")

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
        indexes = [models.Index(fields=["organization", "name"], name="membership_by_name")]

    def __str__(self) -> str:
        return self.name


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def current(self, on: dt.date) -> Self:
        """Grants in force on that day, of people who are still here."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on),
            Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=on),
            starts_on__lte=on,
            membership__user__is_active=True,
        )


class RoleGrant(models.Model):
    """What a member may do, from a day to a day. Grants are ended, never removed."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="grants")
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


class License(models.Model):
    """A professional license as the person states it. Its number is never shown to an employer or to the public."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="licenses")
    profession = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=60, help_text="the state or country that issued it")
    number = models.CharField(max_length=40)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["profession", "jurisdiction"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "profession", "jurisdiction", "number"], name="license_stated_once"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="license_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.profession}, {self.jurisdiction}"


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
