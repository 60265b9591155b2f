"""What becomes of a certificate afterwards: it is superseded or revoked, and keeps what it says."""

from django.db import IntegrityError, transaction

from audit.services import Person, record
from certificates.models import (
    Certificate,
    CertificateStatus,
    StatusChange,
)
from certificates.services.issuing import issue
from certificates.services.refusals import (
    NoReason,
    Revoked,
)


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
            newer = issue(certificate.enrollment, by, replaces=certificate)
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


def _newest(certificate: Certificate) -> StatusChange:
    return StatusChange.objects.filter(certificate=certificate).order_by("-number")[0]


def _follow(last: StatusChange, status: CertificateStatus, because: str) -> StatusChange:
    """The next change after the one that the act decided on; IntegrityError when another act was first.

    The number is not read again: an act that looked before a revocation must not write behind it.
    """
    return StatusChange.objects.create(
        certificate=last.certificate, number=last.number + 1, status=status, because=because
    )
