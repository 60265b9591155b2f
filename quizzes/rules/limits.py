"""What bounds attempts: how many there are, how long one lasts, when the next may begin, and what was arranged."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Self

from courses.document import Assessment, Quiz

#: The most that can be arranged.
MOST_EXTRA_TIME: Final = 400  # percent
MOST_EXTRA_ATTEMPTS: Final = 20

#: What the way to the server may cost: what arrives this long after the end still counts.
GRACE: Final = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the author set; None is no limit."""

    attempts: int | None = None
    minutes: int | None = None
    cool_down_hours: int | None = None

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        minutes = assessment.time_limit_minutes if isinstance(assessment, Quiz) else None
        return cls(assessment.max_attempts, minutes, assessment.cool_down_hours)


@dataclass(frozen=True, slots=True)
class Arranged:
    """What was arranged for one learner in one course."""

    extra_time_percent: int = 0
    no_time_limit: bool = False
    extra_attempts: int = 0

    @property
    def is_fit(self) -> bool:
        """Whether it arranges something, and no more than can be arranged."""
        if not (0 <= self.extra_time_percent <= MOST_EXTRA_TIME and 0 <= self.extra_attempts <= MOST_EXTRA_ATTEMPTS):
            return False
        return self.no_time_limit or self.extra_time_percent > 0 or self.extra_attempts > 0


NOTHING_ARRANGED: Final = Arranged()


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one learner: the author's limits with what was arranged."""

    attempts: int | None
    seconds: int | None
    cool_down: dt.timedelta

    @property
    def minutes(self) -> int | None:
        return None if self.seconds is None else self.seconds // 60


def terms_for(limits: Limits, arranged: Arranged = NOTHING_ARRANGED) -> Terms:
    """The terms of a learner. Time is in whole minutes, rounded up, so that the number told is the one that decides."""
    attempts = None if limits.attempts is None else limits.attempts + arranged.extra_attempts
    seconds = None
    if limits.minutes is not None and not arranged.no_time_limit:
        seconds = 60 * -(-limits.minutes * (100 + arranged.extra_time_percent) // 100)
    return Terms(attempts, seconds, dt.timedelta(hours=limits.cool_down_hours or 0))


def effective_end(started_at: dt.datetime, seconds: int | None) -> dt.datetime | None:
    """When the time of an attempt is over; None without a limit."""
    return None if seconds is None else started_at + dt.timedelta(seconds=seconds)


def next_start(failed_at: dt.datetime, terms: Terms) -> dt.datetime:
    """The first instant at which an attempt may follow one that ended so without a pass."""
    return failed_at + terms.cool_down


def is_late(deadline: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether the time was over at that instant. On the stroke it is not."""
    return deadline is not None and at > deadline


def is_shut(deadline: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether the grace was over too, so that nothing is accepted any more."""
    return deadline is not None and at > deadline + GRACE


def seconds_left(deadline: dt.datetime, at: dt.datetime) -> int:
    """Whole seconds until the time is over, never more than there are; 0 when it is over."""
    return max((deadline - at) // dt.timedelta(seconds=1), 0)
