"""A request id for everything that a request does, and one log line by the route's name."""

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable
from typing import Final, cast

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header
from django.utils.translation import gettext

from accounts.sessions import SessionStore
from accounts.texts import duration_words
from audit.request import current_request_id

log = structlog.stdlib.get_logger("vignette.request")

#: A header of requests that a page makes by itself, again and again.
UNATTENDED: Final = "Unattended"

_at_info = logging.getLogger("vignette.request")


class RequestLogMiddleware:
    """Logs route, status and time, never the path: a path holds the addresses of people's records."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        token = current_request_id.set(request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response.headers["X-Request-ID"] = request_id
        if _at_info.isEnabledFor(logging.INFO):
            route = request.resolver_match.view_name if request.resolver_match else "-"
            log.info(
                "request",
                id=request_id,
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        return response


class EndedSessionMiddleware:
    """Whose session ended because nothing was asked in it is told so on the sign-in page to which she is led."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = cast("SessionStore", request.session)
        # Before anything is read of it: a page that looks by itself how far a worker is must not keep a session for ever.
        session.is_unattended = UNATTENDED in request.headers
        response = self.get_response(request)
        if session.was_idle_for and response.headers.get("Location", "").startswith(str(settings.LOGIN_URL)):
            messages.info(request, idle_words(session.was_idle_for))
        return response


def idle_words(idle: dt.timedelta) -> str:
    return gettext(
        "You were signed out, because nothing was done here for %(time)s. What you saved is kept, and an answer that could"
        " not be sent is kept in this browser. Sign in to go on where you were."
    ) % {"time": duration_words(idle)}


class KeptByNobodyMiddleware:
    """Pages that read the session are stored nowhere.

    On a clinic's shared computer the next person presses Back. `no-cache` is not enough: browsers hold whole pages in
    memory and show them again without asking.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if has_vary_header(response, "Cookie"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
