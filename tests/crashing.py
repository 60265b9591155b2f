"""A process that ends at any statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from django.db import connection


class Killed(BaseException):
    """Like a kill: nothing catches it, and the transaction it falls into is gone."""


@contextmanager
def killed_at(statement: int) -> Iterator[None]:
    """The process ends before its n-th statement."""
    numbers = count(1)

    def wrapper(execute: Callable[..., Any], *given: Any) -> Any:
        if next(numbers) == statement:
            raise Killed
        return execute(*given)

    with connection.execute_wrapper(wrapper):
        yield
