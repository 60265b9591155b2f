from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def course(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def enrollment(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def lesson(request: HttpRequest, slug: str, lesson_key: str) -> HttpResponse:
    raise NotImplementedError
