"""What became known after an instant about the days before it: pure. A report says so, and keeps its numbers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from training.rules.days import local_day
from training.rules.facts import Facts, Proof


class LaterKind(StrEnum):
    EXTENSION = "extension"
    WAIVER = "waiver"
    WAIVER_ENDED = "waiver_ended"
    EVIDENCE = "evidence"
    STATEMENT = "statement"
    ACKNOWLEDGEMENT = "acknowledgement"
    WITHDRAWN = "withdrawn"
    SHARED = "shared"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Later:
    """One fact that was not known then, and since when it is."""

    kind: LaterKind
    known_at: dt.datetime


def later_facts(facts: Facts, on: dt.datetime, now: dt.datetime) -> tuple[Later, ...]:
    """The facts that became known between the two instants and concern the days until the first, in their order.

    What was done after it is no later knowledge of it, and is not told.
    """
    found = (each for each in _all(facts, local_day(on, facts.zone)) if on < each.known_at <= now)
    return tuple(sorted(found, key=lambda each: (each.known_at, each.kind)))


def _all(facts: Facts, day: dt.date) -> Iterator[Later]:
    yield from (Later(LaterKind.EXTENSION, each.known_at) for each in facts.extensions)
    for waiver in facts.waivers:
        yield Later(LaterKind.WAIVER, waiver.known_at)
        if waiver.ended_at is not None:
            yield Later(LaterKind.WAIVER_ENDED, waiver.ended_at)
    for proof in facts.proofs:
        yield from _of_proof(proof, day)
    for completion in facts.completions:
        if local_day(completion.completed_at, facts.zone) > day:
            continue
        if completion.shared_at is not None:
            yield Later(LaterKind.SHARED, completion.shared_at)
        if completion.revoked_at is not None:
            yield Later(LaterKind.REVOKED, completion.revoked_at)


def _of_proof(proof: Proof, day: dt.date) -> Iterator[Later]:
    if proof.done_on > day:
        return
    yield Later(LaterKind(proof.kind.value), proof.known_at)
    if proof.ended_at is not None:
        yield Later(LaterKind.WITHDRAWN, proof.ended_at)
