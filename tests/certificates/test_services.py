import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError

from accounts.models import License, User
from audit.models import AuditEvent, ChainHead
from audit.services import SYSTEM
from certificates import keys, rules, services
from certificates.models import (
    Attestation,
    Certificate,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from certificates.payload import parse
from certificates.queries import affected_by, checked, confirms_number, numbers_on, transcript, unsettled
from certificates.rules import Gate, GateKind, Verdict
from certificates.services import (
    AnswersDoNotFit,
    CannotIssue,
    GatesNotMet,
    NoReason,
    NotAsked,
    Revoked,
    Settlement,
    WaitingBecause,
    issuing,
    settling,
    withdrawing,
)
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import EnrollmentClosed, close_enrollment
from tests.certifying import (
    answers,
    attested_at,
    certified,
    enrolled,
    pass_assessment,
    pass_everything,
    read_everything,
    ready_to_attest,
    ready_to_settle,
)
from tests.conftest import expect_statements
from tests.publishing import publish_example

pytestmark = pytest.mark.django_db


def fresh(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_related("key", "replacement", "enrollment__user").get(pk=certificate.pk)


def statuses(certificate: Certificate) -> list[tuple[int, str, str]]:
    return list(certificate.status_changes.values_list("number", "status", "because"))


# --- evaluation


def test_give_evaluation_keeps_the_fact_and_the_answers_apart(ana: User) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)

    given = services.give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=ana)

    said = EvaluationAnswers.objects.get()
    assert given.enrollment == enrollment
    assert said.answers == answers(enrollment)
    assert said.version == enrollment.version
    assert said.month == given.given_on.replace(day=1)
    assert isinstance(said.pk, UUID)
    assert {field.name for field in EvaluationAnswers._meta.get_fields()} == {"id", "version", "month", "answers"}
    event = AuditEvent.objects.get(object_type="enrollments.enrollment")
    assert (event.action, event.details) == ("evaluation.given", {})


def test_give_evaluation_twice_keeps_the_first(ana: User) -> None:
    enrollment = ready_to_attest(ana)
    first = EvaluationGiven.objects.get()

    again = services.give_evaluation(enrollment=enrollment, answers=answers(enrollment) | {"clear": 1}, by=ana)

    assert again == first
    assert EvaluationAnswers.objects.get().answers["clear"] == 4


def test_give_evaluation_refuses_answers_that_do_not_fit(ana: User) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)

    with pytest.raises(AnswersDoNotFit) as refusal:
        services.give_evaluation(enrollment=enrollment, answers=answers(enrollment) | {"clear": 9, "x": 1}, by=ana)

    assert refusal.value.names == {"clear", "x"}
    assert not EvaluationGiven.objects.exists()
    assert not EvaluationAnswers.objects.exists()


def test_give_evaluation_refuses_before_the_course_is_taken(ana: User) -> None:
    enrollment = enrolled(ana)
    read_everything(enrollment)
    pass_assessment(enrollment, "voicemail-test")

    with pytest.raises(GatesNotMet) as refusal:
        services.give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=ana)

    assert refusal.value.missing == (Gate(GateKind.ASSESSMENT, "the-callback"),)


def test_give_evaluation_refuses_an_ended_enrollment(ana: User) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)
    close_enrollment(enrollment=enrollment, by=ana)

    with pytest.raises(EnrollmentClosed):
        services.give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=ana)


def test_give_evaluation_without_audit_keeps_nothing(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)
    monkeypatch.setattr(ChainHead.objects, "get_or_create", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        services.give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=ana)

    assert not EvaluationGiven.objects.exists()
    assert not EvaluationAnswers.objects.exists()


# --- attestation


def test_attest_keeps_the_text_version_and_the_time_once(ana: User) -> None:
    enrollment = ready_to_attest(ana)

    first = services.attest(enrollment=enrollment, by=ana)
    again = services.attest(enrollment=enrollment, by=ana)

    assert again == first
    assert first.text_version == "v1"
    assert AuditEvent.objects.filter(action="attestation.given").count() == 1


def test_attest_refuses_until_all_else_is_met(ana: User) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)

    with pytest.raises(GatesNotMet) as refusal:
        services.attest(enrollment=enrollment, by=ana)

    assert refusal.value.missing == (Gate(GateKind.EVALUATION),)
    assert not Attestation.objects.exists()


def test_attest_refuses_an_ended_enrollment(ana: User) -> None:
    enrollment = ready_to_attest(ana)
    close_enrollment(enrollment=enrollment, by=ana)

    with pytest.raises(EnrollmentClosed):
        services.attest(enrollment=enrollment, by=ana)


# --- settling


def test_settle_before_the_attestation_changes_nothing_in_one_statement(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_attest(ana)

    with expect_statements(1):
        settlement = services.settle(enrollment=enrollment, by=ana)

    assert settlement == Settlement(completed=False)


def test_settle_looks_at_every_gate_and_not_at_the_attestation_alone(ana: User, signing_key: SigningKey) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)
    Attestation.objects.create(enrollment=enrollment, text_version="v1")

    assert services.settle(enrollment=enrollment, by=ana) == Settlement(completed=False)


def test_settle_asks_for_the_attestation_of_this_version(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_attest(ana)
    Attestation.objects.create(enrollment=enrollment, text_version="v0")

    assert services.settle(enrollment=enrollment, by=ana) == Settlement(completed=False)


def test_settle_completes_and_issues(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_settle(ana)

    settlement = services.settle(enrollment=enrollment, by=ana)

    certificate = Certificate.objects.get()
    enrollment.refresh_from_db()
    payload = parse(certificate.payload)
    assert settlement == Settlement(completed=True, certificate=certificate)
    assert enrollment.completed_at == Attestation.objects.get().attested_at
    assert enrollment.completed_zone == "America/Denver"
    assert payload.model_dump(exclude={"issued_at", "document_sha256", "provider_id", "completed_at"}) == {
        "type": "vignette/certificate/v1",
        "code": certificate.code,
        "kid": signing_key.kid,
        "template": 2,
        "name": "Ana Reyes",
        "title": enrollment.version.title,
        "course": "leaving-a-clear-voicemail",
        "version": 1,
        "authors": payload.model_dump()["authors"],
        "provider": "Example Provider",
        "started_on": "2026-11-19",
        "completed_on": str(enrollment.completed_on),
        "completed_zone": "America/Denver",
        "minutes": 9,
        "delivery": "Self-study online: lessons, cases and a test",
        "credit": "This certificate carries no continuing-education credit from any approval body.",
        "statements": ("The holder attested to having done this work in person.",),
        "licenses": (),
    }
    assert len(payload.authors) >= 1
    assert checked(fresh(certificate)).verdict is Verdict.VALID
    assert statuses(certificate) == [(1, "issued", "")]
    assert list(AuditEvent.objects.values_list("action", flat=True).order_by("sequence"))[-2:] == [
        "enrollment.completed",
        "certificate.issued",
    ]


def test_settle_again_returns_the_same(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_settle(ana)
    first = services.settle(enrollment=enrollment, by=ana)

    again = services.settle(enrollment=Enrollment.objects.get(), by=ana)

    assert again == first
    assert Certificate.objects.count() == 1
    assert AuditEvent.objects.filter(action__in=["enrollment.completed", "certificate.issued"]).count() == 2


@pytest.mark.parametrize("fault", ["missing", "open", "swapped", "retired", "none"])
def test_settle_without_a_key_completes_and_issues_nothing(ana: User, signing_key: SigningKey, fault: str) -> None:
    enrollment = ready_to_settle(ana)
    break_key(signing_key, fault)

    settlement = services.settle(enrollment=enrollment, by=ana)

    assert settlement == Settlement(completed=True, waiting=WaitingBecause.NO_KEY)
    assert not Certificate.objects.exists()
    assert services.waiting_because(enrollment) is WaitingBecause.NO_KEY
    assert [line.code for line in transcript(ana)] == [None]


def break_key(key: SigningKey, fault: str) -> None:
    path = keys.key_file()
    if fault == "open":
        path.chmod(0o644)
    elif fault == "retired":
        services.retire_key(key=key, by=SYSTEM)
    elif fault == "none":
        SigningKey.objects.all().delete()
    else:
        path.unlink()
        if fault == "swapped":
            keys.make_private_key(path)


def test_settle_issues_what_waited_when_the_key_is_back(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_settle(ana)
    keys.key_file().chmod(0o644)
    services.settle(enrollment=enrollment, by=ana)
    completed_on = Enrollment.objects.get().completed_on
    keys.key_file().chmod(0o600)
    assert list(unsettled()) == [enrollment]
    assert services.waiting_because(enrollment) is None

    settlement = services.settle(enrollment=Enrollment.objects.get(), by=SYSTEM)

    assert settlement.certificate is not None
    assert parse(settlement.certificate.payload).completed_day == completed_on
    assert list(unsettled()) == []


@pytest.mark.parametrize(
    ("name", "waiting"),
    [
        ("", WaitingBecause.NO_NAME),
        ("   ", WaitingBecause.NO_NAME),
        ("Ana \u0378", WaitingBecause.NAME_CANNOT_BE_PRINTED),
    ],
)
def test_settle_waits_for_a_name_that_can_be_printed(
    ana: User, signing_key: SigningKey, name: str, waiting: WaitingBecause
) -> None:
    enrollment = ready_to_settle(ana)
    User.objects.filter(pk=ana.pk).update(legal_name=name)

    assert services.settle(enrollment=enrollment, by=ana) == Settlement(completed=True, waiting=waiting)
    assert services.waiting_because(enrollment) is waiting
    assert not Certificate.objects.exists()

    User.objects.filter(pk=ana.pk).update(legal_name="Yamada Tarō")
    assert services.settle(enrollment=enrollment, by=ana).certificate is not None


def test_settle_waits_for_type_that_the_rest_of_the_sheet_needs(ana: User, signing_key: SigningKey) -> None:
    enrollment = ready_to_settle(ana)
    License.objects.create(user=ana, profession="Nurse \u0378", jurisdiction="Oregon", number="1")

    settlement = services.settle(enrollment=enrollment, by=ana)

    assert settlement == Settlement(completed=True, waiting=WaitingBecause.SHEET_CANNOT_BE_PRINTED)
    assert not Certificate.objects.exists()


def test_settle_after_a_revocation_issues_no_other(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    services.revoke_certificate(certificate=certificate, because="Test.", by=SYSTEM)

    assert services.settle(enrollment=certificate.enrollment, by=ana).certificate == certificate


def test_completion_is_of_the_day_in_the_learners_zone(ana: User, signing_key: SigningKey) -> None:
    ana.time_zone = "Pacific/Honolulu"
    ana.save()
    enrollment = attested_at(ana, dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC))

    certificate = services.settle(enrollment=enrollment, by=ana).certificate

    assert certificate is not None
    enrollment.refresh_from_db()
    payload = parse(certificate.payload)
    assert enrollment.completed_on == dt.date(2026, 11, 21)
    assert payload.completed_on == "2026-11-21"
    assert payload.completed_at == "2026-11-22T09:30:00.000000Z"
    assert payload.place == "Honolulu"


def test_completion_keeps_its_day_when_it_is_settled_later_and_elsewhere(ana: User, signing_key: SigningKey) -> None:
    enrollment = attested_at(ana, dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC))
    keys.key_file().chmod(0o644)
    services.settle(enrollment=enrollment, by=ana)
    keys.key_file().chmod(0o600)
    User.objects.filter(pk=ana.pk).update(time_zone="Pacific/Kiritimati")

    certificate = services.settle(enrollment=Enrollment.objects.get(), by=SYSTEM).certificate

    assert certificate is not None
    assert parse(certificate.payload).completed_on == "2026-11-20"
    assert parse(certificate.payload).completed_zone == "America/Denver"


# --- licenses


def test_certificate_holds_licenses_by_hash_and_confirms_their_numbers(ana: User, signing_key: SigningKey) -> None:
    License.objects.create(user=ana, profession="Social worker", jurisdiction="California", number="LCSW 12345")
    License.objects.create(
        user=ana, profession="Nurse", jurisdiction="Oregon", number="RN9", expires_on=dt.date(2020, 1, 1)
    )

    certificate = fresh(certified(ana))

    found = checked(certificate)
    assert found.payload is not None
    assert [(line.profession, line.jurisdiction) for line in found.payload.licenses] == [
        ("Social worker", "California")
    ]
    assert "12345" not in certificate.payload
    assert certificate.license_salt not in certificate.payload
    assert confirms_number(found, "lcsw-12345")
    assert not confirms_number(found, "lcsw-12346")
    assert not confirms_number(found, "RN9")
    assert not confirms_number(found, " - ")
    assert numbers_on(certificate)[found.payload.licenses[0].number_sha256] == "LCSW 12345"


def test_salts_differ_between_certificates(ana: User, cody: User, signing_key: SigningKey) -> None:
    version = publish_example()

    salts = {certified(person, version).license_salt for person in (ana, cody)}

    assert len(salts) == 2


# --- afterwards


def test_supersede_issues_anew_with_the_present_name(ana: User, signing_key: SigningKey) -> None:
    old = certified(ana)
    User.objects.filter(pk=ana.pk).update(legal_name="Ana Castellanos")

    newer = services.supersede_certificate(certificate=fresh(old), because="The name changed.", by=SYSTEM)

    assert parse(newer.payload).name == "Ana Castellanos"
    assert parse(newer.payload).completed_on == parse(old.payload).completed_on
    assert newer.code not in old.payload
    assert old.code not in newer.payload
    assert checked(fresh(old)).verdict is Verdict.SUPERSEDED
    assert checked(fresh(old)).newer_code == newer.code
    assert checked(fresh(newer)).verdict is Verdict.VALID
    assert statuses(old) == [(1, "issued", ""), (2, "superseded", "The name changed.")]
    assert services.settle(enrollment=old.enrollment, by=ana).certificate == newer
    assert [line.code for line in transcript(ana)] == [newer.code]


def test_supersede_twice_returns_the_replacement(ana: User, signing_key: SigningKey) -> None:
    old = certified(ana)
    newer = services.supersede_certificate(certificate=old, because="One.", by=SYSTEM)

    assert services.supersede_certificate(certificate=old, because="Two.", by=SYSTEM) == newer
    assert Certificate.objects.count() == 2


def test_supersede_refuses_a_revoked_certificate(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    services.revoke_certificate(certificate=certificate, because="Test.", by=SYSTEM)

    with pytest.raises(Revoked):
        services.supersede_certificate(certificate=certificate, because="Name.", by=SYSTEM)


def test_supersede_without_a_key_changes_nothing(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    keys.key_file().unlink()

    with pytest.raises(CannotIssue) as refusal:
        services.supersede_certificate(certificate=certificate, because="Name.", by=SYSTEM)

    assert refusal.value.because is WaitingBecause.NO_KEY
    assert statuses(certificate) == [(1, "issued", "")]


def test_revoke_once_with_a_reason(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)

    first = services.revoke_certificate(certificate=certificate, because="Issued in error.", by=SYSTEM)
    again = services.revoke_certificate(certificate=certificate, because="Another reason.", by=SYSTEM)

    assert again == first
    found = checked(fresh(certificate))
    assert (found.verdict, found.because, found.changed_at) == (Verdict.REVOKED, "Issued in error.", first.at)
    assert AuditEvent.objects.filter(action="certificate.revoked").count() == 1
    assert Enrollment.objects.get().completed_at is not None


def test_revoke_a_superseded_certificate(ana: User, signing_key: SigningKey) -> None:
    old = certified(ana)
    services.supersede_certificate(certificate=old, because="Name.", by=SYSTEM)

    services.revoke_certificate(certificate=old, because="Test.", by=SYSTEM)

    assert checked(fresh(old)).verdict is Verdict.REVOKED


@pytest.mark.parametrize("because", ["", "  "])
def test_status_changes_need_a_reason(ana: User, signing_key: SigningKey, because: str) -> None:
    certificate = certified(ana)

    with pytest.raises(NoReason):
        services.revoke_certificate(certificate=certificate, because=because, by=SYSTEM)
    with pytest.raises(NoReason):
        services.supersede_certificate(certificate=certificate, because=because, by=SYSTEM)


# --- keys


def test_retired_key_leaves_its_certificates_valid(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)

    services.retire_key(key=signing_key, by=SYSTEM)
    first = signing_key.retired_at
    services.retire_key(key=signing_key, by=SYSTEM)

    assert signing_key.retired_at == first
    assert checked(fresh(certificate)).verdict is Verdict.VALID
    assert AuditEvent.objects.filter(action="signing-key.retired").count() == 1


def test_compromised_key_is_trusted_for_what_was_issued_before(ana: User, cody: User, signing_key: SigningKey) -> None:
    version = publish_example()
    before = certified(ana, version)
    after = certified(cody, version)

    services.mark_key_compromised(key=signing_key, since=after.issued_at, by=SYSTEM)

    assert checked(fresh(before)).verdict is Verdict.VALID
    assert checked(fresh(after)).verdict is Verdict.UNCONFIRMED
    assert checked(fresh(after)).payload is None
    assert list(affected_by(signing_key)) == [after]


def test_compromise_is_never_moved_to_a_later_time(signing_key: SigningKey) -> None:
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    services.mark_key_compromised(key=signing_key, since=noon, by=SYSTEM)

    services.mark_key_compromised(key=signing_key, since=noon + dt.timedelta(hours=1), by=SYSTEM)
    assert signing_key.compromised_at == noon

    services.mark_key_compromised(key=signing_key, since=noon - dt.timedelta(hours=1), by=SYSTEM)
    assert signing_key.compromised_at == noon - dt.timedelta(hours=1)


def test_certificate_of_a_compromised_key_is_replaced_under_a_new_one(ana: User, signing_key: SigningKey) -> None:
    certificate = certified(ana)
    services.mark_key_compromised(key=signing_key, since=certificate.issued_at, by=SYSTEM)
    services.publish_key(public_key=keys.make_private_key(keys.key_file()), is_demo=False, by=SYSTEM)

    newer = services.supersede_certificate(certificate=certificate, because="The key was compromised.", by=SYSTEM)

    assert checked(fresh(newer)).verdict is Verdict.VALID
    assert checked(fresh(certificate)).verdict is Verdict.UNCONFIRMED
    assert not affected_by(signing_key).exists()


def test_demo_key_makes_demonstrations(ana: User, signing_key: SigningKey) -> None:
    SigningKey.objects.update(is_demo=True)

    assert checked(fresh(certified(ana))).verdict is Verdict.DEMONSTRATION


# --- two at once, told step by step


def test_settle_that_loses_the_race_returns_the_winners_certificate(
    ana: User, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrollment = ready_to_settle(ana)
    winner = services.settle(enrollment=enrollment, by=ana).certificate
    found = iter([None, winner])
    for act in (settling, issuing):
        monkeypatch.setattr(act, "current_certificate", lambda _: next(found))

    assert services.settle(enrollment=enrollment, by=ana).certificate == winner
    assert Certificate.objects.count() == 1


def test_revoke_that_loses_the_race_reads_what_the_other_did(
    ana: User, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certified(ana)
    issued = StatusChange.objects.get()
    won = services.revoke_certificate(certificate=certificate, because="First.", by=SYSTEM)
    real, stale = withdrawing._newest, iter([issued, issued])
    monkeypatch.setattr(withdrawing, "_newest", lambda one: next(stale, None) or real(one))

    assert services.revoke_certificate(certificate=certificate, because="Second.", by=SYSTEM) == won


def test_version_stands_in_the_certificate(ana: User, signing_key: SigningKey) -> None:
    version: CourseVersion = publish_example()

    payload = parse(certified(ana, version).payload)

    assert payload.document_sha256 == version.document_sha256
    assert rules.normalized_code(payload.code) == payload.code


@pytest.mark.parametrize("act", ["evaluation", "attestation"])
def test_gate_that_loses_the_race_returns_the_winners_row(ana: User, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    enrollment = enrolled(ana)
    pass_everything(enrollment)

    def other_window_was_faster(*_: object) -> None:
        if act == "evaluation":
            EvaluationGiven.objects.create(enrollment=enrollment, given_on=dt.date(2026, 11, 20))
        else:
            Attestation.objects.create(enrollment=enrollment, text_version="v1")

    monkeypatch.setattr(settling, "_refuse_before", other_window_was_faster)

    if act == "evaluation":
        given = services.give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=ana)
        assert given == EvaluationGiven.objects.get()
    else:
        assert services.attest(enrollment=enrollment, by=ana) == Attestation.objects.get()
    assert not EvaluationAnswers.objects.exists()
    assert not AuditEvent.objects.filter(action__in=["evaluation.given", "attestation.given"]).exists()


def test_code_that_is_taken_issues_nothing(
    ana: User, cody: User, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publish_example()
    monkeypatch.setattr("certificates.services.issuing.secrets.randbits", lambda _: 7)
    first = certified(ana, version)
    enrollment = ready_to_settle(cody, version)

    with pytest.raises(IntegrityError):
        services.settle(enrollment=enrollment, by=cody)

    assert Certificate.objects.get() == first
    assert list(unsettled()) == [enrollment]


def test_give_evaluation_refuses_a_course_that_does_not_ask(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    enrollment = enrolled(ana)
    silent = replace(published(enrollment.version))
    silent = replace(silent, document=silent.document.model_copy(update={"evaluation": None}))
    monkeypatch.setattr(settling, "published", lambda _: silent)

    with pytest.raises(NotAsked):
        services.give_evaluation(enrollment=enrollment, answers={}, by=ana)
