import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.queries import current_certificate, transcript
from certificates.services import settle
from courses.models import Course, Withdrawal
from courses.queries import latest_version
from enrollments import services
from enrollments.models import Enrollment
from enrollments.queries import earlier_than, enrollment_in, enrollments_of
from enrollments.rules import retake_from
from learner.gate import gate_rows
from learner.messages import courses as messages
from learner.standing import Standing, in_order_of, standing, standings
from training.queries import due_for, employers_seeing, obligations_of
from training.rules import Status
from web.forms import AcknowledgementForm
from web.http import SignedInRequest, refused, see_other, signed_in

#: What an organization still waits for.
PENDING = frozenset({Status.OVERDUE, Status.GRACE, Status.DUE})


@require_safe
@signed_in
def home(request: SignedInRequest) -> HttpResponse:
    enrollments = list(enrollments_of(request.user))
    newest = {each.course_id: each for each in reversed(enrollments)}
    due = [row for row in due_for(request.user, timezone.now()) if row.status in PENDING]
    asked = [row.course_slug for row in due]
    context = {
        "standings": in_order_of(asked, standings([each for each in enrollments if each.is_open])),
        "completed": transcript(request.user),
        "ended": [each for each in enrollments if each.closed_at and newest[each.course_id] == each],
        "due": due,
    }
    return render(request, "learner/home.html", context)


@require_safe
@signed_in
def course(request: SignedInRequest, slug: str) -> HttpResponse:
    enrollment = enrollment_in(request.user, slug)
    if enrollment is None:
        known = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
        return redirect("visitor:course", known.slug)
    where, now = standing(enrollment), timezone.now()
    context = {
        "standing": where,
        "enrollment": enrollment,
        "slug": slug,
        "outline": where.outline(),
        "gate": gate_rows(where),
        "earlier": earlier_than(enrollment),
        "latest": latest_version(enrollment.course),
        "withdrawal": Withdrawal.objects.filter(version=enrollment.version).first(),
        "retake_at": _retake_at(enrollment, where.document.course.retake_after_days),
        "certificate": current_certificate(enrollment),
        "now": now,
        "due": obligations_of(request.user, enrollment.course, now),
        "employers": employers_seeing(request.user, enrollment.course, now),
        "form": AcknowledgementForm(),
    }
    return render(request, "learner/course.html", context)


@require_POST
@signed_in
def enrollment(request: SignedInRequest, slug: str) -> HttpResponse:
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
    form = AcknowledgementForm(request.POST)
    try:
        services.enroll(user=request.user, course=course, acknowledged=form.is_valid(), by=request.user)
    except services.NotAcknowledged:
        context = {"form": form, "slug": slug, "version": latest_version(course)}
        return render(request, "learner/enrollment.html", context, status=422)
    except services.NotOffered:
        return refused(request, messages.not_offered(reverse("visitor:courses")))
    except services.TooSoon as refusal:
        return refused(request, messages.too_soon(refusal.until, reverse("learner:course", args=[slug])))
    return see_other(reverse("learner:course", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lesson(request: SignedInRequest, slug: str, lesson_key: str) -> HttpResponse:
    enrollment = enrollment_in(request.user, slug)
    if enrollment is None:
        raise Http404
    if request.method == "POST":
        return _go_on(request, enrollment, lesson_key)
    where = standing(enrollment)
    if lesson_key not in where.document.lesson_by_key:
        raise Http404
    return render(request, "learner/lesson.html", _lesson_context(where, lesson_key))


def _lesson_context(where: Standing, key: str) -> dict[str, object]:
    progress, lesson = where.progress, where.document.lesson_by_key[key]
    previous, following, part = progress.before(key), progress.following(key), progress.part(key)
    return {
        "standing": where,
        "enrollment": where.enrollment,
        "outline": where.outline(part),
        "lesson": lesson,
        "body": where.published.lessons[key],
        "objectives": [where.document.objective_by_key[each] for each in lesson.objectives],
        "part": part,
        "number": progress.lessons.index(part) + 1,
        "read_at": where.readings.get(key),
        "previous": previous,
        "previous_url": where.address_of(previous),
        "following": following,
        "following_url": where.address_of(following),
    }


def _go_on(request: SignedInRequest, enrollment: Enrollment, lesson_key: str) -> HttpResponse:
    try:
        services.mark_lesson_read(enrollment=enrollment, lesson_key=lesson_key, by=request.user)
    except services.UnknownLesson:
        raise Http404 from None
    except services.EnrollmentClosed:
        return refused(request, messages.lesson_not_kept(reverse("learner:course", args=[enrollment.course.slug])))
    settle(enrollment=enrollment, by=request.user)
    where = standing(enrollment)
    return see_other(where.address_of(where.progress.following(lesson_key)))


def _retake_at(enrollment: Enrollment, days: int) -> dt.datetime | None:
    return retake_from(enrollment.closed_at, days) if enrollment.closed_at else None
