from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from certificates.keys import self_check


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    del request
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    # Which keys are in use stands in the database, so without it nothing can be said of them.
    parts["signing_key"] = parts["database"] and self_check() is None
    words = {part: "ok" if holds else "failed" for part, holds in parts.items()}
    # Without the cache people who are signed in go on, and every process lacks the same one: told, but no reason to
    # send requests elsewhere.
    return JsonResponse(words, status=200 if parts["database"] and parts["signing_key"] else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.set("readyz", 1, timeout=10)
        return bool(cache.get("readyz") == 1)
    except (RedisError, OSError):
        return False
