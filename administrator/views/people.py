import uuid

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership, Team
from accounts.services import AddressTaken, AlreadyJoined, MembershipEnded, StaffNumberTaken, add_member, invite
from administrator import messages
from administrator.address import path_to, see_other
from administrator.filters import address_part, board_filter, day_of
from administrator.forms import PersonForm
from administrator.scope import Scope, full_scope_of, scope_of
from audit.services import once
from training.queries import PAGE_SIZE, account_state, explained_obligations, named, names_of, teams_of, with_account
from training.rules import ONE_SECOND, due_at
from web.http import SignedInRequest, refused, signed_in


@require_safe
@signed_in
def people(request: SignedInRequest, organization: str) -> HttpResponse:
    scope, chosen = scope_of(request, organization), board_filter(request.GET)
    found = scope.present.filter(named("", chosen.search)).select_related("team").order_by("name", "pk")
    if chosen.team:
        found = found.filter(team=chosen.team)
    context = {
        "scope": scope,
        "chosen": chosen,
        "query": address_part(chosen),
        "teams": teams_of(scope.people),
        "page": Paginator(with_account(found, scope.now), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "administrator/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def person_new(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    teams = Team.objects.filter(organization=scope.organization)
    form = PersonForm(request.POST or None, teams=teams, initial={"started_on": scope.today})
    if request.method == "POST" and form.is_valid():
        added = _add(request, scope, form)
        if added:
            flash.success(request, messages.person_added(form.cleaned_data["name"]))
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
        form.add_error("work_email", messages.address_taken())
    except StaffNumberTaken:
        form.add_error("staff_number", messages.staff_number_taken())
    return None


@require_safe
@signed_in
def person(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    membership = _person(scope, membership_id)
    day = day_of(request.GET.get("on", "")) or scope.today
    on = scope.now if day == scope.today else due_at(day, scope.organization.time_zone) - ONE_SECOND
    explained = explained_obligations(membership, on)
    names = names_of(scope.organization, [one.assigned_by for one in explained])
    context = {
        "scope": scope,
        "membership": membership,
        "account": account_state(membership, scope.now),
        "lead": messages.person_lead(explained),
        "explained": [(one, messages.reasons(one, assigned_by=names[one.assigned_by], today=day)) for one in explained],
        "day": day,
    }
    return render(request, "administrator/person.html", context)


@require_POST
@signed_in
def person_invitation(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    membership = _person(scope, membership_id)
    try:
        invite(membership=membership, by=request.user)
    except (AlreadyJoined, MembershipEnded):
        return refused(request, messages.not_invited(path_to("person", scope, membership.public_id)))
    flash.success(request, messages.invited(membership.name))
    return see_other("person", scope, membership.public_id)


def _person(scope: Scope, membership_id: uuid.UUID) -> Membership:
    seen = scope.people.select_related("team", "organization", "user")
    return get_object_or_404(seen, public_id=membership_id)
