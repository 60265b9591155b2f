"""The learner's own enrollment or attempt of an address, the ways to its pages, and what is said where there is none."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from enrollments.models import Enrollment
from enrollments.queries import enrollment_in
from quizzes.models import Attempt
from quizzes.queries import attempt_of
from web.http import SignedInRequest, see_other
from web.lost import whole_page

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


class Decided(StrEnum):
    """What became of an answer, for the browser that holds it until it is told."""

    CONFLICT = "conflict"  # she decides, on the page that comes with this
    CLOSED = "closed"  # it came after the attempt was over; the page says so
    SAVED = "saved"  # the attempt is over, and the answer is among those that count
    GONE = "gone"  # there is no such attempt or question of hers, so that nothing can be saved


def decided(response: HttpResponse, what: Decided) -> HttpResponse:
    """Say to the page what became of the answer for good: its browser sends it no more."""
    response.headers["Answer-Decided"] = what.value
    return response


def told_when_gone(view: View[P]) -> View[P]:
    """An act upon an attempt that is not hers to find is answered by a page that says so: the same for every reason.

    The header tells this 404 apart from one of a proxy, which decides nothing about an answer.
    """

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            page = whole_page(request, render(request, "learner/attempt_gone.html", status=404))
            return decided(page, Decided.GONE)

    return cast("View[P]", wrapped)


def my_enrollment(request: SignedInRequest, slug: str) -> Enrollment:
    enrollment = enrollment_in(request.user, slug)
    if enrollment is None:
        raise Http404
    return enrollment


def my_attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    try:
        return attempt_of(request.user, attempt_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error


def to_result(request: SignedInRequest, found: Attempt) -> HttpResponse:
    return _whole_page(request, reverse("learner:attempt-result", args=[found.public_id]))


def to_attempt(request: SignedInRequest, found: Attempt) -> HttpResponse:
    return _whole_page(request, reverse("learner:attempt", args=[found.public_id]))


def _whole_page(request: SignedInRequest, address: str) -> HttpResponse:
    # Script would follow a redirect and put the whole page into a part of this one.
    return HttpResponseClientRedirect(address) if request.htmx else see_other(address)
