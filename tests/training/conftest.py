"""The day on which training is tested, and the course that is asked for."""

from collections.abc import Iterator

import pytest
import time_machine

from courses.models import Course
from tests.conftest import Clinic
from tests.training import build
from tests.training.build import NOW


@pytest.fixture
def on_a_day() -> Iterator[time_machine.Traveller]:
    """The clock stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return build.course(clinic.organization)
