"""What the acts refuse, each with the values that a page needs to say so."""

from enum import StrEnum

from certificates.rules import Gate


class NotAsked(Exception):
    """The course has no feedback form."""


class AnswersDoNotFit(Exception):
    """Answers are missing, or are not of the shape that the form asks; `names` says which."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(sorted(names))
        self.names = names


class GatesNotMet(Exception):
    """Something else comes first; `missing` says what."""

    def __init__(self, missing: tuple[Gate, ...]) -> None:
        super().__init__(missing)
        self.missing = missing


class NoReason(Exception):
    """A certificate changes its status for a reason that everybody may read, or not at all."""


class Revoked(Exception):
    """A revoked certificate is not replaced."""


class CannotIssue(Exception):
    """No certificate can be made now, and `because` says why. Nothing was changed."""

    def __init__(self, because: "WaitingBecause") -> None:
        super().__init__(because)
        self.because = because


class WaitingBecause(StrEnum):
    """Why a completion has no certificate yet."""

    NO_KEY = "no-key"
    NO_NAME = "no-name"
    NAME_CANNOT_BE_PRINTED = "name-cannot-be-printed"
    SHEET_CANNOT_BE_PRINTED = "sheet-cannot-be-printed"  # the title, a license: something beside the name
