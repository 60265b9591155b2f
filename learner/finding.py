"""The learner's own enrollment or attempt of an address, and the ways to its pages."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from enrollments.models import Enrollment
from enrollments.queries import enrollment_in
from quizzes.models import Attempt
from quizzes.queries import attempt_of
from web.http import SignedInRequest, see_other


def my_enrollment(request: SignedInRequest, slug: str) -> Enrollment:
    enrollment = enrollment_in(request.user, slug)
    if enrollment is None:
        raise Http404
    return enrollment


def my_attempt(request: SignedInRequest, attempt_id: UUID) -> Attempt:
    try:
        return attempt_of(request.user, attempt_id)
    except Attempt.DoesNotExist as error:
        raise Http404 from error


def to_result(request: SignedInRequest, found: Attempt) -> HttpResponse:
    return _whole_page(request, reverse("learner:attempt-result", args=[found.public_id]))


def to_attempt(request: SignedInRequest, found: Attempt) -> HttpResponse:
    return _whole_page(request, reverse("learner:attempt", args=[found.public_id]))


def _whole_page(request: SignedInRequest, address: str) -> HttpResponse:
    # Script would follow a redirect and put the whole page into a part of this one.
    return HttpResponseClientRedirect(address) if request.htmx else see_other(address)
