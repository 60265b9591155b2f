"""Evidence from elsewhere: handed in for one requirement, decided by a second person, withdrawn later."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.queries import has_left, today_in
from accounts.services.access import NotAllowed, require_administrator
from audit.services import record, refusals_recorded
from training import notices
from training.evidence_files import Examined
from training.models import Decision, Evidence, EvidenceFile, Obligation, PartKinds, Requirement, RequirementPart
from training.queries.facts import facts_of
from training.rules import asked_of, source_of
from training.services.acknowledging import NotHers
from training.services.acting import OwnObligation
from training.services.counting import recount
from training.services.stating import AlreadyDecided, SamePerson


class NoEvidenceAsked(Exception):
    """Nothing that is asked of this person by the requirement can be met by evidence."""


class AlreadyHandedIn(Exception):
    """The same file waits, or was approved, for the same person and requirement."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__(evidence.public_id)
        self.evidence = evidence


class ClaimFault(StrEnum):
    NO_TITLE = "no_title"
    DAY_TO_COME = "day_to_come"
    EXPIRES_BEFORE = "expires_before"
    HOURS = "hours"


class UnfitClaim(Exception):
    """What is said of the evidence cannot be so."""

    def __init__(self, fault: ClaimFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NoReason(Exception):
    """A rejection, or the withdrawal of what was approved, says why: the person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is said of a piece of evidence by whoever hands it in."""

    title: str
    issuer: str
    done_on: dt.date
    hours: Decimal | None = None
    expires_on: dt.date | None = None


def hand_in_evidence(
    *, membership: Membership, requirement: Requirement, claim: Claim, file: Examined, by: User
) -> Evidence:
    """Keep the file and what is said of it, for this requirement alone, until a second person decides.

    The person hands it in herself while she is there, or an administrator for her. Raises NotAllowed, NotHers,
    NoEvidenceAsked, UnfitClaim and AlreadyHandedIn.
    """
    organization = membership.organization
    refusals = (NotAllowed, NotHers, NoEvidenceAsked, UnfitClaim, AlreadyHandedIn)
    with refusals_recorded("evidence.handed_in", *refusals, by=by, target=membership, organization=organization):
        if membership.user_id != by.pk:
            require_administrator(by, organization)
        elif has_left(membership):
            raise NotHers
        _require_fit(claim, today_in(organization))
        # The seat is the turn: of two forms with one file, the second sees the first one's.
        Membership.objects.select_for_update().get(pk=membership.pk)
        _require_asked(membership, requirement)
        _require_new(membership, requirement, file)
        evidence = _keep(membership, requirement, claim, file, by)
        record(
            "evidence.handed_in",
            by=by,
            target=evidence,
            organization=organization,
            requirement=str(requirement.public_id),
            sha256=file.sha256,
        )
    return evidence


def _keep(membership: Membership, requirement: Requirement, claim: Claim, file: Examined, by: User) -> Evidence:
    evidence = Evidence.objects.create(
        membership=membership,
        requirement=requirement,
        title=claim.title,
        issuer=claim.issuer,
        done_on=claim.done_on,
        hours=claim.hours,
        expires_on=claim.expires_on,
        submitted_by=by.audit_name,
    )
    EvidenceFile.objects.create(
        evidence=evidence,
        name=file.name,
        media_type=file.kind.value,
        sha256=file.sha256,
        size=len(file.content),
        content=file.content,
    )
    return evidence


def approve_evidence(*, evidence: Evidence, by: User) -> Evidence:
    """From now on it counts for the requirement; once. She is told by mail.

    Raises NotAllowed, OwnObligation, SamePerson and AlreadyDecided.
    """
    return _decide(evidence, Decision.APPROVED, "", by)


def reject_evidence(*, evidence: Evidence, because: str, by: User) -> Evidence:
    """It does not count, and she reads why, here and by mail; once.

    Raises NotAllowed, OwnObligation, SamePerson, AlreadyDecided and NoReason.
    """
    return _decide(evidence, Decision.REJECTED, because, by)


def withdraw_evidence(*, evidence: Evidence, because: str = "", by: User) -> Evidence:
    """It counts no longer, or waits no longer; once. She is told by mail when somebody else does so.

    Whoever handed it in may take it back until it is decided; afterwards whoever may decide withdraws it, with a
    reason. Raises NotAllowed, OwnObligation, NoReason and AlreadyDecided.
    """
    organization = evidence.membership.organization
    refusals = (NotAllowed, OwnObligation, NoReason, AlreadyDecided)
    with refusals_recorded("evidence.withdrawn", *refusals, by=by, target=evidence, organization=organization):
        now = timezone.now()
        if evidence.submitted_by == by.audit_name and evidence.decided_at is None:
            standing = Q(decided_at__isnull=True)
        else:
            _require_may_decide(evidence, by)
            if not because.strip():
                raise NoReason
            standing = ~Q(decision=Decision.REJECTED)
        held = Evidence.objects.filter(standing, pk=evidence.pk, withdrawn_at__isnull=True)
        if held.update(withdrawn_at=now, withdrawn_by=by.audit_name, because=because):
            _count_and_record("evidence.withdrawn", evidence, by, now)
        elif not Evidence.objects.filter(pk=evidence.pk, withdrawn_by=by.audit_name).exists():
            raise AlreadyDecided
    evidence.refresh_from_db()
    return evidence


def may_decide(evidence: Evidence, by: User) -> bool:
    """Whether this person may decide: she sees the subject's record, is not the subject, and did not hand it in."""
    try:
        _require_may_decide(evidence, by)
    except (NotAllowed, OwnObligation):
        return False
    return evidence.submitted_by != by.audit_name


def _decide(evidence: Evidence, decision: Decision, because: str, by: User) -> Evidence:
    organization, action = evidence.membership.organization, f"evidence.{decision.value}"
    refusals = (NotAllowed, OwnObligation, SamePerson, AlreadyDecided, NoReason)
    with refusals_recorded(action, *refusals, by=by, target=evidence, organization=organization):
        _require_may_decide(evidence, by)
        if evidence.submitted_by == by.audit_name:
            raise SamePerson
        if decision is Decision.REJECTED and not because.strip():
            raise NoReason
        now = timezone.now()
        waiting = Evidence.objects.filter(pk=evidence.pk, decided_at__isnull=True, withdrawn_at__isnull=True)
        if waiting.update(decided_at=now, decided_by=by.audit_name, decision=decision, because=because):
            _count_and_record(action, evidence, by, now)
        elif not Evidence.objects.filter(
            pk=evidence.pk, decided_by=by.audit_name, decision=decision, withdrawn_at__isnull=True
        ).exists():
            raise AlreadyDecided
    evidence.refresh_from_db()
    return evidence


def _count_and_record(action: str, evidence: Evidence, by: User, now: dt.datetime) -> None:
    seat = evidence.membership
    owed = Obligation.objects.filter(membership=seat, requirement=evidence.requirement_id)
    recount(list(owed.values_list("pk", flat=True)), now)
    record(action, by=by, target=evidence, organization=seat.organization)
    if seat.user_id != by.pk:
        notices.owe_evidence(evidence, occasion=action)


def _require_may_decide(evidence: Evidence, by: User) -> None:
    seat = evidence.membership
    if seat.user_id == by.pk:
        raise OwnObligation
    seen = Membership.objects.seen_by(by, seat.organization, today_in(seat.organization))
    if not seen.filter(pk=seat.pk).exists():
        raise NotAllowed


def _require_fit(claim: Claim, today: dt.date) -> None:
    if not claim.title.strip() or not claim.issuer.strip():
        raise UnfitClaim(ClaimFault.NO_TITLE)
    if claim.done_on > today:
        raise UnfitClaim(ClaimFault.DAY_TO_COME)
    if claim.expires_on is not None and claim.expires_on <= claim.done_on:
        raise UnfitClaim(ClaimFault.EXPIRES_BEFORE)
    if claim.hours is not None and not 0 < claim.hours < 1000:
        raise UnfitClaim(ClaimFault.HOURS)


def _require_asked(membership: Membership, requirement: Requirement) -> None:
    """An obligation of hers that somebody still asks for, whose version has a part that evidence meets."""
    owed = Obligation.objects.filter(membership=membership, requirement=requirement).select_related("membership")
    rows, now = list(owed), timezone.now()
    asking = [facts for facts in facts_of(rows).values() if source_of(facts, now) is not None]
    parts = {part.id for facts in asking for part in asked_of(facts, now).parts}
    if not RequirementPart.objects.filter(pk__in=parts, kind=PartKinds.EVIDENCE).exists():
        raise NoEvidenceAsked


def _require_new(membership: Membership, requirement: Requirement, file: Examined) -> None:
    same = Evidence.objects.filter(
        ~Q(decision=Decision.REJECTED),
        membership=membership,
        requirement=requirement,
        file__sha256=file.sha256,
        withdrawn_at__isnull=True,
    )
    if found := same.first():
        raise AlreadyHandedIn(found)
