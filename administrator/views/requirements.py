import hashlib

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from administrator.address import see_other
from administrator.filters import board_filter, team_choices
from administrator.finding import in_team
from administrator.forms import AssignmentForm
from administrator.messages import assignments as messages
from administrator.scope import Scope, scope_of
from administrator.views.obligations import teams_seen
from courses.models import Course
from training.queries import BoardFilter, courses_on_offer, named, requirement_rows
from training.queries.ruled import count_without_day
from training.services import Assigned, CourseNotOffered, DueInPast, NotAMember, already_asked, assign_course
from web.http import SignedInRequest, refused, signed_in

#: So many people are listed to choose from; a filter narrows them down.
LISTED = 200


@require_safe
@signed_in
def requirements(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    rows = requirement_rows(scope.organization, scope.obligations, scope.now)
    without_day = count_without_day(scope.organization, scope.now) if scope.sees_everybody else 0
    context = {"scope": scope, "rows": rows, "without_day": without_day}
    return render(request, "administrator/requirements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assignment_new(request: SignedInRequest, organization: str) -> HttpResponse:
    scope, given = scope_of(request, organization), request.POST or request.GET
    chosen = board_filter(given)
    form = _form(request, scope, chosen)
    if request.method != "POST":
        return _choosing(request, scope, chosen, form)
    if not form.is_valid():
        return _choosing(request, scope, chosen, form, status=422)
    if "confirmed" in request.POST:
        return _assign(request, scope, form)
    return _preview(request, scope, form)


def _form(request: SignedInRequest, scope: Scope, chosen: BoardFilter) -> AssignmentForm:
    listed = scope.present.filter(named("", chosen.search)).order_by("name", "pk")
    listed = in_team(listed, chosen.team)
    data = request.POST if request.method == "POST" else None
    return AssignmentForm(data, courses=courses_on_offer(request.user), people=listed, today=scope.today)


def _choosing(
    request: SignedInRequest, scope: Scope, chosen: BoardFilter, form: AssignmentForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "scope": scope,
        "chosen": chosen,
        "form": form,
        "teams": team_choices(teams_seen(scope)),
        "listed": list(form.listed.select_related("team")[:LISTED]),
        "found": form.listed.count(),
        "ticked": set(request.POST.getlist("people")),
    }
    return render(request, "administrator/assignment_new.html", context, status=status)


def _preview(request: SignedInRequest, scope: Scope, form: AssignmentForm, *, status: int = 200) -> HttpResponse:
    outcome = _outcome(request, scope, form)
    titles = dict(form.fields["course"].choices)  # type: ignore[attr-defined]
    context = {
        "scope": scope,
        "title": titles[form.cleaned_data["course"]],
        "due_on": form.cleaned_data["due_on"],
        "outcome": outcome,
        "seen": _seen(outcome),
        "is_changed": status == 409,
        "fields": _again(request),
    }
    return render(request, "administrator/assignment_preview.html", context, status=status)


def _outcome(request: SignedInRequest, scope: Scope, form: AssignmentForm) -> Assigned:
    people = list(form.cleaned_data["chosen"])
    return already_asked(organization=scope.organization, course=_course(request, form), memberships=people)


def _seen(outcome: Assigned) -> str:
    """Tells one list of people to be asked from another: "everybody" may be somebody else a minute later."""
    return hashlib.sha256(" ".join(sorted(str(seat.public_id) for seat in outcome.asked)).encode()).hexdigest()


def _again(request: SignedInRequest) -> list[tuple[str, str]]:
    names = ("q", "team", "course", "due_on", "everybody", "people")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _assign(request: SignedInRequest, scope: Scope, form: AssignmentForm) -> HttpResponse:
    outcome = _outcome(request, scope, form)
    if outcome.asked and request.POST.get("seen") != _seen(outcome):
        return _preview(request, scope, form, status=409)
    course = _course(request, form)
    try:
        done = assign_course(
            organization=scope.organization,
            course=course,
            memberships=[*outcome.asked, *outcome.already],
            due_on=form.cleaned_data["due_on"],
            by=request.user,
        )
    except (NotAMember, DueInPast, CourseNotOffered) as refusal:
        return refused(request, messages.not_assigned(refusal, scope.organization))
    titles = dict(form.fields["course"].choices)  # type: ignore[attr-defined]
    flash.success(request, messages.assigned(done, titles[course.slug]))
    return see_other("requirements", scope)


def _course(request: SignedInRequest, form: AssignmentForm) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.user), slug=form.cleaned_data["course"])
