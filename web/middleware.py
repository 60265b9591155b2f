"""A request id for everything that a request does, and one log line by the route's name."""

import logging
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header

from audit.request import current_request_id

log = structlog.stdlib.get_logger("vignette.request")
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
