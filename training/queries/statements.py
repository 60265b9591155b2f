"""Statements that something was done otherwise, which a second person confirms or rejects."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Membership
from training.models import RequirementVersion, Statement


def waiting_statements(people: QuerySet[Membership]) -> QuerySet[Any]:
    """What nobody has confirmed, rejected or withdrawn yet, the longest waiting first."""
    title = RequirementVersion.objects.filter(requirement=OuterRef("obligation__requirement")).order_by("-number")
    waiting = Statement.objects.filter(
        obligation__membership__in=people, needs_second=True, decided_at__isnull=True, withdrawn_at__isnull=True
    )
    return (
        waiting.select_related("obligation__membership__team")
        .annotate(asked=Subquery(title.values("title")[:1]))
        .order_by("stated_at", "pk")
    )
