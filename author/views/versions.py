import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Organization
from author.cases import case_copy
from author.changes import changes_between
from author.coverage import coverage_of
from author.feedback import parts_of
from author.messages import who_is_affected
from author.questions import assessment_of
from author.review import review_copy
from author.scope import for_authors, provider_of, version_of
from author.versions import versions_beside
from author.withholding import reasons_withheld, withheld_keys
from certificates.queries import feedback_on, pinned_to
from certificates.rules import first_open_month
from courses.document import Quiz, Scenario, Standing
from courses.library import published
from courses.models import CourseVersion
from courses.queries import latest_version
from quizzes.models import Adjustment
from web.http import SignedInRequest


@require_safe
@for_authors
def assessment(request: SignedInRequest, organization: str, version_id: uuid.UUID, assessment_key: str) -> HttpResponse:
    provider = provider_of(request, organization)
    version = version_of(provider, version_id)
    found = assessment_of(version, assessment_key)
    if isinstance(found, Quiz):
        return _quiz(request, provider, version, found)
    return _case(request, provider, version, found)


def _quiz(request: SignedInRequest, provider: Organization, version: CourseVersion, quiz: Quiz) -> HttpResponse:
    about = Adjustment.objects.about(version.pk, quiz.key).filter(withdrawn_at__isnull=True)
    context = {
        "provider": provider,
        "version": version,
        "quiz": quiz,
        "published": published(version),
        "adjusted": {row.item_key: row for row in about},
    }
    return render(request, "author/quiz.html", context)


def _case(request: SignedInRequest, provider: Organization, version: CourseVersion, scenario: Scenario) -> HttpResponse:
    is_withheld = reasons_withheld(request.user, version, scenario.key)
    context = {
        "provider": provider,
        "version": version,
        "scenario": scenario,
        "published": published(version),
        "case": None if is_withheld else case_copy(scenario),
    }
    return render(request, "author/case.html", context)


@require_safe
@for_authors
def coverage(request: SignedInRequest, organization: str, version_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    version = version_of(provider, version_id)
    found = coverage_of(published(version).document)
    chosen = next((standing for standing in Standing if standing == request.GET.get("standing")), None)
    context = {
        "provider": provider,
        "version": version,
        "coverage": found,
        "rows": [row for row in found.points if chosen in (None, row.point.standing)],
        "chosen": chosen,
        "tally": [(standing, sum(row.point.standing is standing for row in found.points)) for standing in Standing],
    }
    return render(request, "author/coverage.html", context)


@require_safe
@for_authors
def review(request: SignedInRequest, organization: str, version_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    version = version_of(provider, version_id)
    copy = review_copy(published(version), withheld_keys(request.user, version))
    return render(request, "author/review.html", {"provider": provider, "version": version, "copy": copy})


@require_safe
@for_authors
def changes(request: SignedInRequest, organization: str, version_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    version = version_of(provider, version_id)
    others = versions_beside(version)
    other = _compared_with(version, others, request.GET.get("from", ""))
    context = {"provider": provider, "version": version, "others": others, "older": None}
    if other is None:
        return render(request, "author/changes.html", context)
    older, newer = sorted((version, other), key=lambda each: each.number)
    found = changes_between(published(older).document, published(newer).document)
    withheld = withheld_keys(request.user, version)
    context |= {
        "older": older,
        "newer": newer,
        "other": other,
        "affected": who_is_affected(older, pinned_to(older), latest_version(version.course)),
        "changes": [(change, change.key in withheld) for change in found],
    }
    return render(request, "author/changes.html", context)


def _compared_with(version: CourseVersion, others: list[CourseVersion], wanted: str) -> CourseVersion | None:
    """The version that the address names by number or id, else the one before; None where there is no other. Raises Http404."""
    if not wanted:
        return next((each for each in others if each.number < version.number), others[-1] if others else None)
    for each in others:
        if wanted in (str(each.number), str(each.public_id)):
            return each
    raise Http404


@require_safe
@for_authors
def feedback(request: SignedInRequest, organization: str, version_id: uuid.UUID) -> HttpResponse:
    provider = provider_of(request, organization)
    version = version_of(provider, version_id)
    others = versions_beside(version)
    is_whole = bool(others) and request.GET.get("of") == "course"
    said = feedback_on(version, others if is_whole else (), before=first_open_month(timezone.now()))
    context = {
        "provider": provider,
        "version": version,
        "others": others,
        "is_whole": is_whole,
        "parts": parts_of(published(version).document, said),
        "answered": max((len(each.answers) for each in said), default=0),
    }
    return render(request, "author/feedback.html", context)
