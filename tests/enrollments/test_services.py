import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from audit.rules import SITE_CHAIN
from audit.services import SYSTEM
from courses.models import CourseVersion, Withdrawal
from enrollments.models import Enrollment, LessonRead
from enrollments.services import (
    AnotherIsOpen,
    EnrollmentClosed,
    NotAcknowledged,
    NotOffered,
    TooSoon,
    UnknownLesson,
    close_enrollment,
    enroll,
    mark_completed,
    mark_lesson_read,
    reopen_enrollment,
)
from tests.conftest import expect_statements
from tests.enrollments.documents import publish, small

AT = dt.datetime(2030, 1, 15, 9, 30, tzinfo=dt.UTC)


def actions() -> list[tuple[str, str, str]]:
    return list(
        AuditEvent.objects.filter(action__startswith="enrollment.")
        .order_by("sequence")
        .values_list("chain", "action", "actor")
    )


def closed_ago(enrollment: Enrollment, **ago: int) -> dt.datetime:
    """As if it had ended that long ago."""
    started, closed_at = timezone.now() - dt.timedelta(days=90), timezone.now() - dt.timedelta(**ago)
    Enrollment.objects.filter(pk=enrollment.pk).update(started_at=started, closed_at=closed_at)
    return closed_at


# --- enroll


def test_enroll_pins_the_latest_version(version: CourseVersion, ana: User) -> None:
    second = publish(small(minutes=11))

    enrollment = enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    assert (enrollment.user, enrollment.course, enrollment.version) == (ana, version.course, second)
    assert enrollment.is_open
    assert enrollment.acknowledged_at == enrollment.started_at
    assert actions() == [(SITE_CHAIN, "enrollment.started", ana.audit_name)]


def test_enroll_does_not_pin_a_withdrawn_version(version: CourseVersion, ana: User) -> None:
    second = publish(small(minutes=11))
    Withdrawal.objects.create(version=second, by="system", because="A mistake.")

    assert enroll(user=ana, course=version.course, acknowledged=True, by=ana).version == version


def test_enroll_again_returns_the_open_one(enrollment: Enrollment, ana: User) -> None:
    publish(small(minutes=11))

    again = enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    assert (again, again.version) == (enrollment, enrollment.version)
    assert Enrollment.objects.count() == 1
    assert len(actions()) == 1


def test_enroll_returns_the_open_one_of_a_retired_course(enrollment: Enrollment, ana: User) -> None:
    enrollment.course.retired_at = timezone.now()
    enrollment.course.save()

    assert enroll(user=ana, course=enrollment.course, acknowledged=False, by=ana) == enrollment


def test_enroll_of_two_people_makes_two(enrollment: Enrollment, cody: User) -> None:
    other = enroll(user=cody, course=enrollment.course, acknowledged=True, by=cody)

    assert (other.user, other.pk == enrollment.pk) == (cody, False)


def test_enroll_after_a_completion_begins_anew(enrollment: Enrollment, ana: User) -> None:
    mark_completed(enrollment=enrollment, at=timezone.now(), zone="America/Denver", by=ana)

    again = enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    assert again.is_open
    assert Enrollment.objects.of(ana).count() == 2


def test_enroll_refuses_without_acknowledgement(version: CourseVersion, ana: User) -> None:
    with pytest.raises(NotAcknowledged):
        enroll(user=ana, course=version.course, acknowledged=False, by=ana)

    assert not Enrollment.objects.exists()
    assert actions() == []


def test_enroll_refuses_a_retired_course(version: CourseVersion, ana: User) -> None:
    version.course.retired_at = timezone.now()

    with pytest.raises(NotOffered):
        enroll(user=ana, course=version.course, acknowledged=True, by=ana)

    assert not Enrollment.objects.exists()


def test_enroll_refuses_a_course_without_an_open_version(version: CourseVersion, ana: User) -> None:
    Withdrawal.objects.create(version=version, by="system", because="A mistake.")

    with pytest.raises(NotOffered):
        enroll(user=ana, course=version.course, acknowledged=True, by=ana)


def test_enroll_refuses_before_the_waiting_time_is_over(enrollment: Enrollment, ana: User) -> None:
    closed_at = closed_ago(enrollment, days=6, hours=23)

    with pytest.raises(TooSoon) as refusal:
        enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    assert refusal.value.until == closed_at + dt.timedelta(days=7)
    assert Enrollment.objects.count() == 1


def test_enroll_waits_as_long_as_the_version_she_was_on_says(enrollment: Enrollment, ana: User) -> None:
    publish(small(days=0))
    closed_at = closed_ago(enrollment, days=1)

    with pytest.raises(TooSoon) as refusal:
        enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    assert refusal.value.until == closed_at + dt.timedelta(days=7)


def test_enroll_after_the_waiting_time_is_a_new_enrollment(enrollment: Enrollment, ana: User) -> None:
    closed_ago(enrollment, days=7, seconds=1)

    again = enroll(user=ana, course=enrollment.course, acknowledged=True, by=ana)

    assert again.pk != enrollment.pk
    assert list(Enrollment.objects.of(ana).latest_first()) == [again, enrollment]


# --- lessons


def test_mark_lesson_read_keeps_one_row(enrollment: Enrollment, ana: User) -> None:
    first = mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)
    second = mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    assert (first, first.read_at) == (second, second.read_at)
    assert list(LessonRead.objects.values_list("enrollment", "lesson_key")) == [(enrollment.pk, "one")]


@pytest.mark.parametrize("key", ["three", "post-test", ""])
def test_mark_lesson_read_refuses_what_is_no_lesson(enrollment: Enrollment, ana: User, key: str) -> None:
    with pytest.raises(UnknownLesson):
        mark_lesson_read(enrollment=enrollment, lesson_key=key, by=ana)

    assert not LessonRead.objects.exists()


def test_mark_lesson_read_refuses_an_enrollment_that_ended(enrollment: Enrollment, ana: User) -> None:
    stale = Enrollment.objects.get(pk=enrollment.pk)
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    with pytest.raises(EnrollmentClosed):
        mark_lesson_read(enrollment=stale, lesson_key="one", by=ana)

    assert not LessonRead.objects.exists()


def test_mark_lesson_read_again_after_the_end_changes_nothing(enrollment: Enrollment, ana: User) -> None:
    first = mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    assert mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana) == first


# --- the two ends


def test_mark_completed_keeps_instant_zone_and_local_day(enrollment: Enrollment) -> None:
    completed = mark_completed(enrollment=enrollment, at=AT, zone="Pacific/Honolulu", by=SYSTEM)

    kept = Enrollment.objects.get(pk=enrollment.pk)
    assert (kept.completed_at, kept.completed_on, kept.completed_zone) == (AT, dt.date(2030, 1, 14), "Pacific/Honolulu")
    assert (completed.completed_at, completed.completed_on) == (kept.completed_at, kept.completed_on)
    assert actions()[1:] == [(SITE_CHAIN, "enrollment.completed", "system")]


def test_mark_completed_holds_once(enrollment: Enrollment) -> None:
    stale = Enrollment.objects.get(pk=enrollment.pk)
    mark_completed(enrollment=enrollment, at=AT, zone="Pacific/Honolulu", by=SYSTEM)

    again = mark_completed(enrollment=stale, at=AT + dt.timedelta(days=9), zone="UTC", by=SYSTEM)

    assert (again.completed_at, again.completed_on, again.completed_zone) == (
        AT,
        dt.date(2030, 1, 14),
        "Pacific/Honolulu",
    )
    assert len(actions()) == 2


def test_mark_completed_refuses_an_enrollment_that_ended(enrollment: Enrollment) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    with pytest.raises(EnrollmentClosed):
        mark_completed(enrollment=enrollment, at=AT, zone="UTC", by=SYSTEM)

    assert Enrollment.objects.get().completed_at is None


def test_close_enrollment_ends_it_once(enrollment: Enrollment) -> None:
    closed_at = close_enrollment(enrollment=enrollment, by=SYSTEM).closed_at
    again = close_enrollment(enrollment=enrollment, by=SYSTEM)

    assert closed_at is not None
    assert again.closed_at == closed_at
    assert not again.is_open
    assert actions()[1:] == [(SITE_CHAIN, "enrollment.closed", "system")]


def test_close_enrollment_leaves_a_completed_one(enrollment: Enrollment) -> None:
    mark_completed(enrollment=enrollment, at=AT, zone="UTC", by=SYSTEM)

    kept = close_enrollment(enrollment=enrollment, by=SYSTEM)

    assert (kept.completed_at, kept.closed_at) == (AT, None)
    assert len(actions()) == 2


def test_mark_completed_is_undone_when_it_cannot_be_audited(
    enrollment: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr("enrollments.services.record", fail)

    with pytest.raises(OSError):  # noqa: PT011 - nothing else raises it here
        mark_completed(enrollment=enrollment, at=AT, zone="UTC", by=SYSTEM)

    assert Enrollment.objects.get().is_open


def test_a_second_reading_of_a_lesson_costs_one_statement(enrollment: Enrollment, ana: User) -> None:
    mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)

    with expect_statements(1):
        mark_lesson_read(enrollment=enrollment, lesson_key="one", by=ana)


def test_reopen_enrollment_opens_an_ended_one_once(enrollment: Enrollment) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)

    assert reopen_enrollment(enrollment=enrollment, by=SYSTEM).is_open
    assert reopen_enrollment(enrollment=enrollment, by=SYSTEM).is_open
    assert AuditEvent.objects.filter(action="enrollment.reopened").count() == 1


def test_reopen_enrollment_leaves_a_completed_one(enrollment: Enrollment) -> None:
    mark_completed(enrollment=enrollment, at=timezone.now(), zone="America/Denver", by=SYSTEM)

    assert reopen_enrollment(enrollment=enrollment, by=SYSTEM).completed_at
    assert not AuditEvent.objects.filter(action="enrollment.reopened").exists()


def test_reopen_enrollment_refuses_beside_an_open_one(enrollment: Enrollment, ana: User) -> None:
    close_enrollment(enrollment=enrollment, by=SYSTEM)
    Enrollment.objects.create(
        user=ana, course=enrollment.course, version=enrollment.version, acknowledged_at=timezone.now()
    )

    with pytest.raises(AnotherIsOpen):
        reopen_enrollment(enrollment=enrollment, by=SYSTEM)
    enrollment.refresh_from_db()
    assert enrollment.closed_at
    assert not AuditEvent.objects.filter(action="enrollment.reopened").exists()
