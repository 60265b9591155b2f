from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organization
from administrator.address import path_to
from administrator.messages import overview as words
from administrator.scope import Scope, scope_of
from administrator.views.obligations import teams_seen
from training.queries import (
    first_overdue,
    late_by_team,
    requirement_sums,
    requirements_of,
    sums,
    team_rows,
    waiting,
    weeks,
)
from training.rules import ONE_DAY
from web.http import SignedInRequest, signed_in

#: The overview names the longest overdue; the board has them all.
NAMED = 10
#: So many teams and requirements are drawn, those first in which most is overdue.
DRAWN = 15


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
    asked, teams = requirements_of(scope.organization), teams_seen(scope)
    summed, late = sums(scope.obligations, scope.now), late_by_team(scope.obligations, scope.now)
    counts, ahead = summed.whole, weeks(summed.due_on, scope.today)
    rows = first_overdue(scope.obligations, scope.now, limit=NAMED, titles={each.pk: each.title for each in asked})
    people = sum(team.people for team in late)
    soon = sum(number for day, number in summed.due_on.items() if day < scope.today + 7 * ONE_DAY)
    requirements = requirement_sums(asked, summed.by_requirement)
    context = {
        "scope": scope,
        "headline": words.headline(
            people_overdue=people, open_count=counts.open, total=counts.total, apart=counts.apart
        ),
        "next_step": words.next_step(counts=counts, first=rows[0] if rows else None, soon=soon),
        "counts": counts,
        "rows": rows,
        "teams": team_rows(scope.obligations, teams, late, scope.now, limit=DRAWN),
        "more_teams": max(len(teams) - DRAWN, 0),
        "requirements": requirements[:DRAWN],
        "more_requirements": max(len(requirements) - DRAWN, 0),
        "weeks": ahead,
        "most": max((week.number for week in ahead), default=0),
        "ahead": sum(week.number for week in ahead),
        "waits": _waits(scope, before_start=sum(team.before_start for team in late)),
    }
    return render(request, "administrator/overview.html", context)


def _waits(scope: Scope, *, before_start: int) -> list[tuple[words.Wait, str]]:
    """What waits, each with the address of the list where it is done."""
    found = waiting(scope.organization, scope.people, scope.now, for_administrators=scope.sees_everybody)
    work = words.waiting_work(found, before_start=before_start, sees_everybody=scope.sees_everybody)
    return [(each, f"{path_to(each.route, scope)}{'?' if each.query else ''}{each.query}") for each in work]
