from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from administrator.filters import address_part, board_filter, number, posted
from administrator.messages import EXPORT_HEADER, status_names
from administrator.scope import scope_of
from training.queries import BoardRow, board_page, board_rows, courses_asked_for, teams_of
from training.services import record_export
from web.http import SignedInRequest, csv_response, signed_in


@require_safe
@signed_in
def obligations(request: SignedInRequest, organization: str) -> HttpResponse:
    scope, chosen = scope_of(request, organization), board_filter(request.GET)
    courses = courses_asked_for(scope.organization)
    page = board_page(
        scope.obligations,
        chosen,
        number=number(request.GET.get("page", "")) or 1,
        on=scope.now,
        titles={course.pk: course.title for course in courses},
    )
    context = {
        "scope": scope,
        "chosen": chosen,
        "query": address_part(chosen),
        "fields": posted(chosen),
        "page": page,
        "statuses": [(status, name, page.counts[status]) for status, name in status_names().items()],
        "courses": courses,
        "teams": teams_of(scope.people),
    }
    return render(request, "administrator/obligations.html", context)


@require_POST
@signed_in
def obligations_csv(request: SignedInRequest, organization: str) -> StreamingHttpResponse:
    scope, chosen = scope_of(request, organization), board_filter(request.POST)
    record_export(organization=scope.organization, by=request.user, chosen=posted(chosen))
    site = settings.SITE_URL.rstrip("/")  # not from the request: the file outlives host names
    rows = (list(_cells(row, site)) for row in board_rows(scope.obligations, chosen, scope.now))
    name = f"obligations-{scope.organization.slug}-{scope.today.isoformat()}.csv"
    return csv_response(name, EXPORT_HEADER, rows)


def _cells(row: BoardRow, site: str) -> Iterator[object]:
    yield from (row.name, row.work_email, row.staff_number, row.team, row.course, row.course_title)
    yield from (row.due_on.isoformat(), row.status.value, row.days)
    if row.met is None:
        yield from ("", "", "")
        return
    code = row.met.certificate
    address = site + reverse("visitor:certificate", args=[code]) if code else ""
    yield from (row.met.completed_on.isoformat(), row.met.version, address)
