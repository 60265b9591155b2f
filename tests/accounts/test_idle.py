"""Sessions in which nothing is asked end; what was typed is kept."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.models import Role, User
from accounts.rules.idleness import is_written, lasts_until, slack
from accounts.services import add_member, invite
from accounts.texts import duration_words
from audit.models import AuditEvent
from tests.accounts.test_sign_in import sign_in, who, with_app
from tests.conftest import Clinic, expect_statements, seat

START = dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
TWO_WEEKS = dt.timedelta(days=14)
PROFILE = "/learn/profile/"


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def signed_in(user: User) -> Client:
    client = Client()
    assert sign_in(client, user.email) == 302
    return client


def answers(client: Client) -> int:
    return client.get(PROFILE).status_code


def test_session_of_a_learner_lasts_for_twelve_hours_without_a_request(
    clock: time_machine.Traveller, vera: User
) -> None:
    client = signed_in(vera)

    clock.shift(12 * HOUR)
    assert answers(client) == 200
    clock.shift(12 * HOUR + 6 * MINUTE)
    assert answers(client) == 302


@pytest.mark.parametrize("role", Role)
def test_session_with_a_role_lasts_for_an_hour_without_a_request(
    clock: time_machine.Traveller, clinic: Clinic, vera: User, role: Role
) -> None:
    seat(vera, clinic.organization, clinic.crisis_team, role)
    client = signed_in(vera)

    clock.shift(HOUR)
    assert answers(client) == 200
    clock.shift(HOUR + 6 * MINUTE)
    assert answers(client) == 302


def test_session_is_shorter_from_the_seat_with_a_role_on(
    clock: time_machine.Traveller, clinic: Clinic, omar: User, vera: User
) -> None:
    member = add_member(organization=clinic.organization, name="V. Stone", work_email=vera.email, by=omar)
    member.grants.create(role=Role.TRAINING_ADMINISTRATOR, starts_on=member.started_on)
    client = signed_in(vera)

    client.post(reverse("visitor:invitation", args=[invite(membership=member, by=omar).token]))

    clock.shift(HOUR + 6 * MINUTE)
    assert answers(client) == 302


def test_requests_keep_a_session_until_two_weeks_after_the_sign_in(clock: time_machine.Traveller, vera: User) -> None:
    client = signed_in(vera)

    for _ in range(2 * 14 - 1):
        clock.shift(12 * HOUR)
        assert answers(client) == 200
    clock.shift(12 * HOUR - MINUTE)
    assert answers(client) == 200
    clock.shift(MINUTE)
    assert answers(client) == 302


def test_session_is_written_once_in_five_minutes_and_that_column_alone(
    clock: time_machine.Traveller, vera: User
) -> None:
    client = signed_in(vera)
    held = Session.objects.get().session_data
    answers(client)  # statements that are written once are written

    clock.shift(4 * MINUTE)
    with expect_statements(2):  # the session, the person
        answers(client)
    clock.shift(MINUTE)
    with expect_statements(3):
        answers(client)
    with expect_statements(2):
        answers(client)

    kept = Session.objects.get()
    assert kept.session_data == held
    assert kept.expire_date == START + 5 * MINUTE + 12 * HOUR + 5 * MINUTE


READ_ONLY = {
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
}


@pytest.fixture
def read_only(db: None) -> Iterator[Callable[[], None]]:
    """From the call on the database takes no writing."""
    begin, end = READ_ONLY[connection.vendor]

    def begun() -> None:
        with connection.cursor() as cursor:
            cursor.execute(begin)

    yield begun
    with connection.cursor() as cursor:
        cursor.execute(end)


@pytest.mark.django_db(transaction=True)
def test_pages_are_read_while_the_database_takes_no_writing(read_only: Callable[[], None], vera: User) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        client = signed_in(vera)
        traveller.shift(6 * MINUTE)
        read_only()

        assert answers(client) == 200


def test_request_that_a_page_makes_by_itself_does_not_keep_the_session(
    clock: time_machine.Traveller, omar: User
) -> None:
    client = signed_in(omar)

    for _ in range(6):
        clock.shift(10 * MINUTE)
        assert client.get(PROFILE, headers={"Unattended": "1"}).status_code == 200
    clock.shift(6 * MINUTE)

    assert answers(client) == 302


def test_page_that_asks_by_itself_stays_as_it_is_and_whoever_comes_back_is_told(
    clock: time_machine.Traveller, omar: User
) -> None:
    client = signed_in(omar)
    clock.shift(2 * HOUR)

    for _ in range(2):
        asked = client.get(PROFILE, headers={"HX-Request": "true", "Unattended": "1"})
        assert (asked.status_code, asked.headers["HX-Reswap"], asked.content) == (286, "none", b"")

    told = client.get(PROFILE, follow=True)
    assert "You were signed out, because nothing was done here for 60 minutes." in told.content.decode()


@pytest.mark.parametrize("page", [PROFILE, "/accounts/email/"])
def test_sign_in_page_tells_why_and_that_work_is_kept(clock: time_machine.Traveller, vera: User, page: str) -> None:
    client = signed_in(vera)
    clock.shift(13 * HOUR)

    told = client.get(page, follow=True)

    assert told.redirect_chain == [(f"/accounts/login/?next={page}", 302)]
    assert "You were signed out, because nothing was done here for 12 hours." in told.content.decode()
    assert "What you saved is kept" in told.content.decode()
    assert "nothing was done here for 12 hours." not in client.get(PROFILE, follow=True).content.decode()


@pytest.mark.django_db
def test_sign_in_page_says_nothing_to_whoever_was_not_signed_in_or_signed_out(vera: User) -> None:
    client = signed_in(vera)
    client.post(reverse("account_logout"))

    for each in (Client(), client):
        assert "nothing was done here for 12 hours." not in each.get(PROFILE, follow=True).content.decode()


def test_what_was_typed_is_held_when_the_session_ran_out(clock: time_machine.Traveller, omar: User) -> None:
    client = signed_in(omar)
    clock.shift(2 * HOUR)

    lost = client.post(PROFILE, {"legal_name": "Omar K. Haddad", "time_zone": "America/Denver"})

    assert lost.status_code == 401
    assert "You were signed out, because nothing was done here for 60 minutes." in lost.content.decode()
    assert 'value="Omar K. Haddad"' in lost.content.decode()


def test_end_of_an_idle_session_is_no_event(clock: time_machine.Traveller, vera: User) -> None:
    client = signed_in(vera)
    clock.shift(13 * HOUR)
    answers(client)

    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["account.signed_in"]


def test_session_from_before_its_beginning_was_kept_ends_as_it_was_given(
    clock: time_machine.Traveller, vera: User
) -> None:
    client = signed_in(vera)
    old = client.session
    held = {name: value for name, value in old.items() if name != "since"}
    Session.objects.update(session_data=old.encode(held), expire_date=START + 3 * HOUR)

    clock.shift(2 * HOUR)
    assert answers(client) == 200
    clock.shift(HOUR)
    assert answers(client) == 302


def test_session_of_nobody_is_left_alone(clock: time_machine.Traveller, vera: User) -> None:
    with_app(vera)
    client = Client()
    sign_in(client, vera.email)  # waits for the code
    assert who(client) is None

    with expect_statements(2):  # the session, the course
        client.get("/courses/nothing-here/")
    assert Session.objects.get().expire_date == START + TWO_WEEKS


def test_limits_are_settings(clock: time_machine.Traveller, settings: Settings, vera: User) -> None:
    settings.SESSION_IDLE_MINUTES = 15
    client = signed_in(vera)

    clock.shift(15 * MINUTE)
    assert answers(client) == 200
    clock.shift(17 * MINUTE)
    assert answers(client) == 302


# The rule

LENGTHS = st.timedeltas(min_value=5 * MINUTE, max_value=TWO_WEEKS)


@given(idle=LENGTHS, until_latest=LENGTHS)
def test_session_ends_neither_early_nor_much_too_late(idle: dt.timedelta, until_latest: dt.timedelta) -> None:
    latest = START + until_latest
    until = lasts_until(now=START, idle=idle, latest=latest)

    assert until <= latest
    assert until == latest or START + idle <= until <= START + idle + 5 * MINUTE


@given(idle=LENGTHS, passed=st.timedeltas(min_value=dt.timedelta(0), max_value=HOUR))
def test_end_that_is_not_written_anew_is_still_late_enough(idle: dt.timedelta, passed: dt.timedelta) -> None:
    stored = lasts_until(now=START, idle=idle, latest=START + 10 * TWO_WEEKS)
    now = START + passed
    until = lasts_until(now=now, idle=idle, latest=START + 10 * TWO_WEEKS)

    kept = until if is_written(until=until, stored=stored, idle=idle) else stored
    assert kept >= now + idle
    assert slack(idle) <= 5 * MINUTE


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(720, "12 hours"), (120, "2 hours"), (90, "90 minutes"), (60, "60 minutes"), (15, "15 minutes")],
)
def test_lengths_in_words(minutes: int, words: str) -> None:
    assert duration_words(minutes * MINUTE) == words
