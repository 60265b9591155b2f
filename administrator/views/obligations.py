from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Team
from administrator.filters import address_part, board_filter, number, posted, team_choices, with_teams
from administrator.messages import overview as words
from administrator.messages.status import status_names
from administrator.scope import Scope, scope_of
from administrator.views.saved_views import views_of
from training.queries import (
    OPEN_STATUSES,
    BoardRow,
    board_page,
    board_rows,
    job_titles_of,
    requirements_of,
    teams_of,
)
from training.services import record_export
from web.http import SignedInRequest, csv_response, signed_in

EXPORT_HEADER = (
    "name", "work_email", "staff_number", "team", "requirement_id", "requirement", "due_on", "status", "days",
    "completed_on", "met_by", "course_version", "certificate",
)  # fmt: skip


@require_safe
@signed_in
def obligations(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    teams, asked = teams_seen(scope), requirements_of(scope.organization)
    chosen = with_teams(board_filter(request.GET), teams)
    page = board_page(
        scope.obligations,
        chosen,
        number=number(request.GET.get("page", "")) or 1,
        on=scope.now,
        people=scope.people,
        titles={each.pk: each.title for each in asked},
    )
    views, query = list(views_of(request, scope)), address_part(chosen)
    context = {
        "scope": scope,
        "chosen": chosen,
        "query": query,
        "fields": posted(chosen),
        "page": page,
        "statuses": [
            (status, name, page.counts[status]) for status, name in status_names().items() if status in page.counts
        ],
        "open_count": sum(page.counts[status] for status in OPEN_STATUSES),
        "requirements": asked,
        "teams": team_choices(teams),
        "job_titles": job_titles_of(scope.people),
        "sorts": words.sort_names().items(),
        "views": views,
        "is_kept": any(view.query == query for view in views),
    }
    return render(request, "administrator/obligations.html", context)


def teams_seen(scope: Scope) -> list[Team]:
    """The organization's teams; to a manager those that her people are in."""
    if scope.sees_everybody:
        return list(Team.objects.filter(organization=scope.organization, retired_at=None))
    return teams_of(scope.people)


@require_POST
@signed_in
def obligations_csv(request: SignedInRequest, organization: str) -> StreamingHttpResponse:
    scope, chosen = scope_of(request, organization), board_filter(request.POST)
    if chosen.team:
        chosen = with_teams(chosen, teams_seen(scope))
    record_export(organization=scope.organization, by=request.user, chosen=posted(chosen))
    site = settings.SITE_URL.rstrip("/")  # not from the request: the file outlives host names
    rows = (list(_cells(row, site)) for row in board_rows(scope.obligations, chosen, scope.now, scope.people))
    name = f"obligations-{scope.organization.slug}-{scope.today.isoformat()}.csv"
    return csv_response(name, EXPORT_HEADER, rows)


def _cells(row: BoardRow, site: str) -> Iterator[object]:
    yield from (row.name, row.work_email, row.staff_number, row.team, str(row.requirement), row.title)
    yield from (row.due_on.isoformat(), row.status.value, row.days)
    if row.met is None:
        yield from ("", "", "", "")
        return
    code = row.met.certificate
    address = site + reverse("visitor:certificate", args=[code]) if code else ""
    yield from (row.met.completed_on.isoformat(), row.met.by, row.met.version or "", address)
