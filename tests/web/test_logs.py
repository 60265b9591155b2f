import logging

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import client_of

pytestmark = pytest.mark.django_db

ADDRESS = "/learn/attempts/5a6d1f0e-0000-4000-8000-000000000000/response/"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What the console gets: its handler's filters stand before it."""
    for handler in logging.getLogger().handlers:
        for each in handler.filters:
            caplog.handler.addFilter(each)
    caplog.set_level(logging.INFO)
    return caplog


def test_refused_form_is_logged_by_route_and_not_by_path(ana: User, lines: pytest.LogCaptureFixture) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana)

    browser.post(ADDRESS, {"option": "said in confidence"}, headers={"Origin": "http://testserver"})

    assert "learner:attempt-response" in lines.text
    assert "Forbidden" in lines.text
    assert "5a6d1f0e" not in lines.text
    assert "confidence" not in lines.text


def test_failure_is_logged_by_route_and_not_by_path(
    ana: User, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("learner.finding.attempt_of", fails)
    browser = client_of(ana)
    browser.raise_request_exception = False

    browser.post(ADDRESS + "?asked=x")

    assert "Internal Server Error: learner:attempt-response" in lines.text
    assert "5a6d1f0e" not in lines.text
