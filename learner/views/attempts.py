from uuid import UUID

from django.http import HttpRequest, HttpResponse


def assessment(request: HttpRequest, slug: str, assessment_key: str) -> HttpResponse:
    raise NotImplementedError


def attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    raise NotImplementedError


def response(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    raise NotImplementedError


def choice(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    raise NotImplementedError


def submission(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    raise NotImplementedError


def result(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    raise NotImplementedError
