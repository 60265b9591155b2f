"""How many examples a property that costs much is tried with."""

import os

#: How many times as many examples are tried: `make explore` sets it, and tries other ones each time.
EXPLORE = int(os.environ.get("EXPLORE", "1"))


def examples(number: int) -> int:
    """The number for every day, where each example costs a database or a course; many times it when exploring."""
    return number * EXPLORE
