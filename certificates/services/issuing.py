"""How a certificate is made: its payload, its signature, its first status."""

import secrets
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import License
from audit.services import Person, record
from certificates import keys, rules
from certificates.models import (
    Certificate,
    CertificateStatus,
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
from certificates.queries import current_certificate
from certificates.services.refusals import (
    CannotIssue,
    WaitingBecause,
)
from certificates.typesetting import CannotBePrinted
from courses.library import published
from enrollments.models import Enrollment


def issue_once(enrollment: Enrollment, by: Person) -> Certificate:
    try:
        with transaction.atomic():
            return issue(enrollment, by)
    except IntegrityError:
        # Somebody settled it at the same moment: one first certificate for each enrollment, and that one is it.
        if winner := current_certificate(enrollment):
            return winner
        raise


def issue(enrollment: Enrollment, by: Person, replaces: Certificate | None = None) -> Certificate:
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
        name=printable_name(enrollment),
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
        # What she may have left out is no time of hers (ADR 65).
        minutes=document.required_minutes,
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


def printable_name(enrollment: Enrollment) -> str:
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
