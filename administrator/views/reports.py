from collections.abc import Iterator
from typing import IO
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, Team
from accounts.services import NotAllowed
from administrator.address import path_to, see_other
from administrator.messages.reports import fault_words, kind_names, not_made, progress_words
from administrator.report_forms import ReportForm
from administrator.scope import Scope, holds, scope_of
from training.models import Report
from training.queries import requirements_of
from training.services import (
    Exported,
    FileRemoved,
    TooManyReports,
    ask_for_report,
    export_report,
    hand_out,
    is_small,
    may_see_report,
)
from web.http import SignedInRequest, refused, signed_in

#: So many reports are listed, the newest first.
LISTED = 30


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reports(request: SignedInRequest, organization: str) -> HttpResponse | StreamingHttpResponse:
    scope = scope_of(request, organization)
    form = _form(request, scope)
    if request.method != "POST":
        return _page(request, scope, form)
    if not form.is_valid():
        return _page(request, scope, form, status=422)
    wanted = form.wanted(with_trail=holds(request, scope, Role.OWNER))
    if is_small(wanted=wanted, organization=scope.organization, by=request.user):
        return _file(export_report(wanted=wanted, organization=scope.organization, by=request.user))
    try:
        report = ask_for_report(
            wanted=wanted,
            organization=scope.organization,
            by=request.user,
            request_id=form.cleaned_data["request_id"],
        )
    except TooManyReports as refusal:
        return refused(request, not_made(refusal, path_to("reports", scope)))
    return see_other("report", scope, report.public_id)


@require_safe
@signed_in
def report(request: SignedInRequest, organization: str, report_id: UUID) -> HttpResponse:
    scope, found = _found(request, organization, report_id)
    context = {"scope": scope, "report": found, "kind": kind_names()[found.kind], **_state(found)}
    if not request.htmx:
        return render(request, "administrator/report.html", context)
    if found.finished_at is None and request.GET.get("seen") == f"{found.done}-{found.tries}":
        return HttpResponse(status=204)  # nothing to swap, and nothing to read aloud again
    return render(request, "administrator/_report_state.html", context)


@require_POST
@signed_in
def report_file(request: SignedInRequest, organization: str, report_id: UUID) -> HttpResponse | StreamingHttpResponse:
    scope, found = _found(request, organization, report_id)
    try:
        pieces = hand_out(report=found, by=request.user)
    except FileRemoved as refusal:
        return refused(request, not_made(refusal, path_to("reports", scope)))
    except NotAllowed:
        raise Http404 from None
    return _download(pieces, found.file_name, found.media_type, found.size)


def _form(request: SignedInRequest, scope: Scope) -> ReportForm:
    return ReportForm(
        request.POST if request.method == "POST" else None,
        teams=_teams(request, scope),
        requirements=requirements_of(scope.organization),
        today=scope.today,
        of_teams=not scope.sees_everybody,
    )


def _teams(request: SignedInRequest, scope: Scope) -> QuerySet[Team]:
    if scope.sees_everybody:
        return Team.objects.filter(organization=scope.organization)
    return Team.objects.led_by(request.user, scope.organization, scope.today)


def _page(request: SignedInRequest, scope: Scope, form: ReportForm, *, status: int = 200) -> HttpResponse:
    names = kind_names()
    made = Report.objects.filter(organization=scope.organization).select_related("asked_by").order_by("-asked_at")
    if not scope.sees_everybody:
        made = made.filter(asked_by=request.user)
    rows = [{"report": one, "kind": names[one.kind], **_state(one)} for one in made[:LISTED]]
    context = {"scope": scope, "form": form, "rows": rows, "is_owner": holds(request, scope, Role.OWNER)}
    return render(request, "administrator/reports.html", context, status=status)


def _state(found: Report) -> dict[str, object]:
    is_failed = found.finished_at is not None and not found.sha256
    return {
        "is_ready": bool(found.sha256) and found.removed_at is None,
        "is_failed": is_failed,
        "is_waiting": found.finished_at is None,
        "progress": progress_words(found.done, found.total) if found.total else "",
        "fault": fault_words(found.failed_because) if is_failed else "",
    }


def _found(request: SignedInRequest, organization: str, report_id: UUID) -> tuple[Scope, Report]:
    """The report, for whoever may see it today."""
    scope = scope_of(request, organization)
    found = get_object_or_404(Report, organization=scope.organization, public_id=report_id)
    if not may_see_report(found, request.user):
        raise Http404
    return scope, found


def _file(exported: Exported) -> StreamingHttpResponse:
    size = exported.content.seek(0, 2)
    exported.content.seek(0)
    return _download(_read(exported.content), exported.name, exported.media_type, size)


def _read(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        yield from iter(lambda: content.read(65_536), b"")


def _download(pieces: Iterator[bytes], name: str, media_type: str, size: int) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Length"] = str(size)
    response.headers["Cache-Control"] = "no-store"
    return response
