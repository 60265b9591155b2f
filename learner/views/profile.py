from uuid import UUID

from django.http import HttpRequest, HttpResponse


def profile(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def licenses(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def license_edit(request: HttpRequest, license_id: UUID) -> HttpResponse:
    raise NotImplementedError


def shared(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError
