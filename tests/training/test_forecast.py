"""A day to come: what it shows is what then happens, when nothing else does."""

import datetime as dt

import pytest
import time_machine

from accounts.models import Leave, Membership, User
from audit.models import OutboxMail
from audit.services import SYSTEM
from audit.worker import send_all
from courses.models import Course
from tests.conftest import Clinic, expect_statements
from tests.training import build
from tests.training.build import NOW, seat_of
from training.models import CountedTo, Extension, Obligation, TrainingPolicy, Waiver, WaiverReason
from training.queries import Forecast, forecast, forecast_rows, mail_rows, owed_in
from training.queries.facts import facts_of
from training.rules import Stage, Status, due_at, local_day, obligation_status
from training.services import count_changes, plan_reminders

pytestmark = pytest.mark.usefixtures("on_a_day")

DAY = dt.timedelta(days=1)
#: What it costs, whatever the number of people.
STATEMENTS = 22
TODAY = NOW.date()
EARLY = NOW - 20 * DAY
#: The hours of UTC in which it becomes eight somewhere in ZONES.
MORNINGS = (7, 15, 18, 19)
ZONES = ("America/Denver", "Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin")


def seen(clinic: Clinic, day: dt.date) -> Forecast:
    return forecast(clinic.organization, owed_in(clinic.organization, NOW), now=NOW, day=day)


def change(number: int, obligation: Obligation) -> None:
    match number % 7:
        case 0:
            obligation.sources.update(grace_days=9)
        case 1 if obligation.due_on > TODAY:
            obligation.sources.update(opens_on=min(obligation.due_on, TODAY + 2 * DAY))
        case 2:
            Waiver.objects.create(
                obligation=obligation,
                reason=WaiverReason.OTHER,
                until_on=TODAY + (number % 9) * DAY,
                granted_at=EARLY,
                granted_by="system",
            )
        case 3:
            Extension.objects.create(
                obligation=obligation, days=5, reason="A flood", granted_at=EARLY, granted_by="system"
            )


@pytest.fixture
def everything(clinic: Clinic, course: Course, ana: User, cody: User, mara: User, omar: User, nina: User) -> None:
    """People in four zones with obligations of every kind: on leave, twice on leave, waived for a while, not open yet,
    extended, in grace, overdue, due soon, due later, leaving."""
    people = [ana, cody, mara, omar, nina]
    for number, user in enumerate(people):
        user.time_zone = ZONES[number % len(ZONES)]
        user.save()
    owed = [
        build.obligation(seat_of(user), build.course(clinic.organization, f"c{step}", f"C{step}"), TODAY + due * DAY)
        for step, (user, due) in enumerate(
            (user, due) for user in people for due in (-25, -10, -8, -1, 0, 1, 3, 7, 9, 14, 21, 33)
        )
    ]
    for number, obligation in enumerate(owed):
        change(number, obligation)
    for seat, first, last in ((seat_of(cody), 4, 8), (seat_of(cody), 12, 15), (seat_of(mara), -3, 2)):
        Leave.objects.create(
            membership=seat,
            starts_on=TODAY + first * DAY,
            ends_on=TODAY + last * DAY,
            recorded_at=EARLY,
            recorded_by="system",
        )
    Membership.objects.filter(user=omar).update(ended_on=TODAY + 11 * DAY)
    build.count()


def test_mails_of_each_day_are_those_that_the_worker_sends_on_it(
    clinic: Clinic, everything: None, on_a_day: time_machine.Traveller
) -> None:
    days = [TODAY + number * DAY for number in range(2, 12)]
    shown = {day: {(mail.obligation, mail.stage) for mail in seen(clinic, day).mails} for day in days}
    sent: dict[dt.date, set[object]] = {}
    for day in [TODAY, TODAY + DAY, *days]:
        for hour in MORNINGS:
            at = dt.datetime(day.year, day.month, day.day, hour, 5, tzinfo=dt.UTC)
            if at < NOW:
                continue
            on_a_day.move_to(at)
            CountedTo.objects.all().delete()
            count_changes(by=SYSTEM)
            plan_reminders(by=SYSTEM)
            send_all()
    by_id = {str(public_id): pk for public_id, pk in Obligation.objects.values_list("public_id", "pk")}
    zones = dict(Obligation.objects.values_list("pk", "membership__user__time_zone"))
    for row in OutboxMail.objects.filter(kind="training.reminder", sent_at__isnull=False):
        due, offset = row.key.split(":")[2:]
        pk = by_id[row.subject]
        assert row.sent_at is not None
        day = local_day(row.sent_at, zones[pk])
        sent.setdefault(day, set()).add((pk, Stage(dt.date.fromisoformat(due), int(offset))))

    last = days[-1]  # in the east the last day is not over, and the next has begun
    assert sum(len(mails) for mails in shown.values()) > 40
    assert {day: mails for day, mails in shown.items() if mails != sent.get(day, set()) and day < last} == {}


def test_becoming_overdue_is_what_the_facts_say_of_that_day(clinic: Clinic, everything: None) -> None:
    for number in range(40):
        day = TODAY + number * DAY
        end = max(due_at(day, clinic.organization.time_zone) - dt.timedelta(seconds=1), NOW)
        rows = list(Obligation.objects.select_related("membership"))
        facts = facts_of(rows)
        expected = {
            row.pk
            for row in rows
            if obligation_status(facts[row.pk], NOW).status is not Status.OVERDUE
            and obligation_status(facts[row.pk], end).status is Status.OVERDUE
        }
        found = seen(clinic, day)

        assert {row.pk for row in found.becoming} == expected
        assert found.overdue_now == sum(
            obligation_status(each, NOW).status is Status.OVERDUE for each in facts.values()
        )


def test_forecast_of_today_shows_what_is_still_to_go(clinic: Clinic, course: Course, ana: User) -> None:
    build.obligation(seat_of(ana), course, TODAY + 7 * DAY)

    assert len(seen(clinic, TODAY).mails) == 1
    plan_reminders(by=SYSTEM)
    assert len(seen(clinic, TODAY).mails) == 1
    send_all()
    assert seen(clinic, TODAY).mails == []


def test_forecast_has_no_mails_while_reminders_are_off(clinic: Clinic, course: Course, ana: User) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, reminders_are_on=False)
    build.obligation(seat_of(ana), course, TODAY + 7 * DAY)

    assert seen(clinic, TODAY).mails == []


def test_forecast_costs_the_same_for_one_and_for_thirty(clinic: Clinic, course: Course, ana: User) -> None:
    def look() -> tuple[int, int]:
        found = seen(clinic, TODAY + 7 * DAY)
        return len(forecast_rows(list(found.becoming))), len(mail_rows(found.mails))

    build.obligation(seat_of(ana), course, TODAY + 7 * DAY)
    build.obligation(seat_of(ana), build.course(clinic.organization, "b"), TODAY + 3 * DAY)
    with expect_statements(STATEMENTS):
        assert look() == (1, 1)
    for number in range(29):
        seat = Membership.objects.create(
            organization=clinic.organization,
            name=f"Person {number}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 5),
        )
        build.obligation(seat, course, TODAY + 7 * DAY)
        build.obligation(seat, build.course(clinic.organization, f"b{number}"), TODAY + 3 * DAY)
    with expect_statements(STATEMENTS):
        assert look() == (30, 30)
