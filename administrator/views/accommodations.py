"""What learners ask of the provider of a course, and what is arranged for them."""

import uuid
from dataclasses import asdict

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from administrator.address import path_to, see_other
from administrator.forms import DeclineForm, GrantForm
from administrator.messages import accommodations as messages
from administrator.scope import Scope, full_scope_of
from quizzes import services
from quizzes.models import AccommodationRequest
from quizzes.queries import accommodation_in_force, accommodations_of, arranged_by, open_requests, requests_to
from training.services import record_request_reading
from web.http import SignedInRequest, refused, signed_in


@require_safe
@signed_in
def accommodations(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = full_scope_of(request, organization)
    context = {
        "scope": scope,
        "waiting": list(open_requests(scope.organization)),
        "in_force": list(accommodations_of(scope.organization)),
    }
    return render(request, "administrator/accommodations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def accommodation_request(request: SignedInRequest, organization: str, request_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    asked = get_object_or_404(requests_to(scope.organization), public_id=request_id)
    is_grant = request.POST.get("decision") == "grant"
    in_force = accommodation_in_force(asked.user_id, asked.course_id)
    # What is granted replaces what is in force: beginning at that, nothing is taken away unawares.
    grant = GrantForm(request.POST if is_grant else None, initial=asdict(arranged_by(in_force)))
    decline = DeclineForm(request.POST if request.method == "POST" and not is_grant else None)
    chosen = grant if is_grant else decline
    if request.method == "POST" and chosen.is_valid():
        return _decide(request, scope, asked, chosen)
    context = {
        "scope": scope,
        "asked": asked,
        "in_force": in_force,
        "grant": grant,
        "decline": decline,
    }
    record_request_reading(asked=asked, organization=scope.organization, by=request.user)
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/accommodation_request.html", context, status=status)


def _decide(
    request: SignedInRequest, scope: Scope, asked: AccommodationRequest, form: GrantForm | DeclineForm
) -> HttpResponse:
    name = asked.user.legal_name or asked.user.email
    try:
        if isinstance(form, GrantForm):
            told = messages.accommodation_granted(name, _grant(request, asked, form))
        else:
            services.decline_request(request=asked, answer=form.cleaned_data["answer"], by=request.user)
            told = messages.accommodation_declined(name)
    except services.OwnAccommodation:
        return refused(request, messages.own_accommodation(path_to("accommodations", scope)))
    except services.AlreadyAnswered:
        return refused(request, messages.already_answered(path_to("accommodations", scope)))
    flash.success(request, told)
    return see_other("accommodations", scope)


def _grant(request: SignedInRequest, asked: AccommodationRequest, form: GrantForm) -> services.Granted:
    return services.grant_accommodation(
        user=asked.user,
        course=asked.course,
        arranged=form.arranged,
        reason=form.cleaned_data["reason"],
        by=request.user,
        request=asked,
    )


@require_POST
@signed_in
def accommodation_end(request: SignedInRequest, organization: str, accommodation_id: uuid.UUID) -> HttpResponse:
    scope = full_scope_of(request, organization)
    found = get_object_or_404(accommodations_of(scope.organization), public_id=accommodation_id)
    try:
        services.end_accommodation(accommodation=found, by=request.user)
    except services.OwnAccommodation:
        return refused(request, messages.own_accommodation(path_to("accommodations", scope)))
    flash.success(request, messages.accommodation_ended(found.user.legal_name or found.user.email))
    return see_other("accommodations", scope)
