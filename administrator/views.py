from uuid import UUID

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def overview(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def people(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def person_new(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def person(request: HttpRequest, organization: str, membership_id: UUID) -> HttpResponse:
    raise NotImplementedError


def requirements(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def assignment_new(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def obligations(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError


def obligations_csv(request: HttpRequest, organization: str) -> HttpResponse:
    raise NotImplementedError
