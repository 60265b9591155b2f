"""What stands beside an obligation follows its facts: at once where we act, within a minute where others did."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import Leave, Membership, User
from audit.services import SYSTEM
from courses.models import Course
from tests.training import build
from tests.training.build import NOW, seat_of
from training.models import CountedTo, Obligation, ObligationSource, PartCourse, RequirementVersion, SharedCompletion
from training.services import count_changes, count_completions, recount, share_completion

DAY = dt.date(2026, 12, 1)


@pytest.fixture
def owed(course: Course, ana: User) -> Obligation:
    return build.obligation(seat_of(ana), course, DAY)


def test_recount_writes_what_differs_once(owed: Obligation, course: Course, ana: User) -> None:
    taken = build.enrollment(ana, course, NOW, NOW)

    assert [recount([owed.pk], NOW), recount([owed.pk], NOW)] == [1, 0]

    owed.refresh_from_db()
    assert (owed.met_at, owed.met_by, owed.met_enrollment, owed.counted_at) == (NOW, "course", taken, NOW)


def test_count_completions_counts_for_every_employer(owed: Obligation, course: Course, ana: User) -> None:
    with time_machine.travel(NOW, tick=False):
        build.enrollment(ana, course, NOW, NOW)

        assert count_completions(user=ana) == 1


def test_sharing_a_completion_counts_it_at_once(owed: Obligation, course: Course, ana: User) -> None:
    before = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    taken = build.enrollment(ana, course, before, before)
    build.count()

    share_completion(membership=seat_of(ana), enrollment=taken, by=ana)

    owed.refresh_from_db()
    assert (owed.met_at, SharedCompletion.objects.count()) == (before, 1)


def test_changes_below_are_found_by_looking(owed: Obligation, course: Course, ana: User, cody: User) -> None:
    other = build.obligation(seat_of(cody), course, DAY)
    with time_machine.travel(NOW, tick=False):
        assert count_changes(by=SYSTEM) == 0  # from here on

        build.enrollment(ana, course, NOW, NOW)
        Leave.objects.create(membership=seat_of(cody), starts_on=NOW.date(), recorded_by="system")
        Membership.objects.filter(user=cody).update(changed_at=timezone.now())

    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        assert count_changes(by=SYSTEM) == 2
        assert count_changes(by=SYSTEM) == 0

    owed.refresh_from_db()
    other.refresh_from_db()
    assert owed.met_at == NOW
    assert other.away_from is not None


def test_what_time_changes_is_looked_at_when_its_time_has_come(owed: Obligation, ana: User) -> None:
    first = Leave.objects.create(
        membership=seat_of(ana), starts_on=dt.date(2026, 11, 1), ends_on=dt.date(2026, 11, 25), recorded_by="system"
    )
    Leave.objects.create(
        membership=seat_of(ana), starts_on=dt.date(2026, 12, 5), ends_on=dt.date(2026, 12, 9), recorded_by="system"
    )
    Leave.objects.update(recorded_at=NOW - dt.timedelta(days=40))
    build.count()
    owed.refresh_from_db()
    assert (owed.away_from, owed.recheck_at) == (
        dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 25, 6, tzinfo=dt.UTC),
    )

    with time_machine.travel(dt.datetime(2026, 11, 25, 7, tzinfo=dt.UTC), tick=False):
        assert count_changes(by=SYSTEM) == 1

    owed.refresh_from_db()
    assert owed.away_from == dt.datetime(2026, 12, 5, 6, tzinfo=dt.UTC)
    assert first.membership == owed.membership


def test_search_for_changes_goes_on_from_where_it_was(db: None) -> None:
    with time_machine.travel(NOW, tick=False):
        count_changes(by=SYSTEM)

    assert CountedTo.objects.get().at == NOW


@pytest.mark.django_db(transaction=True)
def test_migration_gives_old_obligations_version_source_and_a_new_count() -> None:
    executor = MigrationExecutor(connection)
    latest = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "training"]
    executor.migrate([("training", "0001_initial")])
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "training"]
    old = executor.loader.project_state([*others, ("training", "0001_initial")]).apps
    organization = old.get_model("accounts", "Organization").objects.create(slug="o", name="O")
    course = old.get_model("courses", "Course").objects.create(slug="c", provider=organization)
    seat = old.get_model("accounts", "Membership").objects.create(
        organization=organization, name="A", work_email="a@example.com", started_on=DAY
    )
    requirement = old.get_model("training", "Requirement").objects.create(organization=organization, course=course)
    old.get_model("training", "Obligation").objects.create(
        membership=seat, requirement=requirement, assigned_by="system", due_on=DAY, zone="UTC", due_at=NOW
    )

    executor = MigrationExecutor(connection)
    executor.migrate(latest)

    [owed] = Obligation.objects.all()
    [source] = ObligationSource.objects.all()
    assert (owed.overdue_at, owed.day_of_month) == (NOW, 1)
    assert owed.recheck_at is not None
    assert (source.obligation, source.due_on) == (owed, DAY)
    assert RequirementVersion.objects.get().title == "c"
    assert PartCourse.objects.get().course.slug == "c"
