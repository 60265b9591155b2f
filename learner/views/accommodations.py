"""What a learner asks the provider of a course to arrange for her."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from learner.finding import my_enrollment
from learner.forms import AccommodationForm
from learner.messages import accommodations as messages
from quizzes import services
from quizzes.queries import accommodation_in_force, requests_by
from web.http import SignedInRequest, refused, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def accommodation(request: SignedInRequest, slug: str) -> HttpResponse:
    enrollment = my_enrollment(request, slug)
    here = reverse("learner:accommodation", args=[slug])
    form = AccommodationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["wanted"]
        try:
            services.ask_for_accommodation(user=request.user, course=enrollment.course, wanted=wanted, by=request.user)
        except services.AlreadyAsked:
            return refused(request, messages.already_asked(here))
        return see_other(here)
    in_force, asked = (
        accommodation_in_force(request.user.pk, enrollment.course_id),
        requests_by(request.user, enrollment.course),
    )
    context = {
        "enrollment": enrollment,
        "provider": enrollment.course.provider,
        "in_force": in_force,
        "waiting": next((each for each in asked if each.decided_at is None), None),
        "answered": [each for each in asked if each.decided_at],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "learner/accommodation.html", context, status=status)
