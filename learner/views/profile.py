from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.models import License, Membership
from accounts.queries import is_current, seats_of
from accounts.services import LicenseStatedTwice, add_license, change_license, remove_license, update_profile
from enrollments.models import Enrollment
from learner.profile_forms import LicenseForm, ProfileForm
from learner.sharing import share_rows
from training.services import NotShareable, share_completion
from web.http import Refusal, SignedInRequest, refused, signed_in

_page = require_http_methods(["GET", "HEAD", "POST"])


@_page
@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    user = request.user
    initial = {"legal_name": user.legal_name, "time_zone": user.time_zone}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        update_profile(user=user, by=user, **form.cleaned_data)
        messages.success(request, gettext("Saved. Certificates that you already hold stay as they were issued."))
        return redirect("learner:profile")
    return render(request, "learner/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@_page
@signed_in
def licenses(request: SignedInRequest) -> HttpResponse:
    form = LicenseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_license(user=request.user, by=request.user, **form.cleaned_data)
        except LicenseStatedTwice:
            form.add_error("number", gettext("You have stated this license already."))
        else:
            messages.success(request, gettext("The license is added."))
            return redirect("learner:licenses")
    stated = License.objects.filter(user=request.user)
    context = {"form": form, "licenses": stated, "today": timezone.localdate()}
    return render(request, "learner/licenses.html", context, status=422 if form.is_bound else 200)


@_page
@signed_in
def license_edit(request: SignedInRequest, license_id: UUID) -> HttpResponse:
    stated = get_object_or_404(License, public_id=license_id, user=request.user)
    if request.method == "POST" and "remove" in request.POST:
        remove_license(license_=stated, by=request.user)
        messages.success(request, gettext("The license is removed."))
        return redirect("learner:licenses")
    form = LicenseForm(request.POST or None, initial=model_to_dict(stated))
    if request.method == "POST" and form.is_valid():
        try:
            change_license(license_=stated, by=request.user, **form.cleaned_data)
        except LicenseStatedTwice:
            form.add_error("number", gettext("You have stated this license already."))
        else:
            messages.success(request, gettext("The license is changed."))
            return redirect("learner:licenses")
    return render(
        request, "learner/license.html", {"form": form, "license": stated}, status=422 if form.is_bound else 200
    )


@_page
@signed_in
def shared(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        return _share(request)
    seats = seats_of(request.user)
    return render(request, "learner/shared.html", {"seats": seats, "rows": share_rows(request.user, seats)})


def _share(request: SignedInRequest) -> HttpResponse:
    ids = {name: _uuid(request.POST.get(name, "")) for name in ("membership", "enrollment")}
    membership = get_object_or_404(Membership.objects.of(request.user), public_id=ids["membership"])
    if not is_current(membership):
        raise Http404  # who left shows nothing new to where she left
    enrollment = get_object_or_404(Enrollment.objects.of(request.user), public_id=ids["enrollment"])
    try:
        share_completion(membership=membership, enrollment=enrollment, by=request.user)
    except NotShareable:
        return refused(request, _not_shareable())
    words = gettext("%(organization)s can now count it.") % {"organization": membership.organization}
    messages.success(request, words)
    return redirect("learner:shared")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _not_shareable() -> Refusal:
    return Refusal(
        gettext("This course is not completed yet"),
        gettext("Only a completion can be shared, so nothing was shown to the employer. Your work is kept as it was."),
        reverse("learner:shared"),
        gettext("Back to what employers see"),
    )
