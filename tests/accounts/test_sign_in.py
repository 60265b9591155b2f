import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from accounts.services import deactivate_account
from audit.models import OutboxMail
from audit.services import SYSTEM
from audit.worker import send_all
from tests.conftest import client_of, person

PASSWORD = "correct horse battery"
FORM = {
    "email": "New.Person@Example.com",
    "password1": "seven quiet herons",
    "legal_name": "Nadia Person",
    "time_zone": "America/Phoenix",
}


def sign_up(client: Client, **changes: str) -> None:
    response = client.post(reverse("account_signup"), FORM | changes)
    assert (response.status_code, response["Location"]) == (302, reverse("account_email_verification_sent"))


def code_in(text: str) -> str:
    found = re.search(r"^[A-Z0-9]{3,}(-[A-Z0-9]+)*$", text, re.MULTILINE)
    assert found, text
    return found[0]


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: str) -> int:
    response = client.post(reverse("account_login"), {"login": email, "password": password}, headers=headers)
    return response.status_code


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.fixture
def with_limits(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
    cache.clear()


@pytest.mark.django_db
def test_sign_up_asks_for_the_mailed_code_and_signs_in() -> None:
    client = Client()

    sign_up(client)

    assert mail.outbox == []
    assert send_all() == 1
    assert [message.to for message in mail.outbox] == [["new.person@example.com"]]
    response = client.post(reverse("account_email_verification_sent"), {"code": code_in(str(mail.outbox[0].body))})
    assert response["Location"] == "/learn/"
    user = User.objects.get()
    assert (user.email, user.legal_name, user.time_zone) == (
        "new.person@example.com",
        "Nadia Person",
        "America/Phoenix",
    )
    assert who(client) == str(user.pk)


@pytest.mark.django_db
def test_sign_up_with_a_wrong_code_does_not_sign_in() -> None:
    client = Client()
    sign_up(client)

    response = client.post(reverse("account_email_verification_sent"), {"code": "WRONG1"})

    assert "not the one that we expect" in response.content.decode()
    assert who(client) is None


@pytest.mark.django_db
def test_sign_up_with_a_known_address_looks_the_same_and_creates_nobody(vera: User) -> None:
    client = Client()

    sign_up(client, email="VERA@example.com")
    send_all()

    assert User.objects.count() == 1
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["vera@example.com"], "You already have an account")
    ]
    assert client.get(reverse("account_email_verification_sent")).status_code == 200


@pytest.mark.django_db
def test_sign_up_refuses_an_unknown_time_zone_and_a_missing_name() -> None:
    response = Client().post(reverse("account_signup"), FORM | {"time_zone": "Mars/Olympus", "legal_name": " "})

    assert sorted(response.context["form"].errors) == ["legal_name", "time_zone"]
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_the_code_is_gone_from_the_outbox_once_it_is_sent() -> None:
    sign_up(Client())
    assert "text" in OutboxMail.objects.get().payload

    send_all()

    row = OutboxMail.objects.get()
    assert row.payload == {}
    assert row.sent_at is not None


def test_wrong_password_says_so_and_signs_nobody_in(vera: User) -> None:
    client = Client()

    response = client.post(reverse("account_login"), {"login": vera.email, "password": "wrong"})

    assert "The e-mail and password do not match. Capitals count." in response.content.decode()
    assert who(client) is None


@pytest.mark.django_db
def test_unknown_address_reads_like_a_wrong_password() -> None:
    response = Client().post(reverse("account_login"), {"login": "nobody@example.com", "password": "wrong"})

    assert "The e-mail and password do not match. Capitals count." in response.content.decode()


def test_e_mail_is_read_without_regard_to_capitals(vera: User) -> None:
    client = Client()

    sign_in(client, "Vera@Example.COM")

    assert who(client) == str(vera.pk)


def test_password_reset_by_the_mailed_link(settings: Settings, vera: User) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": vera.email})
    send_all()
    link = re.search(rf"{settings.SITE_URL}(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)

    new = {"password1": "seven quiet herons", "password2": "seven quiet herons"}
    client.post(form.redirect_chain[-1][0], new)

    assert sign_in(Client(), vera.email, "seven quiet herons") == 302
    assert sign_in(Client(), vera.email, PASSWORD) == 200
    assert "This link no longer works." in Client().get(link[1], follow=True).content.decode()


@pytest.mark.parametrize("email", ["vera@example.com", "nobody@example.com"])
def test_links_of_mails_lead_to_us_whatever_host_was_named(settings: Settings, vera: User, email: str) -> None:
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://training.example.org/"
    elsewhere = Client(headers={"Host": "elsewhere.example"})

    elsewhere.post(reverse("account_reset_password"), {"email": email})
    elsewhere.post(reverse("account_signup"), FORM | {"email": email})
    send_all()

    links = [link for each in mail.outbox for link in re.findall(r"https?://\S+", str(each.body))]
    assert links
    assert {link.partition("/accounts/")[0] for link in links} == {"https://training.example.org"}


def test_password_reset_looks_the_same_for_an_unknown_address(vera: User) -> None:
    known = Client().post(reverse("account_reset_password"), {"email": vera.email})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_repeated_wrong_passwords_stop_the_account_for_a_while(with_limits: None, vera: User, omar: User) -> None:
    for _ in range(5):
        sign_in(Client(), vera.email, "wrong")

    response = Client().post(reverse("account_login"), {"login": vera.email, "password": PASSWORD})

    assert "too many tries with this e-mail" in response.content.decode()
    assert sign_in(Client(), omar.email) == 302


@pytest.mark.django_db
def test_thirty_people_sign_in_from_one_address_within_a_minute(with_limits: None) -> None:
    people = [person(f"Learner{number} Of Thirty") for number in range(30)]

    assert [sign_in(Client(), someone.email) for someone in people] == [302] * 30


def test_too_many_requests_get_a_page_of_their_own(settings: Settings, vera: User) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    cache.clear()
    sign_in(Client(), vera.email)

    response = Client().post(reverse("account_login"), {"login": vera.email, "password": PASSWORD})

    assert response.status_code == 429
    assert "Too many tries." in response.content.decode()


def test_limits_count_the_person_behind_our_proxy(settings: Settings, vera: User, omar: User) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()

    codes = [sign_in(Client(), vera.email, x_forwarded_for=f"10.9.9.9, 203.0.113.{n}") for n in (1, 2)]

    assert codes == [302, 302]


def test_closed_account_is_refused_at_the_next_request(vera: User) -> None:
    client = client_of(vera)
    assert client.get(reverse("learner:profile")).status_code == 200

    deactivate_account(user=vera, by=SYSTEM)

    response = client.get(reverse("learner:profile"))
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/learn/profile/")
    again = Client().post(reverse("account_login"), {"login": vera.email, "password": PASSWORD}, follow=True)
    assert "This account is closed." in again.content.decode()


def secret_of(user: User) -> str:
    return str(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])


def with_app(user: User) -> str:
    secret: str = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_now(secret: str) -> str:
    # One that is about to change would be refused when it arrives.
    if (left := 30 - time.time() % 30) < 10:
        time.sleep(left)
    counter = int(time.time()) // 30
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_sign_in_with_an_authenticator_app(vera: User) -> None:
    secret = with_app(vera)
    client = Client()

    response = client.post(reverse("account_login"), {"login": vera.email, "password": PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    assert who(client) is None
    assert "not the one" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})

    assert who(client) == str(vera.pk)


def test_secret_of_an_app_is_not_readable_in_the_database(vera: User) -> None:
    secret = with_app(vera)

    stored = secret_of(vera)

    assert stored != secret
    assert secret not in stored


def test_secret_of_an_app_survives_a_change_of_the_secret_key(settings: Settings, vera: User) -> None:
    secret = with_app(vera)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-signs-nothing-of-value-9876543210"
    client = Client()
    sign_in(client, vera.email)

    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})

    assert who(client) == str(vera.pk)


def test_a_recovery_code_signs_in_once(vera: User) -> None:
    with_app(vera)
    code = RecoveryCodes.activate(vera).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client, vera.email)
        client.post(reverse("mfa_authenticate"), {"code": code})

    assert (who(first), who(second)) == (str(vera.pk), None)


def test_sign_out_needs_a_post(vera: User) -> None:
    client = client_of(vera)

    assert client.get(reverse("account_logout")).status_code == 200
    assert who(client) == str(vera.pk)
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert who(client) is None
