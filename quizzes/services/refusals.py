"""What the acts refuse, each with the values that a page needs to say so."""

from quizzes.models import Response, Step
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


class UnknownItem(Exception):
    """The attempt has no such item, or the item no such option."""


class AttemptClosed(Exception):
    """The attempt was submitted; what was answered until then was counted."""


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
