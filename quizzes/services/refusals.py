"""What the acts refuse, each with the values that a page needs to say so."""

import datetime as dt

from quizzes.models import Adjustment, ClosedBecause, ItemChallenge, Response, Step
from quizzes.queries import AssessmentState, Preview
from quizzes.rules import NotAdjustable, Refusal


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


# --- corrections


class AttemptOpen(Exception):
    """The attempt is not submitted; an item of it is challenged afterwards."""


class WordsDoNotFit(Exception):
    """What was written is empty, or longer than the column takes."""


class NotAnAuthor(Exception):
    """The person is neither author nor owner of the organization that provides the course."""


class AlreadyChallenged(Exception):
    """The learner challenged the item before, in other words; `challenge` is what stands."""

    def __init__(self, challenge: ItemChallenge) -> None:
        super().__init__(challenge.public_id)
        self.challenge = challenge


class OwnChallenge(Exception):
    """Nobody answers her own challenge."""


class ChallengeAnswered(Exception):
    """The challenge was answered before, with other words."""

    def __init__(self, challenge: ItemChallenge) -> None:
        super().__init__(challenge.public_id)
        self.challenge = challenge


class CannotAdjust(Exception):
    """The remedy does not fit the item, and why."""

    def __init__(self, because: NotAdjustable) -> None:
        super().__init__(because)
        self.because = because


class AlreadyAdjusted(Exception):
    """The same remedy of this item was proposed before, or is in force."""

    def __init__(self, adjustment: Adjustment) -> None:
        super().__init__(adjustment.public_id)
        self.adjustment = adjustment


class OwnProposal(Exception):
    """Nobody approves her own proposal."""


class OwnPass(Exception):
    """Nobody approves what gives herself a pass."""


class AlreadyApproved(Exception):
    """The adjustment is in force; scores rest on it, and it is not withdrawn."""


class ProposalWithdrawn(Exception):
    """The proposal was withdrawn; another one can be made."""


class PreviewMoved(Exception):
    """What the adjustment would change is not what was looked at; `preview` is how it is now."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.digest)
        self.preview = preview
