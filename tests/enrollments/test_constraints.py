import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead

AT = dt.datetime(2030, 1, 15, 9, 30, tzinfo=dt.UTC)
DAY = dt.date(2030, 1, 15)


def refused(constraint: str, **values: object) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Enrollment.objects.update(**values)
    assert constraint in str(error.value)


def test_one_open_enrollment_for_each_course(enrollment: Enrollment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.create(
            user=enrollment.user, course=enrollment.course, version=enrollment.version, acknowledged_at=AT
        )

    assert Enrollment.objects.count() == 1


def test_a_second_enrollment_may_be_kept_beside_one_that_ended(enrollment: Enrollment) -> None:
    Enrollment.objects.update(started_at=AT, closed_at=AT)

    Enrollment.objects.create(
        user=enrollment.user, course=enrollment.course, version=enrollment.version, acknowledged_at=AT
    )

    assert Enrollment.objects.count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"completed_at": AT},
        {"completed_at": AT, "completed_on": DAY},
        {"completed_at": AT, "completed_zone": "UTC"},
        {"completed_on": DAY},
        {"completed_zone": "UTC"},
        {"completed_on": DAY, "completed_zone": "UTC"},
    ],
)
def test_completion_has_instant_date_and_zone(enrollment: Enrollment, values: dict[str, object]) -> None:
    refused("completion_has_instant_date_and_zone", **values)


def test_enrollment_completed_or_closed_not_both(enrollment: Enrollment) -> None:
    refused(
        "enrollment_completed_or_closed_not_both",
        completed_at=AT,
        completed_on=DAY,
        completed_zone="UTC",
        closed_at=AT,
    )


def test_completion_after_start(enrollment: Enrollment) -> None:
    refused(
        "completion_after_start",
        started_at=AT + dt.timedelta(seconds=1),
        completed_at=AT,
        completed_on=DAY,
        completed_zone="UTC",
    )


def test_public_id_unique(enrollment: Enrollment, cody: User, version: CourseVersion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.create(
            public_id=enrollment.public_id, user=cody, course=version.course, version=version, acknowledged_at=AT
        )


def test_lesson_read_once(enrollment: Enrollment) -> None:
    LessonRead.objects.create(enrollment=enrollment, lesson_key="one")

    with pytest.raises(IntegrityError), transaction.atomic():
        LessonRead.objects.create(enrollment=enrollment, lesson_key="one")


def test_a_lesson_read_cannot_be_changed_or_removed(enrollment: Enrollment) -> None:
    LessonRead.objects.create(enrollment=enrollment, lesson_key="one")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LessonRead.objects.update(lesson_key="two")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LessonRead.objects.all().delete()

    assert list(LessonRead.objects.values_list("lesson_key", flat=True)) == ["one"]
