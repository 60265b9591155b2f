"""One address for every act upon many people: what it would do, and the confirmation."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages as flash
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from administrator.address import path_to, see_other
from administrator.filters import number
from administrator.messages import matrix as matrix_words
from administrator.messages import requirements as messages
from administrator.scope import Scope, full_scope_of
from administrator.views.preview_names import ending_names, open_names, planned_names
from training import services
from training.models import AssignmentRule, Preview, Requirement
from training.queries.planning import newest_version
from training.queries.ruled import part_rows_of, reasons_in, team_names, version_rows
from training.rules import Asking, Place, Reason, RuleText
from training.services import matrix, requirements, ruling
from web.http import SignedInRequest, refused, signed_in

Again = Callable[[SignedInRequest, Preview], Preview]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preview(request: SignedInRequest, organization: str, preview_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    # Acts upon obligations have a page of their own, for whoever looked at them alone.
    found = get_object_or_404(Preview, organization=scope.organization, public_id=preview_id, act__in=_PAGES)
    if request.method == "POST":
        return _confirm(request, scope, found)
    return _PAGES[found.act](request, scope, found)


def _confirm(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    try:
        return _done_or_again(request, scope, found)
    except (services.RuleRetired, services.NothingNew, services.CourseNotOffered, services.RuleUnfit):
        return refused(request, messages.ended_meanwhile(path_to("requirements", scope)))
    except (matrix.LinesUnclear, matrix.MatrixSaysNothing):
        return refused(request, matrix_words.unclear_by_now(path_to("matrix-sheet", scope)))


def _done_or_again(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    try:
        return _ACTS[found.act](request, scope, found)
    except services.RulePreviewMoved:
        # What was retired meanwhile cannot even be looked over again; the caller says so.
        again = _again(request, found)
    flash.warning(request, messages.moved())
    return see_other("preview", scope, again.public_id)


def _again(request: SignedInRequest, found: Preview) -> Preview:
    """The same act looked over anew."""
    if found.act == matrix.APPLY:
        sheet, order = matrix.asked_in(found)
        return matrix.preview_matrix(organization=found.organization, sheet=sheet, order=order, by=request.user)
    requirement, rule = _subjects(found)
    match found.act:
        case ruling.PUBLISH:
            text = RuleText.from_json(found.request["text"])
            return services.preview_rule(requirement=requirement, text=text, rule=rule, by=request.user)
        case ruling.RETIRE:
            assert rule is not None
            return services.preview_retirement(rule=rule, by=request.user)
        case requirements.PUBLISH:
            asking = Asking.from_json(found.request["asking"])
            return services.preview_requirement(
                requirement=requirement,
                asking=asking,
                holds_for_open=found.request["holds_for_open"],
                by=request.user,
            )
        case _:
            return services.preview_requirement_retirement(requirement=requirement, by=request.user)


def _subjects(found: Preview) -> tuple[Requirement, AssignmentRule | None]:
    requirement = get_object_or_404(
        Requirement.objects.select_related("organization"),
        organization=found.organization,
        public_id=found.request["requirement"],
    )
    rules = AssignmentRule.objects.select_related("requirement__organization", "organization")
    asked = found.request.get("rule")
    return requirement, get_object_or_404(rules, requirement=requirement, public_id=asked) if asked else None


def _context(scope: Scope, found: Preview) -> dict[str, Any]:
    requirement, rule = _subjects(found)
    return {
        "scope": scope,
        "preview": found,
        "counts": found.counts,
        "requirement": requirement,
        "title": requirement.versions.order_by("number").last(),
        "rule": newest_version(rule) if rule else None,
    }


# A rule


def _rule_page(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    plans, is_current = services.planned_in(found)
    text = RuleText.from_json(found.request["text"])
    impossible = (plan for plan in plans if plan.place is Place.IMPOSSIBLE)
    context = _context(scope, found) | {
        "text": text,
        "words": messages.rule_words(text, team_names(scope.organization)),
        "lead": messages.preview_lead(found.counts),
        "is_current": is_current,
        "reasons": [(messages.reason_words(reason), count) for reason, count in reasons_in(impossible).items()],
        **planned_names(request, plans),
    }
    return render(request, "administrator/preview_rule.html", context)


def _confirm_rule(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    wanted = services.Choices(moves="moves" in request.POST, gives_proposed="gives_proposed" in request.POST)
    version = services.confirm_rule(preview=found, by=request.user, wanted=wanted)
    flash.success(request, messages.rule_published(version.name, version.number, waits=_is_large(found)))
    return see_other("requirement", scope, found.request["requirement"])


def _is_large(found: Preview) -> bool:
    return bool(found.counts[Place.ENDS] + found.counts["people"] > services.AT_ONCE)


# What ends, and what is asked in other words


def _ending_page(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    context = _context(scope, found)
    if not found.confirmed_at:
        rule, requirement = context["rule"], context["requirement"]
        sources = Q(rule_version__rule=rule.rule) if rule else Q(obligation__requirement=requirement)
        context |= ending_names(
            request, sources, released=found.counts["released"], asked_by_others=found.counts["asked_by_others"]
        )
    return render(request, "administrator/preview_ending.html", context)


def _retire_rule(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    services.retire_rule(preview=found, by=request.user)
    flash.success(request, messages.rule_retired())
    return see_other("requirement", scope, found.request["requirement"])


def _retire_requirement(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    services.retire_requirement(preview=found, by=request.user)
    flash.success(request, messages.requirement_retired())
    return see_other("requirement", scope, found.request["requirement"])


def _version_page(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    context = _context(scope, found)
    context["newest"] = version_rows(context["requirement"])[0]
    asking = Asking.from_json(found.request["asking"])
    context["asking"] = asking
    context["parts"] = part_rows_of(asking.parts)
    context["holds_for_open"] = found.request["holds_for_open"]
    if found.request["holds_for_open"] and not found.confirmed_at:
        context |= open_names(request, context["requirement"], found.counts["open"])
    return render(request, "administrator/preview_version.html", context)


def _publish_version(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    version = services.publish_requirement_version(preview=found, by=request.user)
    flash.success(request, messages.version_published(version.number))
    return see_other("requirement", scope, found.request["requirement"])


# The matrix


def _matrix_page(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    sheet, order = matrix.asked_in(found)
    compared = matrix.compared(scope.organization, sheet, order)
    counted = {each["change"]: each for each in found.counts.get("rules", ())}
    reasons = ((reason, found.counts.get(f"impossible_{reason.value}", 0)) for reason in Reason)
    context = {
        "scope": scope,
        "preview": found,
        "counts": found.counts,
        "compared": compared,
        "changes": [(each, _change_words(each, counted.get(each.key, {}))) for each in compared.changes],
        "lead": messages.matrix_lead(found.counts),
        "reasons": [(messages.reason_words(reason), count) for reason, count in reasons if count],
        "due": messages.due_words(order),
    }
    if compared.changes and not found.confirmed_at:
        context |= _matrix_names(request, compared.changes, counted)
    return render(request, "administrator/preview_matrix.html", context)


def _change_words(change: matrix.Change, counts: Mapping[str, Any]) -> str:
    return messages.change_lead(counts, is_ending=change.text is None)


def _matrix_names(
    request: SignedInRequest, changes: Sequence[matrix.Change], counted: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The names of one rule, for each takes a plan of its own."""
    asked = number(request.GET.get("rule", "")) or 1
    shown = asked if asked <= len(changes) else 1
    change, prefix = changes[shown - 1], f"rule={shown}&"
    context: dict[str, Any] = {"number": shown, "of_change": change if len(changes) > 1 else None}
    if change.text is not None:
        return context | planned_names(request, matrix.plans_of(change), prefix)
    counts = counted.get(change.key, {})
    released = counts.get("released", 0)
    others = counts.get("ends", 0) - released
    sources = Q(rule_version__rule=change.rule)
    return context | ending_names(request, sources, released=released, asked_by_others=others, prefix=prefix)


def _apply_matrix(request: SignedInRequest, scope: Scope, found: Preview) -> HttpResponse:
    changed = matrix.apply_matrix(preview=found, by=request.user)
    flash.success(request, messages.matrix_applied(changed))
    return see_other("matrix", scope)


Step = Callable[[SignedInRequest, Scope, Preview], HttpResponse]

_PAGES: dict[str, Step] = {
    ruling.PUBLISH: _rule_page,
    ruling.RETIRE: _ending_page,
    requirements.PUBLISH: _version_page,
    requirements.RETIRE: _ending_page,
    matrix.APPLY: _matrix_page,
}
_ACTS: dict[str, Step] = {
    ruling.PUBLISH: _confirm_rule,
    ruling.RETIRE: _retire_rule,
    requirements.PUBLISH: _publish_version,
    requirements.RETIRE: _retire_requirement,
    matrix.APPLY: _apply_matrix,
}
