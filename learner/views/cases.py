"""Deciding in a case."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from certificates.services import settle
from courses.document import Release
from learner import messages
from learner.finding import my_attempt, to_result
from learner.posted import BadPost, posted_choice
from learner.walks import walk_page
from quizzes import services
from quizzes.queries import Path, path
from quizzes.rules import IllegalStep
from web.http import SignedInRequest, refused, see_other, signed_in


def show_walk(request: SignedInRequest, mine: Path, *, nothing_chosen: bool = False) -> HttpResponse:
    page = walk_page(mine, released=mine.scenario.released is Release.AFTER_EACH_CHOICE)
    context = {"page": page, "attempt": mine.attempt, "scenario": mine.scenario, "nothing_chosen": nothing_chosen}
    template = "learner/_walk.html" if request.htmx else "learner/scenario.html"
    return render(request, template, context, status=422 if nothing_chosen else 200)


@require_POST
@signed_in
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
        settle(enrollment=found.enrollment, by=request.user)
        return to_result(request, found)
    if request.htmx:
        return show_walk(request, replace(mine, walk=walk))
    return see_other(reverse("learner:attempt", args=[found.public_id]))
