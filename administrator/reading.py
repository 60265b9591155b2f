"""Pages that tell of one person: that somebody read them is on record, before they are shown."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import Membership
from training.services import record_reading
from web.http import SignedInRequest


def render_read(
    request: SignedInRequest, membership: Membership, template: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page, also when it comes back with what was wrong in a form: an answer to a POST tells no less."""
    record_reading(membership=membership, by=request.user)
    return render(request, template, dict(context), status=422 if request.method == "POST" else 200)
