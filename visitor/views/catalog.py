from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def courses(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def course(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def media(request: HttpRequest, slug: str, sha256: str) -> HttpResponse:
    raise NotImplementedError
