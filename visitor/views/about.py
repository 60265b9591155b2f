from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from web.http import open_to_all


@require_safe
@open_to_all
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/privacy.html")


@require_safe
@open_to_all
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/terms.html")


@require_safe
@open_to_all
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/accessibility.html")


@require_safe
@open_to_all
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "visitor/contact.html")
