from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.web.pages import form_to, forms
from tests.web.urls import KEPT

pytestmark = pytest.mark.urls("tests.web.urls")

ADDRESS = "/test/keep/?from=case"
LETTER = 'I asked what she wanted me to know.\r\n\r\nShe said: <nothing> & "nobody".'


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    KEPT.clear()
    yield
    KEPT.clear()


@pytest.fixture
def browser(db: None) -> Client:
    return Client(enforce_csrf_checks=True)


def token_from(browser: Client) -> str:
    """Opens a page of ours; the token of its sign-out form or, for a visitor, of the sign-in form."""
    page = browser.get("/accounts/login/", follow=True)
    found = [form.data()["csrfmiddlewaretoken"][0] for form in forms(page.content) if form.method == "post"]
    return found[0] if found else browser.cookies["csrftoken"].value


def test_a_get_leads_to_the_sign_in_page_and_back(browser: Client) -> None:
    response = browser.get("/test/keep/?item=3")

    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/test/keep/%3Fitem%3D3"


def test_what_was_typed_survives_the_loss_of_the_session_and_a_new_sign_in(browser: Client, ana: User) -> None:
    token = token_from(browser)
    typed = {"csrfmiddlewaretoken": token, "_person": str(ana.public_id), "text": [LETTER, "second"], "option": "q7"}

    lost = browser.post(ADDRESS, typed)

    assert lost.status_code == 401
    assert lost.headers["Cache-Control"] == "no-store"
    held = form_to(lost.content, ADDRESS)
    assert held.data()["text"] == [LETTER, "second"]
    assert held.data()["option"] == ["q7"]
    assert KEPT == []

    # She signs in in another tab, which gives out a new token; the one in this tab is old now.
    browser.force_login(ana)
    browser.cookies.pop("csrftoken")
    old = browser.post(held.action, held.data())

    assert old.status_code == 403
    assert "You are signed in as Ana Reyes" in old.content.decode()
    held = form_to(old.content, ADDRESS)

    sent = browser.post(held.action, held.data())

    assert sent.content == b"kept"
    assert KEPT == [("ana@example.com", [LETTER, "second"])]


def test_nothing_is_written_for_another_person(browser: Client, ana: User, cody: User) -> None:
    token = token_from(browser)
    browser.force_login(cody)

    response = browser.post(
        ADDRESS, {"csrfmiddlewaretoken": token, "_person": str(ana.public_id), "text": "what Ana typed"}
    )

    assert response.status_code == 409
    assert "Somebody else is signed in now" in response.content.decode()
    assert "what Ana typed" not in response.content.decode()
    assert KEPT == []


def test_an_old_page_of_another_person_is_not_repeated(browser: Client, ana: User, cody: User) -> None:
    browser.force_login(cody)

    response = browser.post(ADDRESS, {"_person": str(ana.public_id), "text": "what Ana typed"})

    assert response.status_code == 409
    assert "what Ana typed" not in response.content.decode()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_form_from_another_website_is_not_repeated(browser: Client, ana: User, origin: str) -> None:
    browser.force_login(ana)

    response = browser.post(ADDRESS, {"text": "send me money"}, headers={"Origin": origin})

    assert response.status_code == 403
    assert "This form did not come from our pages" in response.content.decode()
    assert "send me money" not in response.content.decode()
    assert [form.action for form in forms(response.content)] == ["/accounts/logout/"]


def test_a_form_of_ours_is_known_by_its_origin(browser: Client) -> None:
    own = browser.post(ADDRESS, {"text": "mine"}, headers={"Origin": "http://testserver"})

    assert form_to(own.content, ADDRESS).data()["text"] == ["mine"]


def test_a_visitor_with_an_old_page_need_not_sign_in(browser: Client) -> None:
    response = browser.post("/test/keep-for-anybody/", {"text": "hello"})

    assert response.status_code == 403
    assert "/accounts/login/" not in response.content.decode().split("<main", 1)[1]
    held = form_to(response.content, "/test/keep-for-anybody/")
    assert browser.post(held.action, held.data()).content == b"kept"


@pytest.mark.parametrize("name", ["password", "password1", "oldpassword", "code"])
def test_passwords_and_codes_are_never_repeated(browser: Client, name: str) -> None:
    response = browser.post("/accounts/login/", {"login": "ana@example.com", name: "correct horse battery"})

    assert response.status_code == 403
    assert "correct horse battery" not in response.content.decode()
    assert forms(response.content) == []
    assert "The page was too old to be used" in response.content.decode()


def test_a_file_has_to_be_chosen_again(browser: Client, ana: User) -> None:
    upload = SimpleUploadedFile("staff <1>.csv", b"name,email")

    response = browser.post(ADDRESS, {"text": "roster", "file": upload})

    held = form_to(response.content, ADDRESS)
    assert held.files == ["file"]
    assert held.enctype == "multipart/form-data"
    assert "Choose the file “staff &lt;1&gt;.csv” again" in response.content.decode()


def test_more_than_a_page_can_hold_is_said(browser: Client) -> None:
    response = browser.post(ADDRESS, {"text": "x" * 400_001})

    assert response.status_code == 403
    assert len(response.content) < 10_000
    assert "too long to be held here" in response.content.decode()


def test_script_gets_the_whole_page(browser: Client) -> None:
    response = browser.post(ADDRESS, {"text": "a"}, headers={"HX-Request": "true"})

    assert response.headers["HX-Retarget"] == "body"
    assert response.headers["HX-Reswap"] == "innerHTML"
