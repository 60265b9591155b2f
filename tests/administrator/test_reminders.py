"""Reminding by a click, a day to come, and how the organization reminds."""

import datetime as dt
import re
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Role, RoleGrant, User
from administrator.views import reminders as reminders_views
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from audit.worker import send_all
from courses.models import Course
from tests.administrator.conftest import Owed
from tests.conftest import Clinic, client_of, expect_statements, person, seat
from tests.training import build
from tests.training.build import NOW, seat_of
from tests.web.pages import form_to
from training.models import Obligation, TrainingPolicy
from training.queries import forecast, owed_in
from training.services import plan_reminders

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
#: The session, the person, her scope; counts; who becomes overdue; the mails of the day with their facts, and whose digest goes.
STATEMENTS = 29
FORECAST = "/manage/riverbend/forecast/"
SETTINGS = "/manage/riverbend/reminders/"


def remind_path(obligation: Obligation, slug: str = "riverbend") -> str:
    return reverse("administrator:obligation-reminder", args=[slug, obligation.public_id])


# By a click


def test_person_page_reminds_by_one_click(owed: Owed, ana: User, mara: User) -> None:
    client = client_of(mara)
    page = reverse("administrator:person", args=["riverbend", seat_of(ana).public_id])
    form = form_to(client.get(page).content, remind_path(owed.ana))

    response = client.post(form.action, form.data(), follow=True)
    assert response.redirect_chain == [(page, 303)]
    assert "A reminder to Ana Reyes is on its way." in response.content.decode()
    send_all()
    assert [letter.to for letter in mail.outbox] == [[ana.email]]


def row_of(page: str, name: str) -> list[tuple[str, str]]:
    """The row that begins with this name: each column's heading, and what stands under it."""
    table = " ".join(page.split()).partition("<table")[2].partition("</table>")[0]
    heads = [re.sub("<[^>]*>", "", head).strip() for head in re.findall("<th scope=.col.*?</th>", table)]
    rows = (re.findall("<t[hd] .*?</t[hd]>", row) for row in table.partition("<tbody")[2].split("<tr")[1:])
    found = next(row for row in rows if any(name in cell for cell in row if "rowheader" in cell))
    return list(zip(heads, (re.sub("<[^>]*>", "", cell).strip() for cell in found), strict=True))


def test_reminding_stands_under_its_own_heading_and_only_where_it_can_be_done(
    owed: Owed, ana: User, cody: User, omar: User
) -> None:
    client = client_of(omar)
    board = client.get("/manage/riverbend/obligations/").content.decode()
    pages = [
        client.get(reverse("administrator:person", args=["riverbend", seat_of(one).public_id])).content.decode()
        for one in (ana, cody)
    ]

    assert row_of(board, "Ana Reyes")[-2:] == [("Completed", "–"), ("Remind", "Remind Ana Reyes of Strangers, screens")]
    assert row_of(board, "Cody")[-2:] == [("Completed", "November 2, 2026, version 1"), ("Remind", "")]
    assert row_of(pages[0], "Strangers")[-2:] == [
        ("Completed", "–"),
        ("Remind", "Remind Ana Reyes of Strangers, screens"),
    ]
    assert row_of(pages[1], "Strangers")[-2:] == [("Completed", "November 2, 2026, version 1"), ("Remind", "")]


def test_board_reminds_and_comes_back_with_its_filter(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    board = "/manage/riverbend/obligations/?status=overdue&q=ana"
    form = form_to(client.get(board).content, remind_path(owed.ana))

    response = client.post(form.action, form.data())
    assert (response.status_code, response["Location"]) == (303, board)


def test_second_click_says_that_she_is_reminded_already(owed: Owed, omar: User) -> None:
    client = client_of(omar)
    for words in ("A reminder to Ana Reyes is on its way.", "Ana Reyes is reminded of this today already."):
        response = client.post(remind_path(owed.ana), follow=True)
        assert words in response.content.decode()
    assert OutboxMail.objects.count() == 1


def test_click_in_the_evening_says_when_the_mail_leaves(owed: Owed, ana: User, omar: User, clinic: Clinic) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, quiet_from=10, quiet_until=13)

    response = client_of(omar).post(remind_path(owed.ana), follow=True)
    assert "leaves on November 22, 1 p.m., your time" in response.content.decode()


def test_what_is_done_has_no_button_and_is_refused_in_words(owed: Owed, omar: User, cody: User) -> None:
    client = client_of(omar)
    page = client.get(reverse("administrator:person", args=["riverbend", seat_of(cody).public_id]))
    assert remind_path(owed.cody) not in page.content.decode()

    response = client.post(remind_path(owed.cody))
    assert response.status_code == 409
    assert "It is done. No mail was sent." in response.content.decode()
    assert AuditEvent.objects.get(action="obligation.reminded").outcome == "refused"


def test_page_of_a_day_gone_by_has_no_button(owed: Owed, ana: User, omar: User) -> None:
    page = reverse("administrator:person", args=["riverbend", seat_of(ana).public_id])

    assert remind_path(owed.ana) not in client_of(omar).get(f"{page}?on=2026-11-15").content.decode()


def test_nobody_reminds_people_whom_she_does_not_see(
    owed: Owed, mara: User, ana: User, charlie: User, course: Course, cody: User
) -> None:
    other = build.obligation(seat_of(cody), build.course(seat_of(cody).organization, "other"), TODAY)
    for user, obligation, slug in (
        (mara, other, "riverbend"),
        (ana, owed.ana, "riverbend"),
        (charlie, owed.ana, "riverbend"),
        (charlie, owed.ana, "harbor"),
    ):
        assert client_of(user).post(remind_path(obligation, slug)).status_code == 404
    assert (
        client_of(mara).post(reverse("administrator:obligation-reminder", args=["riverbend", uuid4()])).status_code
        == 404
    )
    assert OutboxMail.objects.count() == 0


# A day to come


@pytest.fixture
def coming(course: Course, ana: User, cody: User) -> None:
    """ana is due in seven days, cody in thirty and overdue by eight."""
    build.obligation(seat_of(ana), course, TODAY + 7 * DAY)
    build.obligation(seat_of(cody), course, TODAY + 30 * DAY)
    build.obligation(seat_of(cody), build.course(seat_of(cody).organization, "b", "Falls"), TODAY - 8 * DAY)
    build.count()


def test_forecast_shows_who_becomes_overdue_and_whose_mails_go(coming: None, omar: User) -> None:
    text = client_of(omar).get(f"{FORECAST}?on=2026-11-29").content.decode()

    # The due day is hers until it ends: she is not overdue by its end, and is reminded on it.
    assert "Nothing becomes overdue by November 29, 2026." in text
    assert "on the due day" in text
    assert "15 days after it was due" in text


def test_forecast_of_the_day_after_names_who_is_overdue_then(coming: None, omar: User) -> None:
    text = client_of(omar).get(f"{FORECAST}?on=2026-11-30").content.decode()

    assert "1 obligation becomes overdue by November 30, 2026." in text
    assert "Ana Reyes" in text
    assert "1 day after it was due" in text
    # cody's thirty days before are that day too: it is due on December 22, and 22 days are left.
    assert "Cody" not in text


def test_forecast_is_of_the_managers_team_only(coming: None, mara: User) -> None:
    text = client_of(mara).get(f"{FORECAST}?on=2026-11-30").content.decode()

    assert "Ana Reyes" in text
    assert "Cody" not in text
    assert SETTINGS not in text


def test_forecast_writes_nothing(coming: None, omar: User) -> None:
    client = client_of(omar)
    for number in range(0, 40, 3):
        client.get(f"{FORECAST}?on={(TODAY + number * DAY).isoformat()}")

    assert OutboxMail.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "day"),
    [("", "2026-11-29"), ("nonsense", "2026-11-29"), ("2020-01-01", "2026-11-22"), ("2190-01-01", "2027-11-23")],
)
def test_forecast_is_of_a_day_within_a_year(coming: None, omar: User, given: str, day: str) -> None:
    text = client_of(omar).get(FORECAST, {"on": given}).content.decode()

    assert f'name="on" value="{day}"' in text


def test_forecast_says_when_reminders_are_off(coming: None, clinic: Clinic, omar: User) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, reminders_are_on=False)

    assert "Reminders are turned off, so none goes." in client_of(omar).get(FORECAST).content.decode()


def test_forecast_costs_the_same_for_one_and_for_thirty(clinic: Clinic, course: Course, ana: User, omar: User) -> None:
    def owe(seat: Membership, number: int) -> None:
        build.obligation(seat, course, TODAY + 8 * DAY)
        build.obligation(seat, build.course(clinic.organization, f"b{number}"), TODAY + 3 * DAY)

    client, address = client_of(omar), f"{FORECAST}?on=2026-11-30"
    owe(seat_of(ana), 0)
    client.get(address)
    with expect_statements(STATEMENTS):
        client.get(address)
    for number in range(1, 30):
        seat = Membership.objects.create(
            organization=clinic.organization,
            name=f"Person {number}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 5),
        )
        owe(seat, number)
    with expect_statements(STATEMENTS):
        text = client.get(address).content.decode()
    assert text.count("Person ") == 2 * 29


def test_forecast_has_pages_of_both_lists(clinic: Clinic, course: Course, omar: User) -> None:
    for number in range(120):
        seat = Membership.objects.create(
            organization=clinic.organization,
            name=f"Person {number:03}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 5),
        )
        build.obligation(seat, course, TODAY + 7 * DAY)
    client = client_of(omar)
    text = client.get(f"{FORECAST}?on=2026-11-30").content.decode()
    assert text.count("Person ") == 100
    assert "?on=2026-11-30&amp;mails=1&amp;page=2" in text
    assert "?on=2026-11-30&amp;page=1&amp;mails=2" in text

    last = client.get(f"{FORECAST}?on=2026-11-30&page=3&mails=2").content.decode()
    assert last.count("Person ") == 20 + 50


# Settings


def test_settings_are_changed_by_an_administrator(clinic: Clinic, omar: User) -> None:
    client = client_of(omar)
    form = form_to(client.get(SETTINGS).content, "")
    assert ("are_on", "") in [(name, "") for name, _ in form.fields]

    response = client.post(SETTINGS, {"quiet_from": "20", "quiet_until": "7", "digest_weekday": "4"}, follow=True)
    assert "The settings hold from now on" in response.content.decode()
    policy = TrainingPolicy.objects.get(organization=clinic.organization)
    assert (policy.reminders_are_on, policy.quiet_from, policy.quiet_until, policy.digest_weekday) == (False, 20, 7, 4)


@pytest.mark.parametrize(
    "posted",
    [
        {"quiet_from": "8", "quiet_until": "8", "digest_weekday": "0"},
        {"quiet_from": "24", "quiet_until": "8", "digest_weekday": "0"},
        {"quiet_from": "19", "quiet_until": "8", "digest_weekday": "7"},
        {"quiet_from": "x"},
    ],
)
def test_settings_that_make_no_sense_are_refused(clinic: Clinic, omar: User, posted: dict[str, str]) -> None:
    assert client_of(omar).post(SETTINGS, posted).status_code == 422
    assert TrainingPolicy.objects.count() == 0


def test_settings_are_not_the_managers(clinic: Clinic, mara: User) -> None:
    assert client_of(mara).get(SETTINGS).status_code == 404
    assert client_of(mara).post(SETTINGS, {"quiet_from": "8"}).status_code == 404


# The week's digest in a day to come


def digest_of(day: str, user: User) -> str:
    page = client_of(user).get(f"{FORECAST}?on={day}").content.decode()
    return " ".join(page[page.index('id="mails"') :].split()) if "The week’s digest" in page else ""


def test_forecast_names_whom_the_digest_reaches_on_its_day(
    coming: None, omar: User, nina: User, mara: User, clinic: Clinic
) -> None:
    page = digest_of("2026-11-30", omar)  # a Monday

    assert "It goes to 3 people who answer for others" in page
    for user in (mara, nina, omar):
        assert f"{seat_of(user).name}</a>, <time" in page
    assert digest_of("2026-12-01", omar) == ""
    hers = digest_of("2026-11-30", mara)
    assert "It goes to one person who answers for others" in hers
    assert ("Mara Lindqvist, <time" in hers, seat_of(nina).name in hers) == (True, False)
    TrainingPolicy.objects.create(organization=clinic.organization, reminders_are_on=False)
    assert digest_of("2026-11-30", omar) == ""


def test_forecast_of_the_digest_is_what_the_worker_then_plans(
    coming: None, omar: User, nina: User, mara: User, clinic: Clinic
) -> None:
    organization, day = clinic.organization, dt.date(2026, 11, 30)
    RoleGrant.objects.create(
        membership=seat_of(nina),
        role=Role.MANAGER,
        team=clinic.front_desk,
        starts_on=day + 20 * DAY,
    )
    seen = forecast(organization, owed_in(organization, NOW), now=NOW, day=day).digests

    with time_machine.travel(dt.datetime(2026, 11, 30, 18, tzinfo=dt.UTC), tick=False):
        plan_reminders(by=SYSTEM)

    planned = OutboxMail.objects.filter(kind="training.digest").values_list("subject", flat=True)
    assert sorted(str(each.reader.public_id) for each in seen) == sorted(map(str, planned))
    assert len(seen) == 3


def test_many_readers_of_a_digest_are_named_up_to_a_bound(
    coming: None, omar: User, nina: User, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders_views, "LISTED", 1)

    assert "<li>and one more</li>" in digest_of("2026-11-30", omar)


def test_day_of_the_digest_takes_two_statements_more_however_many_read_it(
    coming: None, omar: User, clinic: Clinic
) -> None:
    client = client_of(omar)
    policy = TrainingPolicy.objects.create(organization=clinic.organization, digest_weekday=1)
    with CaptureQueriesContext(connection) as other:
        client.get(f"{FORECAST}?on=2027-05-03")  # a Monday
    policy.digest_weekday = 0
    policy.save(update_fields=["digest_weekday"])
    for number in range(2):
        with expect_statements(len(other) + 2):
            client.get(f"{FORECAST}?on=2027-05-03")
        reader = seat(person(f"Reader{number} Nguyen"), clinic.organization)
        RoleGrant.objects.create(membership=reader, role=Role.MANAGER, team=clinic.front_desk, starts_on=TODAY)
