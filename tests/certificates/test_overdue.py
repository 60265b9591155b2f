"""Attempts that ran out of time are closed by the command and by the worker, and their enrollments settled."""

import datetime as dt
import logging

import pytest
from django.core.management import call_command

from accounts.models import User
from audit import worker
from audit.models import AuditEvent
from audit.services import SYSTEM
from certificates.models import SigningKey
from certificates.services import close_overdue_attempts, settling
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt
from tests.racing import race
from tests.taking import answer_all, start
from tests.timing import END, GRACE, NOW, TICK, at, timed_course

OVERDUE = END + GRACE + TICK


def begun(*users: User) -> list[Attempt]:
    course = timed_course().course
    with at(NOW):
        return [start(enroll(user=user, course=course, acknowledged=True, by=user), "post-test") for user in users]


@pytest.mark.django_db
def test_command_closes_what_is_overdue_as_of_its_deadline(
    ana: User, cody: User, capsys: pytest.CaptureFixture[str]
) -> None:
    (attempt,) = begun(ana)
    with at(NOW + dt.timedelta(minutes=5)):
        (later,) = [start(enroll(user=cody, course=attempt.enrollment.course, acknowledged=True, by=cody), "post-test")]
        answer_all(attempt, correct=True)

    with at(OVERDUE):
        call_command("close_attempts")
        call_command("close_attempts")

    assert capsys.readouterr().out.split("\n") == ["1 closed", "0 closed", ""]
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.closed_because, attempt.passed) == (END, "deadline", True)
    later.refresh_from_db()
    assert later.is_open
    assert AuditEvent.objects.get(action="attempt.submitted").actor == "system"


@pytest.mark.django_db
def test_settles_what_the_attempt_was_the_last_of(
    ana: User, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    (attempt,) = begun(ana)
    settled: list[tuple[Enrollment, object]] = []
    monkeypatch.setattr(settling, "settle", lambda *, enrollment, by: settled.append((enrollment, by)))

    with at(OVERDUE):
        close_overdue_attempts(by=SYSTEM)

    assert settled == [(attempt.enrollment, SYSTEM)]


@pytest.mark.django_db
def test_one_that_cannot_be_closed_stops_no_other(
    ana: User, cody: User, mara: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken, *others = begun(ana, cody, mara)
    Attempt.objects.filter(pk=broken.pk).update(plan={})

    with at(OVERDUE), caplog.at_level(logging.WARNING, "vignette.attempts"):
        assert close_overdue_attempts(by=SYSTEM, batch=1) == 2

    assert [Attempt.objects.get(pk=each.pk).is_open for each in (broken, *others)] == [True, False, False]
    assert f"attempt {broken.pk} was not closed: KeyError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_closers_of_many_close_each_once(ana: User, cody: User, mara: User) -> None:
    begun(ana, cody, mara)

    with at(OVERDUE):
        race(*[lambda: close_overdue_attempts(by=SYSTEM, batch=2)] * 2)

    assert {attempt.submitted_at for attempt in Attempt.objects.all()} == {END}
    assert AuditEvent.objects.filter(action="attempt.submitted").count() == 3


@pytest.mark.django_db
def test_worker_does_it_as_a_duty(ana: User) -> None:
    (attempt,) = begun(ana)

    with at(OVERDUE):
        worker.do_duties()

    attempt.refresh_from_db()
    assert attempt.closed_because == "deadline"


def test_duty_that_fails_keeps_the_worker_from_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails(*, by: object) -> int:
        raise RuntimeError("by design")

    def works(*, by: object) -> int:
        done.append(str(by is SYSTEM))
        return 1

    monkeypatch.setattr(worker, "_duties", {})
    worker.register("one", fails)
    worker.register("two", works)
    with caplog.at_level(logging.WARNING, "vignette.mail"):
        worker.do_duties()

    assert done == ["True"]
    assert "the duty one failed: RuntimeError" in caplog.text
