"""Saying that a question is wrong."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from courses.document import Quiz
from courses.library import published
from learner.finding import my_attempt
from learner.forms import ChallengeForm
from learner.messages import challenges as messages
from quizzes import services
from quizzes.queries import challenged_items
from quizzes.rules import QuizPlan
from web.http import SignedInRequest, refused, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def challenge(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.kind != "quiz":
        raise Http404
    if found.is_open:
        if request.method == "POST":
            return refused(request, messages.not_submitted_yet(found))
        return redirect("learner:attempt", found.public_id)
    about = published(found.enrollment.version).document.assessment_by_key[found.assessment_key]
    assert isinstance(about, Quiz)
    keys = QuizPlan.from_json(found.plan).keys
    challenged = challenged_items(found)
    first = {"item": request.GET.get("item", "")}
    form = ChallengeForm(request.POST or None, keys=keys, challenged=challenged, initial=first)
    if form.is_valid():
        item, words = form.cleaned_data["item"], form.cleaned_data["words"]
        try:
            services.challenge_item(attempt=found, item_key=item, words=words, by=request.user)
        except services.AlreadyChallenged as refusal:
            return refused(request, messages.already_challenged(refusal.challenge))
        flash.success(request, messages.challenged(keys.index(item) + 1, about.release))
        return see_other(reverse("learner:attempt-result", args=[found.public_id]))
    context = {"form": form, "attempt": found, "about": about, "is_any_left": challenged < set(keys)}
    return render(request, "learner/challenge.html", context, status=422 if request.method == "POST" else 200)
