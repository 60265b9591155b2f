"""Acts that lose a race: tried again, so that they meet what the winner wrote."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError

Done = TypeVar("Done")

#: Each retry reads what the winner of a race wrote; the third time there is no race.
TRIES: Final = 3


def tried_again(act: Callable[[], Done]) -> Done:
    """Do `act`, which is a transaction of its own, and do it again when a unique key refused what it wrote.

    Call it outside of any transaction: PostgreSQL answers nothing more in one that a key has broken. Raises the
    IntegrityError of the last try, and whatever else `act` raises at once.
    """
    for _ in range(TRIES - 1):
        try:
            return act()
        except IntegrityError:
            continue
    return act()
