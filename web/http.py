"""What every view behind a sign-in shares."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.zones import zone

P = ParamSpec("P")

#: The hidden field of every form behind a sign-in: whose form it is. What one person typed is never written for another.
PERSON_FIELD = "_person"


class SignedInRequest(HttpRequest):
    """A request whose person is known."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SignedInView = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


def signed_in(view: SignedInView[P]) -> View[P]:
    """Only for people who are signed in, in their own time zone.

    A GET without a session leads to the sign-in page and back. A POST without one gets a page that holds what was
    typed, and so does a form that was made for somebody else.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                return lost_session(request)
            return redirect_to_login(request.get_full_path())
        person = request.POST.get(PERSON_FIELD, "")
        if person and person != str(request.user.public_id):
            return render(request, "409_person.html", status=409)
        with timezone.override(zone(request.user.time_zone)):
            return view(cast("SignedInRequest", request), *args, **kwargs)

    return wrapped


def lost_session(request: HttpRequest, *, status: int = 401) -> HttpResponse:
    """The page that holds what was posted, to be sent again after signing in. Nothing of it is stored here."""
    fields = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    context = {"fields": fields, "address": request.get_full_path()}
    return render(request, "lost_session.html", context, status=status)


class _Echo:
    """A file for the CSV writer that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A CSV file streamed row by row, safe to open in a spreadsheet: a cell never begins a formula."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + cast("str", writer.writerow(header))
        for row in rows:
            yield cast("str", writer.writerow([without_formula(cell) for cell in row]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def without_formula(cell: object) -> Any:
    """The cell, with an apostrophe before anything that a spreadsheet would take for a formula."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{cell}"
    return cell
