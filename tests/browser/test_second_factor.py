"""The way of whoever is asked for a second factor, and of whoever comes back too late: axe reads its pages."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests.accounts.test_sign_in import PASSWORD, with_app
from tests.browser.account import axe_faults
from tests.browser.test_account import press
from tests.conftest import Clinic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = "/manage/riverbend/people/new/"


def sign_in(page: Page, site: str, user: User, then: str) -> None:
    page.goto(f"{site}/accounts/login/?next={then}")
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    press(page, "Sign in")
    page.wait_for_url(f"**{then}")


def looked_at(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return axe_faults(page) + ([f"scrolls sideways: {page.url}"] if wide else [])


def let_time_pass() -> None:
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(minutes=1))


@pytest.mark.parametrize("width", [390, 1280])
def test_whoever_is_asked_for_a_factor_or_comes_too_late_reads_why(
    open_window: Callable[..., BrowserContext],
    live_server: LiveServer,
    clinic: Clinic,
    nina: User,
    omar: User,
    width: int,
) -> None:
    faults: list[str] = []
    page = open_window(viewport={"width": width, "height": 900}).new_page()
    sign_in(page, live_server.url, nina, "/manage/riverbend/sign-in/")
    expect(page.get_by_role("main")).to_contain_text("Omar Haddad")
    faults += looked_at(page)
    press(page, "Ask for a second factor")
    expect(page.locator("h1")).to_have_text("Set up your own second factor first")
    faults += looked_at(page)

    page.goto(f"{live_server.url}{PEOPLE}")
    page.fill("[name=name]", "Dee Marchetti")
    clinic.organization.second_factor_asked_at = timezone.now()
    clinic.organization.save()
    page.locator("main form").first.evaluate("form => form.submit()")
    expect(page.locator("h1")).to_have_text("Not saved yet. What you typed is here.")
    faults += looked_at(page)
    page.goto(f"{live_server.url}{PEOPLE}")
    expect(page.locator("h1")).to_have_text("Set up a second factor first.")
    faults += looked_at(page)

    with_app(nina)
    page.goto(f"{live_server.url}/manage/riverbend/sign-in/")
    expect(page.get_by_role("button", name="Ask for it no longer")).to_be_visible()
    faults += looked_at(page)

    let_time_pass()
    page.goto(f"{live_server.url}/manage/riverbend/sign-in/")
    expect(page.get_by_role("main")).to_contain_text("nothing was done here for 60 minutes")
    faults += looked_at(page)

    assert faults == []
