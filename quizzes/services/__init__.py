"""The acts of taking an assessment: start, answer, decide, submit."""

from quizzes.services.answering import record_response
from quizzes.services.closing import submit_attempt
from quizzes.services.deciding import take_choice
from quizzes.services.practicing import start_practice
from quizzes.services.refusals import (
    AlreadyDecided,
    AttemptClosed,
    CannotStart,
    EnrollmentEnded,
    ResponseConflict,
    UnknownAssessment,
    UnknownItem,
)
from quizzes.services.starting import start_attempt

__all__ = [
    "AlreadyDecided",
    "AttemptClosed",
    "CannotStart",
    "EnrollmentEnded",
    "ResponseConflict",
    "UnknownAssessment",
    "UnknownItem",
    "record_response",
    "start_attempt",
    "start_practice",
    "submit_attempt",
    "take_choice",
]
