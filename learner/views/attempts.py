from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from certificates.services import settle
from courses.document import Assessment, Quiz, Release, Scenario
from courses.library import published
from enrollments.models import Enrollment
from learner import messages
from learner.posted import BadPost, posted_choice, posted_response
from learner.results import quiz_result, walk_result
from learner.sittings import REVIEW, ReviewPage, conflict, quiz_page, walk_page
from quizzes import services
from quizzes.models import Attempt
from quizzes.queries import Path, Sitting, assessment_state, attempt_of, is_released_for, path, sitting
from quizzes.rules import IllegalStep, marks_needed
from web.http import SignedInRequest, refused, see_other, signed_in
from web.lost import whole_page


def _enrollment(request: SignedInRequest, slug: str) -> Enrollment:
    mine = Enrollment.objects.of(request.user).filter(course__slug=slug).select_related("version", "course")
    enrollment = mine.latest_first().first()
    if enrollment is None:
        raise Http404
    return enrollment


def _attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    try:
        return attempt_of(request.user, attempt_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assessment(request: SignedInRequest, slug: str, assessment_key: str) -> HttpResponse:
    enrollment = _enrollment(request, slug)
    about = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if about is None:
        raise Http404
    if request.method == "POST":
        return _start(request, enrollment, about)
    state = assessment_state(enrollment, about)
    context = {
        "enrollment": enrollment,
        "published": published(enrollment.version),
        "about": about,
        "state": state,
        "needed": _needed(about),
        "lines": messages.assessment_rules(about),
    }
    template = "learner/about_quiz.html" if isinstance(about, Quiz) else "learner/about_scenario.html"
    return render(request, template, context)


def _needed(about: Assessment) -> int:
    if isinstance(about, Scenario):
        return marks_needed(about.maximum, about.pass_percent)
    return marks_needed(about.drawn, about.pass_percent)


def _start(request: SignedInRequest, enrollment: Enrollment, about: Assessment) -> HttpResponse:
    try:
        attempt = services.start_attempt(enrollment=enrollment, assessment_key=about.key, by=request.user)
    except services.CannotStart as refusal:
        return refused(request, messages.cannot_start(refusal.refusal, enrollment, about.title))
    except services.EnrollmentEnded:
        return refused(request, messages.enrollment_ended(enrollment))
    return see_other(reverse("learner:attempt", args=[attempt.public_id]))


@require_safe
@signed_in
def attempt(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if not found.is_open:
        return redirect("learner:attempt-result", found.public_id)
    if found.kind == "scenario":
        return _walk(request, path(found))
    return _question(request, sitting(found), request.GET.get("item", ""))


def _question(request: SignedInRequest, mine: Sitting, asked: str) -> HttpResponse:
    page = quiz_page(mine, asked)
    context = {"page": page, "is_review": isinstance(page, ReviewPage), "attempt": mine.attempt, "quiz": mine.quiz}
    if not request.htmx:
        return render(request, "learner/attempt.html", context)
    response = render(request, "learner/_sitting.html", context)
    here = REVIEW if isinstance(page, ReviewPage) else page.number
    response.headers["HX-Push-Url"] = f"{reverse('learner:attempt', args=[mine.attempt.public_id])}?item={here}"
    return response


@require_POST
@signed_in
def response(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    mine = sitting(found)
    try:
        posted = posted_response(request.POST)
    except BadPost:
        return render(request, "400.html", status=400)
    if not posted.option:
        return _after_response(request, mine, posted.item, posted.go)
    try:
        saved = services.record_response(
            sitting=mine,
            item_key=posted.item,
            options=(posted.option,),
            based_on=posted.based_on,
            request_id=posted.request_id,
            earlier=posted.earlier,
        )
    except services.UnknownItem as error:
        raise Http404 from error
    except services.AttemptClosed:
        found.refresh_from_db()
        return refused(request, messages.attempt_closed(found))
    except services.ResponseConflict as refusal:
        context = {"conflict": conflict(mine, refusal.newest, posted.option), "attempt": found, "quiz": mine.quiz}
        return whole_page(request, render(request, "learner/conflict.html", context, status=409))
    mine = replace(mine, responses={**mine.responses, posted.item: saved})
    return _after_response(request, mine, posted.item, posted.go)


def _after_response(request: SignedInRequest, mine: Sitting, item_key: str, go: str) -> HttpResponse:
    """The next question at once for a page with script, by way of its address for one without."""
    if item_key not in mine.plan.keys:
        raise Http404
    number = mine.plan.keys.index(item_key) + 1
    if go == "stay":
        page = quiz_page(mine, str(number))
        return render(
            request, "learner/_saved.html", {"page": page, "attempt": mine.attempt, "quiz": mine.quiz, "swapped": True}
        )
    following = number - 1 if go == "back" else number + 1
    asked = REVIEW if go == REVIEW or following > len(mine.plan.items) else str(max(following, 1))
    if request.htmx:
        return _question(request, mine, asked)
    return see_other(f"{reverse('learner:attempt', args=[mine.attempt.public_id])}?item={asked}")


@require_POST
@signed_in
def choice(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.kind != "scenario":
        raise Http404
    mine = path(found)
    try:
        posted = posted_choice(request.POST)
    except BadPost:
        return _walk(request, mine, nothing_chosen=True)
    try:
        walk = services.take_choice(path=mine, number=posted.number, choice_key=posted.choice, by=request.user)
    except IllegalStep as error:
        raise Http404 from error
    except services.AttemptClosed:
        return _to_result(request, found)
    except services.AlreadyDecided as refusal:
        return refused(request, messages.already_decided(found, mine, refusal.step))
    if not found.is_open:
        settle(enrollment=found.enrollment, by=request.user)
        return _to_result(request, found)
    if request.htmx:
        return _walk(request, replace(mine, walk=walk))
    return see_other(reverse("learner:attempt", args=[found.public_id]))


def _to_result(request: SignedInRequest, found: Attempt) -> HttpResponse:
    address = reverse("learner:attempt-result", args=[found.public_id])
    # Script would follow a redirect and put the whole page into a part of this one.
    return HttpResponseClientRedirect(address) if request.htmx else see_other(address)


def _walk(request: SignedInRequest, mine: Path, *, nothing_chosen: bool = False) -> HttpResponse:
    page = walk_page(mine, released=mine.scenario.released is Release.AFTER_EACH_CHOICE)
    context = {"page": page, "attempt": mine.attempt, "scenario": mine.scenario, "nothing_chosen": nothing_chosen}
    template = "learner/_walk.html" if request.htmx else "learner/scenario.html"
    return render(request, template, context, status=422 if nothing_chosen else 200)


@require_POST
@signed_in
def submission(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    closed = services.submit_attempt(attempt=found, by=request.user)
    settle(enrollment=closed.enrollment, by=request.user)
    return _to_result(request, closed)


@require_safe
@signed_in
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = _attempt(request, attempt_id)
    if found.is_open:
        return redirect("learner:attempt", found.public_id)
    about = published(found.enrollment.version).document.assessment_by_key[found.assessment_key]
    state = assessment_state(found.enrollment, about)
    released = is_released_for(found, about, state)
    context = {"attempt": found, "about": about, "enrollment": found.enrollment, "released": released}
    if isinstance(about, Scenario):
        return render(
            request, "learner/debrief.html", {**context, "result": walk_result(path(found), state, released=released)}
        )
    return render(
        request, "learner/result.html", {**context, "result": quiz_result(sitting(found), state, released=released)}
    )
