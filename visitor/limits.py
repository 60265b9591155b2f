"""How often one address may ask, counted in the cache."""

import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_within(limit: int, seconds: int, *what: str) -> bool:
    """Count one more of `what` in this window of time; whether the limit still allows it."""
    window = int(time.time()) // seconds
    # Hashed: the cache holds no addresses of people and no codes.
    name = hashlib.sha256("\n".join((*what, str(window))).encode()).hexdigest()[:32]
    key = f"limit:{name}"
    if cache.add(key, 1, timeout=seconds):
        return True
    try:
        return int(cache.incr(key)) <= limit
    except ValueError:  # it ran out between the two
        return True


def limited(name: str, *, each_minute: int) -> Callable[[View[P]], View[P]]:
    """A view that answers 429 to an address that asks too often, and everybody while the cache that counts is away."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if _is_within_or_unknown(each_minute, name, client_address(request)):
                return view(request, *args, **kwargs)
            return too_many(request)

        return cast("View[P]", wrapped)

    return decorate


def _is_within_or_unknown(each_minute: int, *what: str) -> bool:
    try:
        return is_within(each_minute, 60, *what)
    except RedisError:  # a code cannot be guessed, so a board is not kept from its answer
        return True


def too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "visitor/too_many.html", {"user": AnonymousUser()}, status=429)
    response.headers["Retry-After"] = "60"
    return response


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks, as the outermost of our own proxies saw it."""
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(passed) >= proxies:
        return str(passed[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))
