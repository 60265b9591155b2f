from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from audit.worker import send_all
from tests.accounts.test_sign_in import PASSWORD, code_in
from tests.browser.account import axe_faults
from tests.conftest import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/inactive/"]
OWN = [
    "/learn/profile/",
    "/learn/licenses/",
    "/learn/shared/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/logout/",
]


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def sign_in(page: Page, site: str, user: User) -> None:
    page.goto(f"{site}/accounts/login/?next=/learn/profile/")
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/learn/profile/")


def confirm(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/reauthenticate/?next=/accounts/2fa/")
    page.fill("#id_password", PASSWORD)
    press(page, "Go on")
    page.wait_for_url("**/accounts/2fa/")


def test_pages_of_the_account_have_no_fault_that_axe_sees(
    open_window: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    vera = person("Vera Stone")
    faults: list[str] = []
    page = open_window(viewport={"width": 390, "height": 800}).new_page()
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    for path in PUBLIC:
        page.goto(live_server.url + path)
        faults += axe_faults(page)
    sign_in(page, live_server.url, vera)
    confirm(page, live_server.url)
    for path in OWN:
        page.goto(live_server.url + path)
        faults += axe_faults(page)

    assert faults == []


def test_sign_up_works_without_script(open_window: Callable[..., BrowserContext], live_server: LiveServer) -> None:
    page = open_window(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/signup/?next=/learn/profile/")
    assert page.input_value("#id_time_zone") == "America/New_York"
    page.fill("#id_email", "nadia@example.com")
    page.fill("#id_password1", "seven quiet herons")
    page.fill("#id_legal_name", "Nadia Person")
    press(page, "Create the account")
    send_all()
    page.fill("#id_code", code_in(str(mail.outbox[0].body)))
    press(page, "Confirm")
    assert page.input_value("#id_legal_name") == "Nadia Person"


def test_sign_up_takes_the_browsers_time_zone(
    open_window: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    page = open_window(timezone_id="America/Anchorage").new_page()
    page.goto(f"{live_server.url}/accounts/signup/")

    assert page.input_value("#id_time_zone") == "America/Anchorage"


def test_a_passkey_is_added_and_signs_in_without_the_password(
    open_window: Callable[..., BrowserContext], live_server: LiveServer
) -> None:
    # WebAuthn knows host names, not numbers.
    site = live_server.url.replace("127.0.0.1", "localhost")
    vera = person("Vera Stone")
    page = open_window().new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, site, vera)
    confirm(page, site)
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.fill("#id_name", "Work laptop")
    page.check("#id_passwordless")
    press(page, "Add the passkey")
    page.get_by_text("The passkey is added.").wait_for()
    page.goto(f"{site}/accounts/2fa/webauthn/")
    assert "Work laptop" in page.inner_text("main")
    assert axe_faults(page) == []
    page.context.clear_cookies()

    page.goto(f"{site}/accounts/login/?next=/learn/profile/")
    press(page, "Sign in with a passkey")
    page.wait_for_url("**/learn/profile/")

    assert page.input_value("#id_legal_name") == "Vera Stone"
