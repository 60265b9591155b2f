from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from certificates.payload import instant
from certificates.queries import Checked, checked_certificate, confirms_number, published_keys
from certificates.rules import grouped_code, normalized_code
from visitor.limits import is_within, limited, too_many
from visitor.verify_forms import CodeForm, NumberForm

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

#: Where nobody is signed in: these pages look the same to everybody and read no session.
STRANGER = {"user": AnonymousUser()}


def discreet(view: View[P]) -> View[P]:
    """Answers that search engines skip, nobody keeps, and whose address is told to nobody."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return cast("View[P]", wrapped)


@discreet
@limited("verify", each_minute=60)
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    if "code" not in request.GET:
        return render(request, "visitor/verify.html", STRANGER | {"form": CodeForm()})
    form = CodeForm(request.GET)
    if form.is_valid():
        return redirect("visitor:certificate", form.cleaned_data["code"])
    return render(request, "visitor/verify.html", STRANGER | {"form": form}, status=422)


# No CSRF token: under `no-referrer` browsers send `Origin: null`, which Django refuses, and there is nothing to forge:
# the answer depends on no session and changes nothing.
@csrf_exempt
@discreet
@limited("verify", each_minute=60)
@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    normal = normalized_code(code)
    found = checked_certificate(normal) if normal else None
    if found is None:
        return render(request, "visitor/certificate_unknown.html", STRANGER | {"form": CodeForm()}, status=404)
    if request.method == "POST":
        return _confirm_number(request, found)
    if code != normal:
        return redirect("visitor:certificate", normal)
    return _certificate_page(request, found, NumberForm())


def _confirm_number(request: HttpRequest, found: Checked) -> HttpResponse:
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _certificate_page(request, found, form, status=422)
    # By certificate too: numbers are short, and many addresses could try them all.
    if not is_within(30, 86_400, "number", found.code):
        return too_many(request)
    return _certificate_page(request, found, form, confirmed=confirms_number(found, form.cleaned_data["number"]))


def _certificate_page(
    request: HttpRequest, found: Checked, form: NumberForm, *, confirmed: bool | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "checked": found,
        "sheet": found.payload,
        "checked_at": timezone.now(),
        "form": CodeForm(),
        "number_form": form,
        "confirmed": confirmed,
    }
    return render(request, "visitor/certificate.html", STRANGER | context, status=status)


@discreet
@limited("verify", each_minute=60)
@require_safe
def certificate_json(request: HttpRequest, code: str) -> HttpResponse:
    normal = normalized_code(code)
    found = checked_certificate(normal) if normal else None
    if found is None:
        return JsonResponse({"verdict": "not-found", "valid": False}, status=404)
    return JsonResponse(_record(request, found))


def _record(request: HttpRequest, found: Checked) -> dict[str, object]:
    newer = found.newer_code
    record: dict[str, object] = {
        "verdict": found.verdict,
        "valid": found.is_valid,
        "demonstration": found.is_demo,
        "checked_at": instant(timezone.now()),
        "code": found.code,
        "printed_code": grouped_code(found.code),
        "changed_at": instant(found.changed_at) if found.changed_at else None,
        "because": found.because or None,
        "newer": request.build_absolute_uri(reverse("visitor:certificate-json", args=[newer])) if newer else None,
        "keys": request.build_absolute_uri(reverse("visitor:keys")),
    }
    if found.payload is None:
        return record
    signed = {"payload": found.certificate.payload, "signature": found.certificate.signature}
    return record | {"certificate": found.payload.model_dump(mode="json"), "signed": signed}


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    del request
    listed = [
        {
            "kid": key.kid,
            "kty": "OKP",
            "crv": "Ed25519",
            "x": key.public_key,
            "demonstration": key.is_demo,
            "created_at": instant(key.created_at),
            "retired_at": instant(key.retired_at) if key.retired_at else None,
            "compromised_at": instant(key.compromised_at) if key.compromised_at else None,
        }
        for key in published_keys()
    ]
    response = JsonResponse({"type": "vignette/keys/v1", "keys": listed})
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
