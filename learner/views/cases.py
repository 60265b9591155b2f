"""Deciding in a case."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from certificates.services import settle
from courses.document import Release
from courses.library import published
from learner.finding import my_attempt, my_enrollment, to_result, told_when_gone
from learner.messages import attempts as messages
from learner.posted import BadPost, posted_choice
from learner.walks import walk_page
from quizzes import services
from quizzes.models import Attempt
from quizzes.queries import Path, path
from quizzes.rules import IllegalStep
from web.http import SignedInRequest, refused, see_other, signed_in


def show_walk(request: SignedInRequest, mine: Path, *, asked: str = "", nothing_chosen: bool = False) -> HttpResponse:
    """Where the walk stands; or, read-only, the decision that the address asks for."""
    # A practice walk begins only once its reasons were told.
    told_at_once = mine.scenario.released is Release.AFTER_EACH_CHOICE or not mine.attempt.counts
    page = walk_page(mine, released=told_at_once)
    if past := page.past(asked):
        context = {"page": page, "past": past, "attempt": mine.attempt, "scenario": mine.scenario}
        return render(request, "learner/decision.html", context)
    context = {"page": page, "attempt": mine.attempt, "scenario": mine.scenario, "nothing_chosen": nothing_chosen}
    template = "learner/_walk.html" if request.htmx else "learner/scenario.html"
    return render(request, template, context, status=422 if nothing_chosen else 200)


@require_POST
@signed_in
@told_when_gone
def choice(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.kind != "scenario":
        raise Http404
    mine = path(found)
    try:
        posted = posted_choice(request.POST)
    except BadPost:
        return show_walk(request, mine, nothing_chosen=True)
    try:
        walk = services.take_choice(path=mine, number=posted.number, choice_key=posted.choice, by=request.user)
    except IllegalStep as error:
        raise Http404 from error
    except services.AttemptClosed:
        return to_result(request, found)
    except services.AlreadyDecided as refusal:
        return refused(request, messages.already_decided(found, mine, refusal.step))
    if not found.is_open:
        return _ended(request, found)
    if request.htmx:
        return show_walk(request, replace(mine, walk=walk))
    return see_other(reverse("learner:attempt", args=[found.public_id]))


def _ended(request: SignedInRequest, found: Attempt) -> HttpResponse:
    if found.counts:
        settle(enrollment=found.enrollment, by=request.user)
    return to_result(request, found)


@require_POST
@signed_in
def practice(request: SignedInRequest, slug: str, assessment_key: str) -> HttpResponse:
    enrollment = my_enrollment(request, slug)
    try:
        attempt = services.start_practice(enrollment=enrollment, assessment_key=assessment_key, by=request.user)
    except services.UnknownAssessment as error:
        raise Http404 from error
    except services.CannotStart as refusal:
        about = published(enrollment.version).document.assessment_by_key[assessment_key]
        return refused(request, messages.cannot_start(refusal.refusal, enrollment, about.title))
    return see_other(reverse("learner:attempt", args=[attempt.public_id]))


@require_safe
@signed_in
def pause(request: SignedInRequest) -> HttpResponse:
    """Where "Leave quietly" leads: a page that says nothing of what she left."""
    return render(request, "learner/pause.html")
