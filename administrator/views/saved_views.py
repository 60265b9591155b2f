"""Filters of the board that a person keeps: her own, whoever else administers here."""

import uuid

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from administrator.address import path_to, see_other
from administrator.filters import address_part, board_filter
from administrator.messages import overview as words
from administrator.saved_views_forms import SavedViewForm, ViewNameForm
from administrator.scope import Scope, scope_of
from training.models import SavedView
from training.services import ViewNameTaken, remove_view, rename_view, save_view
from web.http import SignedInRequest, refused, signed_in
from web.http import see_other as see

PAGE = "obligations"


def views_of(request: SignedInRequest, scope: Scope) -> QuerySet[SavedView]:
    """The person's own views of the board in this organization."""
    return SavedView.objects.filter(organization=scope.organization, user=request.user, page=PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def saved_views(request: SignedInRequest, organization: str) -> HttpResponse:
    scope = scope_of(request, organization)
    form = SavedViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _save(request, scope, form)
    context = {"scope": scope, "views": list(views_of(request, scope)), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "administrator/saved_views.html", context, status=status)


def _save(request: SignedInRequest, scope: Scope, form: SavedViewForm) -> HttpResponse:
    # Only what the board understands is kept, in its own spelling.
    query = address_part(board_filter(QueryDict(form.cleaned_data["query"])))
    view = save_view(
        organization=scope.organization, page=PAGE, name=form.cleaned_data["name"], query=query, by=request.user
    )
    flash.success(request, words.view_saved(view.name))
    return see(f"{path_to('obligations', scope)}?{query}")


@require_POST
@signed_in
def saved_view(request: SignedInRequest, organization: str, view_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    view, form = _view(request, scope, view_id), ViewNameForm(request.POST)
    if not form.is_valid():
        return refused(request, words.view_without_name(path_to("saved-views", scope)))
    try:
        rename_view(view=view, name=form.cleaned_data["name"])
    except ViewNameTaken:
        return refused(request, words.view_name_taken(form.cleaned_data["name"], path_to("saved-views", scope)))
    flash.success(request, words.view_saved(view.name))
    return see_other("saved-views", scope)


@require_POST
@signed_in
def saved_view_removal(request: SignedInRequest, organization: str, view_id: uuid.UUID) -> HttpResponse:
    scope = scope_of(request, organization)
    view = views_of(request, scope).filter(public_id=view_id).first()
    if view is not None:
        remove_view(view=view)
        flash.success(request, words.view_removed(view.name))
    return see_other("saved-views", scope)


def _view(request: SignedInRequest, scope: Scope, view_id: uuid.UUID) -> SavedView:
    return get_object_or_404(views_of(request, scope), public_id=view_id)
