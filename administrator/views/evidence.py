"""Evidence that people hand in: waiting, looked at, decided."""

import uuid

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from administrator.acts_forms import ReasonForm
from administrator.address import path_to, see_other
from administrator.filters import number, public_id
from administrator.finding import evidence_in, person_in
from administrator.messages import evidence as messages
from administrator.reading import render_read
from administrator.scope import Scope, full_scope_of, scope_of
from training import services
from training.models import Evidence, EvidenceFile, Requirement
from training.queries import (
    PAGE_SIZE,
    approved_before,
    asks_for_evidence,
    decided_evidence,
    duplicates_of,
    names_of,
    requirements_of,
    state_of_evidence,
    waiting_evidence,
)
from training.queries.statements import waiting_statements
from web.evidence import EvidenceForm, file_response
from web.http import SignedInRequest, refused, signed_in


@require_safe
@signed_in
def evidence_list(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    decided = Paginator(decided_evidence(scope.people), PAGE_SIZE).get_page(number(request.GET.get("page", "")) or 1)
    words = messages.state_words()
    context = {
        "scope": scope,
        "waiting": list(waiting_evidence(scope.people)[:PAGE_SIZE]),
        "waiting_count": waiting_evidence(scope.people).count(),
        "decided": [(one, state_of_evidence(one), words[state_of_evidence(one)]) for one in decided],
        "page": decided,
        "statements": waiting_statements(scope.present).count() if scope.sees_everybody else 0,
    }
    return render(request, "administrator/evidence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def evidence(request: SignedInRequest, organization: str, evidence_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    found: Evidence = evidence_in(scope, evidence_id)
    decision = request.POST.get("decision", "")
    form = ReasonForm(request.POST if decision in ("reject", "withdraw") else None)
    if request.method == "POST" and (decision == "approve" or form.is_valid()):
        because = "" if decision == "approve" else form.cleaned_data["because"]
        return _decide(request, scope, found, decision, because)
    names = names_of(
        scope.organization, [name for name in (found.submitted_by, found.decided_by, found.withdrawn_by) if name]
    )
    state = state_of_evidence(found)
    context = {
        "scope": scope,
        "evidence": found,
        "state": state,
        "state_words": messages.state_words()[state],
        "submitted_by": names.get(found.submitted_by, ""),
        "decided_by": names.get(found.withdrawn_by or found.decided_by, ""),
        "is_own": found.membership.user_id == request.user.pk,
        "is_mine": found.submitted_by == request.user.audit_name,
        "may_decide": services.may_decide(found, request.user),
        "duplicates": duplicates_of(found, scope.people),
        "approved_before": approved_before(found),
        "form": form,
        "decision": decision,
    }
    return render_read(request, found.membership, "administrator/evidence.html", context)


def _decide(request: SignedInRequest, scope: Scope, found: Evidence, decision: str, because: str) -> HttpResponse:
    here = path_to("evidence", scope, found.public_id)
    try:
        match decision:
            case "approve":
                services.approve_evidence(evidence=found, by=request.user)
            case "reject":
                services.reject_evidence(evidence=found, because=because, by=request.user)
            case _:
                services.withdraw_evidence(evidence=found, because=because, by=request.user)
    except (services.OwnObligation, services.SamePerson, services.AlreadyDecided, services.NoReason) as refusal:
        return refused(request, messages.evidence_refused(refusal, here))
    flash.success(request, messages.evidence_decided(decision, found.membership.name))
    return see_other("evidence-list", scope)


@require_safe
@signed_in
def evidence_file(request: SignedInRequest, organization: str, evidence_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    found = evidence_in(scope, evidence_id)
    services.record_file_reading(target=found, membership=found.membership, by=request.user)
    return file_response(get_object_or_404(EvidenceFile, evidence=found))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def evidence_new(request: SignedInRequest, organization: str, membership_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    membership = person_in(scope, membership_id)
    wanted = public_id((request.POST or request.GET).get("requirement", ""))
    asked = [one for one in requirements_of(scope.organization) if one.public_id in asks_for_evidence(membership)]
    is_post = request.method == "POST"
    form = EvidenceForm(request.POST if is_post else None, request.FILES if is_post else None, today=scope.today)
    chosen = next((one for one in asked if one.public_id == wanted), None)
    if is_post and chosen is not None and form.is_valid():
        requirement = get_object_or_404(Requirement, organization=scope.organization, public_id=chosen.public_id)
        here = path_to("person", scope, membership.public_id)
        try:
            services.hand_in_evidence(
                membership=membership,
                requirement=requirement,
                claim=form.claim,
                file=form.cleaned_data["file"],
                by=request.user,
            )
        except (services.NoEvidenceAsked, services.AlreadyHandedIn, services.UnfitClaim) as refusal:
            return refused(request, messages.evidence_refused(refusal, here))
        flash.success(request, messages.evidence_kept(membership.name))
        return see_other("person", scope, membership.public_id)
    context = {"scope": scope, "membership": membership, "form": form, "asked": asked, "chosen": chosen}
    return render_read(request, membership, "administrator/evidence_new.html", context)
