"""The site, with a form behind the sign-in that keeps what it is sent."""

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from web.http import Refusal, SignedInRequest, refused, signed_in

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

KEPT: list[tuple[str, list[str]]] = []


@signed_in
@require_POST
def keep(request: SignedInRequest) -> HttpResponse:
    KEPT.append((request.user.email, request.POST.getlist("text")))
    return HttpResponse("kept")


@require_POST
def keep_for_anybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("kept")


@signed_in
def refuse(request: SignedInRequest) -> HttpResponse:
    refusal = Refusal("The case is closed.", "Your three answers were kept.", "/learn/", "My learning")
    return refused(request, refusal)


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def lose_database(request: HttpRequest, how: str) -> HttpResponse:
    raise {"operational": OperationalError, "interface": InterfaceError}[how]("server closed the connection")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def hide(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    *urlpatterns,
    path("test/keep/", keep),
    path("test/keep-for-anybody/", keep_for_anybody),
    path("test/refuse/", refuse),
    path("test/fail/", fail),
    path("test/lose/<how>/", lose_database),
    path("test/forbid/", forbid),
    path("test/hide/", hide),
]
