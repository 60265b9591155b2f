"""Acts upon one obligation, and what can be done about earlier ones."""

import uuid

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Membership
from administrator.acts_forms import FORMS, PolicyForm
from administrator.address import path_to, see_other
from administrator.filters import number
from administrator.finding import obligation_in
from administrator.messages import acts as messages
from administrator.messages.reasons import overdue_again
from administrator.reading import render_read
from administrator.scope import Scope, full_scope_of
from audit.services import once
from training import services
from training.models import Obligation, Statement, Waiver, WaiverReason
from training.queries import PAGE_SIZE, foreseen_of, names_of, policy_of, rows_to_choose
from training.queries.statements import waiting_statements
from training.rules import Act, Plan
from web.http import SignedInRequest, refused, signed_in

WHOSE = ("obligation__membership__user", "obligation__membership__organization")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def obligation_act(request: SignedInRequest, organization: str, obligation_id: uuid.UUID, act: Act) -> HttpResponse:
    scope = full_scope_of(request, organization)
    obligation = obligation_in(scope, obligation_id)
    [row] = rows_to_choose(Obligation.objects.filter(pk=obligation.pk), scope.now, limit=1)
    form = FORMS[act](request.POST or None, today=scope.today)
    again = None
    if request.method == "POST" and form.is_valid():
        # What a waiver leads to is said before it is given, once for each day until which it would hold.
        found = foreseen_of(form.plan, [obligation], request.user, scope.now)[obligation.pk]
        again = found.overdue_again
        if again is None or request.POST.get("seen") == again.isoformat():
            return _act(request, scope, obligation, row.title, form.plan, form.cleaned_data["request_id"])
    context = {
        "again": again,
        "again_words": overdue_again(again, row.due_on) if again else None,
        "scope": scope,
        "membership": obligation.membership,
        "is_own": obligation.membership.user_id == request.user.pk,
        "row": row,
        "form": form,
        "act": act,
        "title": messages.act_titles()[act],
        "lead": messages.act_leads()[act],
        "button": messages.all_the_same() if again else messages.act_buttons()[act],
        "policy": policy_of(scope.organization),
    }
    return render_read(request, obligation.membership, "administrator/obligation_act.html", context)


def _act(
    request: SignedInRequest, scope: Scope, obligation: Obligation, title: str, plan: Plan, request_id: uuid.UUID
) -> HttpResponse:
    seat = obligation.membership

    def act() -> str:
        _do(plan, obligation, request)
        return str(obligation.public_id)

    waits = plan.act is Act.STATE and policy_of(scope.organization).statements_need_second
    try:
        once(by=request.user, request_id=request_id, route=f"administrator:obligation-{plan.act}", act=act)
    except (services.OwnObligation, services.NotPossible, services.UnfitTerms) as refusal:
        return refused(request, messages.not_acted(refusal, path_to("person", scope, seat.public_id)))
    flash.success(request, messages.acted(plan, seat.name, title, waits=waits))
    return see_other("person", scope, seat.public_id)


def _do(plan: Plan, obligation: Obligation, request: SignedInRequest) -> None:
    by = request.user
    match plan.act:
        case Act.EXTEND:
            services.extend_obligation(obligation=obligation, days=plan.days, reason=plan.words, by=by)
        case Act.WAIVE:
            reason = WaiverReason(plan.code)
            services.waive_obligation(obligation=obligation, reason=reason, until_on=plan.until_on, by=by)
        case Act.STATE:
            assert plan.done_on is not None
            services.state_completion(obligation=obligation, done_on=plan.done_on, reason=plan.words, by=by)
        case Act.RELEASE:
            services.release_obligation(obligation=obligation, by=by)


@require_POST
@signed_in
def waiver_end(request: SignedInRequest, organization: str, waiver_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    waivers = Waiver.objects.filter(obligation__membership__in=scope.people).select_related(*WHOSE)
    found = get_object_or_404(waivers, public_id=waiver_id)
    seat = found.obligation.membership
    try:
        services.end_waiver(waiver=found, by=request.user)
    except services.OwnObligation as refusal:
        return refused(request, messages.not_acted(refusal, path_to("person", scope, seat.public_id)))
    flash.success(request, messages.waiver_ended(seat.name))
    return see_other("person", scope, seat.public_id)


@require_safe
@signed_in
def statements(request: SignedInRequest, organization: str) -> HttpResponse:
    """What waits for a second person. Whoever stated it, or whom it is about, sees that it waits for somebody else."""
    scope = full_scope_of(request, organization)
    page = Paginator(waiting_statements(scope.present), PAGE_SIZE).get_page(number(request.GET.get("page", "")) or 1)
    names = names_of(scope.organization, [one.stated_by for one in page])
    rows = [
        {
            "statement": one,
            "stated_by": names[one.stated_by],
            "is_mine": one.stated_by == request.user.audit_name,
            "is_own": one.obligation.membership.user_id == request.user.pk,
        }
        for one in page
    ]
    return render(request, "administrator/statements.html", {"scope": scope, "page": page, "rows": rows})


DECISIONS = {
    "confirm": services.confirm_statement,
    "reject": services.reject_statement,
    "withdraw": services.withdraw_statement,
}


@require_POST
@signed_in
def statement_decision(request: SignedInRequest, organization: str, statement_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    statements = Statement.objects.filter(obligation__membership__in=scope.people).select_related(*WHOSE)
    found = get_object_or_404(statements, public_id=statement_id)
    seat: Membership = found.obligation.membership
    decision = request.POST.get("decision", "")
    if decision not in DECISIONS:
        raise Http404
    try:
        DECISIONS[decision](statement=found, by=request.user)
    except (services.OwnObligation, services.SamePerson, services.AlreadyDecided) as refusal:
        return refused(request, messages.not_acted(refusal, path_to("person", scope, seat.public_id)))
    flash.success(request, messages.statement_answered(decision, seat.name))
    if request.POST.get("back") == "statements":
        return see_other("statements", scope)
    return see_other("person", scope, seat.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def policy(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    kept = policy_of(scope.organization)
    data = request.POST if request.method == "POST" else None
    form = PolicyForm(data, initial={"statements_need_second": kept.statements_need_second})
    if request.method == "POST" and form.is_valid():
        services.update_policy(organization=scope.organization, policy=form.policy(kept), by=request.user)
        flash.success(request, messages.policy_kept())
        return see_other("policy", scope)
    return render(request, "administrator/policy.html", {"scope": scope, "form": form})
