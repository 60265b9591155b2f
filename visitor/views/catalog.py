import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.library import published
from courses.models import Course, CourseVersion
from courses.queries import latest_version, media_of, newest_version
from enrollments.models import Enrollment
from training.queries import employers_seeing
from visitor.information import Information
from visitor.queries import offers
from visitor.register import Register
from web.forms import AcknowledgementForm
from web.http import open_to_all

#: A picture is known by its hash, so what stands at its address never changes. As a page of its own it may do nothing.
MEDIA_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    found = offers(request.user)
    first = found[0] if found else None
    context = {
        "offer": first,
        "published": published(first.version) if first else None,
        "information": Information(first.document) if first else None,
    }
    return render(request, "visitor/home.html", context)


@require_safe
@open_to_all
def courses(request: HttpRequest) -> HttpResponse:
    found = offers(request.user)
    rows = [(offer, published(offer.version), Information(offer.document)) for offer in found]
    return render(request, "visitor/courses.html", {"rows": rows})


@require_safe
@open_to_all
def course(request: HttpRequest, slug: str) -> HttpResponse:
    course = get_object_or_404(Course.objects.visible_to(request.user).select_related("provider"), slug=slug)
    version = latest_version(course)
    if version is None:
        return withdrawn(request, course)
    shown = published(version)
    context = {
        "course": course,
        "version": version,
        "published": shown,
        "about": shown.document.course,
        "information": Information(shown.document),
        "register": Register(shown.document, timezone.localdate()),
        "enrollment": enrollment_of(request, course),
        "employers": employers_seeing(request.user, course, timezone.now()) if request.user.is_authenticated else [],
        "form": AcknowledgementForm(),
        "is_past_review": dt.date.fromisoformat(shown.document.course.review.review_by) < timezone.localdate(),
    }
    return render(request, "visitor/course.html", context)


@require_safe
def media(request: HttpRequest, slug: str, sha256: str) -> HttpResponse:
    course = get_object_or_404(Course.objects.visible_to(request.user), slug=slug)
    file = media_of(course, sha256)
    if file is None:
        raise Http404
    return HttpResponse(bytes(file.content), content_type=file.content_type, headers=MEDIA_HEADERS)


def enrollment_of(request: HttpRequest, course: Course) -> Enrollment | None:
    """Her latest enrollment in the course, where somebody is signed in."""
    if not request.user.is_authenticated:
        return None
    return Enrollment.objects.of(request.user).filter(course=course).latest_first().first()


def withdrawn(request: HttpRequest, course: Course) -> HttpResponse:
    """The page of a course of which no version is in use. Raises Http404 where none ever was."""
    version: CourseVersion | None = newest_version(course)
    if version is None:
        raise Http404
    context = {"course": course, "version": version, "enrollment": enrollment_of(request, course)}
    return render(request, "visitor/course_withdrawn.html", context)
