import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organization, User
from accounts.services import add_member, create_organization, end_membership, invite, withdraw_invitation
from accounts.services.invitations import Invited
from audit.services import SYSTEM
from audit.worker import send_all
from tests.accounts.test_sign_in import FORM, code_in
from tests.conftest import Clinic, client_of, seat


@pytest.fixture
def invited(clinic: Clinic, omar: User) -> Invited:
    seat = add_member(organization=clinic.organization, name="V. Stone", work_email="vera@example.com", by=omar)
    return invite(membership=seat, by=omar)


def url_of(invited: Invited) -> str:
    return reverse("visitor:invitation", args=[invited.token])


def test_invitation_tells_what_the_employer_sees_before_anybody_accepts(invited: Invited) -> None:
    response = Client().get(url_of(invited))
    page = response.content.decode()

    assert response.status_code == 200
    assert "Riverbend Clinic keeps a place for you" in page
    assert "Never sees: your answers and choices" in page
    assert f"/accounts/login/?next={url_of(invited)}" in page
    assert "email=vera%40example.com" in page
    assert '<meta name="robots" content="noindex">' in page
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert Membership.objects.get(pk=invited.invitation.membership_id).user is None


def test_invitation_is_accepted_once(invited: Invited, vera: User) -> None:
    client = client_of(vera)
    assert "Accept the invitation" in client.get(url_of(invited)).content.decode()

    assert client.post(url_of(invited))["Location"] == "/learn/"
    assert client.post(url_of(invited))["Location"] == "/learn/"

    assert Membership.objects.get(user=vera) == invited.invitation.membership
    assert "You have accepted." in client.get(url_of(invited)).content.decode()


def test_invitation_that_an_owner_accepts_leads_to_staff_training_at_once(clinic: Clinic, vera: User) -> None:
    invited = create_organization(
        name="Lakeside", slug="lakeside", time_zone="UTC", owner_name="V. Stone", owner_email=vera.email, by=SYSTEM
    )
    client = client_of(vera)
    assert "Staff training" not in client.get("/learn/").content.decode()

    page = client.post(url_of(invited), follow=True).content.decode()

    assert "Staff training" in page
    assert "Author’s desk" in page


def test_invitation_leads_a_new_person_through_sign_up_and_back(invited: Invited) -> None:
    client = Client()
    client.post(reverse("account_signup"), FORM | {"email": "vera@example.com", "next": url_of(invited)})
    send_all()
    (code,) = [code_in(str(sent.body)) for sent in mail.outbox if sent.subject == "Your code for Vignette"]

    response = client.post(reverse("account_email_verification_sent"), {"code": code, "next": url_of(invited)})

    assert response["Location"] == url_of(invited)
    client.post(url_of(invited))
    assert Membership.objects.get(user__email="vera@example.com") == invited.invitation.membership


def test_invitation_for_another_address_says_so_and_changes_nothing(invited: Invited, cody: User) -> None:
    client = client_of(cody)
    page = client.get(url_of(invited)).content.decode()
    assert "The invitation was sent to vera@example.com. You are signed in as cody@example.com" in page
    assert "Accept the invitation" not in page

    response = client.post(url_of(invited))

    assert response.status_code == 409
    assert Membership.objects.get(pk=invited.invitation.membership_id).user is None


def test_invitation_that_somebody_used_says_so(invited: Invited, vera: User, cody: User) -> None:
    client_of(vera).post(url_of(invited))

    for client in (Client(), client_of(cody)):
        assert "This invitation was used." in client.get(url_of(invited)).content.decode()


def test_used_invitation_is_refused_to_the_next_owner_of_the_address(invited: Invited, vera: User, cody: User) -> None:
    client_of(vera).post(url_of(invited))
    EmailAddress.objects.filter(user=vera).delete()
    EmailAddress.objects.create(user=cody, email="vera@example.com", verified=True)

    response = client_of(cody).post(url_of(invited))

    assert response.status_code == 409
    assert "This invitation was used." in response.content.decode()


def test_expired_invitation_says_until_when(invited: Invited, vera: User) -> None:
    with time_machine.travel(invited.invitation.expires_at + dt.timedelta(days=1), tick=False):
        page = Client().get(url_of(invited)).content.decode()
        refused = client_of(vera).post(url_of(invited))

    assert "This invitation has expired." in page
    assert refused.status_code == 409


def test_withdrawn_invitation_says_so(invited: Invited, omar: User, vera: User) -> None:
    withdraw_invitation(membership=invited.invitation.membership, by=omar)

    assert "This invitation was withdrawn." in Client().get(url_of(invited)).content.decode()
    assert client_of(vera).post(url_of(invited)).status_code == 409


def test_invitation_says_so_after_the_person_left(invited: Invited, omar: User, vera: User) -> None:
    end_membership(membership=invited.invitation.membership, by=omar)

    assert "The place at Riverbend Clinic has ended." in Client().get(url_of(invited)).content.decode()
    assert client_of(vera).post(url_of(invited)).status_code == 409
    assert Membership.objects.get(pk=invited.invitation.membership_id).user is None


def test_invitation_resent_kills_the_link_before(invited: Invited, omar: User, vera: User) -> None:
    again = invite(membership=invited.invitation.membership, by=omar)

    assert client_of(vera).post(url_of(invited)).status_code == 409
    assert client_of(vera).post(url_of(again))["Location"] == "/learn/"


def test_invitation_to_somebody_with_an_account_elsewhere_shows_nothing_of_it(
    invited: Invited, vera: User, charlie: User
) -> None:
    seat(vera, Organization.objects.get(slug="harbor"))

    page = Client().get(url_of(invited)).content.decode()

    assert "Harbor" not in page
    assert "Vera Stone" not in page  # her own name for herself; the clinic wrote "V. Stone"
    assert Membership.objects.get(pk=invited.invitation.membership_id).user is None
    client_of(vera).post(url_of(invited))
    assert {each.organization.slug for each in Membership.objects.filter(user=vera)} == {"harbor", "riverbend"}


def test_second_place_at_the_same_employer_is_refused(invited: Invited, ana: User) -> None:
    EmailAddress.objects.create(user=ana, email="vera@example.com", verified=True)

    response = client_of(ana).post(url_of(invited))

    assert response.status_code == 409
    assert "You have a place at Riverbend Clinic already." in response.content.decode()


def test_unknown_token_is_not_there(vera: User) -> None:
    url = reverse("visitor:invitation", args=["x" * 43])

    assert Client().get(url).status_code == 404
    assert client_of(vera).post(url).status_code == 404


def test_invitation_is_accepted_by_people_who_are_signed_in(invited: Invited) -> None:
    assert Client().post(url_of(invited)).status_code == 401
    assert Client().put(url_of(invited)).status_code == 405
