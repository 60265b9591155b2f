"""The record of one person: what is asked of her, why, what was done about it, and what she handed in."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Leave, Membership, Role, RoleGrant
from accounts.queries import other_seats
from administrator.dossier import dossier_of
from administrator.filters import day_of
from administrator.finding import person_in
from administrator.messages import people as people_words
from administrator.messages.status import person_lead
from administrator.scope import Scope, scope_of
from training.queries import account_state, evidence_of
from training.rules import ONE_DAY, ONE_SECOND, due_at
from training.services import record_reading
from web.http import SignedInRequest, signed_in


@require_safe
@signed_in
def person(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    membership = person_in(scope, membership_id)
    record_reading(membership=membership, by=request.user)
    day = day_of(request.GET.get("on", "")) or scope.today
    on = scope.now if day == scope.today else due_at(day, scope.organization.time_zone) - ONE_SECOND
    dossier = dossier_of(scope, membership, request.user, day=day, on=on)
    context = {
        "scope": scope,
        "membership": membership,
        "account": account_state(membership, scope.now),
        "lead": person_lead(dossier.explained),
        "dossier": dossier,
        "evidence": list(evidence_of(scope.people.filter(pk=membership.pk))),
        "is_own": membership.user_id == request.user.pk,
        "day": day,
        **_seat(scope, membership),
    }
    return render(request, "administrator/person.html", context)


def _seat(scope: Scope, membership: Membership) -> dict[str, object]:
    """Whether she is here, away or gone, what she may do here, and her other times here."""
    leaves = Leave.objects.standing().filter(membership=membership)
    grants = RoleGrant.objects.filter(membership=membership).now_or_later(scope.today).select_related("team")
    names = people_words.role_names()
    return {
        "has_left": membership.ended_on is not None and membership.ended_on <= scope.today,
        "away": leaves.overlapping(scope.today, scope.today + ONE_DAY).first(),
        "grants": [(grant, names[Role(grant.role)]) for grant in grants],
        "others": list(other_seats(membership)) if scope.sees_everybody else [],
    }
