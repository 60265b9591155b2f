"""The acts of taking an assessment: start, answer, decide, submit; and what is arranged for one learner."""

from quizzes.services.accommodations import (
    AlreadyAnswered,
    AlreadyAsked,
    Granted,
    OwnAccommodation,
    Reopening,
    UnfitTerms,
    ask_for_accommodation,
    decline_request,
    end_accommodation,
    grant_accommodation,
)
from quizzes.services.answering import record_response
from quizzes.services.closing import close_overdue, submit_attempt
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
    "AlreadyAnswered",
    "AlreadyAsked",
    "AlreadyDecided",
    "AttemptClosed",
    "CannotStart",
    "EnrollmentEnded",
    "Granted",
    "OwnAccommodation",
    "Reopening",
    "ResponseConflict",
    "UnfitTerms",
    "UnknownAssessment",
    "UnknownItem",
    "ask_for_accommodation",
    "close_overdue",
    "decline_request",
    "end_accommodation",
    "grant_accommodation",
    "record_response",
    "start_attempt",
    "start_practice",
    "submit_attempt",
    "take_choice",
]
