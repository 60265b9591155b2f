"""Two at once, each in a thread and with a connection of its own."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditEvent
from audit.services import SYSTEM
from certificates.models import (
    Certificate,
    CertificateStatus,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from certificates.services import give_evaluation, revoke_certificate, settle, supersede_certificate
from enrollments.models import Enrollment
from tests.certifying import answers, certified, enrolled, pass_everything, ready_to_settle
from tests.racing import race

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite runs one writer at a time"),
    pytest.mark.postgres,
]
AT_ONCE = 4


T = TypeVar("T")


def at_once(act: Callable[[], T]) -> list[T]:
    """What each of several threads got that began the act at the same moment."""
    return race(*[act] * AT_ONCE)


@pytest.mark.parametrize("_round", range(5))
def test_settles_at_once_make_one_completion_and_one_certificate(
    ana: User, signing_key: SigningKey, _round: int
) -> None:
    pk = ready_to_settle(ana).pk

    settlements = at_once(lambda: settle(enrollment=Enrollment.objects.get(pk=pk), by=SYSTEM))

    certificate = Certificate.objects.get()
    assert [each.certificate for each in settlements] == [certificate] * AT_ONCE
    assert StatusChange.objects.count() == 1
    for action in ("enrollment.completed", "certificate.issued"):
        assert AuditEvent.objects.filter(action=action).count() == 1


def test_evaluations_at_once_are_kept_once(ana: User, signing_key: SigningKey) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)
    said = answers(enrollment)

    at_once(lambda: give_evaluation(enrollment=Enrollment.objects.get(), answers=said, by=SYSTEM))

    assert EvaluationGiven.objects.count() == 1
    assert EvaluationAnswers.objects.count() == 1


def test_revocations_at_once_are_one(ana: User, signing_key: SigningKey) -> None:
    pk = certified(ana).pk

    changes = at_once(
        lambda: revoke_certificate(certificate=Certificate.objects.get(pk=pk), because="Twice.", by=SYSTEM)
    )

    assert set(changes) == {StatusChange.objects.get(number=2)}


def test_replacements_at_once_are_one(ana: User, signing_key: SigningKey) -> None:
    pk = certified(ana).pk

    newer = at_once(
        lambda: supersede_certificate(certificate=Certificate.objects.get(pk=pk), because="Name.", by=SYSTEM)
    )

    assert set(newer) == {Certificate.objects.get(replaces=pk)}
    assert Certificate.objects.count() == 2


def test_nothing_is_written_behind_a_revocation(ana: User, signing_key: SigningKey) -> None:
    pk = certified(ana).pk

    race(
        lambda: revoke_certificate(certificate=Certificate.objects.get(pk=pk), because="Mistake.", by=SYSTEM),
        lambda: supersede_certificate(certificate=Certificate.objects.get(pk=pk), because="Name.", by=SYSTEM),
    )

    history = list(StatusChange.objects.filter(certificate=pk).values_list("number", "status"))
    assert history[-1][1] == CertificateStatus.REVOKED
    assert [number for number, _ in history] == list(range(1, len(history) + 1))
