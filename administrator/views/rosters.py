"""A list of people on its way in: uploaded, told how it is read, looked over, applied."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, RosterImport, RosterRow, RosterState
from accounts.queries import (
    first_people,
    held_roles,
    left_alone,
    names_of_seats,
    reading_of,
    rows_of,
    teams_to_make,
)
from accounts.rules.roster import DATES, Field, FileFault, Kind, guarded, needs_owner, short_years
from accounts.services import (
    ASK_ORDER,
    AnotherApplies,
    CannotMap,
    ErrorsFirst,
    FactsMoved,
    NotAsSeen,
    RosterBusy,
    TooManyEnded,
    check_roster,
    confirm_roster,
    receive_roster,
    record_errors_export,
    remove_roster,
)
from administrator.address import path_to, see_other
from administrator.messages import rosters as messages
from administrator.roster_forms import FileForm, ReadingForm, field_labels
from administrator.scope import Scope, full_scope_of
from audit.services import once
from web.http import SignedInRequest, csv_response, refused, signed_in
from web.templatetags.vignette import day

PAGE_SIZE: Final = 50
#: So many earlier imports, and so many teams that would be made, are listed.
LISTED: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rosters(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    is_post = request.method == "POST"
    form = FileForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid() and (received := _receive(request, scope, form)):
        return see_other("roster", scope, received)
    earlier = RosterImport.objects.filter(organization=scope.organization)[:LISTED]
    context = {"scope": scope, "form": form, "earlier": [(one, _state_words(one)) for one in earlier]}
    return render(request, "administrator/rosters.html", context, status=422 if is_post else 200)


def _receive(request: SignedInRequest, scope: Scope, form: FileForm) -> str | None:
    file = form.cleaned_data["file"]

    def act() -> str:
        roster = receive_roster(
            organization=scope.organization, name=file.name or "", content=file.read(), by=request.user
        )
        return str(roster.public_id)

    try:
        return once(by=request.user, request_id=form.cleaned_data["request_id"], route="administrator:rosters", act=act)
    except FileFault as fault:
        form.add_error("file", messages.file_fault(fault))
    return None


def _state_words(roster: RosterImport) -> tuple[str, str]:
    """The chip of an import, and its words."""
    state = RosterState(roster.state)
    chips = {RosterState.APPLIED: "done", RosterState.STOPPED: "not-started"}
    running = state in (RosterState.CHECKING, RosterState.APPLYING)
    return chips.get(state, "in-progress" if running else "waiting"), messages.state_name(
        state, is_removed=roster.removed_at is not None
    )


@require_safe
@signed_in
def roster(request: SignedInRequest, organization: str, roster_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = _roster(scope, roster_id)
    if request.htmx and found.state in (RosterState.CHECKING, RosterState.APPLYING):
        return render(request, "administrator/_roster_progress.html", {"scope": scope, "roster": found})
    if request.htmx:
        return _reload()
    return _page(request, scope, found)


def _reload() -> HttpResponse:
    """To the script that asked how far it is: it is done, look at the whole page."""
    response = HttpResponse(status=204)
    response.headers["HX-Refresh"] = "true"
    return response


def _page(
    request: SignedInRequest, scope: Scope, found: RosterImport, *, status: int = 200, **more: Any
) -> HttpResponse:
    reading = reading_of(found)
    context = {
        "scope": scope,
        "roster": found,
        "reading": reading,
        "encoding": messages.encoding_name(reading.encoding),
        "delimiter": messages.delimiter_name(reading.delimiter),
        "order": messages.order_name(found.reading["order"]),
        "years": short_years(scope.today),
    }
    if found.removed_at or found.state == RosterState.STOPPED:
        context |= {"why": messages.stop_words(found)}
        return render(request, "administrator/roster_stopped.html", context | more, status=status)
    template, its = {
        RosterState.READ: ("roster_reading", _reading),
        RosterState.CHECKING: ("roster_running", _running),
        RosterState.CHECKED: ("roster_checked", _checked),
        RosterState.APPLYING: ("roster_running", _running),
        RosterState.APPLIED: ("roster_applied", _applied),
    }[RosterState(found.state)]
    context |= {**its(request, scope, found), **more}
    return render(request, f"administrator/{template}.html", context, status=status)


def _reading(_request: SignedInRequest, _scope: Scope, found: RosterImport) -> Mapping[str, Any]:
    return {"form": _reading_form(found, None), **_sample(found)}


def _reading_form(found: RosterImport, data: Any) -> ReadingForm:
    reading = reading_of(found)
    asks = {"encoding"} if reading.encoding is None else set()
    if found.stop_reason == ASK_ORDER:
        asks.add("order")
    return ReadingForm(data, header=found.header, columns=reading.columns, asks=frozenset(asks))


def _sample(found: RosterImport) -> Mapping[str, Any]:
    people = first_people(found, 3)
    columns = [
        (heading, [record.cells[n] if n < len(record.cells) else "" for record in people])
        for n, heading in enumerate(found.header)
    ]
    return {"sample": columns, "asks_order": found.stop_reason == ASK_ORDER}


def _running(_request: SignedInRequest, _scope: Scope, _found: RosterImport) -> Mapping[str, Any]:
    return {}


def _checked(request: SignedInRequest, scope: Scope, found: RosterImport) -> Mapping[str, Any]:
    counts = found.counts
    asked = Kind.MISSING if request.method == "POST" else _kind(request.GET.get("show", ""))
    chosen = asked or next((kind for kind in messages.kind_names() if counts[kind]), Kind.NEW)
    names = messages.kind_names().items()
    kinds = [(kind, name, counts[kind]) for kind, name in names if counts[kind] or kind is chosen]
    missing, here = counts[Kind.MISSING], counts["here"]
    return {
        "headline": messages.checked_headline(counts),
        "kinds": kinds,
        "chosen": chosen,
        "means": messages.kind_means(chosen),
        "query": f"show={chosen}",
        "to_make": teams_to_make(found, LISTED) if counts[Kind.ERROR] else [],
        "acts": sum(counts[kind] for kind in (Kind.NEW, Kind.CHANGED, Kind.REJOINING)),
        "missing": missing,
        "errors": counts[Kind.ERROR],
        "share": messages.ended_share(missing, here),
        "needs_owner": needs_owner(missing, here),
        "is_owner": Role.OWNER in held_roles(request.user, scope.organization, scope.today),
        "limit": messages.limit_words(),
        **_rows(request, found, chosen),
    }


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in list(Kind) else None


def _rows(request: SignedInRequest, found: RosterImport, kind: Kind) -> Mapping[str, Any]:
    page = Paginator(rows_of(found, kind), PAGE_SIZE).get_page(request.GET.get("page"))
    seats = names_of_seats(row.seat for row in page)
    names = found.reading["names"]
    return {"page": page, "rows": [_shown(row, seats.get(row.seat or 0), names) for row in page]}


def _shown(row: RosterRow, seat: tuple[uuid.UUID, str, str] | None, names: Mapping[str, str]) -> Mapping[str, Any]:
    labels = field_labels()
    return {
        "line": row.line,
        "name": row.facts.get(Field.NAME) or (seat[1] if seat else ""),
        "email": row.facts.get(Field.WORK_EMAIL, ""),
        "team": row.facts.get(Field.TEAM) or (seat[2] if seat else ""),
        "started_on": _told(Field.STARTED_ON, row.facts.get(Field.STARTED_ON, "")),
        "hired_on": _told(Field.HIRED_ON, row.facts.get(Field.HIRED_ON, "")),
        "seat": seat[0] if seat else None,
        "changes": [
            (labels[Field(name)], _told(name, row.was.get(name, "")), _told(name, new))
            for name, new in row.facts.items()
        ],
        "troubles": messages.troubles(row.faults, names),
        "reason": messages.outcome_reason(row.outcome),
    }


def _told(name: str, fact: str) -> str:
    return day(dt.date.fromisoformat(fact)) if fact and name in DATES else fact


def _applied(request: SignedInRequest, _scope: Scope, found: RosterImport) -> Mapping[str, Any]:
    page = Paginator(left_alone(found), PAGE_SIZE).get_page(request.GET.get("page"))
    seats = names_of_seats(row.seat for row in page)
    done = [(name, found.outcome.get(kind, 0)) for kind, name in messages.kind_names().items() if kind in found.outcome]
    return {
        "headline": messages.applied_headline(found.outcome),
        "done": done,
        "page": page,
        "rows": [_shown(row, seats.get(row.seat or 0), found.reading["names"]) for row in page],
        "begun": found.outcome.get(Kind.NEW, 0) + found.outcome.get(Kind.REJOINING, 0),
        "errors": found.counts.get(Kind.ERROR, 0),
        "query": "",
    }


@require_POST
@signed_in
def check(request: SignedInRequest, organization: str, roster_id: uuid.UUID) -> HttpResponse:
    """Compare the file, read as the form says; or, from what was compared, the same way once more."""
    scope = full_scope_of(request, organization)
    found = _roster(scope, roster_id)
    if found.state == RosterState.READ and not found.removed_at:
        form = _reading_form(found, request.POST)
        if not form.is_valid():
            return _page(request, scope, found, form=form, status=422)
        chosen: dict[str, Any] = {"columns": form.columns(), "encoding": form.encoding(), "order": form.order()}
    else:
        form, reading = None, reading_of(found)
        chosen = {"columns": reading.columns, "order": reading.order}
    makes_teams = "makes_teams" in request.POST or reading_of(found).makes_teams
    try:
        check_roster(roster=found, by=request.user, makes_teams=makes_teams, **chosen)
    except RosterBusy:
        return refused(request, messages.roster_busy(path_to("roster", scope, found.public_id)))
    except CannotMap as refusal:
        form = form or _reading_form(found, request.POST)
        for fault in refusal.faults:
            form.add_error(None, messages.mapping_fault(fault))
        if not refusal.faults:
            form.add_error("encoding", messages.file_encoding_needed())
        return _page(request, scope, found, form=form, status=422)
    return see_other("roster", scope, found.public_id)


@require_POST
@signed_in
def apply(request: SignedInRequest, organization: str, roster_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = _roster(scope, roster_id)
    back = path_to("roster", scope, found.public_id)
    try:
        confirm_roster(
            roster=found,
            digest=request.POST.get("digest", ""),
            ends_missing=request.POST.get("missing") == "end",
            lifts_limit="lift" in request.POST,
            by=request.user,
        )
    except NotAsSeen:
        return refused(request, messages.not_as_seen(back))
    except FactsMoved as refusal:
        return refused(request, messages.facts_moved(refusal.number, back))
    except ErrorsFirst as refusal:
        return refused(request, messages.errors_first(refusal.number, back))
    except AnotherApplies:
        return refused(request, messages.another_applies(back))
    except TooManyEnded:
        return _page(request, scope, found, is_stopped=True, status=409)
    return see_other("roster", scope, found.public_id)


@require_POST
@signed_in
def removal(request: SignedInRequest, organization: str, roster_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = _roster(scope, roster_id)
    try:
        remove_roster(roster=found, by=request.user)
    except RosterBusy:
        return refused(request, messages.roster_busy(path_to("roster", scope, found.public_id)))
    flash.success(request, messages.removed())
    return see_other("rosters", scope)


@require_POST
@signed_in
def errors(request: SignedInRequest, organization: str, roster_id: uuid.UUID) -> HttpResponseBase:
    """The lines that cannot be read, each once, with what is wrong and the line as it stands: to mend and import."""
    scope = full_scope_of(request, organization)
    found = _roster(scope, roster_id)
    record_errors_export(roster=found, by=request.user)
    header = (*messages.ERRORS_HEADER, *found.header)
    name = f"errors-{scope.organization.slug}-{hashlib.sha256(found.sha256.encode()).hexdigest()[:8]}.csv"
    return csv_response(name, [guarded(cell) for cell in header], _mending(found))


def _mending(found: RosterImport) -> Iterator[list[str]]:
    names = found.reading["names"]
    for row in rows_of(found, Kind.ERROR).iterator(chunk_size=500):
        told = messages.troubles(row.faults, names)
        columns = ("column", "value", "wrong", "remedy")
        faults = [" | ".join(getattr(trouble, each) for trouble in told) for each in columns]
        yield [str(row.line or ""), *(guarded(cell) for cell in (*faults, *row.cells))]


def _roster(scope: Scope, roster_id: uuid.UUID) -> RosterImport:
    rosters = RosterImport.objects.select_related("organization")
    return get_object_or_404(rosters, organization=scope.organization, public_id=roster_id)
