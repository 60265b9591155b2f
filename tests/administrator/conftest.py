import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine

from accounts.models import User
from courses.models import Course
from tests.conftest import Clinic
from tests.training import build
from tests.training.build import NOW, seat_of
from training.models import Obligation


@pytest.fixture(autouse=True)
def on_a_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return build.course(clinic.organization)


@dataclass(frozen=True)
class Owed:
    ana: Obligation
    cody: Obligation


@pytest.fixture
def owed(course: Course, ana: User, cody: User) -> Owed:
    """ana of the crisis team is ten days overdue; cody of the front desk is done."""
    at = dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC)
    build.enrollment(cody, course, at, at)
    owed = Owed(
        build.obligation(seat_of(ana), course, dt.date(2026, 11, 12)),
        build.obligation(seat_of(cody), course, dt.date(2026, 11, 12)),
    )
    build.count()
    return owed
