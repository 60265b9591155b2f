"""What would be asked no longer."""

import hashlib
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from training.models import Obligation, ObligationSource


@dataclass(frozen=True, slots=True)
class Ending:
    counts: dict[str, int]
    digest: str


def sources_ending(sources: Q) -> Ending:
    """How many open obligations these sources ask for, and for how many of them nobody else does."""
    asking = ObligationSource.objects.filter(sources, ended_at__isnull=True)
    rows = list(asking.filter(obligation__met_at__isnull=True).order_by("pk").values_list("pk", "obligation"))
    ending = {obligation for _, obligation in rows}
    others = ObligationSource.objects.filter(ended_at__isnull=True).exclude(sources)
    kept = Obligation.objects.filter(Exists(_of(asking)), Exists(_of(others)), met_at__isnull=True).count()
    met = Obligation.objects.filter(Exists(_of(asking)), met_at__isnull=False).count()
    told = hashlib.sha256(" ".join(f"{pk}" for pk, _ in rows).encode() + f" {kept}".encode())
    counts = {"open": len(ending), "released": len(ending) - kept, "asked_by_others": kept, "met": met}
    return Ending(counts, told.hexdigest())


def obligations_ending(sources: Q, *, asked_by_others: bool) -> QuerySet[Obligation]:
    """The open ones that these sources ask for, by name: those for which nobody else does, or those that stay."""
    asking = ObligationSource.objects.filter(sources, ended_at__isnull=True)
    others = Exists(_of(ObligationSource.objects.filter(ended_at__isnull=True).exclude(sources)))
    found = Obligation.objects.filter(Exists(_of(asking)), others if asked_by_others else ~others, met_at__isnull=True)
    return found.select_related("membership__team").order_by("membership__name", "membership", "period")


def _of(sources: QuerySet[ObligationSource]) -> QuerySet[ObligationSource]:
    return sources.filter(obligation=OuterRef("pk"))
