from django.http import HttpRequest, HttpResponse


def verify(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def keys(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    raise NotImplementedError


def certificate_json(request: HttpRequest, code: str) -> HttpResponse:
    raise NotImplementedError
