from django.http import HttpRequest, HttpResponse


def privacy(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def terms(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def accessibility(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def contact(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError
