"""What the learner may show to an employer that does not see it by itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Membership, User
from accounts.queries import Seat
from enrollments.models import Enrollment
from training.models import SharedCompletion
from training.rules import local_day


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A completion and an employer: counted by itself, shared already, or to be shared."""

    enrollment: Enrollment
    membership: Membership
    counts_by_itself: bool
    is_shared: bool


def share_rows(user: User, seats: Iterable[Seat]) -> list[ShareRow]:
    """Every completion of the person beside every place where she works now."""
    completed = Enrollment.objects.of(user).filter(completed_at__isnull=False)
    enrollments = list(completed.select_related("version").order_by("-completed_at"))
    shared = set(SharedCompletion.objects.filter(membership__user=user).values_list("membership_id", "enrollment_id"))
    return [
        ShareRow(
            enrollment,
            seat.membership,
            counts_by_itself=_began_there(enrollment, seat.membership),
            is_shared=(seat.membership.pk, enrollment.pk) in shared,
        )
        for enrollment in enrollments
        for seat in seats
        if seat.is_current
    ]


def _began_there(enrollment: Enrollment, membership: Membership) -> bool:
    return local_day(enrollment.started_at, membership.organization.time_zone) >= membership.started_on
