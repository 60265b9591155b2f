"""What pages and gates ask of attempts."""

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
    "AssessmentState",
    "Path",
    "Sitting",
    "assessment_state",
    "assessment_states",
    "attempt_of",
    "attempts_of",
    "best_path",
    "is_released_for",
    "newest_responses",
    "passed_assessments",
    "path",
    "practice_refusal",
    "sitting",
    "states_from",
]
