"""Addresses of the administrator's pages, by their names within an organization."""

from django.http import HttpResponse
from django.urls import reverse

from administrator.scope import Scope
from web import http


def path_to(name: str, scope: Scope, *more: object) -> str:
    return reverse(f"administrator:{name}", args=[scope.organization.slug, *more])


def see_other(name: str, scope: Scope, *more: object) -> HttpResponse:
    return http.see_other(path_to(name, scope, *more))
