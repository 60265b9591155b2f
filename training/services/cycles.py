"""The claim by which a period has one next period, given back where the next is not asked for any more."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.db.models import Exists, OuterRef

from training.models import Obligation, ObligationSource, Requirement
from training.services.counting import hold


def hold_periods(obligations: Iterable[int]) -> None:
    """Take the turn at these obligations, and at the periods before them that `unclaim` may write."""
    pks = set(obligations)
    later = Obligation.objects.filter(pk__in=pks, period__gt=1)
    before = {(seat, asked, period - 1) for seat, asked, period in later.values_list(*_PERIOD)}
    if before:
        near = Obligation.objects.filter(membership__in={seat for seat, _, _ in before}, renewed_at__isnull=False)
        pks |= {pk for pk, *which in near.values_list("pk", *_PERIOD) if tuple(which) in before}
    hold(pks)


_PERIOD: Final = ("membership", "requirement", "period")


def unclaim(requirement: Requirement, obligations: Sequence[int]) -> None:
    """Let the periods before these be renewed again, where nobody asks for these any more and they were not met.

    For callers that hold the requirement's turn and the periods.
    """
    asking = ObligationSource.objects.filter(obligation=OuterRef("pk"), ended_at__isnull=True)
    released = Obligation.objects.filter(pk__in=obligations, met_at__isnull=True, period__gt=1)
    before = {
        (seat, period - 1) for seat, period in released.exclude(Exists(asking)).values_list("membership", "period")
    }
    if not before:
        return
    claimed = Obligation.objects.filter(
        requirement=requirement, membership__in={seat for seat, _ in before}, renewed_at__isnull=False
    )
    rows = claimed.values_list("pk", "membership", "period")
    pks = [pk for pk, seat, period in rows if (seat, period) in before]
    Obligation.objects.filter(pk__in=pks).update(renewed_at=None)
