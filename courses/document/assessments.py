"""What the two kinds of assessment, quiz and scenario, have in common."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field


class AssessmentKind(StrEnum):
    FORMATIVE = "formative"
    SUMMATIVE = "summative"


class Release(StrEnum):
    """When the learner may see which options are correct, and why."""

    NEVER = "never"
    AFTER_EACH_CHOICE = "after_each_choice"  # scenarios only
    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS_OR_LAST_ATTEMPT = "after_pass_or_last_attempt"  # noqa: S105 - no password


Hours = Annotated[int, Field(ge=1, le=8760, strict=True)]
