"""The error pages."""

import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from web import lost
from web.context import request_number

#: Seconds in which a database that restarts is usually back.
RETRY_AFTER: Final = 30


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old.

    A page of ours that grew old, usually by a sign-in in another tab, comes back with what was typed and a fresh
    token. What another website sent is not repeated: a button under it would do what that website wants.
    """
    del reason
    if not lost.is_from_here(request):
        return render(request, "403_csrf.html", status=403)
    if lost.is_of_another_person(request):
        return lost.other_person(request)
    return lost.lost_session(request, status=403, needs_sign_in=lost.PERSON_FIELD in request.POST)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return render(request, "400.html", status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request: its session or its database may be what failed.

    A database that is away or busy is no fault of the page: 503, and when to try again.
    """
    del request
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    page, status = ("503.html", 503) if is_away else ("500.html", 500)
    response = HttpResponse(render_to_string(page, {"request_number": request_number()}), status=status)
    if is_away:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
