"""A course whose quiz has a time limit and a wait after an attempt that fails, and the clock to take it by."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar
from unittest import mock

import time_machine
from django.utils import timezone

from courses.models import CourseVersion
from tests.enrollments.documents import document, lesson, publish, quiz

NOW = dt.datetime(2026, 11, 23, 16, 10, tzinfo=dt.UTC)  # 9:10 in the morning in Denver
MINUTES = 30
END = NOW + dt.timedelta(minutes=MINUTES)
GRACE = dt.timedelta(seconds=10)
TICK = dt.timedelta(microseconds=1)


def items(*keys: str) -> list[dict[str, object]]:
    return [
        {
            "key": key,
            "kind": "single_best_answer",
            "objectives": ["ask"],
            "cognitive": "recall",
            "stem": f"The stem of {key}.",
            "lead_in": "Which?",
            "options": [
                {"key": "a", "text": "This.", "correct": True, "rationale": "Because."},
                {"key": "b", "text": "That.", "rationale": "Because not."},
            ],
        }
        for key in keys
    ]


def timed_course(slug: str = "timed", **limits: object) -> CourseVersion:
    """A lesson and a post-test of two questions that must be passed: 30 minutes, two attempts, 24 hours between."""
    names: dict[str, object] = {
        "kind": "summative",
        "pass_percent": 100,
        "max_attempts": 2,
        "time_limit_minutes": MINUTES,
        "cool_down_hours": 24,
        "shuffle": False,
        "release": "after_pass_or_last_attempt",
        "items": items("one", "two"),
    }
    chosen = {name: value for name, value in (names | limits).items() if value is not None}
    made = document([lesson("read")], [quiz("post-test", 20, **chosen)], ["post-test"], ["read", "post-test"])
    return publish(made, slug)


T = TypeVar("T")
_own = threading.local()


@contextmanager
def own_clocks() -> Iterator[None]:
    """Inside, an act made by `standing_at` has a clock of its own, as each server has. All others keep theirs."""
    of_all = timezone.now
    with mock.patch.object(timezone, "now", side_effect=lambda: getattr(_own, "instant", None) or of_all()):
        yield


def standing_at(instant: dt.datetime, act: Callable[[], T]) -> Callable[[], T]:
    """The act in a thread that stands at that instant, whatever the others' clocks say."""

    def run() -> T:
        _own.instant = instant
        return act()

    return run


def at(instant: dt.datetime) -> AbstractContextManager[object]:
    """Stand at that instant."""
    return time_machine.travel(instant, tick=False)
