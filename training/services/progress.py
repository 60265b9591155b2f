"""Noting how far a worker is with a rule, for `queries.progress`."""

from typing import Final

from django.core.cache import cache

from training.queries.progress import progress_name

#: Seconds after which nobody is told any more of work that has stood still: its worker died, and another began anew.
LASTS: Final = 3600


def note_progress(rule: int, done: int, total: int) -> None:
    cache.set(progress_name(rule), (done, total), LASTS)


def end_progress(rule: int) -> None:
    cache.delete(progress_name(rule))
