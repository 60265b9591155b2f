from django.http import HttpRequest, HttpResponse


def evaluation(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def attestation(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def issue(request: HttpRequest, slug: str) -> HttpResponse:
    raise NotImplementedError


def transcript(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    raise NotImplementedError


def certificate_pdf(request: HttpRequest, code: str) -> HttpResponse:
    raise NotImplementedError
