"""How long a session lasts in which nothing is asked."""

import datetime as dt
from typing import Final

#: So much later than promised a session may end, so that it is written once in so long and not at every request.
LONGEST_SLACK: Final = dt.timedelta(minutes=5)


def slack(idle: dt.timedelta) -> dt.timedelta:
    """A twelfth of the limit, and five minutes at most."""
    return min(idle / 12, LONGEST_SLACK)


def lasts_until(*, now: dt.datetime, idle: dt.timedelta, latest: dt.datetime) -> dt.datetime:
    """When a session ends unless something is asked in it: never before `idle` has passed, and never after `latest`."""
    return min(now + idle + slack(idle), latest)


def is_written(*, until: dt.datetime, stored: dt.datetime, idle: dt.timedelta) -> bool:
    """Whether the new end is worth writing: one that moved by less than the slack is not."""
    return abs(until - stored) >= slack(idle)
