"""Acts that write for several obligations wait for each other in one order, and none waits for good."""

import datetime as dt
import time
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership, User
from audit.queries import chains, faults_of
from courses.models import Course
from tests.conftest import Clinic
from tests.racing import race
from tests.training import build, ruling
from tests.training.build import seat_of
from training.models import Acknowledgement, Obligation, ObligationSource, Preview, Requirement
from training.rules.assignment import Anchor, Order
from training.rules.sheet import sheet_of
from training.services import (
    NotAskedNow,
    NotPossible,
    RulePreviewMoved,
    acknowledge_policy,
    acting,
    asking,
    assign_course,
    extend_obligation,
    matrix,
    preview_retirement,
    release_obligation,
    retire_rule,
)
from training.services import ruling as ruling_services

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite runs one writer at a time"),
]


@pytest.fixture
def courses(clinic: Clinic) -> list[Course]:
    return [build.course(clinic.organization, slug, title) for slug, title in (("one", "First"), ("two", "Second"))]


@pytest.fixture
def asked(clinic: Clinic, courses: list[Course], omar: User, ana: User) -> list[Requirement]:
    Membership.objects.filter(user=ana).update(job_title="Nurse")
    return [
        ruling.requirement(clinic.organization, course, omar, title=title)
        for course, title in zip(courses, ("First", "Second"), strict=True)
    ]


def somebody_waits() -> None:
    """Come back when a statement of another connection waits for a lock."""
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees what it saw first
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            [waiting] = cursor.fetchone()
        if waiting:
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


class Held:
    """A service's `record` that lets another act begin, and goes on when that one waits."""

    def __init__(self, record: Callable[..., Any]) -> None:
        self.record, self.reached, self.was_held = record, Event(), False

    def __call__(self, *given: Any, **more: Any) -> Any:
        if not self.was_held:
            self.was_held = True
            self.reached.set()
            somebody_waits()
        return self.record(*given, **more)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Held]:
    def hold(module: Any) -> Held:
        made = Held(module.record)
        monkeypatch.setattr(module, "record", made)
        return made

    return hold


def after(reached: Event, act: Callable[[], Any]) -> Callable[[], Any]:
    def later() -> Any:
        assert reached.wait(timeout=20)
        return act()

    return later


def pasted(clinic: Clinic, cells: str, by: User) -> Preview:
    return matrix.preview_matrix(
        organization=clinic.organization,
        sheet=sheet_of(f"\tFirst\tSecond\nNurse\t{cells}"),
        order=Order(anchor=Anchor.ASSIGNED, offset_days=30),
        by=by,
    )


def whole() -> bool:
    return not [name for chain in chains() if (name := faults_of(chain))]


def test_matrix_of_two_rules_and_an_assignment_by_hand(
    clinic: Clinic, asked: list[Requirement], courses: list[Course], ana: User, omar: User, held: Any
) -> None:
    """By hand the second course is asked, and the chain's turn is next; the matrix asks for both."""
    made, by_hand = pasted(clinic, "X\tX", omar), held(asking)
    due_on = dt.date(2099, 1, 1)

    assigned, applied = race(
        lambda: assign_course(
            organization=clinic.organization, course=courses[1], memberships=[seat_of(ana)], due_on=due_on, by=omar
        ),
        after(by_hand.reached, lambda: matrix.apply_matrix(preview=made, by=omar)),
    )

    assert [seat.name for seat in assigned.new] == ["Ana Reyes"]
    assert isinstance(applied, RulePreviewMoved)  # what it would do is another thing by now, so nothing was done
    assert Obligation.objects.count() == 1
    assert whole()


def test_matrix_that_ends_two_rules_and_more_time_for_one(
    clinic: Clinic, asked: list[Requirement], ana: User, omar: User, held: Any
) -> None:
    """The matrix holds the turn of both requirements when somebody acts upon what the second one asks."""
    matrix.apply_matrix(preview=pasted(clinic, "X\tX", omar), by=omar)
    made, ending = pasted(clinic, "\t", omar), held(ruling_services)
    second = Obligation.objects.get(requirement=asked[1])

    applied, extended = race(
        lambda: matrix.apply_matrix(preview=made, by=omar),
        after(ending.reached, lambda: extend_obligation(obligation=second, days=7, reason="Short of staff", by=omar)),
    )

    assert applied == 2
    assert isinstance(extended, NotPossible)  # nobody asks for it any more
    assert Obligation.objects.filter(released_at__isnull=False).count() == 2
    assert whole()


def test_rule_that_ends_and_more_time(asked: list[Requirement], ana: User, omar: User, held: Any) -> None:
    rule = ruling.publish(asked[0], omar, ruling.text({"kind": "title", "title": "Nurse"})).rule
    made, ending = preview_retirement(rule=rule, by=omar), held(ruling_services)
    owed = Obligation.objects.get()

    retired, extended = race(
        lambda: retire_rule(preview=made, by=omar),
        after(ending.reached, lambda: extend_obligation(obligation=owed, days=7, reason="Short of staff", by=omar)),
    )

    assert retired == rule
    assert isinstance(extended, NotPossible)
    assert whole()


def test_policy_acknowledged_while_it_is_released(clinic: Clinic, ana: User, omar: User, held: Any) -> None:
    """The release holds the obligation, so the acknowledgement reads the facts after it."""
    asked = build.requirement(clinic.organization, policy="Doors stay open.")
    owed = build.owes(seat_of(ana), asked, dt.date(2099, 1, 1))
    part = asked.versions.get().parts.get()
    ending = held(acting)

    released, acknowledged = race(
        lambda: release_obligation(obligation=owed, by=omar),
        after(ending.reached, lambda: acknowledge_policy(obligation=owed, part=part, by=ana)),
    )

    assert ObligationSource.objects.get(pk=released.pk).ended_at is not None
    assert isinstance(acknowledged, NotAskedNow)
    assert Acknowledgement.objects.count() == 0
    assert whole()
