import datetime as dt
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from administrator.address import see_other
from administrator.filters import day_of, number
from administrator.messages.audit import (
    action_choices,
    action_words,
    actor_words,
    detail_words,
    thing_words,
    verdict_words,
)
from administrator.scope import Scope, owner_scope_of
from audit.models import Outcome
from training.queries import TrailFilter, TrailRow, last_check, trail_of, trail_page, trail_rows
from training.services import check_trail, export_trail, open_trail
from web.http import SignedInRequest, csv_response, signed_in

#: So long an owner reads on what she said she would read; then it is put on record anew.
READS = dt.timedelta(hours=1)

HEADER = (
    "sequence", "at", "actor", "actor_name", "action", "object_type", "object_id", "object_name", "outcome", "details",
    "request", "previous", "hash",
)  # fmt: skip


@require_safe
@signed_in
def audit(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = owner_scope_of(request, organization)
    check = last_check(scope.organization)
    context = {"scope": scope, "check": check, "verdict": verdict_words(check.details) if check else ""}
    if not _is_reading(request, scope):
        return render(request, "administrator/audit_closed.html", context)
    chosen = trail_filter(request.GET)
    page = trail_page(scope.organization, chosen, before=number(request.GET.get("before", "")))
    shown = {
        "chosen": chosen,
        "query": urlencode(posted(chosen)),
        "fields": posted(chosen),
        "actions": action_choices(),
        "rows": [_shown(row) for row in page.rows],
        "before": page.before,
        "is_first": "before" not in request.GET,
    }
    return render(request, "administrator/audit.html", context | shown)


@require_POST
@signed_in
def audit_reading(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = owner_scope_of(request, organization)
    open_trail(organization=scope.organization, by=request.user)
    request.session[_key(scope)] = timezone.now().isoformat()
    return see_other("audit", scope)


@require_POST
@signed_in
def audit_check(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = owner_scope_of(request, organization)
    check_trail(organization=scope.organization, by=request.user)
    return see_other("audit", scope)


@require_POST
@signed_in
def audit_csv(request: SignedInRequest, organization: str) -> StreamingHttpResponse:
    scope, chosen = owner_scope_of(request, organization), trail_filter(request.POST)
    export_trail(organization=scope.organization, by=request.user, chosen=posted(chosen))
    name = f"audit-{scope.organization.slug}-{scope.today.isoformat()}.csv"
    return csv_response(name, HEADER, _lines(scope, chosen))


def trail_filter(given: Mapping[str, str]) -> TrailFilter:
    outcome = given.get("outcome", "")
    return TrailFilter(
        action=given.get("action", "").replace("\x00", "")[:60],
        person=given.get("person", "").replace("\x00", "").strip()[:80],
        first=day_of(given.get("first", "")),
        last=day_of(given.get("last", "")),
        outcome=Outcome(outcome) if outcome in Outcome.values else None,
    )


def posted(chosen: TrailFilter) -> dict[str, str]:
    values = {
        "action": chosen.action,
        "person": chosen.person,
        "first": chosen.first.isoformat() if chosen.first else "",
        "last": chosen.last.isoformat() if chosen.last else "",
        "outcome": chosen.outcome.value if chosen.outcome else "",
    }
    return {name: value for name, value in values.items() if value}


def _key(scope: Scope) -> str:
    return f"trail-{scope.organization.pk}"


def _is_reading(request: SignedInRequest, scope: Scope) -> bool:
    since = request.session.get(_key(scope))
    return since is not None and timezone.now() - dt.datetime.fromisoformat(since) < READS


def _shown(row: TrailRow) -> dict[str, object]:
    return {
        "event": row.event,
        "actor": actor_words(row),
        "action": action_words(row),
        "thing": thing_words(row),
        "details": detail_words(row.event.details),
        "is_refused": row.event.outcome == Outcome.REFUSED,
    }


def _lines(scope: Scope, chosen: TrailFilter) -> Iterator[list[object]]:
    """Every event that the filter lets through, in flat memory, with the names of today beside the ids."""
    events = trail_of(scope.organization, chosen).iterator(chunk_size=1000)
    while chunk := list(islice(events, 1000)):
        for row in trail_rows(scope.organization, chunk):
            event = row.event
            yield [
                *(event.sequence, event.at.isoformat(), event.actor, row.actor, event.action, event.object_type),
                *(event.object_id, row.whom, event.outcome, json.dumps(event.details, sort_keys=True)),
                *(event.request, event.previous, event.hash),
            ]
