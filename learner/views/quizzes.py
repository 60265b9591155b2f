"""Answering the questions of a quiz, and submitting."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from certificates.services import settle
from courses.items import Control, Item
from learner.finding import Decided, decided, my_attempt, to_attempt, to_result, told_when_gone
from learner.messages import attempts as messages
from learner.moves import Move, move_of
from learner.posted import BadPost, PostedResponse, posted_response
from learner.sittings import REVIEW, ReviewPage, conflict, quiz_page
from quizzes import services
from quizzes.models import Attempt, Response
from quizzes.queries import Sitting, sitting
from quizzes.rules import is_late
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


def show_time_over(request: SignedInRequest, mine: Sitting) -> HttpResponse:
    """The time is over and nothing has closed the attempt yet: say so, and hold out the button that does."""
    late = [row.saved_at for row in mine.responses.values() if is_late(mine.attempt.deadline_at, row.saved_at)]
    context = {"attempt": mine.attempt, "quiz": mine.quiz, "mine": mine, "late_at": max(late, default=None)}
    return render(request, "learner/time_over.html", context)


@require_POST
@signed_in
@told_when_gone
def response(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    mine = sitting(found)
    try:
        posted = posted_response(request.POST)
    except BadPost:
        return render(request, "400.html", status=400)
    posted = _moved(mine, posted)
    if _is_skipped(mine, posted):
        return _after_response(request, mine, posted.item, posted.go)
    try:
        saved = services.record_response(
            sitting=mine,
            item_key=posted.item,
            options=posted.options,
            based_on=posted.based_on,
            request_id=posted.request_id,
            earlier=posted.earlier,
            confidence=posted.confidence,
        )
    except services.UnknownItem as error:
        raise Http404 from error
    except services.AttemptClosed:
        return _refused_closed(request, found, posted.request_id)
    except services.ResponseConflict as refusal:
        return _asked(request, mine, refusal.newest, posted)
    mine = replace(mine, responses={**mine.responses, posted.item: saved})
    return _after_response(request, mine, posted.item, posted.go)


def _moved(mine: Sitting, posted: PostedResponse) -> PostedResponse:
    """With a step of an order moved, where one of its buttons was pressed."""
    planned, move = mine.plan.item(posted.item), move_of(posted.go)
    return replace(posted, options=move.applied(posted.options, planned)) if planned and move else posted


def _is_skipped(mine: Sitting, posted: PostedResponse) -> bool:
    """Whether she goes by without an answer: nothing chosen and nothing to take back, or back past an untouched order."""
    planned = mine.plan.item(posted.item)
    if planned is None:
        return not posted.options
    item: Item = mine.quiz.item_by_key[planned.key]
    is_new = planned.key not in mine.responses and not posted.earlier
    if not posted.options:
        return is_new or not item.may_be_empty
    untouched = item.control is Control.ORDER and posted.options == planned.options
    return is_new and untouched and posted.go == "back"


def _asked(request: SignedInRequest, mine: Sitting, newest: Response, posted: PostedResponse) -> HttpResponse:
    """Two windows answered differently: she says which answer counts."""
    both = conflict(mine, newest, posted.options, posted.confidence)
    context = {"conflict": both, "attempt": mine.attempt, "quiz": mine.quiz, "decided": posted.request_id}
    page = whole_page(request, render(request, "learner/conflict.html", context, status=409))
    return decided(page, Decided.CONFLICT)


def _refused_closed(request: SignedInRequest, found: Attempt, answer: UUID) -> HttpResponse:
    closed = _settled(request, found)
    refusal = messages.attempt_closed(closed, lost=True)
    context = {"refusal": refusal, "decided": answer}
    page = whole_page(request, render(request, "learner/answer_refused.html", context, status=409))
    return decided(page, Decided.CLOSED)


def _already_closed(request: SignedInRequest, found: Attempt) -> HttpResponse:
    """The attempt is over, and the request brought nothing that was not saved before."""
    closed = _settled(request, found)
    if not request.htmx:
        return to_result(request, closed)
    return decided(refused(request, messages.attempt_closed(closed, lost=False)), Decided.SAVED)


def _settled(request: SignedInRequest, found: Attempt) -> Attempt:
    found.refresh_from_db()
    closed = services.close_overdue(attempt=found, by=request.user)
    settle(enrollment=closed.enrollment, by=request.user)
    return closed


def _after_response(request: SignedInRequest, mine: Sitting, item_key: str, go: str) -> HttpResponse:
    """The next question at once for a page with script, by way of its address for one without."""
    if item_key not in mine.plan.keys:
        raise Http404
    if not mine.attempt.is_open:
        return _already_closed(request, mine.attempt)
    number = mine.plan.keys.index(item_key) + 1
    if go == "stay":
        page = quiz_page(mine, str(number))
        return render(
            request, "learner/_saved.html", {"page": page, "attempt": mine.attempt, "quiz": mine.quiz, "swapped": True}
        )
    if mine.attempt.is_over:
        return to_attempt(request, mine.attempt)
    if move := move_of(go):
        return _after_move(request, mine, number, move)
    following = number - 1 if go == "back" else number + 1
    asked = REVIEW if go == REVIEW or following > len(mine.plan.items) else str(max(following, 1))
    if request.htmx:
        return show_question(request, mine, asked)
    return see_other(f"{reverse('learner:attempt', args=[mine.attempt.public_id])}?item={asked}")


def _after_move(request: SignedInRequest, mine: Sitting, number: int, move: Move) -> HttpResponse:
    """The same question with the focus where the next move is made."""
    if request.htmx:
        return show_question(request, mine, str(number))
    planned = mine.plan.items[number - 1]
    focus = move.focus(mine.chosen().get(planned.key, ()), planned)
    return see_other(f"{reverse('learner:attempt', args=[mine.attempt.public_id])}?item={number}#{focus}")


@require_POST
@signed_in
@told_when_gone
def submission(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    closed = services.submit_attempt(attempt=found, by=request.user)
    settle(enrollment=closed.enrollment, by=request.user)
    return to_result(request, closed)
