"""Migrations over rows that are there: an empty table proves nothing."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from audit.services import SYSTEM
from tests.training.build import NOW, UTC
from training.models import Obligation, SeatVersion
from training.services import keep_seats

DAY = dt.date(2026, 11, 12)
DUE = dt.datetime(2026, 11, 13, 6, tzinfo=UTC)


@pytest.fixture
def before(transactional_db: None) -> Iterator[Callable[[str], Any]]:
    """The models as they were at a migration of training; afterwards the schema is the newest one again."""
    newest = [node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "training"]

    def models_at(name: str) -> Any:
        executor = MigrationExecutor(connection)
        others = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "training"]
        executor.migrate([("training", name)])
        return executor.loader.project_state([*others, ("training", name)]).apps

    yield models_at
    MigrationExecutor(connection).migrate(newest)


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "training"])


def seat_in(old: Any, organization: Any, name: str) -> Any:
    return old.get_model("accounts", "Membership").objects.create(
        organization=organization, name=name, work_email=f"{name.lower()}@example.com", started_on=DAY
    )


def owed(old: Any, seat: Any, requirement: Any, met_at: dt.datetime | None, *, grace_days: int = 0) -> None:
    old.get_model("training", "Obligation").objects.create(
        membership=seat,
        requirement=requirement,
        assigned_by="system",
        due_on=DAY,
        zone="America/Chicago",
        due_at=DUE,
        overdue_at=DUE + dt.timedelta(days=grace_days),
        counted_at=NOW,
        met_at=met_at,
        met_on=met_at.date() if met_at else None,
        met_by="statement" if met_at else "",
    )


def columns() -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, "training_obligation")}


def test_what_was_met_before_is_counted_as_late_or_in_time(before: Callable[[str], Any]) -> None:
    old = before("0005_seats_as_they_were")
    assert "is_late" not in columns()
    organization = old.get_model("accounts", "Organization").objects.create(slug="o", name="O")
    seats = [seat_in(old, organization, name) for name in ("Early", "Just", "Late", "Open")]
    requirement = old.get_model("training", "Requirement").objects.create(organization=organization)
    moment = dt.timedelta(microseconds=1)
    for seat, met_at in zip(seats, (DUE - dt.timedelta(days=3), DUE - moment, DUE, None), strict=True):
        owed(old, seat, requirement, met_at)

    forward()

    found = Obligation.objects.order_by("pk").values_list("membership__name", "is_late")
    assert list(found) == [("Early", False), ("Just", False), ("Late", True), ("Open", None)]


def test_open_obligations_with_days_of_grace_are_looked_at_again(before: Callable[[str], Any]) -> None:
    old = before("0006_counted_from_an_index")
    organization = old.get_model("accounts", "Organization").objects.create(slug="o", name="O")
    requirement = old.get_model("training", "Requirement").objects.create(organization=organization)
    for name, days, met_at in (("Grace", 14, None), ("None", 0, None), ("Met", 14, DUE)):
        seat = seat_in(old, organization, name)
        owed(old, seat, requirement, met_at, grace_days=days)

    forward()

    found = Obligation.objects.filter(recheck_at__isnull=False).values_list("membership__name", flat=True)
    assert list(found) == ["Grace"]


def test_seats_of_before_are_kept_by_the_first_look(before: Callable[[str], Any]) -> None:
    old = before("0004_grace_and_append_only")
    organization = old.get_model("accounts", "Organization").objects.create(slug="o", name="O")
    team = old.get_model("accounts", "Team").objects.create(organization=organization, name="Night shift")
    changed_at = dt.datetime(2026, 3, 1, tzinfo=UTC)
    old.get_model("accounts", "Membership").objects.create(
        organization=organization,
        name="Ana Reyes",
        work_email="ana@example.com",
        team=team,
        started_on=DAY,
        changed_at=changed_at,
    )

    forward()
    assert SeatVersion.objects.count() == 0
    keep_seats(by=SYSTEM)

    [kept] = SeatVersion.objects.all()
    assert (kept.name, kept.team_name, kept.known_at) == ("Ana Reyes", "Night shift", changed_at)
