"""Reminders as they are planned, prepared and sent; digests; reminders by hand."""

import datetime as dt
import re
from html import escape
from itertools import product

import pytest
import time_machine
from django.core import mail
from django.db import connection
from pytest_django import Settings

from accounts.models import Leave, Membership, Role, RoleGrant, User
from accounts.services import NotAllowed
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from audit.worker import send_all
from courses.models import Course
from tests.conftest import Clinic, expect_statements
from tests.racing import race
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from tests.web.pseudo import pseudo_localized, untranslated
from training.models import (
    CountedTo,
    Extension,
    Obligation,
    RequirementVersion,
    Statement,
    TrainingPolicy,
    Waiver,
    WaiverReason,
)
from training.rules import QuietHours
from training.services import (
    NotAMember,
    NotRemindable,
    change_reminders,
    plan_reminders,
    recount,
    remind_now,
)

pytestmark = pytest.mark.usefixtures("on_a_day")

#: What a plan for one organization costs, whatever the number of people.
STATEMENTS = 26
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
#: The day of NOW, a Sunday, at eleven in the morning for everybody of the cast.
TODAY = NOW.date()


@pytest.fixture
def hers(course: Course, ana: User) -> Obligation:
    """ana is asked for the course by a week from today."""
    return build.obligation(seat_of(ana), course, TODAY + 7 * DAY)


def plan() -> int:
    """As if a quarter of an hour had passed since the last time."""
    CountedTo.objects.all().delete()
    return plan_reminders(by=SYSTEM)


def reminders(kind: str = "training.reminder") -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=kind).order_by("not_before", "key"))


def stages() -> list[int]:
    return [int(row.key.rpartition(":")[2]) for row in reminders()]


def sent() -> list[str]:
    send_all()
    return [str(letter.subject) for letter in mail.outbox]


# Planning


def test_plan_owes_the_stage_that_is_due_and_sends_it(hers: Obligation, ana: User) -> None:
    assert plan() == 1

    [row] = reminders()
    assert row.key == f"training.reminder:{hers.public_id}:2026-11-29:-7"
    assert (row.subject, row.payload) == (str(hers.public_id), {"due_on": "2026-11-29", "offset": -7})
    assert sent() == ["“Strangers, screens” is due on November 29"]
    assert mail.outbox[0].to == [ana.email]


def test_plan_again_owes_nothing_more(hers: Obligation) -> None:
    plan()
    assert plan() == 0
    send_all()
    assert plan() == 0
    assert stages() == [-7]


def test_plan_looks_at_an_organization_every_quarter_of_an_hour(
    hers: Obligation, on_a_day: time_machine.Traveller
) -> None:
    assert plan_reminders(by=SYSTEM) == 1
    OutboxMail.objects.all().delete()

    on_a_day.shift(14 * dt.timedelta(minutes=1))
    assert plan_reminders(by=SYSTEM) == 0
    on_a_day.shift(dt.timedelta(minutes=1))
    assert plan_reminders(by=SYSTEM) == 1


def test_plan_after_a_clock_that_was_ahead_looks_at_once(hers: Obligation) -> None:
    plan()
    OutboxMail.objects.all().delete()
    CountedTo.objects.update(at=NOW + 400 * DAY)

    assert plan_reminders(by=SYSTEM) == 1


def test_worker_of_every_day_sends_each_stage_on_its_day(
    course: Course, ana: User, on_a_day: time_machine.Traveller
) -> None:
    build.obligation(seat_of(ana), course, TODAY + 10 * DAY)
    told: dict[int, dt.date] = {}
    for number in range(28):
        on_a_day.move_to(NOW + number * DAY)
        plan()
        before = len(mail.outbox)
        send_all()
        assert len(mail.outbox) - before <= 1
        told |= {offset: TODAY + number * DAY for offset in stages() if offset not in told}

    # The step of two weeks before was passed when the first worker ran, and is told; no day brings two mails.
    assert list(told) == [-14, -7, -1, 0, 1, 8, 15]
    assert len(mail.outbox) == 7


def test_worker_that_was_down_for_three_days_sends_one_mail(
    course: Course, ana: User, on_a_day: time_machine.Traveller
) -> None:
    """The days before, of and after the due day pass without a worker."""
    build.obligation(seat_of(ana), course, TODAY + 2 * DAY)
    plan()
    send_all()
    on_a_day.move_to(NOW + 4 * DAY)

    plan()
    assert sent() == ["“Strangers, screens” is due on November 24", "“Strangers, screens” is still open"]
    assert stages() == [-7, 1]


def test_mail_that_waited_for_days_is_replaced_by_the_later_stage(
    hers: Obligation, on_a_day: time_machine.Traveller
) -> None:
    plan()
    on_a_day.move_to(NOW + 7 * DAY)

    plan()
    assert sent() == ["“Strangers, screens” is due today"]
    assert [(row.reason, row.sent_at is not None) for row in reminders()] == [
        ("nothing to tell any more", False),
        ("", True),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_owe_one_mail(course: Course, ana: User, cody: User) -> None:
    for user in (ana, cody):
        build.obligation(seat_of(user), course, TODAY + 7 * DAY)

    race(*([lambda: plan_reminders(by=SYSTEM)] * 3))
    assert len({row.subject for row in reminders()}) == len(reminders()) == 2


def test_plan_of_the_evening_is_for_the_next_morning_of_the_person(
    hers: Obligation, ana: User, on_a_day: time_machine.Traveller
) -> None:
    ana.time_zone = "America/Denver"
    ana.save()
    on_a_day.move_to(dt.datetime(2026, 11, 22, 2, 30, tzinfo=UTC))  # half past seven, the evening of the 21st

    plan()
    [row] = reminders()
    # It is the stage of the morning on which it leaves: eight o'clock of the 22nd, seven days before.
    assert row.not_before == dt.datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert stages() == [-7]
    assert sent() == []
    on_a_day.move_to(row.not_before)
    assert len(sent()) == 1


def test_plan_without_an_account_goes_by_the_organizations_clock(
    hers: Obligation, ana: User, on_a_day: time_machine.Traveller
) -> None:
    Membership.objects.filter(user=ana).update(user=None)
    on_a_day.move_to(dt.datetime(2026, 11, 22, 13, 30, tzinfo=UTC))  # half past seven in Chicago

    plan()
    assert reminders()[0].not_before == dt.datetime(2026, 11, 22, 14, tzinfo=UTC)


def test_mail_that_was_held_up_into_quiet_hours_waits_for_the_morning(
    hers: Obligation, on_a_day: time_machine.Traveller
) -> None:
    plan()
    on_a_day.move_to(dt.datetime(2026, 11, 23, 4, tzinfo=UTC))  # nine in the evening

    assert sent() == []
    [row] = reminders()
    assert (row.not_before, row.tries) == (dt.datetime(2026, 11, 23, 15, tzinfo=UTC), 0)


def test_ladder_of_the_newest_version_holds(hers: Obligation) -> None:
    RequirementVersion.objects.create(
        requirement=hers.requirement, number=2, title="Strangers", ladder=[-8, -3], published_by="system"
    )

    plan()
    assert stages() == [-8]
    assert sent() == ["“Strangers” is due on November 29"]


def test_ladder_may_begin_earlier_than_the_usual_one(course: Course, ana: User) -> None:
    far = build.obligation(seat_of(ana), course, TODAY + 45 * DAY)
    RequirementVersion.objects.create(
        requirement=far.requirement, number=2, title="Strangers", ladder=[-60], published_by="system"
    )
    Obligation.objects.update(assigned_at=NOW - 10 * DAY)
    far.sources.update(asked_at=NOW - 10 * DAY)

    plan()
    assert stages() == []  # asked for after that step
    Obligation.objects.update(assigned_at=NOW - 90 * DAY)
    far.sources.update(asked_at=NOW - 90 * DAY)
    plan()
    assert stages() == [-60]


def test_plan_after_the_due_day_moved_counts_from_the_new_one(hers: Obligation) -> None:
    plan()
    send_all()
    Extension.objects.create(obligation=hers, days=3, reason="A flood", granted_at=NOW - 1 * HOUR, granted_by="system")
    recount([hers.pk])

    assert plan() == 0  # the step of fourteen days before the new day had passed when it was given
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        plan()
    assert [row.key.split(":", 2)[2] for row in reminders()] == ["2026-11-29:-7", "2026-12-02:-7"]


def test_plan_of_a_fault_in_one_organization_plans_the_others(hers: Obligation, charlie: User) -> None:
    harbor = seat_of(charlie)
    broken = build.obligation(harbor, build.course(harbor.organization, "harbor"), TODAY + 7 * DAY)
    RequirementVersion.objects.filter(requirement=broken.requirement)
    Obligation.objects.filter(pk=broken.pk).update(zone="Nowhere/At_all")

    plan()
    assert [row.subject for row in reminders()] == [str(hers.public_id)]


def done(hers: Obligation, ana: User, course: Course) -> None:
    build.enrollment(ana, course, NOW - 2 * HOUR, NOW - HOUR)


def waived(hers: Obligation, ana: User, course: Course) -> None:
    Waiver.objects.create(obligation=hers, reason=WaiverReason.OTHER, granted_at=NOW - HOUR, granted_by="system")


def away(hers: Obligation, ana: User, course: Course) -> None:
    Leave.objects.create(membership=seat_of(ana), starts_on=TODAY, recorded_at=NOW - HOUR, recorded_by="system")


def left(hers: Obligation, ana: User, course: Course) -> None:
    Membership.objects.filter(user=ana).update(ended_on=TODAY)


def released(hers: Obligation, ana: User, course: Course) -> None:
    hers.sources.update(ended_at=NOW - HOUR)


def upcoming(hers: Obligation, ana: User, course: Course) -> None:
    hers.sources.update(opens_on=TODAY + 2 * DAY)


def stated(hers: Obligation, ana: User, course: Course) -> None:
    Statement.objects.create(
        obligation=hers, done_on=TODAY - DAY, reason="A class", stated_at=NOW - HOUR, stated_by="system"
    )


NOT_TOLD = [done, waived, away, left, released, upcoming, stated]


@pytest.mark.parametrize("change", NOT_TOLD)
def test_nobody_is_reminded_of_what_is_not_asked_of_her_now(
    change: object, hers: Obligation, ana: User, course: Course
) -> None:
    assert callable(change)
    change(hers, ana, course)

    assert plan() == 0  # whether the columns know of it yet or not
    recount([hers.pk])
    assert plan() == 0


@pytest.mark.parametrize("change", NOT_TOLD)
def test_mail_is_dropped_when_that_happens_before_it_leaves(
    change: object, hers: Obligation, ana: User, course: Course
) -> None:
    """The facts are read at sending; nobody has counted them."""
    plan()
    assert callable(change)
    change(hers, ana, course)

    assert sent() == []
    assert reminders()[0].reason == "nothing to tell any more"


def test_mail_to_a_closed_account_is_dropped(hers: Obligation, ana: User) -> None:
    plan()
    ana.is_active = False
    ana.save()

    assert sent() == []


def test_nothing_is_planned_or_sent_while_reminders_are_off(clinic: Clinic, hers: Obligation, omar: User) -> None:
    plan()
    change_reminders(organization=clinic.organization, are_on=False, quiet=QuietHours(19, 8), digest_weekday=0, by=omar)

    assert sent() == []
    OutboxMail.objects.all().delete()
    assert plan() == 0


def test_plan_costs_the_same_for_one_and_for_thirty(clinic: Clinic, course: Course, ana: User, cody: User) -> None:
    seats = [seat_of(ana)]
    build.obligation(seats[0], course, TODAY + 7 * DAY)
    CountedTo.objects.all().delete()
    with expect_statements(STATEMENTS):
        plan_reminders(by=SYSTEM)
    build.obligation(seat_of(cody), course, TODAY + 7 * DAY)
    for number in range(28):
        seat = Membership.objects.create(
            organization=clinic.organization,
            name=f"Person {number}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 5),
        )
        build.obligation(seat, course, TODAY + 7 * DAY)
    CountedTo.objects.all().delete()
    with expect_statements(STATEMENTS):
        plan_reminders(by=SYSTEM)
    assert len(reminders()) == 30


def test_plan_that_has_nothing_new_asks_little(hers: Obligation) -> None:
    plan()
    CountedTo.objects.all().delete()
    with expect_statements(13):
        assert plan_reminders(by=SYSTEM) == 0


# Words


UNKIND = re.compile(r"delinquent|fail|violat|non-?complian|immediately|must|!", re.IGNORECASE)


@pytest.mark.parametrize(
    ("days", "grace", "subject", "words"),
    [
        (7, 0, "“Strangers, screens” is due on November 29", "is due on November 29, 2026, in 7 days. The day ends"),
        (1, 0, "“Strangers, screens” is due tomorrow", "is due tomorrow, November 23, 2026."),
        (0, 0, "“Strangers, screens” is due today", "is due today, November 22, 2026."),
        (-1, 5, "“Strangers, screens” can be done until November 26", "you have until the end of November 26, 2026"),
        (-8, 0, "“Strangers, screens” is still open", "was due on November 14, 2026 and is still open"),
    ],
)
def test_reminder_says_what_holds_and_says_it_kindly(
    course: Course, ana: User, days: int, grace: int, subject: str, words: str
) -> None:
    hers = build.obligation(seat_of(ana), course, TODAY + days * DAY)
    hers.sources.update(grace_days=grace)
    recount([hers.pk])
    plan()

    assert sent() == [subject]
    text = str(mail.outbox[0].body)
    assert words in text
    assert "http://127.0.0.1:8000/courses/strangers/" in text
    assert "Your answers, your choices and the time you take are yours alone." in text
    assert "&" not in text
    assert not UNKIND.search(text + subject)
    assert "\n\n\n" not in text.strip()


def test_reminder_to_whoever_has_no_account_says_where_it_comes_from(hers: Obligation, ana: User) -> None:
    Membership.objects.filter(user=ana).update(user=None, work_email="ana@clinic.example")
    plan()
    send_all()

    assert mail.outbox[0].to == ["ana@clinic.example"]
    assert "Your account comes first" in str(mail.outbox[0].body)


def test_every_sentence_of_the_mails_can_be_translated(
    clinic: Clinic, course: Course, ana: User, cody: User, nina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pseudo_localized(monkeypatch):
        for number, (days, grace) in enumerate(product((7, 1, 0, -1, -8), (0, 5))):
            other = build.course(clinic.organization, f"c{number}", "XTITLE")
            owed = build.obligation(seat_of(ana), other, TODAY + days * DAY)
            owed.sources.update(grace_days=grace)
            recount([owed.pk])
        plan()
        send_all()
        remind_now(obligation=build.obligation(seat_of(cody), course, TODAY + 40 * DAY), by=nina)
        send_all()
        with time_machine.travel(NOW + DAY, tick=False):
            plan()
            send_all()

    assert len(mail.outbox) >= 12
    data = ["XTITLE", "Strangers, screens", "Nina Okafor", "- Ana Reyes: XTITLE"]
    data += [f"http://127.0.0.1:8000/courses/c{number}/" for number in range(10)]
    data += ["http://127.0.0.1:8000/courses/strangers/", "http://127.0.0.1:8000/manage/riverbend/obligations/"]
    data += [f"November {day}" for day in range(14, 31)]
    for letter in mail.outbox:
        for text in (str(letter.subject), str(letter.body)):
            lines = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
            assert untranslated(lines, data) == []


# By hand


def test_remind_now_owes_one_mail_and_is_on_record(clinic: Clinic, hers: Obligation, mara: User) -> None:
    reminded = remind_now(obligation=hers, by=mara)

    assert (reminded.is_new, reminded.leaves_at) == (True, NOW)
    assert sent() == ["“Strangers, screens” is due on November 29"]
    assert "Riverbend Clinic asks us to remind you of one thing." in str(mail.outbox[0].body)
    event = AuditEvent.objects.get(action="obligation.reminded")
    assert (event.actor, event.object_id) == (str(mara.public_id), str(hers.public_id))
    assert event.chain == str(clinic.organization.public_id)


def test_remind_now_again_that_day_changes_nothing(
    hers: Obligation, mara: User, omar: User, on_a_day: time_machine.Traveller
) -> None:
    remind_now(obligation=hers, by=mara)
    assert not remind_now(obligation=hers, by=mara).is_new
    assert not remind_now(obligation=hers, by=omar).is_new
    assert AuditEvent.objects.filter(action="obligation.reminded").count() == 1

    on_a_day.shift(DAY)
    assert remind_now(obligation=hers, by=omar).is_new


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_owe_one_mail(hers: Obligation, mara: User, omar: User) -> None:
    outcomes = race(*(lambda user=user: remind_now(obligation=hers, by=user) for user in (mara, omar)))

    assert sorted(outcome.is_new for outcome in outcomes) == [False, True]
    assert len(reminders("training.reminder-by-hand")) == 1
    assert AuditEvent.objects.filter(action="obligation.reminded").count() == 1


def test_remind_now_on_a_day_on_which_the_ladder_reminds_her_changes_nothing(
    hers: Obligation, mara: User, on_a_day: time_machine.Traveller
) -> None:
    plan()
    assert not remind_now(obligation=hers, by=mara).is_new  # it is about to leave
    send_all()
    assert not remind_now(obligation=hers, by=mara).is_new  # it has left today

    on_a_day.shift(DAY)
    assert remind_now(obligation=hers, by=mara).is_new


def test_ladder_is_silent_on_a_day_on_which_somebody_reminded_her(hers: Obligation, mara: User) -> None:
    remind_now(obligation=hers, by=mara)
    plan()

    assert len(sent()) == 1


def test_remind_now_waits_for_the_morning(hers: Obligation, mara: User, on_a_day: time_machine.Traveller) -> None:
    on_a_day.move_to(dt.datetime(2026, 11, 23, 4, tzinfo=UTC))

    assert remind_now(obligation=hers, by=mara).leaves_at == dt.datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert sent() == []


@pytest.mark.parametrize("change", NOT_TOLD)
def test_remind_now_refuses_what_she_cannot_act_on(
    change: object, hers: Obligation, ana: User, course: Course, omar: User
) -> None:
    assert callable(change)
    change(hers, ana, course)

    with pytest.raises(NotRemindable):
        remind_now(obligation=hers, by=omar)
    assert OutboxMail.objects.count() == 0
    assert AuditEvent.objects.get(action="obligation.reminded").outcome == "refused"


def test_remind_now_refuses_people_whom_one_does_not_see(
    hers: Obligation, course: Course, mara: User, cody: User, charlie: User
) -> None:
    colleague = build.obligation(seat_of(cody), course, TODAY + 7 * DAY)

    for obligation, user in ((colleague, mara), (hers, charlie), (hers, cody)):
        with pytest.raises(NotAMember):
            remind_now(obligation=obligation, by=user)
    assert OutboxMail.objects.count() == 0


def test_remind_now_works_while_reminders_are_off(clinic: Clinic, hers: Obligation, mara: User) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, reminders_are_on=False)
    remind_now(obligation=hers, by=mara)

    assert len(sent()) == 1


# Digests


def weekday_of(clinic: Clinic, weekday: int) -> None:
    TrainingPolicy.objects.update_or_create(
        organization=clinic.organization, defaults={"digest_weekday": weekday, "reminders_are_on": True}
    )


@pytest.fixture
def sundays(clinic: Clinic) -> None:
    weekday_of(clinic, 6)


def digests() -> list[mail.EmailMessage]:
    send_all()
    return [letter for letter in mail.outbox if "once a week" in str(letter.body)]


def test_digest_names_the_managers_people_only(
    sundays: None, course: Course, ana: User, cody: User, mara: User, omar: User
) -> None:
    for user, days in ((ana, -10), (cody, -3)):
        build.obligation(seat_of(user), course, TODAY + days * DAY)
    build.obligation(seat_of(mara), course, TODAY + 3 * DAY)
    plan()

    by_reader = {letter.to[0]: letter for letter in digests()}
    assert set(by_reader) == {mara.email, omar.email}
    hers, his = (str(by_reader[user.email].body) for user in (mara, omar))
    assert by_reader[mara.email].subject == "Training at Riverbend Clinic: 1 person is overdue"
    assert "Overdue, 1 obligation:\n- Ana Reyes: Strangers, screens, 10 days\n" in hers
    assert "Due within 7 days, or in grace, 1 obligation:\n- Mara Lindqvist: Strangers, screens, November 25\n" in hers
    assert "Cody" not in hers
    assert "because you manage a team" in hers
    assert "Overdue, 2 obligations, oldest first:" in his
    assert "because you look after training" in his
    assert "http://127.0.0.1:8000/manage/riverbend/obligations/" in his
    assert not UNKIND.search(hers + his)


def test_digest_comes_once_a_week(
    sundays: None, course: Course, ana: User, mara: User, on_a_day: time_machine.Traveller
) -> None:
    build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    for number in range(15):
        on_a_day.move_to(NOW + number * DAY)
        plan()
        send_all()

    assert [letter.to[0] for letter in digests()] == [mara.email] * 3


def test_digest_of_a_day_without_a_worker_comes_later_and_once(
    sundays: None, course: Course, ana: User, mara: User, on_a_day: time_machine.Traveller
) -> None:
    build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    on_a_day.move_to(NOW + 3 * DAY)
    plan()
    plan()

    assert len(digests()) == 1


def test_digest_with_nothing_to_say_is_no_mail(
    sundays: None, course: Course, ana: User, cody: User, mara: User, omar: User
) -> None:
    build.obligation(seat_of(ana), course, TODAY + 30 * DAY)
    done_ = build.obligation(seat_of(cody), course, TODAY - 10 * DAY)
    build.enrollment(cody, course, NOW - 20 * DAY, NOW - 19 * DAY)
    plan()

    assert digests() == []
    assert {row.reason for row in reminders("training.digest")} == {"nothing to tell any more"}
    assert done_.pk


def test_digest_leaves_out_whoever_is_away_or_waived(
    sundays: None, course: Course, ana: User, cody: User, omar: User
) -> None:
    hers = build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    build.obligation(seat_of(cody), course, TODAY - 10 * DAY)
    waived(hers, ana, course)
    plan()

    [letter] = digests()
    assert "Ana" not in str(letter.body)
    assert "Overdue, 1 obligation:" in str(letter.body)


def test_digest_names_twenty_and_counts_the_rest(sundays: None, clinic: Clinic, course: Course, nina: User) -> None:
    for number in range(23):
        seat = Membership.objects.create(
            organization=clinic.organization,
            name=f"Person {number}",
            work_email=f"p{number}@example.com",
            started_on=dt.date(2026, 1, 5),
        )
        build.obligation(seat, course, TODAY - 10 * DAY)
    plan()

    [letter] = digests()
    assert "23 people are overdue" in str(letter.subject)
    assert str(letter.body).count("Person ") == 20
    assert "- and 3 more\n" in str(letter.body)


def test_digest_stops_with_the_role(sundays: None, course: Course, ana: User, mara: User) -> None:
    build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    plan()
    RoleGrant.objects.update(ends_on=TODAY)

    assert digests() == []


def test_digest_begins_with_the_first_such_day_of_the_role(
    clinic: Clinic, course: Course, ana: User, mara: User, on_a_day: time_machine.Traveller
) -> None:
    weekday_of(clinic, 0)
    RoleGrant.objects.update(starts_on=TODAY)  # a Sunday; the last Monday was before
    build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    plan()
    assert digests() == []

    on_a_day.shift(DAY)
    plan()
    assert len(digests()) == 1


def test_manager_of_two_teams_who_is_owner_too_gets_one_digest(
    sundays: None, clinic: Clinic, course: Course, ana: User, mara: User
) -> None:
    for role, team in ((Role.MANAGER, clinic.front_desk), (Role.OWNER, None)):
        RoleGrant.objects.create(membership=seat_of(mara), role=role, team=team, starts_on=dt.date(2026, 1, 5))
    build.obligation(seat_of(ana), course, TODAY - 10 * DAY)
    plan()

    assert len(digests()) == 1


# The organization's settings


def test_change_reminders_keeps_what_is_chosen_and_records_it(clinic: Clinic, omar: User) -> None:
    def change() -> TrainingPolicy:
        return change_reminders(
            organization=clinic.organization, are_on=False, quiet=QuietHours(20, 7), digest_weekday=2, by=omar
        )

    policy = change()
    change()

    assert (policy.reminders_are_on, policy.quiet_from, policy.quiet_until, policy.digest_weekday) == (False, 20, 7, 2)
    event = AuditEvent.objects.get(action="reminders.changed")
    assert event.details == {
        "chosen": {"reminders_are_on": False, "quiet_from": 20, "quiet_until": 7, "digest_weekday": 2}
    }


def test_reminders_turned_on_again_are_planned_at_the_next_round(clinic: Clinic, hers: Obligation, omar: User) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, reminders_are_on=False)
    assert plan_reminders(by=SYSTEM) == 0

    change_reminders(organization=clinic.organization, are_on=True, quiet=QuietHours(19, 8), digest_weekday=0, by=omar)
    assert plan_reminders(by=SYSTEM) >= 1
    assert stages() == [-7]


def test_change_reminders_refuses_managers_and_learners(clinic: Clinic, mara: User, ana: User) -> None:
    for user in (mara, ana):
        with pytest.raises(NotAllowed):
            change_reminders(
                organization=clinic.organization, are_on=False, quiet=QuietHours(20, 7), digest_weekday=2, by=user
            )
    assert AuditEvent.objects.filter(action="reminders.changed", outcome="refused").count() == 2


def test_quiet_hours_of_the_organization_hold(
    clinic: Clinic, hers: Obligation, on_a_day: time_machine.Traveller, settings: Settings
) -> None:
    TrainingPolicy.objects.create(organization=clinic.organization, quiet_from=10, quiet_until=12)
    plan()

    assert reminders()[0].not_before == dt.datetime(2026, 11, 22, 19, tzinfo=UTC)  # noon in Denver
    assert connection.vendor
