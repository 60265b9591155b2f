"""Whom a new version of a requirement touches, if it holds for open obligations."""

import hashlib
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from training.models import Obligation, Requirement


@dataclass(frozen=True, slots=True)
class Affected:
    counts: dict[str, int]
    digest: str


def open_ones(requirement: Requirement) -> QuerySet[Obligation]:
    """Those, by name."""
    found = Obligation.objects.filter(requirement=requirement, released_at__isnull=True, met_at__isnull=True)
    return found.select_related("membership__team").order_by("membership__name", "membership", "period")


def open_obligations(requirement: Requirement, number: int) -> Affected:
    """How many are open and how many were met, beside the version of that number."""
    rows = Obligation.objects.filter(requirement=requirement, released_at__isnull=True, met_at__isnull=True)
    told = " ".join(map(str, (number, *rows.order_by("pk").values_list("pk", flat=True))))
    counts = rows.aggregate(open=Count("pk"), people=Count("membership", distinct=True))
    met = Obligation.objects.filter(requirement=requirement, met_at__isnull=False).count()
    return Affected({**counts, "met": met}, hashlib.sha256(told.encode()).hexdigest())
