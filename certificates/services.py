"""Feedback, attestation, completion, attempts that ran out of time, and what becomes of certificates. Nothing is ever issued unsigned."""

import datetime as dt
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import License
from audit.services import Person, record
from certificates import keys, rules
from certificates.models import (
    Attestation,
    Certificate,
    CertificateStatus,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from certificates.names import printable_faults
from certificates.payload import (
    ATTESTED,
    DELIVERY,
    NO_CREDIT,
    TEMPLATE,
    AuthorLine,
    LicenseLine,
    Payload,
    instant,
)
from certificates.pdf import printed
from certificates.queries import completion_facts, current_certificate
from certificates.rules import Gate, GateKind
from certificates.typesetting import CannotBePrinted
from courses.document import Document
from courses.library import published
from enrollments.models import Enrollment
from enrollments.services import EnrollmentClosed, mark_completed
from quizzes.models import Attempt
from quizzes.services import close_overdue

log = logging.getLogger("vignette.attempts")


class NotAsked(Exception):
    """The course has no feedback form."""


class AnswersDoNotFit(Exception):
    """Answers are missing, or are not of the shape that the form asks; `names` says which."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(sorted(names))
        self.names = names


class GatesNotMet(Exception):
    """Something else comes first; `missing` says what."""

    def __init__(self, missing: tuple[Gate, ...]) -> None:
        super().__init__(missing)
        self.missing = missing


class NoReason(Exception):
    """A certificate changes its status for a reason that everybody may read, or not at all."""


class Revoked(Exception):
    """A revoked certificate is not replaced."""


class CannotIssue(Exception):
    """No certificate can be made now, and `because` says why. Nothing was changed."""

    def __init__(self, because: "WaitingBecause") -> None:
        super().__init__(because)
        self.because = because


class WaitingBecause(StrEnum):
    """Why a completion has no certificate yet."""

    NO_KEY = "no-key"
    NO_NAME = "no-name"
    NAME_CANNOT_BE_PRINTED = "name-cannot-be-printed"
    SHEET_CANNOT_BE_PRINTED = "sheet-cannot-be-printed"  # the title, a license: something beside the name


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where an enrollment stands after everything that could be done was done."""

    completed: bool
    certificate: Certificate | None = None
    waiting: WaitingBecause | None = None


# --- the last gates


def give_evaluation(*, enrollment: Enrollment, answers: Mapping[str, int | str], by: Person) -> EvaluationGiven:
    """Keep that she gave feedback, and what was said, in two rows that nothing joins.

    Given once: a second form leaves the first as it is. Raises NotAsked, AnswersDoNotFit, GatesNotMet before lessons
    and assessments are done, and EnrollmentClosed.
    """
    document = published(enrollment.version).document
    if document.evaluation is None:
        raise NotAsked
    if found := EvaluationGiven.objects.filter(enrollment=enrollment).first():
        return found
    _refuse_closed(enrollment)
    _refuse_before(GateKind.EVALUATION, enrollment, document)
    questions = rules.asked(document.evaluation, tuple(document.objective_by_key))
    if names := rules.evaluation_faults(questions, answers):
        raise AnswersDoNotFit(names)
    today = timezone.now().astimezone(ZoneInfo(enrollment.user.time_zone)).date()
    try:
        with transaction.atomic():
            given = EvaluationGiven.objects.create(enrollment=enrollment, given_on=today)
            EvaluationAnswers.objects.create(
                version=enrollment.version, month=today.replace(day=1), answers=dict(answers)
            )
            record("evaluation.given", by=by, target=enrollment)
    except IntegrityError:
        return EvaluationGiven.objects.get(enrollment=enrollment)
    return given


def attest(*, enrollment: Enrollment, by: Person) -> Attestation:
    """Keep that she confirmed the work as her own, in the words of her version, once.

    Raises GatesNotMet until everything else is met, and EnrollmentClosed.
    """
    if found := Attestation.objects.filter(enrollment=enrollment).first():
        return found
    _refuse_closed(enrollment)
    document = published(enrollment.version).document
    _refuse_before(GateKind.ATTESTATION, enrollment, document)
    text_version = document.course.gates.attestation
    try:
        with transaction.atomic():
            attestation = Attestation.objects.create(enrollment=enrollment, text_version=text_version)
            record("attestation.given", by=by, target=enrollment, text_version=text_version)
    except IntegrityError:
        return Attestation.objects.get(enrollment=enrollment)
    return attestation


def settle(*, enrollment: Enrollment, by: Person) -> Settlement:
    """Complete the enrollment and issue its certificate, if everything is met and as far as it can be done.

    May be called at any time and any number of times; two calls at once make one completion and one certificate. The
    completion is of the moment in which the last gate was met. Where the certificate cannot be issued the completion
    stands, and `waiting` says why.
    """
    if enrollment.completed_at is None and not _complete(enrollment, by):
        return Settlement(completed=False)
    if found := current_certificate(enrollment):
        return Settlement(completed=True, certificate=found)
    try:
        return Settlement(completed=True, certificate=_issue_once(enrollment, by))
    except CannotIssue as refusal:
        return Settlement(completed=True, waiting=refusal.because)


def close_overdue_attempts(*, by: Person, batch: int = 100) -> int:
    """Close every attempt whose time and grace are over, settle its enrollment, and say how many there were.

    Each is an act of its own, so that one which cannot be closed is logged and stops no other. Said again, or by two at
    once, it changes nothing.
    """
    closed, last, now = 0, 0, timezone.now()
    overdue = Attempt.objects.overdue(now).select_related("enrollment__version", "enrollment__user").order_by("pk")
    while attempts := list(overdue.filter(pk__gt=last)[:batch]):
        closed += sum(_close_overdue(attempt, by) for attempt in attempts)
        last = attempts[-1].pk
    return closed


def _close_overdue(attempt: Attempt, by: Person) -> bool:
    try:
        close_overdue(attempt=attempt, by=by)
        settle(enrollment=attempt.enrollment, by=by)
    except Exception as error:  # noqa: BLE001 - one attempt's fault must not keep the others open
        log.warning("attempt %s was not closed: %s", attempt.pk, type(error).__name__)
        return False
    return True


def waiting_because(enrollment: Enrollment) -> WaitingBecause | None:
    """What keeps a completed enrollment's certificate from being issued now; None when nothing does. Changes nothing."""
    try:
        _printable_name(enrollment)
        keys.active_signer()
    except CannotIssue as refusal:
        return refusal.because
    except keys.NoUsableKey:
        return WaitingBecause.NO_KEY
    return None


# --- afterwards


def supersede_certificate(*, certificate: Certificate, because: str, by: Person) -> Certificate:
    """Issue another certificate of the same completion, with the holder's name and licenses as they are now.

    The old one keeps what it says and is marked as superseded. A certificate that has a replacement gets no second
    one: that replacement is returned. Raises NoReason, Revoked, and CannotIssue when nothing can be signed or printed.
    """
    if not because.strip():
        raise NoReason
    if newer := Certificate.objects.filter(replaces=certificate).select_related("key").first():
        return newer
    if (last := _newest(certificate)).status == CertificateStatus.REVOKED:
        raise Revoked
    try:
        with transaction.atomic():
            newer = _issue(certificate.enrollment, by, replaces=certificate)
            _follow(last, CertificateStatus.SUPERSEDED, because)
            record("certificate.superseded", by=by, target=certificate, replacement=newer.pk)
    except IntegrityError:
        # Another act changed the status first: look at what it did, then decide again.
        return supersede_certificate(certificate=certificate, because=because, by=by)
    return newer


def revoke_certificate(*, certificate: Certificate, because: str, by: Person) -> StatusChange:
    """Take the certificate back, for a reason that everybody who verifies it reads. The first revocation holds.

    The completion stays; whether it counts is decided elsewhere. Raises NoReason.
    """
    if not because.strip():
        raise NoReason
    if (last := _newest(certificate)).status == CertificateStatus.REVOKED:
        return last
    try:
        with transaction.atomic():
            change = _follow(last, CertificateStatus.REVOKED, because)
            record("certificate.revoked", by=by, target=certificate)
    except IntegrityError:
        return revoke_certificate(certificate=certificate, because=because, by=by)
    return change


# --- keys


@transaction.atomic
def publish_key(*, public_key: str, is_demo: bool, by: Person) -> SigningKey:
    """Make a public key known; from now on the newest one signs."""
    key = SigningKey.objects.create(kid=keys.kid_of(public_key), public_key=public_key, is_demo=is_demo)
    record("signing-key.published", by=by, target=key, kid=key.kid, is_demo=is_demo)
    return key


@transaction.atomic
def retire_key(*, key: SigningKey, by: Person) -> None:
    """Sign nothing more with this key, once said for ever; what it signed stays valid."""
    if SigningKey.objects.filter(pk=key.pk, retired_at__isnull=True).update(retired_at=timezone.now()):
        record("signing-key.retired", by=by, target=key, kid=key.kid)
    key.refresh_from_db()


@transaction.atomic
def mark_key_compromised(*, key: SigningKey, since: dt.datetime, by: Person) -> None:
    """Trust nothing that this key signed at or after that time. An earlier time may be set later, never a later one."""
    keep = SigningKey.objects.filter(pk=key.pk, compromised_at__lte=since).exists()
    if not keep:
        SigningKey.objects.filter(pk=key.pk).update(compromised_at=since)
        record("signing-key.compromised", by=by, target=key, kid=key.kid, since=since.isoformat())
    key.refresh_from_db()


# --- how


def _refuse_closed(enrollment: Enrollment) -> None:
    if not Enrollment.objects.filter(pk=enrollment.pk, closed_at__isnull=True).exists():
        raise EnrollmentClosed


def _refuse_before(kind: GateKind, enrollment: Enrollment, document: Document) -> None:
    facts = completion_facts(enrollment, document)
    if missing := rules.missing_before(kind, document.course.gates, facts):
        raise GatesNotMet(missing)


def _complete(enrollment: Enrollment, by: Person) -> bool:
    # Every course asks for the attestation, and last: without it there is nothing to look up, so settling after each
    # lesson costs one statement.
    attestation = Attestation.objects.filter(enrollment=enrollment).first()
    if attestation is None:
        return False
    document = published(enrollment.version).document
    if rules.missing_requirements(document.course.gates, completion_facts(enrollment, document)):
        return False
    # The attestation is the last gate, so its instant is the completion's, however late this is settled.
    mark_completed(enrollment=enrollment, at=attestation.attested_at, zone=enrollment.user.time_zone, by=by)
    return True


def _issue_once(enrollment: Enrollment, by: Person) -> Certificate:
    try:
        with transaction.atomic():
            return _issue(enrollment, by)
    except IntegrityError:
        # Somebody settled it at the same moment: one first certificate for each enrollment, and that one is it.
        if winner := current_certificate(enrollment):
            return winner
        raise


def _issue(enrollment: Enrollment, by: Person, replaces: Certificate | None = None) -> Certificate:
    try:
        signer = keys.active_signer()
        salt = secrets.token_hex(16)
        payload = _payload(enrollment, signer.row.kid, salt)
        _refuse_unprintable(payload)
        text = payload.text()
        signature = signer.sign(text)
    except keys.NoUsableKey as fault:
        raise CannotIssue(WaitingBecause.NO_KEY) from fault
    certificate = Certificate.objects.create(
        code=payload.code,
        enrollment=enrollment,
        user=enrollment.user,
        payload=text,
        signature=signature,
        key=signer.row,
        template=payload.template,
        license_salt=salt,
        issued_at=payload.issued_instant,
        replaces=replaces,
    )
    StatusChange.objects.create(
        certificate=certificate, number=1, status=CertificateStatus.ISSUED, at=certificate.issued_at
    )
    record("certificate.issued", by=by, target=certificate, enrollment=str(enrollment.public_id), kid=signer.row.kid)
    return certificate


def _payload(enrollment: Enrollment, kid: str, salt: str) -> Payload:
    assert enrollment.completed_at is not None
    assert enrollment.completed_on is not None
    document = published(enrollment.version).document
    provider = enrollment.course.provider
    zone = ZoneInfo(enrollment.completed_zone)
    return Payload(
        type="vignette/certificate/v1",
        code=rules.code_of(secrets.randbits(rules.CODE_BITS)),
        kid=kid,
        template=TEMPLATE,
        name=_printable_name(enrollment),
        title=document.course.title,
        course=enrollment.course.slug,
        version=enrollment.version.number,
        document_sha256=enrollment.version.document_sha256,
        authors=tuple(
            AuthorLine(name=author.name, credentials=author.credentials, role=author.role)
            for author in document.course.authors
        ),
        provider=provider.name,
        provider_id=str(provider.public_id),
        started_on=enrollment.started_at.astimezone(zone).date().isoformat(),
        completed_at=instant(enrollment.completed_at),
        completed_on=enrollment.completed_on.isoformat(),
        completed_zone=enrollment.completed_zone,
        issued_at=instant(timezone.now()),
        minutes=document.course.credit.minutes,
        delivery=DELIVERY,
        credit=NO_CREDIT,
        statements=(ATTESTED,),
        licenses=_licenses(enrollment, salt),
    )


def _refuse_unprintable(payload: Payload) -> None:
    # Printed once before it is signed: what cannot be printed later could not be handed to a board either.
    try:
        printed(payload, address=settings.SITE_URL, is_demo=False, numbers={})
    except CannotBePrinted as fault:
        raise CannotIssue(WaitingBecause.SHEET_CANNOT_BE_PRINTED) from fault


def _printable_name(enrollment: Enrollment) -> str:
    # Read again: the request's person may be older than a change of her name in another window.
    enrollment.user.refresh_from_db(fields=["legal_name"])
    name = " ".join(enrollment.user.legal_name.split())
    if not name:
        raise CannotIssue(WaitingBecause.NO_NAME)
    if printable_faults(name):
        raise CannotIssue(WaitingBecause.NAME_CANNOT_BE_PRINTED)
    return name


def _licenses(enrollment: Enrollment, salt: str) -> tuple[LicenseLine, ...]:
    """Those she stated that had not run out on the day of completion."""
    held = [
        line
        for line in License.objects.filter(user=enrollment.user)
        if line.expires_on is None or enrollment.completed_on is None or line.expires_on >= enrollment.completed_on
    ]
    return tuple(
        LicenseLine(
            profession=line.profession,
            jurisdiction=line.jurisdiction,
            number_sha256=rules.number_hash(salt, line.number),
        )
        for line in held
    )


def _newest(certificate: Certificate) -> StatusChange:
    return StatusChange.objects.filter(certificate=certificate).order_by("-number")[0]


def _follow(last: StatusChange, status: CertificateStatus, because: str) -> StatusChange:
    """The next change after the one that the act decided on; IntegrityError when another act was first.

    The number is not read again: an act that looked before a revocation must not write behind it.
    """
    return StatusChange.objects.create(
        certificate=last.certificate, number=last.number + 1, status=status, because=because
    )
