"""The act of answering a question. It is the hot path: no audit, no other service, no message."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from quizzes.models import Attempt, ClosedBecause, Confidence, Response
from quizzes.queries import Sitting, newest_responses
from quizzes.rules import is_shut
from quizzes.services.refusals import AttemptClosed, ResponseConflict, UnknownItem

KNOWN_CONFIDENCE = frozenset({"", *Confidence.values})


def record_response(
    *,
    sitting: Sitting,
    item_key: str,
    options: tuple[str, ...],
    based_on: int,
    request_id: UUID,
    earlier: frozenset[UUID] = frozenset(),
    confidence: str = "",
) -> Response:
    """Append an answer, and how sure she is of it where she says so; the same again changes nothing.

    `based_on` is the revision the learner's page showed (0 for none), `earlier` are the ids of what this very page sent
    before, so that she may change her mind faster than the network. No options at all take an answer back where the kind
    of question lets her choose none; it is a revision like any other.

    Refuses an item or option that the attempt does not have (UnknownItem), an attempt that was submitted or whose time and
    grace are over (AttemptClosed), and an answer based neither on the newest one nor on one of her page's own
    (ResponseConflict).
    """
    options = _well_formed(sitting, item_key, options, confidence)
    current = sitting.responses.get(item_key)
    if current and tuple(current.options) == options and current.confidence == confidence:
        return current
    now = timezone.now()
    is_ours = current is None or current.revision == based_on or current.request_id in earlier
    try:
        _refuse_closed(sitting.attempt, now)
        # Two windows that agree on the answer do not disagree; the last word on how sure she is stands.
        if current and not is_ours and tuple(current.options) != options:
            raise ResponseConflict(current)
    except (AttemptClosed, ResponseConflict):
        if current and _is_known(current, options, request_id):
            return current
        raise
    response = Response(
        attempt=sitting.attempt,
        item_key=item_key,
        revision=current.revision + 1 if current else 1,
        options=list(options),
        confidence=confidence,
        request_id=request_id,
        saved_at=now,
    )
    if Response.objects.insert_while_open(response):
        return response
    if not Attempt.objects.open().filter(pk=sitting.attempt.pk).exists():
        raise AttemptClosed
    return _answer_again(sitting, response, based_on, earlier)


def _well_formed(sitting: Sitting, item_key: str, options: tuple[str, ...], confidence: str) -> tuple[str, ...]:
    """The options in their item's own order. UnknownItem when the attempt has no such item, or the item no such answer."""
    planned = sitting.plan.item(item_key)
    if planned is None or not set(options) <= set(planned.options):
        raise UnknownItem(item_key)
    item = sitting.quiz.item_by_key[item_key]
    if not (item.takes(options) or (item.may_be_empty and not options)) or confidence not in KNOWN_CONFIDENCE:
        raise UnknownItem(item_key)
    return item.canonical(options)


def _is_known(current: Response, options: tuple[str, ...], request_id: UUID) -> bool:
    """Whether this very answer was saved before: a browser that never heard so repeats it, and nothing changes."""
    mine = Response.objects.filter(attempt=current.attempt_id, item_key=current.item_key)
    return list(options) in mine.filter(request_id=request_id).values_list("options", flat=True)


def _refuse_closed(attempt: Attempt, now: dt.datetime) -> None:
    if not attempt.is_open:
        raise AttemptClosed
    if is_shut(attempt.deadline_at, now):
        raise AttemptClosed(ClosedBecause.DEADLINE)


def _answer_again(sitting: Sitting, response: Response, based_on: int, earlier: frozenset[UUID]) -> Response:
    """Decide once more, now that another request saved something first."""
    newest = newest_responses(sitting.attempt)
    if newest.get(response.item_key) == sitting.responses.get(response.item_key):
        used = Response.objects.filter(attempt=sitting.attempt, request_id=response.request_id)
        if response.item_key in newest and used.filter(item_key=response.item_key).exists():
            raise ResponseConflict(newest[response.item_key])  # one page, sent twice with two answers
        # The request's id belongs to another item, so the page is not one of ours.
        raise UnknownItem(response.item_key)
    return record_response(
        sitting=replace(sitting, responses=newest),
        item_key=response.item_key,
        options=tuple(response.options),
        based_on=based_on,
        request_id=response.request_id,
        earlier=earlier,
        confidence=response.confidence,
    )
