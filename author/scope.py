"""Whose courses these are: the organization that provides them, where this person is author or owner today."""

import uuid
from functools import wraps
from typing import ParamSpec

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.models import AUTHORING, Organization
from accounts.queries import held_roles, today_in
from courses.models import CourseVersion
from quizzes.models import Adjustment, ItemChallenge
from quizzes.services import NotAnAuthor
from web.http import SignedInRequest, SignedInView, View, require_second_factor, signed_in

P = ParamSpec("P")


def for_authors(view: SignedInView[P]) -> View[P]:
    """Only for people who are signed in; whose role ended a moment ago finds nothing, as with any other address here."""

    @wraps(view)
    def wrapped(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAnAuthor as error:
            raise Http404 from error

    return signed_in(wrapped)


def provider_of(request: SignedInRequest, slug: str) -> Organization:
    """The organization; 404 where this person has nothing to put right."""
    organization = get_object_or_404(Organization, slug=slug)
    if held_roles(request.user, organization, today_in(organization)).isdisjoint(AUTHORING):
        raise Http404
    require_second_factor(request, organization)
    return organization


def version_of(provider: Organization, version_id: uuid.UUID) -> CourseVersion:
    versions = CourseVersion.objects.filter(course__provider=provider).select_related("course__provider")
    return get_object_or_404(versions, public_id=version_id)


def challenge_of(provider: Organization, challenge_id: uuid.UUID) -> ItemChallenge:
    challenges = ItemChallenge.objects.about_courses_of(provider).select_related(
        "attempt__enrollment__version__course__provider", "answered_by"
    )
    return get_object_or_404(challenges, public_id=challenge_id)


def adjustment_of(provider: Organization, adjustment_id: uuid.UUID) -> Adjustment:
    adjustments = Adjustment.objects.of_courses_of(provider).select_related(
        "version__course__provider", "proposed_by", "approved_by", "withdrawn_by"
    )
    return get_object_or_404(adjustments, public_id=adjustment_id)
