from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def readyz(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError
