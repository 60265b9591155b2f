"""What an organization asks of the learner, part by part; policies that she acknowledges; evidence that she hands in."""

import uuid

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership
from accounts.queries import has_left, today_in
from learner.messages import obligations as messages
from learner.reasons import reasons
from training import services
from training.models import EvidenceFile, Obligation, PartKinds, RequirementPart
from training.queries import EvidenceState, evidence_of, my_obligation, obligations_owned_by, state_of_evidence
from training.rules import Status
from web.evidence import EvidenceForm, file_response
from web.http import SignedInRequest, refused, see_other, signed_in

#: What she can still do something about.
OPEN = frozenset({Status.OVERDUE, Status.GRACE, Status.DUE, Status.UPCOMING, Status.SUSPENDED, Status.WAIVED})


@require_safe
@signed_in
def obligation(request: SignedInRequest, obligation_id: uuid.UUID) -> HttpResponse:
    owed = _mine(request, obligation_id)
    now = timezone.now()
    mine = my_obligation(owed, now)
    context = {
        "mine": mine,
        "organization": owed.membership.organization,
        "status": mine.standing.status,
        "is_open": mine.standing.status in OPEN,
        "may_begin": mine.standing.status is not Status.UPCOMING,
        "reasons": reasons(mine),
    }
    return render(request, "learner/obligation.html", context)


def _mine(request: SignedInRequest, obligation_id: uuid.UUID) -> Obligation:
    return get_object_or_404(obligations_owned_by(request.user), public_id=obligation_id)


@require_POST
@signed_in
def acknowledgement(request: SignedInRequest, obligation_id: uuid.UUID) -> HttpResponse:
    owed = _mine(request, obligation_id)
    here = reverse("learner:obligation", args=[owed.public_id])
    given = request.POST.get("part", "")
    parts = RequirementPart.objects.filter(version__requirement=owed.requirement, kind=PartKinds.POLICY)
    part = get_object_or_404(parts, pk=given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    if part is None:
        raise Http404
    try:
        services.acknowledge_policy(obligation=owed, part=part, by=request.user)
    except (services.NotHers, services.NotAskedNow, services.NotOpenYet) as refusal:
        return refused(request, messages.not_recorded(refusal, here))
    flash.success(request, messages.acknowledged(part.title))
    return see_other(here)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def evidence_new(request: SignedInRequest, obligation_id: uuid.UUID) -> HttpResponse:
    owed = _mine(request, obligation_id)
    mine, here = my_obligation(owed, timezone.now()), reverse("learner:obligation", args=[owed.public_id])
    if not mine.takes_evidence:
        return refused(request, messages.no_evidence(here))
    if has_left(owed.membership):
        return refused(request, messages.not_recorded(services.NotHers(), here))
    is_post = request.method == "POST"
    today = today_in(owed.membership.organization)
    form = EvidenceForm(request.POST if is_post else None, request.FILES if is_post else None, today=today)
    if is_post and form.is_valid():
        return _hand_in(request, owed, form)
    context = {"mine": mine, "organization": owed.membership.organization, "form": form}
    context["part"] = next(part for part in mine.parts if part.kind == PartKinds.EVIDENCE)
    return render(request, "learner/evidence_new.html", context, status=422 if is_post else 200)


def _hand_in(request: SignedInRequest, owed: Obligation, form: EvidenceForm) -> HttpResponse:
    here = reverse("learner:obligation", args=[owed.public_id])
    try:
        services.hand_in_evidence(
            membership=owed.membership,
            requirement=owed.requirement,
            claim=form.claim,
            file=form.cleaned_data["file"],
            by=request.user,
        )
    except services.NoEvidenceAsked:
        return refused(request, messages.no_evidence(here))
    except services.NotHers as refusal:
        return refused(request, messages.not_recorded(refusal, here))
    except services.AlreadyHandedIn:
        return refused(request, messages.already_handed_in(reverse("learner:evidence")))
    flash.success(request, messages.evidence_kept(owed.membership.organization.name))
    return see_other(here)


@require_safe
@signed_in
def evidence(request: SignedInRequest) -> HttpResponse:
    found = evidence_of(Membership.objects.of(request.user))
    waiting = EvidenceState.WAITING
    rows = [(each, state_of_evidence(each) is waiting and _is_hers(request, each.submitted_by)) for each in found]
    return render(request, "learner/evidence.html", {"rows": rows})


def _is_hers(request: SignedInRequest, submitted_by: str) -> bool:
    return submitted_by == request.user.audit_name


@require_safe
@signed_in
def evidence_file(request: SignedInRequest, evidence_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(evidence_of(Membership.objects.of(request.user)), public_id=evidence_id)
    return file_response(get_object_or_404(EvidenceFile, evidence=found))


@require_POST
@signed_in
def evidence_withdrawal(request: SignedInRequest, evidence_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(evidence_of(Membership.objects.of(request.user)), public_id=evidence_id)
    back = reverse("learner:evidence")
    try:
        services.withdraw_evidence(evidence=found, by=request.user)
    except (services.OwnObligation, services.AlreadyDecided):
        return refused(request, messages.evidence_not_withdrawn(back))
    flash.success(request, messages.evidence_withdrawn())
    return see_other(back)
