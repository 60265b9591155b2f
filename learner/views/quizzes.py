"""Answering the questions of a quiz, and submitting."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from certificates.services import settle
from learner import messages
from learner.finding import my_attempt, to_result
from learner.posted import BadPost, posted_response
from learner.sittings import REVIEW, ReviewPage, conflict, quiz_page
from quizzes import services
from quizzes.queries import Sitting, sitting
from web.http import SignedInRequest, refused, see_other, signed_in
from web.lost import whole_page


def show_question(request: SignedInRequest, mine: Sitting, asked: str) -> HttpResponse:
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
    found = my_attempt(request, attempt_id)
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
            confidence=posted.confidence,
        )
    except services.UnknownItem as error:
        raise Http404 from error
    except services.AttemptClosed:
        found.refresh_from_db()
        return refused(request, messages.attempt_closed(found))
    except services.ResponseConflict as refusal:
        context = {
            "conflict": conflict(mine, refusal.newest, posted.option, posted.confidence),
            "attempt": found,
            "quiz": mine.quiz,
        }
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
        return show_question(request, mine, asked)
    return see_other(f"{reverse('learner:attempt', args=[mine.attempt.public_id])}?item={asked}")


@require_POST
@signed_in
def submission(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    closed = services.submit_attempt(attempt=found, by=request.user)
    settle(enrollment=closed.enrollment, by=request.user)
    return to_result(request, closed)
