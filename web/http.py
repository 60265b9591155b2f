"""What every view behind a sign-in shares."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import HttpResponseStopPolling, reswap
from django_htmx.middleware import HtmxDetails

from accounts.models import Organization, User
from accounts.queries import has_second_factor
from accounts.zones import zone
from training.tables import BOM, without_formula
from web.lost import PERSON_FIELD, is_of_another_person, lost_session, other_person, second_factor_first, whole_page

P = ParamSpec("P")

__all__ = [
    "PERSON_FIELD",
    "Refusal",
    "SignedInRequest",
    "csv_response",
    "lost_session",
    "open_to_all",
    "refused",
    "require_second_factor",
    "see_other",
    "signed_in",
    "without_formula",
]


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    user: User
    htmx: HtmxDetails


class SecondFactorMissing(Exception):
    """An organization asks for a second factor of whoever has a role there, and this person has none."""

    def __init__(self, organization: Organization) -> None:
        super().__init__(organization.slug)
        self.organization = organization


def require_second_factor(request: SignedInRequest, organization: Organization) -> None:
    """Raises SecondFactorMissing where one is asked for; `signed_in` answers with the page that leads to it."""
    if organization.second_factor_asked_at and not has_second_factor(request.user):
        raise SecondFactorMissing(organization)


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def signed_in(view: SignedInView[P]) -> View[P]:
    """Only for people who are signed in, in their own time zone.

    A GET without a session leads to the sign-in page and back; a page that asks by itself is told to stop and stays as it
    is, with what is typed in it. A POST without one gets a page that holds what was typed, and so does a form that was
    made for somebody else.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return lost_session(request)
            if getattr(request.session, "is_unattended", False):
                return _asks_no_more()
            return redirect_to_login(request.get_full_path())
        if is_of_another_person(request):
            return other_person(request)
        with timezone.override(zone(request.user.time_zone)):
            try:
                return view(cast("SignedInRequest", request), *args, **kwargs)
            except SecondFactorMissing as missing:
                return second_factor_first(request, missing.organization)

    return cast("View[P]", wrapped)


def _asks_no_more() -> HttpResponse:
    # The sign-in page would else be put in the middle of hers, where the number of people was.
    return reswap(HttpResponseStopPolling(), "none")


def open_to_all(view: View[P]) -> View[P]:
    """For anybody; who is signed in sees times in her own zone."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        with timezone.override(zone(request.user.time_zone)):
            return view(request, *args, **kwargs)

    return cast("View[P]", wrapped)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a rule refused, in the page's words: the state of affairs, what it means for her work, what to do next."""

    title: str
    text: str
    url: str
    action: str


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page that says so, whole even where script asked for a part."""
    return whole_page(request, render(request, "409.html", {"refusal": refusal}, status=409))


def see_other(address: str) -> HttpResponse:
    """What answers a POST that did its work: 303, so that the next request is a GET whatever this one was."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


class _Echo:
    """A file for the CSV writer that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV file streamed row by row, safe to open in a spreadsheet: a cell never begins a formula."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield BOM + cast("str", writer.writerow(header))
        for row in rows:
            yield cast("str", writer.writerow([without_formula(cell) for cell in row]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
