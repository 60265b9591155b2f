"""People who sign in, and what they state of themselves."""

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

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
    sessions_ended_at = models.DateTimeField(
        null=True, blank=True, help_text="whoever signed in before is signed in no more"
    )
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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # Django compares it at each request with what the session was begun with, the row being there anyway.
        begun: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        if self.sessions_ended_at is None:
            return begun
        since = self.sessions_ended_at.isoformat()
        return salted_hmac("accounts.User.sessions", begun + since, secret=secret, algorithm="sha256").hexdigest()

    @property
    def audit_name(self) -> str:
        return str(self.public_id)


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
