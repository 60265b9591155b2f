"""Reading the audit trail and checking that it is whole."""

import datetime as dt
from collections.abc import Iterator

from django.db import connection
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.models import AuditEvent, ChainHead
from audit.rules import GENESIS, ChainFault, Fault, Link, chain_faults


def clock_gap() -> dt.timedelta:
    """How far the clock here and the database's are apart; nothing where the database has no clock of its own."""
    if connection.vendor != "postgresql":
        return dt.timedelta(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: dt.datetime = cursor.fetchone()[0]
    return abs(timezone.now() - theirs)


def chains() -> list[str]:
    """Every chain that has a head or an event, by name."""
    heads = set(ChainHead.objects.values_list("chain", flat=True))
    return sorted(heads | set(AuditEvent.objects.order_by().values_list("chain", flat=True).distinct()))


def heads() -> dict[str, tuple[int, str]]:
    """Number and hash of each chain's newest event, to be kept elsewhere and compared later."""
    return {head.chain: (head.sequence, head.hash) for head in ChainHead.objects.order_by("chain")}


def faults_of(chain: str) -> list[ChainFault]:
    """Every place at which the chain does not hold. Events that are added meanwhile do not disturb it."""
    head = ChainHead.objects.filter(chain=chain).first()
    sequence, newest = (head.sequence, head.hash) if head else (0, GENESIS)
    faults = chain_faults(_links(chain, sequence), head_sequence=sequence, head_hash=newest)
    return faults + [ChainFault(extra, Fault.UNCHAINED) for extra in _behind_the_head(chain)]


def contradicts(chain: str, sequence: int, digest: str) -> ChainFault | None:
    """What is wrong when the chain once ended at that event and hash: its end was cut, or it was written anew."""
    if sequence == 0:
        return None
    event = AuditEvent.objects.filter(chain=chain, sequence=sequence).first()
    if event is None:
        return ChainFault(sequence, Fault.MISSING)
    return None if event.hash == digest else ChainFault(sequence, Fault.ALTERED)


def _links(chain: str, until: int) -> Iterator[Link]:
    events = AuditEvent.objects.filter(chain=chain, sequence__lte=until).order_by("sequence")
    for event in events.iterator(chunk_size=2000):
        yield Link(event.sequence, event.previous, event.hash, event.fields())


def _behind_the_head(chain: str) -> list[int]:
    # One statement reads head and events at one instant, so an event that is added meanwhile is no fault.
    head = ChainHead.objects.filter(chain=OuterRef("chain")).values("sequence")
    events = AuditEvent.objects.filter(chain=chain).annotate(head=Coalesce(Subquery(head), Value(0)))
    return list(events.filter(sequence__gt=F("head")).order_by("sequence").values_list("sequence", flat=True))
