"""Writing the audit trail, in the same transaction as the act that it tells of; and sending what the outbox holds."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from audit import outbox
from audit.delivery import Carrier, InDoubt, Refused
from audit.models import AuditEvent, ChainHead, OutboxMail, Outcome, RequestId
from audit.request import current_request_id
from audit.rules import CLAIM_LASTS, GENESIS, SITE_CHAIN, WAITS, event_hash, wait_after
from audit.statements import Statement

log = logging.getLogger("vignette.mail")


class Person(Protocol):
    """Whoever acts: a user, SYSTEM or VISITOR."""

    @property
    def audit_name(self) -> str: ...


class _System:
    audit_name = "system"


class _Visitor:
    audit_name = "visitor"


#: The actor of commands and of acts that nobody asked for.
SYSTEM: Final = _System()

#: The actor of what is tried without a sign-in, whoever it was.
VISITOR: Final = _Visitor()


class ChainBusy(Exception):
    """The chain's head kept moving; the act was not recorded and must not stand."""


HEAD = Statement(lambda chain: ChainHead.objects.filter(chain=chain), str)


# No savepoint of its own: what breaks the record breaks the act, and two statements an act are saved.
@transaction.atomic(savepoint=False)
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
        head = HEAD.first(chain) or ChainHead.objects.get_or_create(chain=chain, defaults={"hash": GENESIS})[0]
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


@transaction.atomic
def record_refusal(
    action: str,
    *,
    by: Person,
    target: models.Model,
    because: str,
    organization: models.Model | None = None,
    **details: object,
) -> AuditEvent:
    """Add a refused act to the chain. Call it after the act's own transaction is gone, or it goes with it."""
    return record(
        action, by=by, target=target, organization=organization, outcome=Outcome.REFUSED, because=because, **details
    )


@contextmanager
def refusals_recorded(
    action: str,
    *refusals: type[Exception],
    by: Person,
    target: models.Model,
    organization: models.Model | None = None,
) -> Iterator[None]:
    """The transaction of an act whose refusals leave a trace: what is inside is undone, the refusal is recorded."""
    try:
        with transaction.atomic():
            yield
    except refusals as refusal:
        record_refusal(action, by=by, target=target, organization=organization, because=type(refusal).__name__)
        raise


class RequestIdReused(Exception):
    """The person already used this request id for another kind of act."""


def once(*, by: Person, request_id: UUID, route: str, act: Callable[[], str]) -> str:
    """Do `act` at most once for each of the person's request ids, and return the id of what came of it.

    For acts without a natural key. A repetition does nothing and returns the first outcome's id; of two at once, the
    second waits for the first. When `act` raises, nothing is kept and the same request id may try again. Raises
    RequestIdReused when the id belongs to an act of another route.
    """
    earlier = RequestId.objects.filter(actor=by.audit_name, request_id=request_id)
    if found := earlier.first():
        return _outcome(found, route)
    try:
        with transaction.atomic():
            # First, so that a second request waits here instead of meeting the traces of the first one's act.
            mine = _claim_request(by, request_id, route)
            mine.outcome_id = act()
            mine.save(update_fields=["outcome_id"])
    except _AlreadyClaimed:
        return _outcome(earlier.get(), route)
    return mine.outcome_id


class _AlreadyClaimed(Exception):
    """Somebody else's row stands where ours would."""


def _claim_request(by: Person, request_id: UUID, route: str) -> RequestId:
    try:
        with transaction.atomic():
            return RequestId.objects.create(actor=by.audit_name, request_id=request_id, route=route)
    except IntegrityError as error:
        raise _AlreadyClaimed from error


def _outcome(earlier: RequestId, route: str) -> str:
    if earlier.route != route:
        raise RequestIdReused(earlier.route)
    return earlier.outcome_id


def is_mail_due() -> bool:
    """Whether any mail waits to be claimed."""
    return _claimable(timezone.now()).exists()


def claim_mail() -> OutboxMail | None:
    """Take one mail that is due, for this worker alone; None when there is none. Patient kinds come last.

    The one conditional UPDATE decides between two workers. A claim that is not answered within five minutes is set free
    by `free_stale_claims`.
    """
    now = timezone.now()
    urgent = _claimable(now).exclude(kind__in=outbox.patient_kinds())
    for due in (urgent, _claimable(now)):
        for pk in due.order_by("not_before").values_list("pk", flat=True)[:50]:
            if _claimable(now).filter(pk=pk).update(claimed_at=now, tries=F("tries") + 1):
                return OutboxMail.objects.get(pk=pk)
    return None


def _claimable(now: dt.datetime) -> models.QuerySet[OutboxMail]:
    owed = OutboxMail.objects.filter(sent_at__isnull=True, dropped_at__isnull=True, claimed_at__isnull=True)
    return owed.filter(not_before__lte=now)


#: What a mail's `reason` begins with from just before it is handed over until the answer is written down; and when no
#: answer ever came. Such a mail may have arrived. It is sent once more, with its Message-ID, and not a third time.
SENDING: Final = "sending"
IN_DOUBT: Final = "in-doubt"
SENDING_AGAIN: Final = f"{IN_DOUBT}, {SENDING}"
TWICE_IN_DOUBT: Final = "twice-in-doubt"
#: Of a mail that ended every worker that took it up.
DEADLY: Final = "no-worker-survived"


def free_stale_claims() -> int:
    """Let other workers have the mails of a worker that died with them. Their Message-ID stays the same.

    Whether it died before or while it handed a mail over is written in the mail. One that two workers died with in
    the middle is dropped: it may have arrived twice, and the third time would be one too many.
    """
    now = timezone.now()
    stale = OutboxMail.objects.filter(sent_at__isnull=True, dropped_at__isnull=True, claimed_at__lt=now - CLAIM_LASTS)
    if not stale.exists():
        return 0
    stale.filter(reason=SENDING_AGAIN).update(dropped_at=now, reason=TWICE_IN_DOUBT, payload={})
    stale.filter(tries__gt=len(WAITS)).update(dropped_at=now, reason=DEADLY, payload={})
    freed = stale.filter(reason=SENDING).update(claimed_at=None, reason=IN_DOUBT)
    return freed + stale.update(claimed_at=None)


def send_mail(mail: OutboxMail, carrier: Carrier | None = None) -> None:
    """Send a claimed mail, after reading the facts again, and keep nothing of what it said.

    A fault is kept by its name and tried again after a while; after the last try the mail is dropped with the reason,
    and at once when the server will never take it.
    """
    try:
        ready = outbox.prepare(mail)
        letter = message(mail, ready) if isinstance(ready, outbox.Mail) else None
    except Exception as error:  # noqa: BLE001 - the edge of the worker: one mail's fault must not stop the others
        _try_again(mail, type(error).__name__)
        return
    if isinstance(ready, outbox.Later):
        _mine(mail).update(claimed_at=None, not_before=ready.until, tries=F("tries") - 1)
    elif letter is None:
        _close(mail, dropped_at=timezone.now(), reason="nothing to tell any more")
    else:
        _hand_over(mail, letter, carrier or Carrier())


def _hand_over(mail: OutboxMail, letter: EmailMessage, carrier: Carrier) -> None:
    """The mail leaves only while the claim is ours, and what comes of it is written down."""
    if not _mine(mail).update(reason=SENDING_AGAIN if _was_in_doubt(mail) else SENDING):
        return
    try:
        carrier.carry(letter)
    except Refused as refusal:
        log.warning("mail %s of kind %s was refused: %s", mail.pk, mail.kind, refusal)
        _close(mail, dropped_at=timezone.now(), reason=str(refusal))
    except InDoubt as doubt:
        _doubt(mail, str(doubt))
    except Exception as error:  # noqa: BLE001 - the edge of the worker
        _try_again(mail, type(error).__name__)
    else:
        _close(mail, sent_at=timezone.now(), reason="")


def message(mail: OutboxMail, ready: outbox.Mail) -> EmailMessage:
    """The message to send. Its id comes from the row, so that a second delivery can be recognized as the same mail."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(ready.subject, ready.text, settings.DEFAULT_FROM_EMAIL, [ready.to], headers=headers)


def _was_in_doubt(mail: OutboxMail) -> bool:
    return mail.reason.startswith(IN_DOUBT)


def _doubt(mail: OutboxMail, fault: str) -> None:
    if _was_in_doubt(mail):
        log.warning("mail %s of kind %s was dropped: %s", mail.pk, mail.kind, TWICE_IN_DOUBT)
        _close(mail, dropped_at=timezone.now(), reason=TWICE_IN_DOUBT)
        return
    _try_again(mail, f"{IN_DOUBT}, {fault}")


def _try_again(mail: OutboxMail, fault: str) -> None:
    log.warning("mail %s of kind %s was not sent: %s, try %s", mail.pk, mail.kind, fault, mail.tries)
    wait = wait_after(mail.tries)
    if _was_in_doubt(mail):
        fault = f"{IN_DOUBT}, {fault}"
    if wait is None:
        _close(mail, dropped_at=timezone.now(), reason=fault)
        return
    _mine(mail).update(claimed_at=None, not_before=timezone.now() + wait, reason=fault)


def _close(
    mail: OutboxMail, *, reason: str, sent_at: dt.datetime | None = None, dropped_at: dt.datetime | None = None
) -> None:
    # The payload may hold a code or a link that opens an account.
    _mine(mail).update(sent_at=sent_at, dropped_at=dropped_at, reason=reason, payload={})


def _mine(mail: OutboxMail) -> models.QuerySet[OutboxMail]:
    # A worker that was held up past its claim must not write over what the next one did.
    return OutboxMail.objects.filter(
        pk=mail.pk, claimed_at=mail.claimed_at, sent_at__isnull=True, dropped_at__isnull=True
    )
