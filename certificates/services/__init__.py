"""Feedback, attestation, completion, attempts that ran out of time, and what becomes of certificates. Nothing is ever issued unsigned."""

from certificates.services.refusals import (
    AnswersDoNotFit,
    CannotIssue,
    GatesNotMet,
    NoReason,
    NotAsked,
    Revoked,
    WaitingBecause,
)
from certificates.services.settling import (
    Settlement,
    attest,
    close_overdue_attempts,
    give_evaluation,
    settle,
    waiting_because,
)
from certificates.services.signing_keys import (
    mark_key_compromised,
    publish_key,
    retire_key,
)
from certificates.services.withdrawing import (
    revoke_certificate,
    supersede_certificate,
)

__all__ = [
    "AnswersDoNotFit",
    "CannotIssue",
    "GatesNotMet",
    "NoReason",
    "NotAsked",
    "Revoked",
    "Settlement",
    "WaitingBecause",
    "attest",
    "close_overdue_attempts",
    "give_evaluation",
    "mark_key_compromised",
    "publish_key",
    "retire_key",
    "revoke_certificate",
    "settle",
    "supersede_certificate",
    "waiting_because",
]
