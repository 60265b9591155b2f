"""Acts upon many obligations: chosen, looked over, confirmed."""

import uuid

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from administrator.acts_forms import FORMS, ActForm
from administrator.address import path_to, see_other
from administrator.filters import address_part, board_filter, posted, public_id
from administrator.messages import acts as messages
from administrator.scope import Scope, full_scope_of
from training import services
from training.models import Obligation, Preview
from training.queries import BoardFilter, Named, chosen_obligations, named_outcomes, named_rows, rows_to_choose
from training.rules import ONE_DAY, Act, Plan
from web.http import SignedInRequest, refused, signed_in

#: So many are listed to choose from; a filter narrows them down.
LISTED = 200
#: So many are named on a preview; the others are counted.
NAMED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk(request: SignedInRequest, organization: str) -> HttpResponse:
    scope, given = full_scope_of(request, organization), request.POST or request.GET
    act, chosen = _act(given.get("act", "")), board_filter(given)
    form = FORMS[act](request.POST or None, today=scope.today)
    if request.method != "POST":
        return _choosing(request, scope, act, chosen, form)
    rows = _rows(request, scope, chosen)
    if not form.is_valid():
        return _choosing(request, scope, act, chosen, form, status=422)
    try:
        preview = services.preview_act(
            organization=scope.organization, obligations=rows, plan=form.plan, by=request.user
        )
    except services.NothingChosen:
        form.add_error(None, messages.nothing_chosen())
    except services.TooManyChosen as refusal:
        form.add_error(None, messages.too_many(refusal.number, services.MOST_AT_ONCE))
    else:
        return see_other("bulk-preview", scope, preview.public_id)
    return _choosing(request, scope, act, chosen, form, status=422)


def _act(word: str) -> Act:
    try:
        return Act(word)
    except ValueError:
        raise Http404 from None


def _rows(request: SignedInRequest, scope: Scope, chosen: BoardFilter) -> QuerySet[Obligation]:
    found = chosen_obligations(scope.obligations, chosen, scope.now)
    if "everything" in request.POST:
        return found
    return scope.obligations.filter(public_id__in=_ticked(request.POST.getlist("obligations")))


def _ticked(values: list[str]) -> set[uuid.UUID]:
    return {found for value in values if (found := public_id(value))}


def _choosing(
    request: SignedInRequest, scope: Scope, act: Act, chosen: BoardFilter, form: ActForm, *, status: int = 200
) -> HttpResponse:
    given = request.POST or request.GET
    ticked = _ticked(given.getlist("obligations"))
    found = chosen_obligations(scope.obligations, chosen, scope.now)
    # Whoever ticked some on the board sees these; whoever did not chooses here.
    own = found.filter(public_id__in=ticked)
    narrowed = own if ticked and own.exists() else found
    context = {
        "scope": scope,
        "act": act,
        "title": messages.act_titles()[act],
        "lead": messages.act_leads()[act],
        "form": form,
        "fields": posted(chosen),
        "query": address_part(chosen),
        "rows": rows_to_choose(narrowed, scope.now, limit=LISTED),
        "found": found.count(),
        "ticked": ticked,
        "is_narrowed": narrowed is not found,
        "everything": "everything" in given,
    }
    return render(request, "administrator/bulk.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def bulk_preview(request: SignedInRequest, organization: str, preview_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    own = Preview.objects.filter(
        organization=scope.organization, made_by=request.user.audit_name, act__in=services.DONE.values()
    )
    preview = get_object_or_404(own.select_related("organization"), public_id=preview_id)
    if request.method != "POST":
        return _shown(request, scope, preview)
    back = path_to("obligations", scope)
    try:
        services.confirm_act(preview=preview, by=request.user)
    except services.FactsMoved:
        return _anew(request, scope, preview)
    except (services.NothingChosen, services.UnfitTerms) as refusal:
        return refused(request, messages.not_acted(refusal, back))
    flash.success(request, _title(preview, is_done=True) + ".")
    return see_other("bulk-preview", scope, preview.public_id)


def _anew(request: SignedInRequest, scope: Scope, preview: Preview) -> HttpResponse:
    """What the act would do now, to be looked at and confirmed instead."""
    pks = [pk for group in preview.request["rows"].values() for pk in group]
    rows = Obligation.objects.filter(pk__in=pks)
    plan = services.unpacked(preview.request["plan"])
    again = services.preview_act(organization=scope.organization, obligations=rows, plan=plan, by=request.user)
    return _shown(request, scope, again, status=409)


def _title(preview: Preview, *, is_done: bool) -> str:
    plan = services.unpacked(preview.request["plan"])
    return messages.bulk_title(plan, preview.counts.get(services.DOES, 0), is_done=is_done)


def _shown(request: SignedInRequest, scope: Scope, preview: Preview, *, status: int = 200) -> HttpResponse:
    plan: Plan = services.unpacked(preview.request["plan"])
    rows: dict[str, list[int]] = preview.request["rows"]
    is_done = preview.confirmed_at is not None
    context = {
        "scope": scope,
        "preview": preview,
        "plan": plan,
        "title": _title(preview, is_done=is_done),
        "facts": list(messages.plan_facts(plan)),
        "does": preview.counts.get(services.DOES, 0),
        "named": _named(request, scope, plan, rows.get(services.DOES, []), is_done=is_done),
        "left_out": [
            (words, number, named_rows(rows[code], limit=NAMED)) for code, words, number in messages.left_out(preview)
        ],
        "again": _again(preview, plan),
        "is_done": is_done,
        "is_changed": status == 409,
        "act_title": messages.act_titles()[plan.act],
        "address": path_to("bulk-preview", scope, preview.public_id),
    }
    return render(request, "administrator/bulk_preview.html", context, status=status)


def _again(preview: Preview, plan: Plan) -> str:
    """What the end of a waiver leads to; previews of before it was told say nothing of it."""
    number = preview.request.get("overdue_again", 0)
    return messages.overdue_again_words(number, plan.until_on and plan.until_on + ONE_DAY) if number else ""


def _named(request: SignedInRequest, scope: Scope, plan: Plan, pks: list[int], *, is_done: bool) -> list[Named]:
    if is_done:
        return named_rows(pks, limit=NAMED)
    return named_outcomes(pks, plan, request.user, scope.now, limit=NAMED)
