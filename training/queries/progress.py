"""How far a worker is with a rule that reaches many people.

It is told to whoever looks, and nothing depends on it: it is kept in the cache and goes with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Progress:
    """So many people of so many."""

    done: int
    total: int


def progress_of(rules: Iterable[int]) -> dict[int, Progress]:
    """The rules that are being carried out, by their ids."""
    names = {progress_name(rule): rule for rule in rules}
    return {names[name]: Progress(*found) for name, found in cache.get_many(names).items()}


def progress_name(rule: int) -> str:
    """Under which name the cache keeps it."""
    return f"rule-progress:{rule}"
