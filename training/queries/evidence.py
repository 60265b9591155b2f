"""What people handed in, as they and those who decide see it. The file's content is never read along."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Membership
from training.models import Decision, Evidence, RequirementVersion


class EvidenceState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def state_of_evidence(evidence: Evidence) -> EvidenceState:
    if evidence.withdrawn_at is not None:
        return EvidenceState.WITHDRAWN
    return EvidenceState(evidence.decision) if evidence.decision else EvidenceState.WAITING


def evidence_of(people: QuerySet[Membership]) -> QuerySet[Any]:
    """Everything that these people handed in, or that was handed in for them, newest first."""
    title = RequirementVersion.objects.filter(requirement=OuterRef("requirement")).order_by("-number").values("title")
    return (
        Evidence.objects.filter(membership__in=people)
        .select_related("membership__user", "membership__team", "membership__organization", "requirement")
        .annotate(
            asked=Subquery(title[:1]),
            file_name=F("file__name"),
            file_size=F("file__size"),
            file_type=F("file__media_type"),
            file_sha256=F("file__sha256"),
        )
        .order_by("-submitted_at", "-pk")
    )


def waiting_evidence(people: QuerySet[Membership]) -> QuerySet[Any]:
    """What nobody has decided yet, the longest waiting first."""
    waiting = evidence_of(people).filter(decided_at__isnull=True, withdrawn_at__isnull=True)
    return waiting.order_by("submitted_at", "pk")


def decided_evidence(people: QuerySet[Membership]) -> QuerySet[Any]:
    return evidence_of(people).filter(Q(decided_at__isnull=False) | Q(withdrawn_at__isnull=False))


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The same file elsewhere in the organization: those of people whom the reader sees, and how many others."""

    seen: tuple[Any, ...]
    others: int


def duplicates_of(evidence: Any, people: QuerySet[Membership]) -> Duplicates:
    """Where the file of an evidence that `evidence_of` read was handed in, too; nowhere where it has none."""
    if evidence.file_sha256 is None:
        return Duplicates((), 0)
    same = Evidence.objects.filter(
        membership__organization=evidence.membership.organization, file__sha256=evidence.file_sha256
    ).exclude(pk=evidence.pk)
    seen = tuple(evidence_of(people).filter(pk__in=same.values("pk")))
    return Duplicates(seen, same.count() - len(seen))


def approved_before(evidence: Evidence) -> bool:
    """Whether something else of hers counts for the same requirement already."""
    others = Evidence.objects.filter(
        membership=evidence.membership_id, requirement=evidence.requirement_id, decision=Decision.APPROVED
    )
    return others.filter(withdrawn_at__isnull=True).exclude(pk=evidence.pk).exists()
