import datetime as dt
import hashlib
import uuid
from typing import Final

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership
from accounts.queries import new_seats_of, team_paths, to_invite
from accounts.services import (
    AddressTaken,
    AlreadyJoined,
    MembershipEnded,
    StaffNumberTaken,
    TeamRetired,
    add_member,
    invite,
    invite_all,
)
from administrator.address import path_to, see_other
from administrator.filters import address_part, board_filter, team_choices
from administrator.finding import in_team, person_in
from administrator.messages import people as people_words
from administrator.scope import Scope, full_scope_of, scope_of
from administrator.seat_forms import PersonForm
from administrator.views.obligations import teams_seen
from audit.services import once
from training.queries import (
    PAGE_SIZE,
    BoardFilter,
    named,
    with_account,
)
from web.http import SignedInRequest, refused, signed_in

ONE_DAY: Final = dt.timedelta(days=1)
#: So many people are named before they are invited.
LISTED: Final = 200


@require_safe
@signed_in
def people(request: SignedInRequest, organization: str) -> HttpResponse:
    scope, chosen = scope_of(request, organization), board_filter(request.GET)
    shows_left = request.GET.get("who") == "left"
    among = scope.people.filter(ended_on__lte=scope.today) if shows_left else scope.present
    has_none = request.GET.get("account") == "none"
    if has_none:
        among = among.filter(user__isnull=True)
    if chosen.dates_are_odd:
        among = among.filter(hired_on__gt=F("started_on"))
    found = among.filter(named("", chosen.search)).select_related("team").order_by("name", "pk")
    found = in_team(found, chosen.team)
    parts = ("who=left" if shows_left else "", "account=none" if has_none else "", address_part(chosen))
    context = {
        "scope": scope,
        "chosen": chosen,
        "shows_left": shows_left,
        "has_none": has_none,
        "query": "&".join(part for part in parts if part),
        "teams": team_choices(teams_seen(scope)),
        "page": Paginator(with_account(found, scope.now), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "administrator/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def person_new(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    paths = team_paths(scope.organization)
    form = PersonForm(request.POST or None, paths=paths, initial={"started_on": scope.today})
    if request.method == "POST" and form.is_valid():
        added = _add(request, scope, form)
        if added:
            flash.success(request, people_words.person_added(form.cleaned_data["name"]))
            return see_other("person", scope, added)
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/person_new.html", {"scope": scope, "form": form}, status=status)


def _add(request: SignedInRequest, scope: Scope, form: PersonForm) -> str | None:
    def act() -> str:
        seat = add_member(organization=scope.organization, by=request.user, **form.facts())
        invite(membership=seat, by=request.user)
        return str(seat.public_id)

    request_id: uuid.UUID = form.cleaned_data["request_id"]
    try:
        return once(by=request.user, request_id=request_id, route="administrator:person-new", act=act)
    except AddressTaken:
        form.add_error("work_email", people_words.address_taken())
    except StaffNumberTaken:
        form.add_error("staff_number", people_words.staff_number_taken())
    except TeamRetired as refusal:
        form.add_error(*people_words.fault_of_record(refusal))
    return None


@require_POST
@signed_in
def person_invitation(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    membership = person_in(scope, membership_id)
    try:
        invite(membership=membership, by=request.user)
    except (AlreadyJoined, MembershipEnded):
        return refused(request, people_words.not_invited(path_to("person", scope, membership.public_id)))
    flash.success(request, people_words.invited(membership.name))
    return see_other("person", scope, membership.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invitations(request: SignedInRequest, organization: str) -> HttpResponse:
    """Who would be sent an invitation, and, once that was looked over, the act."""
    scope = full_scope_of(request, organization)
    given = request.POST if request.method == "POST" else request.GET
    chosen = board_filter(given)
    found = _waiting(scope, chosen, given.get("roster", ""))
    seen = _seen(found)
    if request.method == "POST" and given.get("seen") == seen:
        invited = invite_all(organization=scope.organization, memberships=found, by=request.user)
        flash.success(request, people_words.people_invited(len(invited)))
        return see_other("people", scope)
    context = {
        "scope": scope,
        "chosen": chosen,
        "roster": given.get("roster", ""),
        "teams": team_choices(teams_seen(scope)),
        "listed": list(found.select_related("team")[:LISTED]),
        "number": found.count(),
        "seen": seen,
        "is_changed": request.method == "POST",
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "administrator/invitations.html", context, status=status)


def _waiting(scope: Scope, chosen: BoardFilter, roster: str) -> QuerySet[Membership]:
    found = to_invite(scope.present.filter(named("", chosen.search)), scope.today, scope.now)
    found = in_team(found, chosen.team)
    if roster:
        found = found.filter(pk__in=new_seats_of(scope.organization, roster))
    return found.order_by("name", "pk")


def _seen(found: QuerySet[Membership]) -> str:
    """Tells one list of people from another: who waits may be somebody else a minute later."""
    waiting = found.order_by("pk").values_list("pk", flat=True)
    return hashlib.sha256(" ".join(map(str, waiting)).encode()).hexdigest()
