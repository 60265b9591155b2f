"""Filters that a person keeps: her own, under names of her own."""

import uuid

import pytest
from django.test import Client

from accounts.models import Organization, User
from tests.administrator.test_access import address
from tests.administrator.test_pages import text
from tests.conftest import Clinic, client_of, expect_statements
from training.models import SavedView
from training.services import ViewNameTaken, remove_view, rename_view, save_view


def save(client: Client, name: str, query: str) -> int:
    return client.post(address("saved-views"), {"name": name, "query": query}).status_code


def test_view_keeps_the_filter_and_leads_back_to_it(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)

    response = client.post(address("saved-views"), {"name": "Late nurses", "query": "status=overdue&job=Nurse&x=1"})

    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"{address('obligations')}?status=overdue&job=Nurse",
    )
    page = text(client, "obligations", query="?status=overdue&job=Nurse")
    assert '?status=overdue&amp;job=Nurse" aria-current="true">Late nurses</a>' in page
    assert "Keep this filter" not in page
    assert "Keep this filter" in text(client, "obligations", query="?status=done")


def test_view_saved_twice_under_one_name_holds_the_later_filter(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)

    save(client, "Mine", "status=overdue")
    save(client, "Mine", "status=done")

    assert list(SavedView.objects.values_list("name", "query")) == [("Mine", "status=done")]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_view_needs_a_name(clinic: Clinic, omar: User, name: str) -> None:
    response = client_of(omar).post(address("saved-views"), {"name": name, "query": "status=done"})

    assert response.status_code == 422
    assert b"it needs a name" in response.content
    assert not SavedView.objects.exists()


def test_views_are_ones_own(clinic: Clinic, omar: User, nina: User, mara: User) -> None:
    save(client_of(omar), "Of omar", "status=overdue")
    [view] = SavedView.objects.all()

    for other in (nina, mara):
        client = client_of(other)
        assert "Of omar" not in text(client, "obligations")
        assert "Of omar" not in text(client, "saved-views")
        assert client.post(address("saved-view", view.public_id), {"name": "Taken"}).status_code == 404
        assert client.post(address("saved-view-removal", view.public_id)).status_code == 303
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Of omar"]


def test_manager_keeps_views_too(clinic: Clinic, mara: User) -> None:
    assert save(client_of(mara), "My team", "status=overdue") == 303
    assert "My team" in text(client_of(mara), "obligations")


def test_view_is_renamed(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    save(client, "One", "status=overdue")
    [view] = SavedView.objects.all()

    response = client.post(address("saved-view", view.public_id), {"name": "Two"})

    assert (response.status_code, response.headers["Location"]) == (303, address("saved-views"))
    assert list(SavedView.objects.values_list("name", "query")) == [("Two", "status=overdue")]


def test_view_takes_no_name_of_another_and_not_an_empty_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    save(client, "One", "status=overdue")
    save(client, "Two", "status=done")
    view = SavedView.objects.get(name="Two")

    for name in ("One", ""):
        assert client.post(address("saved-view", view.public_id), {"name": name}).status_code == 409
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["One", "Two"]


def test_view_is_removed_and_a_second_removal_changes_nothing(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    save(client, "One", "status=overdue")
    [view] = SavedView.objects.all()

    statuses = [client.post(address("saved-view-removal", view.public_id)).status_code for _ in range(2)]

    assert statuses == [303, 303]
    assert not SavedView.objects.exists()
    assert "No views yet" in text(client, "saved-views")


def test_views_take_as_many_statements_for_thirty_as_for_one(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    save(client, "One", "status=overdue")
    client.get(address("saved-views"))  # told once
    with expect_statements(5):
        client.get(address("saved-views"))
    for n in range(30):
        save_view(organization=clinic.organization, page="obligations", name=f"V{n}", query="", by=omar)
    with expect_statements(5):
        client.get(address("saved-views"))


def test_views_of_another_page_and_organization_stand_apart(clinic: Clinic, omar: User) -> None:
    other = Organization.objects.create(slug="other", name="Other")
    for organization, page in ((other, "obligations"), (clinic.organization, "people")):
        save_view(organization=organization, page=page, name="Elsewhere", query="", by=omar)

    assert "Elsewhere" not in text(client_of(omar), "saved-views")


def test_services_rename_and_remove(clinic: Clinic, omar: User) -> None:
    one, two = (
        save_view(organization=clinic.organization, page="obligations", name=name, query="", by=omar)
        for name in ("One", "Two")
    )

    with pytest.raises(ViewNameTaken):
        rename_view(view=two, name="One")
    remove_view(view=one)
    assert rename_view(view=SavedView.objects.get(pk=two.pk), name="One").name == "One"
    assert isinstance(two.public_id, uuid.UUID)
