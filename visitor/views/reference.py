"""What a course says, for anybody to look up: its dated statements, and the pages that its document marks for reference."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.library import published
from courses.models import Course, CourseVersion
from courses.parts import FactStatus
from courses.queries import latest_version
from courses.rendering import headings
from visitor.information import Information
from visitor.register import Register
from visitor.views.catalog import enrollment_of, withdrawn
from web.http import open_to_all


@require_safe
@open_to_all
def facts(request: HttpRequest, slug: str) -> HttpResponse:
    course = _course(request, slug)
    version = latest_version(course)
    if version is None:
        return withdrawn(request, course)
    asked = request.GET.get("status")
    status = FactStatus(asked) if asked in set(FactStatus) else None
    register = Register(published(version).document, timezone.localdate())
    context = {
        "course": course,
        "version": version,
        "about": published(version).document.course,
        "register": register,
        "status": status,
        "modules": register.modules(status),
    }
    return render(request, "visitor/facts.html", context)


@require_safe
@open_to_all
def references(request: HttpRequest, slug: str) -> HttpResponse:
    course = _course(request, slug)
    version = latest_version(course)
    if version is None:
        return withdrawn(request, course)
    document = published(version).document
    context = {
        "course": course,
        "version": version,
        "about": document.course,
        "information": Information(document),
    }
    return render(request, "visitor/references.html", context)


@require_safe
@open_to_all
def page(request: HttpRequest, slug: str, lesson_key: str) -> HttpResponse:
    course = _course(request, slug)
    version, enrollment = latest_version(course), enrollment_of(request, course)
    shown = published(version) if version else None
    lesson = shown.document.reference_page(lesson_key) if shown else None
    if shown is None or lesson is None:
        # What the newest version no longer has still stands in the version that she is on.
        return redirect("learner:lesson", slug, lesson_key) if enrollment else _missing(request, course, version)
    context = {
        "course": course,
        "version": version,
        "document": shown.document,
        "lesson": lesson,
        "body": shown.lessons[lesson.key],
        "sections": headings(lesson.body),
        "enrollment": enrollment,
    }
    return render(request, "visitor/reference.html", context)


def _missing(request: HttpRequest, course: Course, version: CourseVersion | None) -> HttpResponse:
    if version is None:
        return withdrawn(request, course)
    raise Http404


def _course(request: HttpRequest, slug: str) -> Course:
    return get_object_or_404(Course.objects.visible_to(request.user).select_related("provider"), slug=slug)
