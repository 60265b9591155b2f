from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.adapter import keep_links
from accounts.models import Invitation, User
from accounts.queries import InvitationState, invitation_by, owns_address, state_of
from accounts.services import AlreadyJoined, InvitationClosed, NotYours, UnknownInvitation, accept_invitation
from accounts.zones import zone
from web.http import SignedInRequest, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    if request.method == "POST":
        return _acceptance(request, token)
    found = invitation_by(token)
    if found is None:
        raise Http404
    return _page(request, found, _standing(found, request.user if request.user.is_authenticated else None))


@signed_in
def _acceptance(request: SignedInRequest, token: str) -> HttpResponse:
    try:
        membership = accept_invitation(token=token, user=request.user)
    except UnknownInvitation as error:
        raise Http404 from error
    except AlreadyJoined:
        return _page(request, _known(token), "joined", status=409)
    except (InvitationClosed, NotYours):
        found = _known(token)
        return _page(request, found, _standing(found, request.user), status=409)
    # An owner who accepts her place looks for staff training on the next page. The roles are of the day there.
    keep_links(request, request.user)
    words = gettext("Your place at %(organization)s is linked to your account.")
    messages.success(request, words % {"organization": membership.organization})
    return redirect("learner:home")


def _known(token: str) -> Invitation:
    found = invitation_by(token)
    assert found is not None, "an invitation is never removed"
    return found


def _standing(found: Invitation, user: User | None) -> str:
    state = state_of(found, timezone.now())
    if state is not InvitationState.OPEN:
        is_hers = user is not None and state is InvitationState.USED and found.membership.user_id == user.pk
        return "accepted" if is_hers else str(state)
    if user is None:
        return "unknown"
    return "yours" if owns_address(user, found.email) else "other-address"


def _page(request: HttpRequest, found: Invitation, standing: str, *, status: int = 200) -> HttpResponse:
    membership = found.membership
    is_open = standing in {"unknown", "yours", "other-address"}
    context = {
        "standing": standing,
        "membership": membership,
        "organization": membership.organization,
        "email": found.email,
        "expires_at": found.expires_at,
    }
    template = "visitor/invitation.html" if is_open else "visitor/invitation_closed.html"
    with timezone.override(zone(membership.organization.time_zone)):
        return render(request, template, context, status=status)
