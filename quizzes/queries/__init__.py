"""What pages and gates ask of attempts."""

from quizzes.queries.accommodations import (
    accommodation_in_force,
    accommodations_of,
    arranged_by,
    arranged_for,
    open_requests,
    requests_by,
    requests_to,
)
from quizzes.queries.corrections import (
    NOTHING,
    AttemptCorrections,
    ItemFigures,
    Preview,
    Rescored,
    corrections_in_force,
    corrections_of,
    held_corrections,
    item_figures,
    preview_adjustment,
    unscored_attempts,
)
from quizzes.queries.earlier import seen_and_missed
from quizzes.queries.paths import Path, best_path, path
from quizzes.queries.sittings import Sitting, attempt_of, newest_responses, sitting
from quizzes.queries.state import (
    AssessmentState,
    assessment_state,
    assessment_states,
    attempts_of,
    is_released_for,
    passed_assessments,
    practice_refusal,
    states_from,
)

__all__ = [
    "NOTHING",
    "AssessmentState",
    "AttemptCorrections",
    "ItemFigures",
    "Path",
    "Preview",
    "Rescored",
    "Sitting",
    "accommodation_in_force",
    "accommodations_of",
    "arranged_by",
    "arranged_for",
    "assessment_state",
    "assessment_states",
    "attempt_of",
    "attempts_of",
    "best_path",
    "corrections_in_force",
    "corrections_of",
    "held_corrections",
    "is_released_for",
    "item_figures",
    "newest_responses",
    "open_requests",
    "passed_assessments",
    "path",
    "practice_refusal",
    "preview_adjustment",
    "requests_by",
    "requests_to",
    "seen_and_missed",
    "sitting",
    "states_from",
    "unscored_attempts",
]
