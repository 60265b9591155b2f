"""Writing the audit trail: in the same transaction as the act that it tells of."""

from typing import Final, Protocol

from django.db import models, transaction
from django.utils import timezone

from audit.models import AuditEvent, ChainHead, Outcome
from audit.request import current_request_id
from audit.rules import GENESIS, SITE_CHAIN, event_hash


class Person(Protocol):
    """Whoever acts: a user, or SYSTEM."""

    @property
    def audit_name(self) -> str: ...


class _System:
    audit_name = "system"


#: The actor of commands and of acts that nobody asked for.
SYSTEM: Final = _System()


class ChainBusy(Exception):
    """The chain's head kept moving; the act was not recorded and must not stand."""


@transaction.atomic
def record(
    action: str,
    *,
    by: Person,
    target: models.Model,
    organization: models.Model | None = None,
    outcome: Outcome = Outcome.DONE,
    **details: object,
) -> AuditEvent:
    """Add one event to the organization's chain, or to the site's where there is none.

    `details` holds ids and words of code, never names, answers or other people's data. Raises ChainBusy when the head
    moved a hundred times in between, which a database that keeps its promises does not let happen.
    """
    chain = str(getattr(organization, "public_id", "")) or SITE_CHAIN
    target_id = str(getattr(target, "public_id", target.pk))
    for _ in range(100):
        head, _created = ChainHead.objects.get_or_create(chain=chain, defaults={"hash": GENESIS})
        event = AuditEvent(
            chain=chain,
            sequence=head.sequence + 1,
            at=timezone.now(),
            actor=by.audit_name,
            action=action,
            object_type=target._meta.label_lower,  # noqa: SLF001 - Django's documented name for a model's options
            object_id=target_id,
            outcome=outcome,
            details=details,
            request=current_request_id.get(),
            previous=head.hash,
        )
        event.hash = event_hash(head.hash, event.fields())
        # Of two acts at once, one moves the head and the other reads it again.
        moved = ChainHead.objects.filter(pk=head.pk, sequence=head.sequence).update(
            sequence=event.sequence, hash=event.hash
        )
        if moved:
            event.save(force_insert=True)
            return event
    raise ChainBusy(chain)
