import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import User
from tests.conftest import client_of
from tests.publishing import SLUG, publish_example

pytestmark = pytest.mark.django_db


def test_every_page_has_the_security_headers() -> None:
    response = Client().get("/about/terms/")

    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "address", ["/", "/learn/", "/learn/transcript/", "/accounts/email/", "/accounts/2fa/", "/nowhere/"]
)
def test_page_of_a_person_is_kept_by_nobody(ana: User, address: str) -> None:
    assert "no-store" in client_of(ana).get(address).headers["Cache-Control"]


def test_answer_to_an_act_is_kept_by_nobody(ana: User) -> None:
    response = client_of(ana).post("/learn/profile/", {"legal_name": "", "time_zone": "America/Denver"})

    assert (response.status_code, response.headers["Cache-Control"]) == (422, "private, no-store")


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


@pytest.mark.parametrize("address", ["/", "/courses/", f"/courses/{SLUG}/", "/accounts/login/"])
def test_first_visit_is_light(address: str) -> None:
    publish_example()

    html = Client().get(address).content

    loaded = set(re.findall(r'(?:href|src)="/static/([^"#]+)', html.decode()))
    found = {name: finders.find(name) for name in loaded}
    assert all(found.values()), found
    files = sum(weight(Path(str(path)).read_bytes()) for path in found.values())
    assert weight(html) < 15_000
    assert weight(html) + files < 120_000
