"""Filters of a list that a person keeps for herself, under names of her own."""

from django.db import IntegrityError, transaction

from accounts.models import Organization, User
from training.models import SavedView


class ViewNameTaken(Exception):
    """She has another view with that name on the same page."""


def save_view(*, organization: Organization, page: str, name: str, query: str, by: User) -> SavedView:
    """Keep the filter under that name; a name that she used before on the page holds this filter from now on."""
    view, _ = SavedView.objects.update_or_create(
        organization=organization, user=by, page=page, name=name, defaults={"query": query}
    )
    return view


def rename_view(*, view: SavedView, name: str) -> SavedView:
    """Give the view another name. Raises ViewNameTaken, and then nothing has changed."""
    view.name = name
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError as error:
        raise ViewNameTaken from error
    return view


def remove_view(*, view: SavedView) -> None:
    """Forget the view; a repetition changes nothing."""
    SavedView.objects.filter(pk=view.pk).delete()
