"""What meets an obligation: completions and proofs, part by part: pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from training.rules.days import day_start, local_day
from training.rules.facts import Asked, Completion, Facts, Match, Part, PartKind, Proof, ProofKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """When a part, or the whole, was met, and by what. A day's proof counts from the first instant of the day."""

    at: dt.datetime
    on: dt.date
    completion: Completion | None = None
    proof: Proof | None = None

    @property
    def told_on(self) -> dt.date:
        """The day as people are told: of a course the learner's own, as her certificate has it; `on` decides."""
        own = self.completion.completed_on if self.completion else None
        return own or self.on

    @property
    def expires_on(self) -> dt.date | None:
        return self.proof.expires_on if self.proof else None


def asked_of(facts: Facts, on: dt.datetime, opens_on: dt.date | None = None) -> Asked:
    """The version of the requirement that holds: the newest when it was assigned, or a later one made for open ones.

    What was met before such a version was published stays met: it was not open any more.
    """
    versions = sorted(facts.asked, key=lambda each: each.known_at)
    holding = versions[0]
    for version in versions[1:]:
        if version.known_at <= facts.assigned_at or (
            version.holds_for_open and version.known_at <= on and not _is_met(holding, facts, opens_on, version)
        ):
            holding = version
    return holding


def _is_met(asked: Asked, facts: Facts, opens_on: dt.date | None, before: Asked) -> bool:
    """Whether it was met by an earlier version when the later one was published."""
    known_at = before.known_at
    met = _met_by(asked, facts, opens_on, known_at)
    return met is not None and met.at <= known_at


def met_by(facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> Met | None:
    """What meets the obligation as far as was known at that instant, or None.

    Any: the first part that is met; all: the last one of them, when every one is. A statement meets it as a whole.
    """
    return _met_by(asked_of(facts, on, opens_on), facts, opens_on, on)


def _met_by(asked: Asked, facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> Met | None:
    stated = _first(_proofs(facts, None, ProofKind.STATEMENT, opens_on, on))
    by_parts = _by_parts(asked, facts, opens_on, on)
    return min((met for met in (stated, by_parts) if met is not None), key=lambda met: met.at, default=None)


def parts_met(facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> dict[int, Met | None]:
    """What met each part of the version that holds, by the part's id."""
    return {part.id: _part_met(part, facts, opens_on, on) for part in asked_of(facts, on, opens_on).parts}


def counts(completion: Completion, facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> bool:
    """Whether the completion counts as far as was known at `on`.

    It counts when it was begun on or after the day the person started here and completed before she left, or when
    she has shared it with this employer; not before the obligation opens, nor once its certificate is revoked.
    """
    if completion.completed_at > on or (completion.revoked_at is not None and completion.revoked_at <= on):
        return False
    if opens_on is not None and local_day(completion.completed_at, facts.zone) < opens_on:
        return False
    if completion.shared_at is not None and completion.shared_at <= on:
        return True
    if facts.ended_on is not None and local_day(completion.completed_at, facts.zone) >= facts.ended_on:
        return False
    return local_day(completion.started_at, facts.zone) >= facts.started_on


def _by_parts(asked: Asked, facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> Met | None:
    found = [_part_met(part, facts, opens_on, on) for part in asked.parts]
    met = [each for each in found if each is not None]
    if asked.match is Match.ANY:
        return min(met, key=lambda each: each.at, default=None)
    return max(met, key=lambda each: each.at) if met and len(met) == len(found) else None


def _part_met(part: Part, facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> Met | None:
    if part.kind is PartKind.COURSE:
        return _first(_completions(facts, part, opens_on, on))
    kind = ProofKind.EVIDENCE if part.kind is PartKind.EVIDENCE else ProofKind.ACKNOWLEDGEMENT
    return _first(_proofs(facts, part, kind, opens_on, on))


def _completions(facts: Facts, part: Part, opens_on: dt.date | None, on: dt.datetime) -> Iterator[Met]:
    for completion in facts.completions:
        if completion.course in part.courses and counts(completion, facts, opens_on, on):
            day = local_day(completion.completed_at, facts.zone)
            yield Met(at=completion.completed_at, on=day, completion=completion)


def _proofs(
    facts: Facts, part: Part | None, kind: ProofKind, opens_on: dt.date | None, on: dt.datetime
) -> Iterator[Met]:
    for proof in facts.proofs:
        if proof.kind is not kind or (part is not None and proof.part != part.id):
            continue
        if _proof_counts(proof, facts, opens_on, on):
            yield Met(at=day_start(proof.done_on, facts.zone), on=proof.done_on, proof=proof)


def _proof_counts(proof: Proof, facts: Facts, opens_on: dt.date | None, on: dt.datetime) -> bool:
    """Whether it counts as far as was known at `on`: not before the obligation opens, nor expired when it was assigned."""
    is_known = proof.known_at <= on and (proof.ended_at is None or proof.ended_at > on)
    if not is_known or (opens_on is not None and proof.done_on < opens_on):
        return False
    return proof.expires_on is None or proof.expires_on > local_day(facts.assigned_at, facts.zone)


def _first(found: Iterator[Met]) -> Met | None:
    return min(found, key=lambda met: met.at, default=None)
