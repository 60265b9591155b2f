"""The arithmetic of the audit trail's hash chain, and of trying a mail again."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: What the first event of a chain is chained to.
GENESIS = "0" * 64

#: The chain of acts that belong to no organization.
SITE_CHAIN = "site"


def event_hash(previous: str, fields: Mapping[str, object]) -> str:
    """SHA-256 over the canonical fields of an event and the hash of the event before it, in hexadecimal."""
    body = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


class Fault(StrEnum):
    ALTERED = "altered"  # a row no longer matches its own hash
    MISSING = "missing"  # a number is skipped, or the log ends before its head
    UNCHAINED = "unchained"  # a row does not follow from the one before it, or stands behind the head


@dataclass(frozen=True, slots=True)
class Link:
    """One event as the chain sees it."""

    sequence: int
    previous: str
    hash: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ChainFault:
    sequence: int
    fault: Fault


def chain_faults(links: Iterable[Link], *, head_sequence: int, head_hash: str) -> list[ChainFault]:
    """Every place at which the chain does not hold, in order; empty when the trail is whole.

    A chain cannot see that its own tail and its head were cut together: that needs a copy of the head elsewhere.
    """
    faults: list[ChainFault] = []
    expected, previous = 1, GENESIS
    for link in links:
        if link.sequence != expected:
            faults.append(ChainFault(expected, Fault.MISSING))
        elif link.previous != previous:
            faults.append(ChainFault(link.sequence, Fault.UNCHAINED))
        if event_hash(link.previous, link.fields) != link.hash:
            faults.append(ChainFault(link.sequence, Fault.ALTERED))
        expected, previous = link.sequence + 1, link.hash
    if expected - 1 < head_sequence:
        faults.append(ChainFault(expected, Fault.MISSING))
    elif previous != head_hash:
        faults.append(ChainFault(expected - 1, Fault.UNCHAINED))
    return faults


#: How long to wait after each failed try. The first waits are short: somebody may be sitting before a code's form.
WAITS = (
    dt.timedelta(seconds=10),
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=8),
)

#: A claim older than this belongs to a worker that is no more.
CLAIM_LASTS = dt.timedelta(minutes=5)


def wait_after(tries: int) -> dt.timedelta | None:
    """How long to wait after that many failed tries; None when there will be no other."""
    if tries < 1:
        raise ValueError("nothing was tried")
    return WAITS[tries - 1] if tries <= len(WAITS) else None
