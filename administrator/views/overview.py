from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organization
from administrator.messages import headline
from administrator.scope import scope_of
from quizzes.queries import open_requests
from training.queries import counts_by_team, first_overdue, people_overdue
from web.http import SignedInRequest, signed_in

#: The overview names the longest overdue; the board has them all.
NAMED = 10


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    managed = Organization.objects.managed_by(request.user, timezone.localdate()).order_by("name")
    organizations = list(managed)
    if not organizations:
        raise Http404
    if len(organizations) == 1:
        return redirect("administrator:overview", organizations[0].slug)
    return render(request, "administrator/home.html", {"organizations": organizations})


@require_safe
@signed_in
def overview(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    teams = counts_by_team(scope.obligations, scope.now)
    done, open_count, overdue = (sum(getattr(team, name) for team in teams) for name in ("done", "open", "overdue"))
    total, late_people = done + open_count + overdue, people_overdue(scope.obligations, scope.now)
    context = {
        "scope": scope,
        "headline": headline(people_overdue=late_people, open_count=open_count, total=total),
        "figures": {"total": total, "done": done, "open": open_count, "overdue": overdue},
        "without_account": scope.present.filter(user=None).count(),
        "rows": first_overdue(scope.obligations, scope.now, limit=NAMED),
        "teams": teams,
        "requests": open_requests(scope.organization).count() if scope.sees_everybody else 0,
    }
    return render(request, "administrator/overview.html", context)
