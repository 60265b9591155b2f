"""About a quiz or a case, its beginning, where an attempt stands, and its result."""

import datetime as dt
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from certificates.services import settle
from courses.document import Assessment, Quiz, Scenario
from courses.library import published
from enrollments.models import Enrollment
from learner.debriefs import walk_result
from learner.finding import my_attempt, my_enrollment
from learner.messages import attempts as messages
from learner.messages import terms
from learner.results import quiz_result
from learner.views.cases import show_walk
from learner.views.quizzes import show_question, show_time_over
from quizzes import services
from quizzes.queries import (
    AssessmentState,
    assessment_state,
    corrections_of,
    is_released_for,
    path,
    practice_refusal,
    sitting,
)
from quizzes.rules import effective_end, marks_needed
from web.http import SignedInRequest, refused, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assessment(request: SignedInRequest, slug: str, assessment_key: str) -> HttpResponse:
    enrollment = my_enrollment(request, slug)
    about = published(enrollment.version).document.assessment_by_key.get(assessment_key)
    if about is None:
        raise Http404
    if request.method == "POST":
        return _start(request, enrollment, about)
    state, now = assessment_state(enrollment, about), timezone.now()
    context = {
        "enrollment": enrollment,
        "published": published(enrollment.version),
        "about": about,
        "state": state,
        "needed": _needed(about),
        "rules": terms.assessment_rules(about, state, published(enrollment.version).document.course),
        "waits_until": _waits_until(state, now),
        "ends_at": effective_end(now, state.terms.seconds),
        "may_practice": practice_refusal(enrollment, about, state) is None,
        "has_limits": state.limits.minutes is not None or state.allowed is not None,
    }
    template = "learner/about_quiz.html" if isinstance(about, Quiz) else "learner/about_scenario.html"
    return render(request, template, context)


def _waits_until(state: AssessmentState, now: dt.datetime) -> dt.datetime | None:
    """When she may begin again; None where there is nothing to wait for."""
    return state.next_at if state.next_at and now < state.next_at else None


def _needed(about: Assessment) -> int:
    if isinstance(about, Scenario):
        return marks_needed(about.maximum, about.pass_percent)
    return marks_needed(about.drawn, about.pass_percent)


def _start(request: SignedInRequest, enrollment: Enrollment, about: Assessment) -> HttpResponse:
    try:
        attempt = services.start_attempt(enrollment=enrollment, assessment_key=about.key, by=request.user)
    except services.CannotStart as refusal:
        return refused(request, messages.cannot_start(refusal.refusal, enrollment, about.title, refusal.until))
    except services.EnrollmentEnded:
        return refused(request, messages.enrollment_ended(enrollment))
    if not attempt.is_open:
        settle(enrollment=enrollment, by=request.user)  # it was open, and its time was over
    return see_other(reverse("learner:attempt", args=[attempt.public_id]))


@require_safe
@signed_in
def attempt(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if not found.is_open:
        return redirect("learner:attempt-result", found.public_id)
    if found.is_over:
        return show_time_over(request, sitting(found))
    if found.kind == "scenario":
        return show_walk(request, path(found), asked=request.GET.get("decision", ""))
    return show_question(request, sitting(found), request.GET.get("item", ""))


@require_safe
@signed_in
def result(request: SignedInRequest, attempt_id: UUID) -> HttpResponse:
    found = my_attempt(request, attempt_id)
    if found.is_open:
        return redirect("learner:attempt", found.public_id)
    about = published(found.enrollment.version).document.assessment_by_key[found.assessment_key]
    state = assessment_state(found.enrollment, about)
    released = is_released_for(found, about, state)
    context = {
        "attempt": found,
        "about": about,
        "enrollment": found.enrollment,
        "released": released,
        "waits_until": _waits_until(state, timezone.now()),
    }
    if isinstance(about, Scenario):
        told = {
            "result": walk_result(path(found), state, released=released),
            "may_practice": practice_refusal(found.enrollment, about, state) is None,
        }
        return render(request, "learner/debrief.html", {**context, **told})
    shown = quiz_result(sitting(found), state, released=released, corrections=corrections_of(found))
    return render(request, "learner/result.html", {**context, "result": shown})
