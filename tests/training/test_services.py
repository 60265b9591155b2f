import datetime as dt
import threading
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, User
from accounts.services import end_leave, record_leave
from audit import outbox
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from courses.models import Course
from tests.conftest import Clinic
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from training import notices
from training.models import Obligation, ObligationSource, Requirement, SharedCompletion, WaiverReason
from training.services import (
    CourseNotOffered,
    DueInPast,
    NotAMember,
    NotShareable,
    Terms,
    Want,
    assign_course,
    oblige,
    release_obligation,
    share_completion,
    waive_obligation,
)

pytestmark = pytest.mark.usefixtures("on_a_day")

DUE = dt.date(2026, 12, 20)


def assign(clinic: Clinic, course: Course, *people: Membership, by: User, due_on: dt.date = DUE) -> tuple[int, int]:
    done = assign_course(organization=clinic.organization, course=course, memberships=people, due_on=due_on, by=by)
    return len(done.new), len(done.already)


def test_assign_course_asks_each_person_once(clinic: Clinic, course: Course, omar: User, ana: User, cody: User) -> None:
    assert assign(clinic, course, seat_of(ana), seat_of(ana), by=omar) == (1, 0)
    assert assign(clinic, course, seat_of(ana), seat_of(cody), by=omar, due_on=dt.date(2027, 1, 1)) == (1, 1)

    [requirement] = Requirement.objects.all()
    hers = Obligation.objects.get(membership=seat_of(ana))
    assert (requirement.organization, requirement.course) == (clinic.organization, course)
    assert (hers.due_on, hers.zone, hers.assigned_by) == (DUE, "America/Chicago", str(omar.public_id))
    assert hers.due_at == dt.datetime(2026, 12, 21, 6, tzinfo=UTC)


def test_assign_course_again_changes_and_records_nothing(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    events = AuditEvent.objects.count()

    assert assign(clinic, course, seat_of(ana), by=omar) == (0, 1)
    assert (AuditEvent.objects.count(), OutboxMail.objects.count()) == (events, 1)


def test_assign_course_is_on_record_in_the_organizations_chain(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)

    event = AuditEvent.objects.get(action="course.assigned")
    assert (event.chain, event.actor) == (str(clinic.organization.public_id), str(omar.public_id))
    assert event.details == {
        "course": "strangers",
        "due_on": "2026-12-20",
        "memberships": [str(seat_of(ana).public_id)],
    }


def test_assign_course_that_cannot_be_recorded_does_not_stand(
    clinic: Clinic, course: Course, omar: User, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwritable(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("training.services.asking.record", unwritable)
    with pytest.raises(RuntimeError):
        assign(clinic, course, seat_of(ana), by=omar)

    assert (Requirement.objects.count(), Obligation.objects.count(), OutboxMail.objects.count()) == (0, 0, 0)


def test_assign_course_refuses_people_of_another_organization(
    clinic: Clinic, course: Course, omar: User, ana: User, charlie: User
) -> None:
    with pytest.raises(NotAMember) as refusal:
        assign(clinic, course, seat_of(ana), seat_of(charlie), by=omar)

    assert refusal.value.memberships == (seat_of(charlie),)
    assert Obligation.objects.count() == 0
    assert AuditEvent.objects.get().outcome == "refused"


def test_assign_course_refuses_people_who_have_left(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    Membership.objects.filter(user=ana).update(ended_on=dt.date(2026, 11, 22))

    with pytest.raises(NotAMember):
        assign(clinic, course, seat_of(ana), by=omar)


def test_assign_course_accepts_people_who_leave_or_start_later(
    clinic: Clinic, course: Course, omar: User, ana: User, cody: User
) -> None:
    Membership.objects.filter(user=ana).update(ended_on=dt.date(2026, 11, 23))
    Membership.objects.filter(user=cody).update(started_on=dt.date(2026, 12, 1))

    assert assign(clinic, course, seat_of(ana), seat_of(cody), by=omar) == (2, 0)


def test_manager_assigns_to_her_team_only(clinic: Clinic, course: Course, mara: User, ana: User, cody: User) -> None:
    with pytest.raises(NotAMember):
        assign(clinic, course, seat_of(cody), by=mara)

    assert assign(clinic, course, seat_of(ana), by=mara) == (1, 0)


def test_learner_assigns_to_nobody(clinic: Clinic, course: Course, ana: User) -> None:
    with pytest.raises(NotAMember):
        assign(clinic, course, seat_of(ana), by=ana)


def test_assign_course_refuses_a_day_that_is_over(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    with pytest.raises(DueInPast) as refusal:
        assign(clinic, course, seat_of(ana), by=omar, due_on=dt.date(2026, 11, 21))

    assert refusal.value.today == dt.date(2026, 11, 22)
    assert assign(clinic, course, seat_of(ana), by=omar, due_on=dt.date(2026, 11, 22)) == (1, 0)


def test_assign_course_refuses_a_retired_or_unpublished_course(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    Course.objects.create(slug="draft", provider=clinic.organization)
    Course.objects.filter(pk=course.pk).update(retired_at=NOW)

    for refused in Course.objects.all():
        with pytest.raises(CourseNotOffered):
            assign(clinic, refused, seat_of(ana), by=omar)


def test_assign_course_after_a_retired_requirement_asks_anew(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    Requirement.objects.update(retired_at=NOW)

    assert assign(clinic, course, seat_of(ana), by=omar) == (1, 0)
    assert Requirement.objects.count() == 2


# Mail


def mail_to(user: User) -> outbox.Mail | None:
    owed = Obligation.objects.get(membership__user=user)
    return prepared(OutboxMail.objects.get(subject=str(owed.public_id)))


def prepared(row: OutboxMail) -> outbox.Mail | None:
    mail = outbox.prepare(row)
    assert not isinstance(mail, outbox.Later)
    return mail


def test_assigned_mail_tells_what_is_asked(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    mail = mail_to(ana)

    assert mail is not None
    assert (mail.to, mail.subject) == (ana.email, "Riverbend Clinic asks you to complete a course")
    assert "“Strangers, screens” by December 20, 2026" in mail.text
    assert "http://127.0.0.1:8000/courses/strangers/" in mail.text
    assert "&" not in mail.text


def test_assigned_mail_goes_to_the_work_address_of_whoever_has_no_account(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    Membership.objects.filter(user=ana).update(user=None, work_email="ana@clinic.example")
    mail = prepared(OutboxMail.objects.get())

    assert mail is not None
    assert mail.to == "ana@clinic.example"


def test_assigned_mail_of_a_policy_calls_it_no_course(clinic: Clinic, omar: User, ana: User) -> None:
    asked = build.requirement(clinic.organization, policy="Doors stay open.")
    obligations = oblige(asked, [Want(seat_of(ana), Terms(due_on=DUE))], by=omar)
    notices.owe_assigned(obligations)
    mail = mail_to(ana)

    assert mail is not None
    assert mail.subject == "Riverbend Clinic asks you for “Basic life support”"
    assert "asks you for “Basic life support” by December 20, 2026" in mail.text
    assert f"/learn/obligations/{obligations[0].public_id}/" in mail.text
    assert "complete the course" not in mail.text


def test_assigned_mail_is_dropped_when_she_is_done_or_gone(
    clinic: Clinic, course: Course, omar: User, ana: User, cody: User
) -> None:
    assign(clinic, course, seat_of(ana), seat_of(cody), by=omar)
    build.enrollment(ana, course, NOW, NOW)
    Membership.objects.filter(user=cody).update(ended_on=dt.date(2026, 11, 22))

    assert mail_to(ana) is None
    assert mail_to(cody) is None


def looked_at(at: dt.datetime) -> outbox.Mail | outbox.Later | None:
    """What a worker does at that instant with the one mail that is owed."""
    with time_machine.travel(at, tick=False):
        return outbox.prepare(OutboxMail.objects.get())


def at_home(day: int, hour: int, month: int = 11) -> dt.datetime:
    """In Denver, where ana is."""
    return dt.datetime(2026, month, day, hour, tzinfo=ZoneInfo("America/Denver"))


def subject_of(mail: outbox.Mail | outbox.Later | None) -> str:
    return mail.subject if isinstance(mail, outbox.Mail) else ""


@pytest.mark.parametrize("hour", [19, 23])
def test_assigned_mail_waits_for_the_morning_where_she_is(
    clinic: Clinic, course: Course, omar: User, ana: User, hour: int
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)

    assert looked_at(at_home(24, hour)) == outbox.Later(at_home(25, 8))
    assert subject_of(looked_at(at_home(25, 8)))


def test_assigned_mail_waits_for_her_first_day(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    Membership.objects.filter(user=ana).update(started_on=dt.date(2026, 12, 1))
    assign(clinic, course, seat_of(ana), by=omar)

    assert looked_at(at_home(24, 12)) == outbox.Later(at_home(1, 8, month=12))
    assert subject_of(looked_at(at_home(1, 8, month=12)))


def test_assigned_mail_waits_for_her_return(clinic: Clinic, course: Course, omar: User, ana: User) -> None:
    """A leave may end earlier, so she is asked about again a day after; nobody knows when hers ends."""
    assign(clinic, course, seat_of(ana), by=omar)
    leave = record_leave(membership=seat_of(ana), starts_on=dt.date(2026, 11, 20), by=omar)

    assert looked_at(at_home(24, 12)) == outbox.Later(at_home(25, 12))
    end_leave(leave=leave, ends_on=dt.date(2026, 11, 26), by=omar)
    assert looked_at(at_home(25, 12)) == outbox.Later(at_home(26, 8))
    assert subject_of(looked_at(at_home(26, 8)))


def test_assigned_mail_waits_for_the_day_on_which_what_is_asked_opens(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    ObligationSource.objects.update(opens_on=dt.date(2026, 12, 5))

    assert looked_at(at_home(24, 12)) == outbox.Later(at_home(5, 8, month=12))
    assert subject_of(looked_at(at_home(5, 8, month=12)))


def waived(owed: Obligation, omar: User) -> None:
    waive_obligation(obligation=owed, reason=WaiverReason.NOT_IN_ROLE, by=omar)


def closed(owed: Obligation, _omar: User) -> None:
    User.objects.filter(memberships=owed.membership).update(is_active=False)


def let_go(owed: Obligation, omar: User) -> None:
    release_obligation(obligation=owed, by=omar)


@pytest.mark.parametrize("change", [waived, closed, let_go])
@pytest.mark.parametrize("hour", [12, 23])
def test_assigned_mail_is_dropped_when_there_is_nothing_to_ask_or_nobody(
    clinic: Clinic, course: Course, omar: User, ana: User, change: Callable[[Obligation, User], None], hour: int
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    change(Obligation.objects.select_related("membership").get(), omar)

    assert looked_at(at_home(24, hour)) is None


# Sharing


def test_share_completion_is_done_once(clinic: Clinic, course: Course, ana: User) -> None:
    early = dt.datetime(2025, 1, 1, tzinfo=UTC)
    taken = build.enrollment(ana, course, early, early)

    first = share_completion(membership=seat_of(ana), enrollment=taken, by=ana)

    assert share_completion(membership=seat_of(ana), enrollment=taken, by=ana) == first
    assert SharedCompletion.objects.count() == 1
    assert [event.action for event in AuditEvent.objects.all()] == ["completion.shared"]


def test_share_completion_is_hers_alone_and_only_when_completed(
    clinic: Clinic, course: Course, ana: User, cody: User, omar: User
) -> None:
    early = dt.datetime(2025, 1, 1, tzinfo=UTC)
    completed, begun = build.enrollment(ana, course, early, early), build.enrollment(ana, course, early)

    for seat, taken, by in [
        (seat_of(ana), completed, omar),
        (seat_of(cody), completed, ana),
        (seat_of(cody), completed, cody),
        (seat_of(ana), begun, ana),
    ]:
        with pytest.raises(NotShareable):
            share_completion(membership=seat, enrollment=taken, by=by)
    assert SharedCompletion.objects.count() == 0


# What the database itself refuses


def violated(act: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    return str(refusal.value)


def test_database_refuses_a_second_open_requirement(clinic: Clinic, course: Course) -> None:
    def ask() -> Requirement:
        return Requirement.objects.create(organization=clinic.organization, course=course)

    ask()
    violated(ask)


def test_database_refuses_a_second_obligation_in_a_period(clinic: Clinic, course: Course, ana: User) -> None:
    build.obligation(seat_of(ana), course, DUE)

    violated(lambda: build.obligation(seat_of(ana), course, DUE))


def test_database_refuses_period_zero(clinic: Clinic, course: Course, ana: User) -> None:
    build.obligation(seat_of(ana), course, DUE)

    violated(lambda: Obligation.objects.update(period=0))


def test_database_refuses_to_share_twice(clinic: Clinic, course: Course, ana: User) -> None:
    taken = build.enrollment(ana, course, NOW, NOW)
    SharedCompletion.objects.create(membership=seat_of(ana), enrollment=taken)

    violated(lambda: SharedCompletion.objects.create(membership=seat_of(ana), enrollment=taken))


@pytest.mark.django_db(transaction=True)
def test_assign_course_raced_asks_each_person_once(
    clinic: Clinic, course: Course, omar: User, ana: User, cody: User
) -> None:
    seats, results = [seat_of(ana), seat_of(cody)], []
    together = threading.Barrier(4)

    def act() -> None:
        together.wait()
        try:
            results.append(
                assign_course(organization=clinic.organization, course=course, memberships=seats, due_on=DUE, by=SYSTEM)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 4
    assert sorted(len(done.new) for done in results) == [0, 0, 0, 2]
    assert (Requirement.objects.count(), Obligation.objects.count(), OutboxMail.objects.count()) == (1, 2, 2)
    assert AuditEvent.objects.filter(action="course.assigned").count() == 1


def test_assign_course_asks_again_whom_nobody_asks_any_more(
    clinic: Clinic, course: Course, omar: User, ana: User
) -> None:
    assign(clinic, course, seat_of(ana), by=omar)
    hers = Obligation.objects.get()
    release_obligation(obligation=hers, by=omar)
    later = dt.date(2027, 2, 1)

    done = assign_course(
        organization=clinic.organization, course=course, memberships=[seat_of(ana)], due_on=later, by=omar
    )

    assert (done.new, done.again, done.already) == ((), (seat_of(ana),), ())
    hers.refresh_from_db()
    assert (hers.released_at, hers.due_on) == (None, later)
    assert OutboxMail.objects.count() == 2  # the second time she is told, too
    assert assign(clinic, course, seat_of(ana), by=omar) == (0, 1)


def test_people_are_asked_in_the_order_of_their_seats(
    clinic: Clinic, course: Course, omar: User, ana: User, cody: User
) -> None:
    """Of two who ask the same people in another order, each would wait for what the other wrote first."""
    assign(clinic, course, seat_of(cody), seat_of(ana), by=omar)

    asked = Obligation.objects.order_by("pk").values_list("membership", flat=True)
    assert list(asked) == sorted([seat_of(ana).pk, seat_of(cody).pk])
