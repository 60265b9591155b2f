import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead
from enrollments.services import close_enrollment, enroll, mark_completed, mark_lesson_read
from tests.enrollments.test_services import AT
from tests.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL (TEST_DATABASE_URL)")


def test_of_many_enrolls_at_once_one_row_and_one_result(version: CourseVersion, ana: User) -> None:
    results = race(*[lambda: enroll(user=ana, course=version.course, acknowledged=True, by=ana)] * 8)

    assert results == [Enrollment.objects.get()] * 8
    assert AuditEvent.objects.filter(action="enrollment.started").count() == 1


def test_of_many_readings_at_once_one_row_and_one_result(enrollment: Enrollment, ana: User) -> None:
    results = race(*[lambda: mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)] * 8)

    assert results == [LessonRead.objects.get()] * 8


def test_of_completion_and_closing_at_once_one_holds(enrollment: Enrollment, ana: User) -> None:
    def complete() -> object:
        return mark_completed(enrollment=Enrollment.objects.get(pk=enrollment.pk), at=AT, zone="UTC", by=ana)

    def close() -> object:
        return close_enrollment(enrollment=Enrollment.objects.get(pk=enrollment.pk), by=ana)

    race(*[complete, close] * 4)

    kept = Enrollment.objects.get()
    assert (kept.completed_at is None) != (kept.closed_at is None)
    ends = AuditEvent.objects.filter(action__in=["enrollment.completed", "enrollment.closed"])
    assert [event.action for event in ends] == ["enrollment.completed" if kept.completed_at else "enrollment.closed"]
