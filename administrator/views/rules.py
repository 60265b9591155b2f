"""What is asked, in which words; whom rules reach, and by when; and whom they have no day for."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages as flash
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Team
from administrator.address import path_to, see_other
from administrator.filters import day_of
from administrator.messages import requirements as messages
from administrator.requirement_forms import RequirementForm
from administrator.rule_forms import RuleForm, choices_in
from administrator.scope import Scope, full_scope_of, scope_of
from audit.services import once
from training import services
from training.models import AssignmentRule, Preview, Requirement
from training.queries import courses_on_offer
from training.queries.planning import newest_version, text_of
from training.queries.progress import progress_of
from training.queries.ruled import (
    NoDay,
    named_plans,
    rule_rows,
    statuses_of,
    team_names,
    version_rows,
    without_day,
)
from training.rules import RuleText
from training.services import ruling
from web.http import SignedInRequest, refused, signed_in

#: So many people of one rule stand on the work list; the others follow when these have their day.
LISTED = 200


def _requirement(scope: Scope, requirement_id: uuid.UUID) -> Requirement:
    found = Requirement.objects.filter(organization=scope.organization).select_related("organization")
    return get_object_or_404(found, public_id=requirement_id)


def _rule(requirement: Requirement, rule_id: uuid.UUID) -> AssignmentRule:
    found = AssignmentRule.objects.select_related("requirement__organization", "organization")
    return get_object_or_404(found, requirement=requirement, public_id=rule_id)


@require_safe
@signed_in
def requirement(request: SignedInRequest, organization: str, requirement_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    asked = _requirement(scope, requirement_id)
    versions, teams = version_rows(asked), team_names(scope.organization)
    owed = scope.obligations.filter(requirement=asked)
    rows = rule_rows(asked)
    going = progress_of(row.rule.pk for row in rows)
    context = {
        "scope": scope,
        "requirement": asked,
        "newest": versions[0],
        "ladder": messages.ladder_words(versions[0].version.ladder),
        "versions": versions,
        "rules": [(row, messages.rule_words(row.text, teams), going.get(row.rule.pk)) for row in rows],
        "is_going": bool(going),
        "statuses": messages.status_lines(statuses_of(owed, scope.now)),
    }
    return render(request, "administrator/requirement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def requirement_new(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    form = RequirementForm(request.POST or None, courses=courses_on_offer(request.user))
    if request.method == "POST" and form.is_valid() and (made := _create(request, scope, form)):
        flash.success(request, messages.created(form.cleaned_data["title"]))
        return see_other("requirement", scope, made)
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/requirement_new.html", {"scope": scope, "form": form}, status=status)


def _create(request: SignedInRequest, scope: Scope, form: RequirementForm) -> str | None:
    def act() -> str:
        made = services.create_requirement(organization=scope.organization, asking=form.asking, by=request.user)
        return str(made.public_id)

    request_id: uuid.UUID = form.cleaned_data["request_id"]
    try:
        return once(by=request.user, request_id=request_id, route="administrator:requirement-new", act=act)
    except services.RequirementUnfit as unfit:
        form.add_error(None, messages.misfit_words(unfit.misfit))
    except services.CourseAskedAlready:
        form.add_error(None, messages.asked_already())
    except services.CourseNotOffered:
        form.add_error(None, messages.not_offered())
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def requirement_version(request: SignedInRequest, organization: str, requirement_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    asked = _requirement(scope, requirement_id)
    newest = version_rows(asked)[0].version
    form = RequirementForm(
        request.POST or None,
        courses=courses_on_offer(request.user, asked),
        asking=services.asking_of(newest),
        is_next=True,
    )
    if request.method == "POST" and form.is_valid() and (made := _preview_version(request, asked, form)):
        return see_other("preview", scope, made)
    context = {"scope": scope, "requirement": asked, "newest": newest, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/requirement_version.html", context, status=status)


def _preview_version(request: SignedInRequest, asked: Requirement, form: RequirementForm) -> uuid.UUID | None:
    try:
        return services.preview_requirement(
            requirement=asked,
            asking=form.asking,
            holds_for_open=form.cleaned_data["holds_for_open"],
            by=request.user,
        ).public_id
    except services.RequirementUnfit as unfit:
        form.add_error(None, messages.misfit_words(unfit.misfit))
    except services.NothingNew:
        form.add_error(None, messages.nothing_new())
    except services.CourseNotOffered:
        form.add_error(None, messages.not_offered())
    except services.RuleRetired:
        form.add_error(None, messages.is_retired())
    return None


@require_POST
@signed_in
def requirement_retirement(request: SignedInRequest, organization: str, requirement_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    asked = _requirement(scope, requirement_id)
    try:
        made = services.preview_requirement_retirement(requirement=asked, by=request.user)
    except services.RuleRetired:
        return see_other("requirement", scope, asked.public_id)
    return see_other("preview", scope, made.public_id)


# Rules


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rule_new(request: SignedInRequest, organization: str, requirement_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    return _rule_form(request, scope, _requirement(scope, requirement_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def rule(request: SignedInRequest, organization: str, requirement_id: uuid.UUID, rule_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    asked = _requirement(scope, requirement_id)
    return _rule_form(request, scope, asked, _rule(asked, rule_id))


def _rule_form(
    request: SignedInRequest, scope: Scope, asked: Requirement, standing: AssignmentRule | None
) -> HttpResponse:
    version = newest_version(standing) if standing else None
    text = _looked_at(request, asked) or (text_of(version) if version else None)
    form = RuleForm(request.POST or None, choices=choices_in(scope.present, _teams(scope, text)), text=text)
    if request.method == "POST" and form.is_valid() and (made := _preview_rule(request, asked, standing, form)):
        return see_other("preview", scope, made)
    context = {
        "scope": scope,
        "requirement": asked,
        "title": asked.versions.order_by("number").last(),
        "rule": standing,
        "version": version,
        "form": form,
        "has_exempt": bool(text and text.audience.exempt),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/rule.html", context, status=status)


def _teams(scope: Scope, text: RuleText | None) -> QuerySet[Team]:
    """The open teams, and retired ones that the rule names already."""
    conditions = (*text.audience.any, *text.audience.exempt) if text else ()
    named = Q(pk__in={each.team for each in conditions if each.team})
    return Team.objects.filter(Q(retired_at=None) | named, organization=scope.organization)


def _looked_at(request: SignedInRequest, asked: Requirement) -> RuleText | None:
    """What was looked over before and is to be changed: nobody types it twice."""
    if "preview" not in request.GET:
        return None
    found = Preview.objects.filter(organization=asked.organization, act=ruling.PUBLISH)
    preview = found.filter(public_id=_uuid(request.GET["preview"])).first()
    if preview is None or preview.request["requirement"] != str(asked.public_id):
        return None
    return RuleText.from_json(preview.request["text"])


def _preview_rule(
    request: SignedInRequest, asked: Requirement, standing: AssignmentRule | None, form: RuleForm
) -> uuid.UUID | None:
    try:
        made = services.preview_rule(requirement=asked, text=form.text, rule=standing, by=request.user)
    except services.RuleUnfit as unfit:
        form.add_error(
            "fixed_on" if unfit.unfit is services.Unfit.DAY_IN_PAST else None, messages.unfit_words(unfit.unfit)
        )
    except services.RuleRetired:
        form.add_error(None, messages.is_retired())
    else:
        return made.public_id
    return None


@require_POST
@signed_in
def rule_retirement(
    request: SignedInRequest, organization: str, requirement_id: uuid.UUID, rule_id: uuid.UUID
) -> HttpResponse:
    scope = full_scope_of(request, organization)
    asked = _requirement(scope, requirement_id)
    try:
        made = services.preview_retirement(rule=_rule(asked, rule_id), by=request.user)
    except services.RuleRetired:
        return see_other("requirement", scope, asked.public_id)
    return see_other("preview", scope, made.public_id)


# Whom a rule has no day for


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def impossible(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    if request.method == "POST":
        return _give(request, scope)
    teams = team_names(scope.organization)
    found = [_group(each, teams) for each in without_day(scope.organization, scope.now)]
    context = {"scope": scope, "found": found, "total": sum(each["total"] for each in found)}
    return render(request, "administrator/impossible.html", context)


def _group(found: NoDay, teams: Mapping[int, str]) -> dict[str, Any]:
    people = [
        (named, messages.reason_words(reason), messages.what_to_do(reason))
        for named in named_plans(found.plans[:LISTED])
        if (reason := named.plan.reason) is not None
    ]
    return {
        "rule": found.rule,
        "words": messages.rule_words(found.text, teams),
        "name": found.text.name,
        "total": len(found.plans),
        "people": people,
    }


def _give(request: SignedInRequest, scope: Scope) -> HttpResponse:
    rules = AssignmentRule.objects.select_related("requirement__organization", "organization")
    posted = request.POST.get("rule", "")
    found = get_object_or_404(rules, organization=scope.organization, public_id=_uuid(posted))
    days = _days(scope, request.POST)
    try:
        given = services.give_dates(rule=found, days=days, by=request.user)
    except (services.NothingToDate, services.DueInPast, services.RuleRetired):
        return refused(request, messages.not_dated(path_to("impossible", scope)))
    flash.success(request, messages.dates_given(given))
    return see_other("impossible", scope)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _days(scope: Scope, posted: QueryDict) -> dict[int, dt.date]:
    """The days beside those who are ticked; anything that is no day is as if it were not ticked."""
    ticked = [_uuid(each) for each in posted.getlist("people")]
    seats = scope.people.filter(public_id__in=ticked).values_list("public_id", "pk")
    days = {seat: day_of(posted.get(f"day-{public_id}", "")) for public_id, seat in seats}
    return {seat: day for seat, day in days.items() if day is not None}
