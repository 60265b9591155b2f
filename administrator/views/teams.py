"""The tree of teams."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Team
from accounts.queries import team_paths, team_rows
from accounts.services import (
    TeamBelowItself,
    TeamNotEmpty,
    TeamRetired,
    TeamTaken,
    TeamTooDeep,
    add_team,
    change_team,
    retire_team,
)
from administrator.address import path_to, see_other
from administrator.messages import people as messages
from administrator.scope import Scope, full_scope_of, scope_of
from administrator.seat_forms import TeamForm
from web.http import SignedInRequest, refused, signed_in

REFUSALS = (TeamTaken, TeamBelowItself, TeamTooDeep, TeamRetired)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def teams(request: SignedInRequest, organization: str) -> HttpResponse:
    is_post = request.method == "POST"
    scope = full_scope_of(request, organization) if is_post else scope_of(request, organization)
    form = TeamForm(request.POST if is_post else None, paths=team_paths(scope.organization))
    if is_post and form.is_valid():
        try:
            added = add_team(organization=scope.organization, by=request.user, **form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error(*messages.fault_of_team(refusal))
        else:
            flash.success(request, messages.team_added(added.name))
            return see_other("teams", scope)
    seen = Team.objects.seen_by(request.user, scope.organization, scope.today)
    context = {
        "scope": scope,
        "form": form,
        "rows": team_rows(seen, scope.present, scope.today),
        "without": scope.present.filter(team=None).count() if scope.sees_everybody else 0,
    }
    return render(request, "administrator/teams.html", context, status=422 if is_post else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def team(request: SignedInRequest, organization: str, team_id: int) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = _team(scope, team_id)
    is_post = request.method == "POST"
    initial = {"name": found.name, "parent": found.parent_id}
    form = TeamForm(request.POST if is_post else None, paths=team_paths(scope.organization), initial=initial)
    if is_post and form.is_valid():
        try:
            change_team(team=found, by=request.user, **form.cleaned_data)
        except REFUSALS as refusal:
            form.add_error(*messages.fault_of_team(refusal))
        else:
            flash.success(request, messages.team_saved(found.name))
            return see_other("teams", scope)
    rows = team_rows(Team.objects.below(found), scope.present, scope.today)
    context = {"scope": scope, "team": _team(scope, team_id), "form": form, "row": rows[0], "below": rows[1:]}
    return render(request, "administrator/team.html", context, status=422 if is_post else 200)


@require_POST
@signed_in
def team_retirement(request: SignedInRequest, organization: str, team_id: int) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = _team(scope, team_id)
    try:
        retire_team(team=found, by=request.user)
    except TeamNotEmpty as refusal:
        return refused(request, messages.team_not_empty(refusal, path_to("team", scope, found.pk)))
    flash.success(request, messages.team_retired(found.name))
    return see_other("teams", scope)


def _team(scope: Scope, team_id: int) -> Team:
    return get_object_or_404(Team.objects.open(), organization=scope.organization, pk=team_id)
