"""Acts that lose a race are tried again, and not for ever."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError

from audit.races import TRIES, tried_again


def losing(times: int) -> Iterator[int]:
    """Numbers the tries, and loses the first ones of them."""
    for number in range(1, times + 1):
        yield -number
    yield times + 1


def act_of(tries: Iterator[int]) -> int:
    number = next(tries)
    if number < 0:
        raise IntegrityError(-number)
    return number


@pytest.mark.parametrize("lost", range(TRIES))
def test_lost_race_is_run_again(lost: int) -> None:
    tries = losing(lost)

    assert tried_again(lambda: act_of(tries)) == lost + 1


def test_act_that_always_loses_is_given_up_with_its_last_error() -> None:
    tries = losing(TRIES + 1)

    with pytest.raises(IntegrityError, match=rf"^{TRIES}$"):
        tried_again(lambda: act_of(tries))


def test_other_refusals_are_not_tried_again() -> None:
    tries = iter([1, 2])

    def act() -> None:
        raise LookupError(next(tries))

    with pytest.raises(LookupError, match=r"^1$"):
        tried_again(act)
    assert next(tries) == 2
