import logging

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from tests.conftest import client_of
from web.logs import WithoutRows

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


DETAIL = "DETAIL:  Failing row contains (7, Ana Reyes, ana@example.com, said in\n\nconfidence)."


def test_failure_of_the_database_is_logged_without_the_row(
    ana: User, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        try:
            raise IntegrityError(f'new row violates check constraint "credits_are_whole"\n{DETAIL}')
        except IntegrityError as error:
            raise RuntimeError("it was not kept") from error

    monkeypatch.setattr("learner.finding.attempt_of", fails)
    browser = client_of(ana)
    browser.raise_request_exception = False
    [console] = [each.formatter for each in logging.getLogger().handlers if isinstance(each.formatter, WithoutRows)]

    browser.post(ADDRESS)

    for record in lines.records:
        record.exc_text = None  # what pytest's own handler made of it
    told = "\n".join(map(console.format, lines.records))
    assert 'violates check constraint "credits_are_whole"' in told
    assert "it was not kept" in told
    assert not [word for word in ("Ana", "ana@", "confidence") if word in told]
