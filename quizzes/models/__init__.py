"""Attempts and what was answered, what is arranged for a learner, and what is put right afterwards."""

from quizzes.models.accommodations import Accommodation, AccommodationRequest
from quizzes.models.attempts import (
    AssessmentKind,
    Attempt,
    ClosedBecause,
    Confidence,
    Response,
    Step,
)
from quizzes.models.corrections import (
    Adjustment,
    AdjustmentKind,
    AdjustmentQuerySet,
    ChallengeOutcome,
    ItemChallenge,
    ScoreChange,
)

__all__ = [
    "Accommodation",
    "AccommodationRequest",
    "Adjustment",
    "AdjustmentKind",
    "AdjustmentQuerySet",
    "AssessmentKind",
    "Attempt",
    "ChallengeOutcome",
    "ClosedBecause",
    "Confidence",
    "ItemChallenge",
    "Response",
    "ScoreChange",
    "Step",
]
