"""Acts of a learner that are killed at any statement: nothing is half done, and asked again each is done once."""

from collections.abc import Callable
from itertools import count
from uuid import uuid4

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import AuditEvent, OutboxMail
from audit.queries import faults_of
from certificates.models import (
    Attestation,
    Certificate,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from certificates.services import attest, give_evaluation, settle
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt, Response, Step
from quizzes.queries import path, sitting
from quizzes.services import record_response, start_attempt, submit_attempt, take_choice
from tests.certifying import answers as said_of
from tests.certifying import enrolled, pass_everything, ready_to_attest
from tests.conftest import person
from tests.crashing import Killed, killed_at
from tests.publishing import publish_example
from tests.taking import answer_all, option, start, take_quiz

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], object]
WRITTEN = (
    *(Enrollment, Attempt, Response, Step, EvaluationGiven, EvaluationAnswers),
    *(Attestation, Certificate, StatusChange, OutboxMail),
)


def state() -> list[object]:
    """Everything that a learner's act may have written."""
    return [list(model.objects.order_by("pk").values()) for model in WRITTEN]


def counts() -> list[int]:
    return [model.objects.count() for model in (*WRITTEN, AuditEvent)]


def begun(user: User) -> Enrollment:
    return enroll(user=user, course=publish_example().course, acknowledged=True, by=user)


def enrolls(user: User) -> Act:
    course = publish_example().course
    return lambda: enroll(user=user, course=course, acknowledged=True, by=user)


def gives_feedback(user: User) -> Act:
    enrollment = enrolled(user)
    pass_everything(enrollment)
    said = said_of(enrollment)
    return lambda: give_evaluation(enrollment=enrollment, answers=said, by=user)


def starts(user: User) -> Act:
    enrollment = begun(user)
    return lambda: start_attempt(enrollment=enrollment, assessment_key="voicemail-test", by=user)


def answers(user: User) -> Act:
    attempt = start(begun(user), "voicemail-test")
    mine = sitting(attempt)
    key, request = mine.plan.keys[0], uuid4()
    chosen = (option(attempt, key, correct=True),)
    return lambda: record_response(sitting=mine, item_key=key, options=chosen, based_on=0, request_id=request)


def submits(user: User) -> Act:
    attempt = start(begun(user), "voicemail-test")
    answer_all(attempt, correct=True)
    return lambda: submit_attempt(attempt=Attempt.objects.get(pk=attempt.pk), by=user)


def fails_for_the_last_time(user: User) -> Act:
    """What also ends the enrollment."""
    enrollment = begun(user)
    for _ in range(2):
        take_quiz(enrollment, "voicemail-test", correct=False)
    attempt = start(enrollment, "voicemail-test")
    return lambda: submit_attempt(attempt=Attempt.objects.get(pk=attempt.pk), by=user)


def decides(user: User) -> Act:
    """The decision that reaches an end, which closes the attempt."""
    attempt = start(begun(user), "first-message")
    return lambda: take_choice(path=path(Attempt.objects.get(pk=attempt.pk)), number=1, choice_key="short", by=user)


@pytest.mark.parametrize(
    "prepared", [enrolls, starts, answers, submits, fails_for_the_last_time, decides, gives_feedback]
)
def test_act_killed_at_any_statement_is_done_wholly_or_not_at_all(prepared: Callable[[User], Act], ana: User) -> None:
    act = prepared(ana)
    before, counted = state(), counts()
    for at in count(1):
        try:
            with killed_at(at):
                act()
        except Killed:
            if state() == before:
                assert counts() == counted, at
                continue
            done = state()  # killed while it read what it had done: asked again, it is a success
            act()
            assert state() == done
        break
    assert state() != before
    once = counts()
    act()
    assert counts() == once
    assert faults_of("site") == []


def test_last_gate_killed_at_any_statement_leaves_nothing_that_the_night_does_not_finish(
    db: None, signing_key: SigningKey
) -> None:
    version = publish_example()
    for at in count(1):
        user = person(f"Person{at} Test")
        enrollment = ready_to_attest(user, version)
        is_whole = False
        try:
            with killed_at(at):
                attest(enrollment=enrollment, by=user)
                settle(enrollment=enrollment, by=user)
                is_whole = True
        except Killed:
            pass
        mine = Enrollment.objects.get(pk=enrollment.pk)
        attested = Attestation.objects.filter(enrollment=mine).exists()
        issued = Certificate.objects.filter(enrollment=mine)
        assert not (mine.completed_at and not attested), at
        assert all(each.completed_at for each in Enrollment.objects.filter(pk__in=issued.values("enrollment"))), at
        assert issued.count() == StatusChange.objects.filter(certificate__in=issued).count()

        call_command("settle_enrollments")

        mine.refresh_from_db()
        assert (mine.completed_at is not None, issued.count()) == (attested, int(attested)), at
        if is_whole:
            break
    assert at > 20, "every statement was a crash point"
    assert faults_of("site") == []
