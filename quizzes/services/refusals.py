"""What the acts refuse, each with the values that a page needs to say so."""

import datetime as dt

from quizzes.models import ClosedBecause, Response, Step
from quizzes.queries import AssessmentState
from quizzes.rules import Refusal


class UnknownAssessment(Exception):
    """The version has no quiz or scenario with that key."""


class EnrollmentEnded(Exception):
    """The enrollment was closed; a retake is a new enrollment."""


class CannotStart(Exception):
    """Another attempt may not begin, and why."""

    def __init__(self, refusal: Refusal, state: AssessmentState) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.state = state

    @property
    def until(self) -> dt.datetime | None:
        """When the wait after a failed attempt is over."""
        return self.state.next_at


class UnknownItem(Exception):
    """The attempt has no such item, or the item no such option."""


class AttemptClosed(Exception):
    """The attempt was submitted, or its time is over; what was saved until then counts."""

    def __init__(self, because: ClosedBecause = ClosedBecause.SUBMITTED) -> None:
        super().__init__(because)
        self.because = because


class ResponseConflict(Exception):
    """Another window saved an answer to this item after this page was shown."""

    def __init__(self, newest: Response) -> None:
        super().__init__(newest.item_key)
        self.newest = newest


class AlreadyDecided(Exception):
    """This decision was taken before, differently. Decisions are final."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.choice_key)
        self.step = step
