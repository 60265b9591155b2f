"""What a reason may be that the audit trail keeps."""

from enum import StrEnum
from typing import Final

from accounts.rules.words import hidden_characters

LONGEST_REASON: Final = 200


class ReasonFault(StrEnum):
    MISSING = "missing"
    TOO_LONG = "too-long"
    HIDDEN = "hidden"  # a line's end, or a character that is not seen
    ADDRESS = "address"  # the trail holds no addresses


def reason_fault(reason: str) -> ReasonFault | None:
    """What is wrong with a reason; None when it may be kept."""
    if not reason.strip():
        return ReasonFault.MISSING
    if len(reason) > LONGEST_REASON:
        return ReasonFault.TOO_LONG
    if hidden_characters(reason):
        return ReasonFault.HIDDEN
    return ReasonFault.ADDRESS if "@" in reason else None
