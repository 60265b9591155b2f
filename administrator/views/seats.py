"""Acts on one person's seat: her record, her roles, her leaves, her end and her return."""

import datetime as dt
import uuid
from typing import Final

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Leave, Membership, Role, RoleGrant
from accounts.queries import hanging_on, held_roles, team_paths
from accounts.rules import may_confer
from accounts.services import (
    AddressTaken,
    BeforeTheEnd,
    ChangedMeanwhile,
    FirstDayHolds,
    LastOwner,
    LeaveCancelled,
    LeaveEndsFirst,
    LeaveOutside,
    LeaveOverlaps,
    MembershipEnded,
    NotAllowed,
    StaffNumberTaken,
    TeamRetired,
    cancel_leave,
    change_member,
    end_grant,
    end_leave,
    end_membership,
    grant_role,
    invite,
    record_leave,
    return_member,
    withdraw_end,
    withdraw_invitation,
)
from administrator.address import path_to, see_other
from administrator.messages import people as messages
from administrator.reading import render_read
from administrator.scope import Scope, full_scope_of
from administrator.seat_forms import (
    DayBackForm,
    EndForm,
    GrantEndForm,
    LeaveForm,
    RecordForm,
    ReturnForm,
    RoleForm,
    record_of,
)
from audit.services import once
from web.http import SignedInRequest, refused, signed_in

_page: Final = require_http_methods(["GET", "HEAD", "POST"])


@_page
@signed_in
def record(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    if seat.ended_on and seat.ended_on <= scope.today:
        return refused(request, messages.has_left(_back(scope, seat)))
    holds, is_post = bool(hanging_on(seat)), request.method == "POST"
    form = RecordForm(
        request.POST if is_post else None,
        paths=team_paths(scope.organization),
        first_day_holds=holds,
        initial=record_of(seat),
    )
    try:
        is_saved = is_post and form.is_valid() and _save(request, seat, form)
    except NotAllowed:
        return refused(request, messages.not_yours_to_move(_back(scope, seat)))
    except LastOwner:
        return refused(request, messages.last_owner(_back(scope, seat)))
    if is_saved:
        flash.success(request, messages.record_saved(form.cleaned_data["name"]))
        return see_other("person", scope, seat.public_id)
    context = {"scope": scope, "membership": _again(seat), "form": form, "holds": holds}
    return render_read(request, seat, "administrator/person_record.html", context)


def _save(request: SignedInRequest, seat: Membership, form: RecordForm) -> bool:
    try:
        change_member(membership=seat, facts=form.facts(), seen=form.cleaned_data["seen"], by=request.user)
    except ChangedMeanwhile:
        form.add_error(None, messages.changed_meanwhile())
    except (AddressTaken, StaffNumberTaken, TeamRetired, FirstDayHolds) as refusal:
        field, words = messages.fault_of_record(refusal)
        form.add_error(field or None, words)
    return not form.errors


@_page
@signed_in
def roles(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    is_post = request.method == "POST"
    held = held_roles(request.user, scope.organization, scope.today)
    offered = [(role, name) for role, name in messages.role_names().items() if may_confer(held, role)]
    form = RoleForm(
        request.POST if is_post else None,
        paths=team_paths(scope.organization),
        roles=offered,
        initial={"starts_on": scope.today, "role": Role.MANAGER, "team": seat.team_id},
    )
    if is_post and form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            grant_role(membership=seat, by=request.user, **{**form.cleaned_data, "role": role})
        except (MembershipEnded, TeamRetired):
            return refused(request, messages.has_left(_back(scope, seat)))
        flash.success(request, messages.role_given(seat.name, role))
        return see_other("person-roles", scope, seat.public_id)
    grants = seat.grants.select_related("team").order_by("ends_on", "starts_on", "pk")
    context = {
        "scope": scope,
        "membership": seat,
        "form": form,
        "names": messages.role_names(),
        "grants": [(grant, messages.role_names()[Role(grant.role)], may_confer(held, grant.role)) for grant in grants],
    }
    return render_read(request, seat, "administrator/person_roles.html", context)


@require_POST
@signed_in
def role_end(request: SignedInRequest, organization: str, membership_id: uuid.UUID, grant_id: int) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    grant = get_object_or_404(RoleGrant, membership=seat, pk=grant_id)
    form = GrantEndForm(request.POST)
    on = form.cleaned_data["on"] if form.is_valid() else None
    try:
        ended = end_grant(grant=grant, by=request.user, on=on)
    except LastOwner:
        return refused(request, messages.last_owner(path_to("person-roles", scope, seat.public_id)))
    except NotAllowed:
        return refused(request, messages.not_yours_to_end(path_to("person-roles", scope, seat.public_id)))
    flash.success(request, messages.role_ended(seat.name, Role(grant.role), ended.ends_on or scope.today))
    # Who ended the own last role has no page here any more.
    return see_other("person-roles", scope, seat.public_id)


@_page
@signed_in
def leaves(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    is_post = request.method == "POST"
    form = LeaveForm(request.POST if is_post else None, initial={"starts_on": scope.today})
    if is_post and form.is_valid():
        try:
            record_leave(membership=seat, by=request.user, **form.cleaned_data)
        except MembershipEnded:
            return refused(request, messages.has_left(_back(scope, seat)))
        except (LeaveOverlaps, LeaveOutside, LeaveEndsFirst) as refusal:
            form.add_error(None, messages.fault_of_leave(refusal))
        else:
            flash.success(request, messages.leave_recorded(seat.name))
            return see_other("person-leaves", scope, seat.public_id)
    context = {"scope": scope, "membership": seat, "form": form, "leaves": list(seat.leaves.all())}
    return render_read(request, seat, "administrator/person_leaves.html", context)


@require_POST
@signed_in
def leave_end(
    request: SignedInRequest, organization: str, membership_id: uuid.UUID, leave_id: uuid.UUID
) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    leave = get_object_or_404(Leave, membership=seat, public_id=leave_id)
    form = DayBackForm(request.POST)
    if not form.is_valid():
        flash.error(request, messages.fault_of_leave(LeaveEndsFirst()))
        return see_other("person-leaves", scope, seat.public_id)
    try:
        ended = end_leave(leave=leave, ends_on=form.cleaned_data["ends_on"], by=request.user)
    except (LeaveOverlaps, LeaveEndsFirst, LeaveCancelled) as refusal:
        flash.error(request, messages.fault_of_leave(refusal))
    else:
        flash.success(request, messages.leave_ended(ended.ends_on or scope.today))
    return see_other("person-leaves", scope, seat.public_id)


@require_POST
@signed_in
def leave_cancellation(
    request: SignedInRequest, organization: str, membership_id: uuid.UUID, leave_id: uuid.UUID
) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    cancel_leave(leave=get_object_or_404(Leave, membership=seat, public_id=leave_id), by=request.user)
    flash.success(request, messages.leave_cancelled())
    return see_other("person-leaves", scope, seat.public_id)


@_page
@signed_in
def end(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    if seat.ended_on:
        return see_other("person", scope, seat.public_id)
    is_post = request.method == "POST"
    form = EndForm(request.POST if is_post else None, initial={"on": scope.today})
    if is_post and form.is_valid():
        try:
            ended = end_membership(membership=seat, on=form.cleaned_data["on"], by=request.user)
        except LastOwner:
            return refused(request, messages.last_owner(_back(scope, seat)))
        except NotAllowed:
            return refused(request, messages.not_yours_to_end(_back(scope, seat)))
        flash.success(request, messages.ended(seat.name, ended.ended_on or scope.today, scope.today))
        return see_other("person", scope, seat.public_id)
    context = {"scope": scope, "membership": seat, "form": form, "grants": _open_grants(seat, scope.today)}
    return render_read(request, seat, "administrator/person_end.html", context)


@require_POST
@signed_in
def end_withdrawal(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    try:
        withdraw_end(membership=seat, by=request.user)
    except NotAllowed:
        return refused(request, messages.not_yours_to_end(_back(scope, seat)))
    except (AddressTaken, StaffNumberTaken) as refusal:
        return refused(request, messages.end_stands(refusal, _back(scope, seat)))
    flash.success(request, messages.end_withdrawn(seat.name))
    return see_other("person", scope, seat.public_id)


@_page
@signed_in
def return_(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    if seat.ended_on is None:
        raise Http404
    is_post = request.method == "POST"
    back_on = max(scope.today, seat.ended_on)
    initial = {"started_on": back_on, "hired_on": back_on, "job_title": seat.job_title, "team": seat.team_id}
    form = ReturnForm(request.POST if is_post else None, paths=team_paths(scope.organization), initial=initial)
    if is_post and form.is_valid():
        new = _return(request, seat, form)
        if new:
            flash.success(request, messages.returned(seat.name))
            return see_other("person", scope, new)
    context = {"scope": scope, "membership": seat, "form": form}
    return render_read(request, seat, "administrator/person_return.html", context)


def _return(request: SignedInRequest, seat: Membership, form: ReturnForm) -> str | None:
    facts = {name: form.cleaned_data[name] for name in ("started_on", "hired_on", "job_title", "team")}

    def act() -> str:
        new = return_member(membership=seat, by=request.user, **facts)
        invite(membership=new, by=request.user)
        return str(new.public_id)

    try:
        request_id = form.cleaned_data["request_id"]
        return once(by=request.user, request_id=request_id, route="administrator:person-return", act=act)
    except (BeforeTheEnd, TeamRetired) as refusal:
        form.add_error(*messages.fault_of_record(refusal))
    except (AddressTaken, StaffNumberTaken) as refusal:
        form.add_error(None, messages.fault_of_record(refusal)[1])
    return None


@require_POST
@signed_in
def invitation_withdrawal(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope, seat = _seat(request, organization, membership_id)
    withdraw_invitation(membership=seat, by=request.user)
    flash.success(request, messages.invitation_withdrawn(seat.name))
    return see_other("person", scope, seat.public_id)


def _seat(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> tuple[Scope, Membership]:
    scope = full_scope_of(request, organization)
    seen = scope.people.select_related("team", "organization", "user")
    return scope, get_object_or_404(seen, public_id=membership_id)


def _again(seat: Membership) -> Membership:
    # A refused service may have left what was typed on the object.
    return Membership.objects.select_related("team", "organization").get(pk=seat.pk)


def _back(scope: Scope, seat: Membership) -> str:
    return path_to("person", scope, seat.public_id)


def _open_grants(seat: Membership, today: dt.date) -> list[tuple[RoleGrant, str]]:
    grants = seat.grants.all().now_or_later(today).select_related("team").order_by("starts_on", "pk")
    return [(grant, messages.role_names()[Role(grant.role)]) for grant in grants]
