import uuid

from django.db import models
from django.utils import timezone


class ChainHead(models.Model):
    """The newest link of one hash chain: `site`, or an organization's public id."""

    chain = models.CharField(max_length=40, unique=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain} at {self.sequence}"


class Outcome(models.TextChoices):
    DONE = "done"
    REFUSED = "refused"


class AuditEvent(models.Model):
    """Who did what to what, and when. Rows are only ever added; a trigger refuses anything else.

    Actor and object are ids without foreign keys: the trail outlives what it tells of.
    """

    chain = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40, help_text="the person's public id, or `system`")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome)
    details = models.JSONField(default=dict, help_text="ids and words of code, never names or answers")
    request = models.CharField(max_length=40, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="event_sequence_unique_in_chain"),
            models.CheckConstraint(condition=models.Q(outcome__in=["done", "refused"]), name="event_outcome_known"),
        ]
        indexes = [models.Index(fields=["object_type", "object_id"], name="event_by_object")]

    def __str__(self) -> str:
        return f"{self.chain}/{self.sequence} {self.action}"

    def fields(self) -> dict[str, object]:
        """What the event's hash covers."""
        return {
            "chain": self.chain,
            "sequence": self.sequence,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "action": self.action,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "outcome": self.outcome,
            "details": self.details,
            "request": self.request,
        }


class RequestId(models.Model):
    """An act that has no natural key, remembered by the id its form carried, so that a repetition changes nothing."""

    actor = models.CharField(max_length=40)
    request_id = models.UUIDField()
    route = models.CharField(max_length=80)
    outcome_id = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "request_id"], name="request_id_unique_for_actor")]

    def __str__(self) -> str:
        return f"{self.route} {self.request_id}"


class OutboxMail(models.Model):
    """A mail that is owed. Written in the transaction of the act that owes it; sent by the command `work`.

    `key` names the occasion (one mail for each), `subject` is the id of the row that `prepare` reads again when the
    mail is sent, so that a mail never tells what is no longer so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160, unique=True)
    subject = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, help_text="why it was dropped, or the last fault")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="mail_sent_or_dropped_not_both",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(sent_at__isnull=True, dropped_at__isnull=True),
                name="mail_still_owed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
