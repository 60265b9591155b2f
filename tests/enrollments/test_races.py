from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead
from enrollments.services import close_enrollment, enroll, mark_completed, mark_lesson_read
from tests.enrollments.test_services import AT

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (TEST_DATABASE_URL)")


def at_once(count: int, act: Callable[[], object]) -> list[object]:
    """What the act returned in each of so many threads that began together."""
    together, results = Barrier(count), list[object]()

    def run() -> None:
        try:
            together.wait()
            results.append(act())
        except Exception as error:  # noqa: BLE001 - the test compares it
            results.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_enrolls_at_once_one_row_and_one_result(version: CourseVersion, ana: User) -> None:
    results = at_once(8, lambda: enroll(user=ana, course=version.course, acknowledged=True, by=ana))

    assert results == [Enrollment.objects.get()] * 8
    assert AuditEvent.objects.filter(action="enrollment.started").count() == 1


def test_of_many_readings_at_once_one_row_and_one_result(enrollment: Enrollment, ana: User) -> None:
    results = at_once(8, lambda: mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana))

    assert results == [LessonRead.objects.get()] * 8


def test_of_completion_and_closing_at_once_one_holds(enrollment: Enrollment, ana: User) -> None:
    turns = iter(range(8))

    def act() -> object:
        own = Enrollment.objects.get(pk=enrollment.pk)
        if next(turns) % 2:
            return mark_completed(enrollment=own, at=AT, zone="UTC", by=ana)
        return close_enrollment(enrollment=own, by=ana)

    at_once(8, act)

    kept = Enrollment.objects.get()
    assert (kept.completed_at is None) != (kept.closed_at is None)
    ends = AuditEvent.objects.filter(action__in=["enrollment.completed", "enrollment.closed"])
    assert [event.action for event in ends] == ["enrollment.completed" if kept.completed_at else "enrollment.closed"]
