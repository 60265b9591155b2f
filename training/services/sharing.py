"""Letting an employer count a completion that it would not see by itself."""

from django.db import transaction

from accounts.models import Membership, User
from audit.services import record
from enrollments.models import Enrollment
from training.models import Obligation, SharedCompletion
from training.services.counting import recount


class NotShareable(Exception):
    """The completion is not the member's own, or there is none."""


@transaction.atomic
def share_completion(*, membership: Membership, enrollment: Enrollment, by: User) -> SharedCompletion:
    """Let this employer count a completion that it would not see by itself; once, and a repetition changes nothing.

    Refuses NotShareable when seat, completion and actor are not one person's, or the enrollment is not completed.
    """
    own = membership.user_id == enrollment.user_id == by.pk
    if not own or enrollment.completed_at is None:
        raise NotShareable
    shared, is_new = SharedCompletion.objects.get_or_create(membership=membership, enrollment=enrollment)
    if is_new:
        record("completion.shared", by=by, target=enrollment, organization=membership.organization)
        recount(list(Obligation.objects.filter(membership=membership).values_list("pk", flat=True)))
    return shared
