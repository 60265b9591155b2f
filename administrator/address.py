from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from administrator.scope import Scope


def path_to(name: str, scope: Scope, *more: object) -> str:
    return reverse(f"administrator:{name}", args=[scope.organization.slug, *more])


def see_other(name: str, scope: Scope, *more: object) -> HttpResponse:
    # 303 and not 302: the next request is a GET whatever this one was.
    response = redirect(path_to(name, scope, *more))
    response.status_code = 303
    return response
