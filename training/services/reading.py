"""Putting on record that somebody read what is kept of another person (docs/adr/0033-a-read-is-recorded.md)."""

import uuid
from typing import Final

from django.db import models

from accounts.models import Membership, Organization, User
from accounts.queries import today_in
from audit.services import once, record
from quizzes.models import AccommodationRequest

#: The request id of a reading is made of who read what on which day, so that a day has one.
_READINGS: Final = uuid.UUID("8f0d0f2e-41f6-4f0f-9f4e-0b8a6c7d2b11")


def record_reading(*, membership: Membership, by: User) -> None:
    """Put on record that a page about this person was read: once for each person, reader and day there.

    Whoever reads the own record is not recorded.
    """
    _record("person.read", membership, membership.organization, by, is_own=membership.user_id == by.pk)


def record_file_reading(*, target: models.Model, membership: Membership, by: User) -> None:
    """The same for the file of one of her pieces of evidence."""
    _record("evidence.read", target, membership.organization, by, is_own=membership.user_id == by.pk)


def record_request_reading(*, asked: AccommodationRequest, organization: Organization, by: User) -> None:
    """The same for what a learner asks the provider of a course to arrange for her; she may have no seat there."""
    _record("accommodation.read", asked, organization, by, is_own=asked.user_id == by.pk)


def _record(action: str, target: models.Model, organization: Organization, by: User, *, is_own: bool) -> None:
    if is_own:
        return
    name = f"{by.audit_name} {action} {target._meta.label_lower} {target.pk} {today_in(organization)}"  # noqa: SLF001

    def act() -> str:
        return str(record(action, by=by, target=target, organization=organization).sequence)

    once(by=by, request_id=uuid.uuid5(_READINGS, name), route=action, act=act)
