"""The page that holds what was posted when the session or the form's token was lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django_htmx.http import reswap, retarget

from accounts.models import Organization
from accounts.texts import duration_words

#: The hidden field of every form behind a sign-in: whose form it is. What one person typed is never written for another.
PERSON_FIELD = "_person"

#: Names, or parts of names, of fields whose content is never shown on a page.
SECRET = ("password", "code", "credential", "secret", "token")
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
#: Shorter values are keys and numbers, which say nothing to the person; longer ones are her words.
LONG = 60
LARGEST = 400_000


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: str

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONG or "\n" in self.value


@dataclass(frozen=True, slots=True)
class Lost:
    """What was posted, to be posted once more. Nothing of it is stored on the server."""

    address: str
    fields: tuple[Field, ...]
    files: tuple[Field, ...]
    has_secrets: bool
    needs_sign_in: bool

    @property
    def is_held(self) -> bool:
        return not self.has_secrets and sum(len(field.value) for field in self.fields) <= LARGEST


@sensitive_variables()
def lost_session(
    request: HttpRequest, *, status: int = 401, needs_sign_in: bool = True, asks: Organization | None = None
) -> HttpResponse:
    """The page that holds what was posted, to be sent again after signing in. Nothing of it is stored here.

    `asks` is the organization that asks for a second factor first.
    """
    names = [name for name in request.POST if name != TOKEN_FIELD]
    has_secrets = any(part in name.lower() for name in names for part in SECRET)
    lost = Lost(
        address=request.get_full_path(),
        fields=() if has_secrets else tuple(_fields(request, names)),
        files=tuple(Field(name, file.name or "") for name, files in request.FILES.lists() for file in files),
        has_secrets=has_secrets,
        needs_sign_in=needs_sign_in,
    )
    idle = getattr(request.session, "was_idle_for", None)
    context = {"lost": lost, "asks": asks, "idle": duration_words(idle) if idle else ""}
    return whole_page(request, render(request, "lost_session.html", context, status=status))


def _fields(request: HttpRequest, names: Iterable[str]) -> Iterable[Field]:
    return (Field(name, value) for name in names for value in request.POST.getlist(name))


def second_factor_first(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The page that leads to a second factor, without which a role there is of no use. What was posted is held."""
    if request.method == "POST":
        return lost_session(request, status=403, asks=organization)
    return whole_page(request, render(request, "second_factor.html", {"asks": organization}, status=403))


def other_person(request: HttpRequest) -> HttpResponse:
    """The page for a form that was made for somebody else; it repeats nothing of it."""
    return whole_page(request, render(request, "409_person.html", status=409))


def is_of_another_person(request: HttpRequest) -> bool:
    person = request.POST.get(PERSON_FIELD, "")
    return bool(person) and request.user.is_authenticated and person != str(request.user.public_id)


def is_from_here(request: HttpRequest) -> bool:
    """Whether the form was on one of our own pages, as far as the browser says."""
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is None:
        return True
    parts = urlsplit(source)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS


def whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A page that stands alone even where script asked for a part of one, and that no cache keeps."""
    response.headers["Cache-Control"] = "no-store"
    if getattr(request, "htmx", False):
        retarget(response, "body")
        reswap(response, "innerHTML")
    return response
