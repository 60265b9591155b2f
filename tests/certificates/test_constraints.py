"""What the database itself refuses, whatever the code does."""

import datetime as dt

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from certificates.models import (
    Attestation,
    Certificate,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from tests.certifying import certified

pytestmark = pytest.mark.django_db


def copy_of(certificate: Certificate, **changed: object) -> Certificate:
    columns = {
        field.attname: getattr(certificate, field.attname)
        for field in Certificate._meta.concrete_fields
        if field.attname != "id"
    }
    return Certificate(**(columns | changed))


@pytest.fixture
def certificate(ana: User, signing_key: SigningKey) -> Certificate:
    return certified(ana)


def refused(row: models.Model, constraint: str) -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    # SQLite names the columns of a unique key and not the key.
    assert constraint in str(refusal.value) or "UNIQUE constraint failed" in str(refusal.value)


def test_one_first_certificate_for_each_enrollment(certificate: Certificate) -> None:
    refused(copy_of(certificate, code="1" * 26), "one_first_certificate_for_each_enrollment")


def test_one_replacement_for_each_certificate(certificate: Certificate) -> None:
    copy_of(certificate, code="1" * 26, replaces_id=certificate.pk).save(force_insert=True)

    refused(copy_of(certificate, code="2" * 26, replaces_id=certificate.pk), "replaces_id")


def test_code_is_unique(certificate: Certificate) -> None:
    refused(copy_of(certificate, replaces_id=certificate.pk), "code")


def test_certificate_does_not_replace_itself(certificate: Certificate) -> None:
    refused(
        copy_of(certificate, id=certificate.pk + 7, code="1" * 26, replaces_id=certificate.pk + 7),
        "certificate_does_not_replace_itself",
    )


def test_status_number_is_unique(certificate: Certificate) -> None:
    refused(StatusChange(certificate=certificate, number=1, status="issued"), "status_number_unique")


def test_status_is_known(certificate: Certificate) -> None:
    refused(StatusChange(certificate=certificate, number=2, status="lost", because="x"), "certificate_status_known")


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_status_change_gives_a_reason(certificate: Certificate, status: str) -> None:
    refused(StatusChange(certificate=certificate, number=2, status=status), "status_change_gives_a_reason")


def test_key_retires_after_it_was_made(signing_key: SigningKey) -> None:
    day = dt.timedelta(days=1)
    refused(SigningKey(kid="x", public_key="x", retired_at=timezone.now() - day), "key_retired_after_it_was_made")


def test_kid_is_unique(signing_key: SigningKey) -> None:
    refused(SigningKey(kid=signing_key.kid, public_key="x"), "kid")


def test_evaluation_month_is_a_first_day(certificate: Certificate) -> None:
    row = EvaluationAnswers(version=certificate.enrollment.version, month=dt.date(2026, 11, 2), answers={})
    refused(row, "evaluation_month_is_a_first_day")


def test_evaluation_is_given_once(certificate: Certificate) -> None:
    refused(EvaluationGiven(enrollment=certificate.enrollment, given_on=dt.date(2026, 11, 2)), "enrollment_id")


def test_attestation_is_given_once(certificate: Certificate) -> None:
    refused(Attestation(enrollment=certificate.enrollment, text_version="v1"), "enrollment_id")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (EvaluationGiven, {"given_on": dt.date(2026, 1, 1)}),
        (EvaluationAnswers, {"answers": {}}),
        (Attestation, {"text_version": "v2"}),
        (Certificate, {"payload": "{}"}),
        (StatusChange, {"status": "issued"}),
    ],
)
def test_rows_are_only_added(certificate: Certificate, model: type[models.Model], change: dict[str, object]) -> None:
    rows = model._default_manager.all()
    before = list(rows.values())
    assert before

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)

    assert list(rows.values()) == before


@pytest.mark.parametrize("model", [EvaluationGiven, EvaluationAnswers, Attestation, Certificate, StatusChange])
def test_rows_are_not_removed_by_django_either(certificate: Certificate, model: type[models.Model]) -> None:
    count = model._default_manager.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.all().delete()

    assert model._default_manager.count() == count
