import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.worker import send_all
from tests.accounts.test_sign_in import code_in, with_app
from tests.conftest import client_of

PUBLIC = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
]
SIGNED_IN = ["account_email", "account_change_password", "account_logout", "mfa_index", "mfa_list_webauthn"]
REAUTHENTICATED = ["mfa_activate_totp", "mfa_add_webauthn"]
WITH_FACTOR = ["mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_view_recovery_codes"]


def signed_in(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": "correct horse battery"})
    return client


def confirmed(user: User) -> Client:
    client = client_of(user)
    client.post(reverse("account_reauthenticate"), {"password": "correct horse battery"})
    return client


def is_ours(html: str) -> bool:
    return 'class="v-top"' in html and html.count("<h1") == 1 and " style=" not in html and "<style" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_is_in_our_frame(name: str) -> None:
    response = Client().get(reverse(name))

    assert response.status_code == 200
    assert is_ours(response.content.decode())


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_of_the_account_is_in_our_frame(name: str, vera: User) -> None:
    response = client_of(vera).get(reverse(name))

    assert response.status_code == 200
    assert is_ours(response.content.decode())


@pytest.mark.parametrize("name", SIGNED_IN[:-2])
def test_page_of_the_account_asks_strangers_to_sign_in(name: str, db: None) -> None:
    response = Client().get(reverse(name))

    assert response.status_code == 302


@pytest.mark.parametrize("name", REAUTHENTICATED)
def test_page_that_changes_sign_in_asks_once_more(name: str, vera: User) -> None:
    client = client_of(vera)

    asked = client.get(reverse(name), follow=True)
    assert "Confirm that it is you" in asked.content.decode()
    response = client.post(asked.redirect_chain[-1][0], {"password": "correct horse battery"}, follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == reverse(name)
    assert is_ours(response.content.decode())


@pytest.mark.parametrize("name", WITH_FACTOR)
def test_page_of_a_second_factor_is_in_our_frame(name: str, vera: User) -> None:
    client = confirmed(vera)
    with_app(vera)
    RecoveryCodes.activate(vera)

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert is_ours(response.content.decode())


def test_passkeys_are_listed_renamed_and_removed(vera: User) -> None:
    client = confirmed(vera)
    key = Authenticator.objects.create(
        user=vera, type=Authenticator.Type.WEBAUTHN, data={"name": "Work laptop", "credential": {}}
    )

    renamed = client.post(reverse("mfa_edit_webauthn", kwargs={"pk": key.pk}), {"name": "Old laptop"}, follow=True)
    assert "Old laptop" in renamed.content.decode()
    confirm = client.get(reverse("mfa_remove_webauthn", kwargs={"pk": key.pk}))
    assert is_ours(confirm.content.decode())
    client.post(reverse("mfa_remove_webauthn", kwargs={"pk": key.pk}))

    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


def test_passkey_of_somebody_else_is_not_there(vera: User, ana: User) -> None:
    key = Authenticator.objects.create(
        user=ana, type=Authenticator.Type.WEBAUTHN, data={"name": "Work laptop", "credential": {}}
    )

    assert confirmed(vera).post(reverse("mfa_remove_webauthn", kwargs={"pk": key.pk})).status_code == 404
    assert Authenticator.objects.filter(user=ana).count() == 1


def test_second_step_is_in_our_frame(vera: User) -> None:
    totp.TOTP.activate(vera, totp.generate_totp_secret())

    response = signed_in(vera).get(reverse("mfa_authenticate"))

    assert is_ours(response.content.decode())


def test_another_address_is_added_confirmed_and_made_the_main_one(vera: User) -> None:
    client = confirmed(vera)
    client.post(reverse("account_email"), {"email": "Vera@Work.example", "action_add": ""})
    send_all()
    client.post(reverse("account_email_verification_sent"), {"code": code_in(str(mail.outbox[0].body))})
    page = client.get(reverse("account_email")).content.decode()
    assert "vera@work.example" in page
    assert is_ours(page)

    client.post(reverse("account_email"), {"email": "vera@work.example", "action_primary": ""})

    vera.refresh_from_db()
    assert vera.email == "vera@work.example"


def test_whoever_finds_a_session_open_does_not_turn_the_account_to_herself(vera: User) -> None:
    vera.emailaddress_set.create(email="other@example.com", verified=True)  # type: ignore[attr-defined]
    client, page = signed_in(vera), reverse("account_email")
    acts = [
        {"email": "mine@elsewhere.example", "action_add": ""},
        {"email": "other@example.com", "action_primary": ""},
        {"email": "other@example.com", "action_remove": ""},
    ]

    for act in acts:
        asked = client.post(page, act)
        assert asked.status_code == 302
        assert asked["Location"].startswith(reverse("account_reauthenticate"))

    vera.refresh_from_db()
    assert vera.email == "vera@example.com"
    assert vera.emailaddress_set.count() == 2  # type: ignore[attr-defined]
    assert send_all() == 0


def test_what_was_asked_of_the_address_is_done_once_the_password_is_given(vera: User) -> None:
    client = signed_in(vera)
    asked = client.post(reverse("account_email"), {"email": "vera@work.example", "action_add": ""})
    assert "Confirm that it is you" in client.get(asked["Location"]).content.decode()

    sent = {"password": "correct horse battery", "next": reverse("account_email")}
    response = client.post(reverse("account_reauthenticate"), sent)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert send_all() == 1
    assert mail.outbox[0].to == ["vera@work.example"]


def test_sign_in_page_says_that_it_leads_back(db: None) -> None:
    page = Client().get(reverse("account_login") + "?next=/learn/profile/").content.decode()

    assert "This page belongs to a person." in page
    assert '<input type="hidden" name="next" value="/learn/profile/"' in page
