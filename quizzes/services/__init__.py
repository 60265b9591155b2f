"""The acts of taking an assessment (start, answer, decide, submit) and of putting one right."""

from quizzes.services.answering import record_response
from quizzes.services.closing import submit_attempt
from quizzes.services.corrections import (
    answer_challenge,
    approve_adjustment,
    challenge_item,
    propose_adjustment,
    withdraw_adjustment,
)
from quizzes.services.deciding import take_choice
from quizzes.services.refusals import (
    AlreadyAdjusted,
    AlreadyAnswered,
    AlreadyApproved,
    AlreadyDecided,
    AttemptClosed,
    AttemptOpen,
    CannotAdjust,
    CannotStart,
    EnrollmentEnded,
    NotAnAuthor,
    OwnChallenge,
    OwnProposal,
    PreviewMoved,
    ProposalWithdrawn,
    ResponseConflict,
    UnknownAssessment,
    UnknownItem,
    WordsDoNotFit,
)
from quizzes.services.starting import start_attempt

__all__ = [
    "AlreadyAdjusted",
    "AlreadyAnswered",
    "AlreadyApproved",
    "AlreadyDecided",
    "AttemptClosed",
    "AttemptOpen",
    "CannotAdjust",
    "CannotStart",
    "EnrollmentEnded",
    "NotAnAuthor",
    "OwnChallenge",
    "OwnProposal",
    "PreviewMoved",
    "ProposalWithdrawn",
    "ResponseConflict",
    "UnknownAssessment",
    "UnknownItem",
    "WordsDoNotFit",
    "answer_challenge",
    "approve_adjustment",
    "challenge_item",
    "propose_adjustment",
    "record_response",
    "start_attempt",
    "submit_attempt",
    "take_choice",
    "withdraw_adjustment",
]
