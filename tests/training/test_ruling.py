"""Assignment rules: what they would do, what they do, and what becomes of it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Membership, Role, RoleGrant, Team, User
from accounts.services import NotAllowed, end_membership, return_member
from audit.models import AuditEvent, OutboxMail
from audit.services import SYSTEM
from courses.models import Course
from tests.conftest import Clinic, person, seat
from tests.training import build
from tests.training.build import NOW, UTC, seat_of
from tests.training.ruling import EVERYONE, preview, publish, requirement, text
from training.models import AssignmentRule, CountedTo, Obligation, ObligationSource, Preview, Requirement, RuleVersion
from training.queries import BOARD_ORDER, with_status
from training.queries.progress import Progress, progress_of
from training.rules import Recurrence, Repeat, Status
from training.rules.assignment import Anchor
from training.services import (
    Choices,
    DueInPast,
    NothingToDate,
    RulePreviewMoved,
    RuleRetired,
    RuleUnfit,
    Unfit,
    apply_rule,
    apply_rules,
    applying,
    assign_course,
    confirm_rule,
    give_dates,
    keep_seats,
    preview_retirement,
    recount,
    renew_obligations,
    retire_rule,
)

pytestmark = pytest.mark.usefixtures("on_a_day")

TODAY = dt.date(2026, 11, 22)
YEARLY = Repeat(kind=Recurrence.FROM_COMPLETION, every_months=12)
ANNIVERSARY = Repeat(kind=Recurrence.FROM_DUE, every_months=12)


@pytest.fixture
def asked(clinic: Clinic, course: Course, omar: User) -> Requirement:
    return requirement(clinic.organization, course, omar)


def hired(user: User, day: dt.date | None) -> None:
    Membership.objects.filter(user=user).update(hired_on=day, changed_at=NOW)


def owed(user: User) -> Obligation:
    return Obligation.objects.filter(membership=seat_of(user)).latest("period")


def status_of(user: User) -> Status:
    [row] = with_status(Obligation.objects.filter(pk=owed(user).pk), timezone.now())
    return BOARD_ORDER[row.rank]


def test_preview_counts_everybody_in_the_audience_and_writes_nothing_else(
    asked: Requirement, course: Course, omar: User, ana: User, cody: User, mara: User, nina: User
) -> None:
    hired(ana, dt.date(2026, 11, 20))
    hired(mara, dt.date(2026, 11, 1))
    hired(nina, None)
    hired(omar, dt.date(2020, 1, 1))
    build.enrollment(cody, course, NOW, NOW)
    front = {"kind": "people", "people": [str(seat_of(mara).public_id)]}

    made = preview(asked, omar, text(EVERYONE, exempt=(front,), anchor=Anchor.HIRED))

    counts = {name: number for name, number in made.counts.items() if number}
    assert counts == {
        "people": 5,
        "new": 1,
        "satisfied": 1,
        "exempt": 1,
        "impossible": 2,
        "impossible_no_hire_date": 1,
        "impossible_due_in_past": 1,
    }
    assert (Obligation.objects.count(), AssignmentRule.objects.count(), OutboxMail.objects.count()) == (0, 0, 0)


def test_confirmed_rule_asks_and_counts_and_tells(
    asked: Requirement, course: Course, omar: User, ana: User, cody: User
) -> None:
    build.enrollment(cody, course, NOW, NOW)

    version = publish(asked, omar, text(grace_days=5))

    hers = owed(ana)
    assert (version.number, hers.due_on, hers.assigned_by) == (1, dt.date(2026, 12, 22), str(omar.public_id))
    assert (status_of(ana), status_of(cody)) == (Status.DUE, Status.DONE)
    source = ObligationSource.objects.get(obligation=hers)
    assert (source.rule_version, source.grace_days, source.due_on) == (version, 5, dt.date(2026, 12, 22))
    # omar and ana are told; cody has done it.
    assert OutboxMail.objects.count() == 2
    assert AuditEvent.objects.filter(action="rule.published").count() == 1


def test_second_confirmation_returns_what_the_first_made(asked: Requirement, omar: User, ana: User) -> None:
    made = preview(asked, omar)
    first = confirm_rule(preview=made, by=omar)
    rows = (Obligation.objects.count(), AuditEvent.objects.count())

    assert confirm_rule(preview=made, by=omar) == first
    assert (Obligation.objects.count(), AuditEvent.objects.count()) == rows
    assert RuleVersion.objects.count() == 1


def test_confirmation_is_refused_when_the_facts_have_moved(
    clinic: Clinic, asked: Requirement, omar: User, ana: User
) -> None:
    made = preview(asked, omar)
    seat(person("New Comer"), clinic.organization)

    with pytest.raises(RulePreviewMoved):
        confirm_rule(preview=made, by=omar)

    assert (AssignmentRule.objects.count(), Obligation.objects.count()) == (0, 0)
    assert AuditEvent.objects.get(action="rule.published").outcome == "refused"


def test_rules_are_for_those_who_administer(asked: Requirement, mara: User, charlie: User, omar: User) -> None:
    made = preview(asked, omar)
    for stranger in (mara, charlie):
        with pytest.raises(NotAllowed):
            preview(asked, stranger)
        with pytest.raises(NotAllowed):
            confirm_rule(preview=made, by=stranger)


def test_rule_names_nobody_of_another_organization(asked: Requirement, omar: User, charlie: User) -> None:
    elsewhere = Team.objects.create(organization=seat_of(charlie).organization, name="Elsewhere")
    strangers: list[tuple[dict[str, Any], Unfit]] = [
        ({"kind": "team", "team": elsewhere.pk}, Unfit.UNKNOWN_TEAM),
        ({"kind": "people", "people": [str(seat_of(charlie).public_id)]}, Unfit.UNKNOWN_PERSON),
        ({"kind": "role", "role": "emperor"}, Unfit.UNKNOWN_ROLE),
    ]
    for condition, unfit in strangers:
        with pytest.raises(RuleUnfit) as refused:
            preview(asked, omar, text(condition))
        assert refused.value.unfit is unfit


def test_fixed_day_in_the_past_is_refused_unless_a_series_goes_on_from_it(asked: Requirement, omar: User) -> None:
    over = dt.date(2026, 1, 31)
    with pytest.raises(RuleUnfit) as refused:
        preview(asked, omar, text(anchor=Anchor.FIXED, fixed_on=over, offset_days=0))
    assert refused.value.unfit is Unfit.DAY_IN_PAST

    publish(asked, omar, text(anchor=Anchor.FIXED, fixed_on=over, offset_days=0, repeat=ANNIVERSARY))
    assert owed(omar).due_on == dt.date(2027, 1, 31)


def test_nobody_is_overdue_on_the_day_she_is_asked(asked: Requirement, omar: User, ana: User) -> None:
    hired(ana, dt.date(2024, 3, 1))
    hired(omar, dt.date(2024, 3, 1))
    made = preview(asked, omar, text(anchor=Anchor.HIRED))

    version = confirm_rule(preview=made, by=omar)
    assert Obligation.objects.count() == 0

    give_dates(rule=version.rule, days={seat_of(ana).pk: dt.date(2026, 12, 6)}, by=omar)
    assert (owed(ana).due_on, status_of(ana)) == (dt.date(2026, 12, 6), Status.DUE)
    again = give_dates(rule=version.rule, days={seat_of(ana).pk: dt.date(2026, 12, 30)}, by=omar)
    assert (again, owed(ana).due_on, Obligation.objects.count()) == (0, dt.date(2026, 12, 6), 1)


def test_proposed_days_are_given_when_wanted(asked: Requirement, omar: User, ana: User) -> None:
    hired(ana, dt.date(2024, 3, 1))
    made = preview(asked, omar, text(anchor=Anchor.HIRED))

    confirm_rule(preview=made, by=omar, wanted=Choices(gives_proposed=True))

    assert {one.due_on for one in Obligation.objects.all()} == {dt.date(2026, 12, 22)}


def test_days_by_hand_are_neither_past_nor_for_strangers(
    asked: Requirement, omar: User, ana: User, cody: User, clinic: Clinic
) -> None:
    team = {"kind": "team", "team": clinic.crisis_team.pk}
    rule = publish(asked, omar, text(team, anchor=Anchor.HIRED)).rule
    with pytest.raises(DueInPast):
        give_dates(rule=rule, days={seat_of(ana).pk: dt.date(2026, 11, 21)}, by=omar)
    with pytest.raises(NothingToDate):
        give_dates(rule=rule, days={seat_of(ana).pk: TODAY, seat_of(cody).pk: TODAY}, by=omar)
    assert Obligation.objects.count() == 0


def test_overlapping_rules_give_one_obligation_with_the_earliest_day(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    assign_course(
        organization=clinic.organization,
        course=course,
        memberships=[seat_of(ana)],
        due_on=dt.date(2026, 12, 10),
        by=omar,
    )
    later = publish(asked, omar, text(offset_days=40))
    assert owed(ana).due_on == dt.date(2026, 12, 10)

    made = preview(asked, omar, text(offset_days=7, name="Crisis team"))
    assert made.counts["earlier"] == 2
    earlier = confirm_rule(preview=made, by=omar)

    assert Obligation.objects.filter(membership=seat_of(ana)).count() == 1
    assert owed(ana).due_on == dt.date(2026, 11, 29)
    retire_rule(preview=preview_retirement(rule=earlier.rule, by=omar), by=omar)
    assert owed(ana).due_on == dt.date(2026, 12, 10)
    retire_rule(preview=preview_retirement(rule=later.rule, by=omar), by=omar)
    # She was asked by hand, and still is; omar was asked by rules alone.
    assert (status_of(ana), status_of(omar)) == (Status.DUE, Status.RELEASED)


def test_requirement_found_by_rule_is_the_one_that_assignment_finds(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    publish(asked, omar)

    done = assign_course(
        organization=clinic.organization,
        course=course,
        memberships=[seat_of(ana)],
        due_on=dt.date(2026, 12, 1),
        by=omar,
    )

    assert (len(done.new), len(done.already), Requirement.objects.count()) == (0, 1, 1)


def test_apply_again_changes_nothing(asked: Requirement, omar: User, ana: User) -> None:
    rule = publish(asked, omar).rule
    events = AuditEvent.objects.count()

    assert apply_rule(rule=rule, by=SYSTEM).total == 0
    assert AuditEvent.objects.count() == events


def test_who_comes_is_asked_and_who_goes_is_released(
    clinic: Clinic, asked: Requirement, omar: User, ana: User, cody: User
) -> None:
    team = {"kind": "team", "team": clinic.crisis_team.pk}
    publish(asked, omar, text(team))
    apply_rules(by=SYSTEM)
    assert [one.membership for one in Obligation.objects.all()] == [seat_of(ana)]

    Membership.objects.filter(user=ana).update(team=clinic.front_desk, changed_at=NOW)
    Membership.objects.filter(user=cody).update(team=clinic.crisis_team, changed_at=NOW)

    assert apply_rules(by=SYSTEM) == 2
    assert (status_of(ana), status_of(cody)) == (Status.RELEASED, Status.DUE)
    assert apply_rules(by=SYSTEM) == 0

    Membership.objects.filter(user=ana).update(team=clinic.crisis_team, changed_at=NOW)
    apply_rules(by=SYSTEM)
    assert (status_of(ana), Obligation.objects.count()) == (Status.DUE, 2)


@pytest.mark.parametrize("again_on", [None, TODAY - dt.timedelta(days=3)])
def test_whoever_comes_back_is_asked_again_from_the_new_day_of_hire(
    clinic: Clinic, asked: Requirement, omar: User, ana: User, again_on: dt.date | None
) -> None:
    """Once for each hiring: thirty days from it, whatever the first one was."""
    Membership.objects.exclude(user=ana).update(team=clinic.front_desk)
    hired(ana, dt.date(2020, 1, 6))
    publish(asked, omar, text({"kind": "team", "team": clinic.crisis_team.pk}, anchor=Anchor.HIRED))
    apply_rules(by=SYSTEM)
    old = end_membership(membership=seat_of(ana), on=TODAY - dt.timedelta(days=9), by=omar)

    new = return_member(membership=old, started_on=TODAY, hired_on=again_on, team=clinic.crisis_team, by=omar)
    apply_rules(by=SYSTEM)

    hired_on = again_on or TODAY
    assert (new.hired_on, Membership.objects.get(pk=old.pk).hired_on) == (hired_on, dt.date(2020, 1, 6))
    assert Obligation.objects.get(membership=new).due_on == hired_on + dt.timedelta(days=30)


def test_whoever_has_left_keeps_what_stood(clinic: Clinic, asked: Requirement, omar: User, ana: User) -> None:
    publish(asked, omar)
    Membership.objects.filter(user=ana).update(ended_on=TODAY, changed_at=NOW)

    apply_rules(by=SYSTEM)

    assert ObligationSource.objects.get(obligation=owed(ana)).ended_at is None


def test_duty_looks_at_changed_seats_only_and_at_all_on_a_new_day(
    clinic: Clinic, asked: Requirement, omar: User, on_a_day: time_machine.Traveller
) -> None:
    publish(asked, omar)
    on_a_day.shift(dt.timedelta(minutes=10))
    apply_rules(by=SYSTEM)
    seat(person("New Comer"), clinic.organization)
    # Nobody said that this seat changed; the next day finds it anyway.
    Membership.objects.filter(name="New Comer").update(changed_at=NOW - dt.timedelta(days=9))
    on_a_day.shift(dt.timedelta(minutes=10))
    assert apply_rules(by=SYSTEM) == 0

    on_a_day.shift(dt.timedelta(days=1))
    assert apply_rules(by=SYSTEM) == 1
    assert CountedTo.objects.get(name="rules").at == NOW + dt.timedelta(days=1, minutes=20)


def test_who_starts_later_is_asked_on_her_first_day(
    clinic: Clinic, asked: Requirement, omar: User, on_a_day: time_machine.Traveller
) -> None:
    newcomer = person("New Comer")
    seat(newcomer, clinic.organization)
    Membership.objects.filter(user=newcomer).update(started_on=TODAY + dt.timedelta(days=5))
    publish(asked, omar)
    assert Obligation.objects.count() == 1

    on_a_day.shift(dt.timedelta(days=5))
    apply_rules(by=SYSTEM)

    assert owed(newcomer).due_on == TODAY + dt.timedelta(days=35)


def test_new_version_keeps_days_that_were_given(asked: Requirement, omar: User, ana: User) -> None:
    rule = publish(asked, omar, text(offset_days=30)).rule
    made = preview(asked, omar, text(offset_days=10), rule=rule)
    assert (made.counts["moved"], made.counts["asked"]) == (2, 2)

    version = confirm_rule(preview=made, by=omar)

    assert (version.number, owed(ana).due_on) == (2, dt.date(2026, 12, 22))


def test_new_version_changes_days_when_confirmed(asked: Requirement, omar: User, ana: User) -> None:
    rule = publish(asked, omar, text(offset_days=30)).rule
    made = preview(asked, omar, text(offset_days=10), rule=rule)

    confirm_rule(preview=made, by=omar, wanted=Choices(moves=True))

    assert owed(ana).due_on == dt.date(2026, 12, 2)
    assert ObligationSource.objects.filter(obligation=owed(ana)).count() == 2


def test_new_version_never_gives_a_day_that_is_over(
    asked: Requirement, omar: User, ana: User, on_a_day: time_machine.Traveller
) -> None:
    rule = publish(asked, omar, text(offset_days=30)).rule
    on_a_day.shift(dt.timedelta(days=20))

    made = preview(asked, omar, text(offset_days=10), rule=rule)

    assert made.counts["moved"] == 0


def test_new_version_releases_whom_it_no_longer_names(
    clinic: Clinic, asked: Requirement, omar: User, ana: User
) -> None:
    rule = publish(asked, omar).rule
    made = preview(asked, omar, text({"kind": "team", "team": clinic.crisis_team.pk}), rule=rule)
    assert (made.counts["ends"], made.counts["people"]) == (1, 1)

    confirm_rule(preview=made, by=omar)

    assert (status_of(omar), status_of(ana)) == (Status.RELEASED, Status.DUE)


def test_retired_rule_ends_what_is_open_and_keeps_what_is_done(
    asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    rule = publish(asked, omar).rule
    made = preview_retirement(rule=rule, by=omar)
    assert made.counts == {"open": 1, "released": 1, "asked_by_others": 0, "met": 1}

    retire_rule(preview=made, by=omar)
    retire_rule(preview=made, by=omar)

    assert (status_of(omar), status_of(ana)) == (Status.RELEASED, Status.DONE)
    assert AuditEvent.objects.filter(action="rule.retired").count() == 1
    assert apply_rules(by=SYSTEM) == 0
    with pytest.raises(RuleRetired):
        preview(asked, omar, rule=AssignmentRule.objects.get())


def test_retirement_is_refused_when_other_people_would_be_released(
    clinic: Clinic, asked: Requirement, omar: User
) -> None:
    rule = publish(asked, omar).rule
    made = preview_retirement(rule=rule, by=omar)
    seat(person("New Comer"), clinic.organization)
    apply_rule(rule=rule, by=SYSTEM)

    with pytest.raises(RulePreviewMoved):
        retire_rule(preview=made, by=omar)

    assert AssignmentRule.objects.get().retired_at is None


def test_roles_are_looked_up_on_the_day(clinic: Clinic, asked: Requirement, omar: User, mara: User, ana: User) -> None:
    publish(asked, omar, text({"kind": "role", "role": Role.MANAGER.value}))
    assert [one.membership for one in Obligation.objects.all()] == [seat_of(mara)]

    RoleGrant.objects.filter(membership__user=mara).update(ends_on=TODAY)
    apply_rule(rule=AssignmentRule.objects.get(), by=SYSTEM)

    assert status_of(mara) == Status.RELEASED


def test_who_comes_back_into_reach_is_told_again(clinic: Clinic, asked: Requirement, omar: User, ana: User) -> None:
    rule = publish(asked, omar, text({"kind": "team", "team": clinic.crisis_team.pk})).rule
    for team in (clinic.front_desk, clinic.crisis_team):
        Membership.objects.filter(user=ana).update(team=team)
        apply_rule(rule=rule, by=SYSTEM)

    assert status_of(ana) == Status.DUE
    assert OutboxMail.objects.filter(subject=str(owed(ana).public_id)).count() == 2


# What comes back


def test_what_was_met_comes_back_once(
    asked: Requirement, course: Course, omar: User, ana: User, on_a_day: time_machine.Traveller
) -> None:
    publish(asked, omar, text(repeat=YEARLY, window_days=60))
    build.enrollment(ana, course, NOW, NOW)
    recount([owed(ana).pk])

    assert [renew_obligations(by=SYSTEM), renew_obligations(by=SYSTEM)] == [1, 0]

    hers = owed(ana)
    assert (hers.period, hers.due_on, hers.opens_on) == (2, dt.date(2027, 11, 22), dt.date(2027, 9, 23))
    assert status_of(ana) == Status.UPCOMING
    assert apply_rules(by=SYSTEM) == 0


def test_completion_before_the_rule_counts_while_it_is_valid(
    asked: Requirement, course: Course, omar: User, ana: User, cody: User
) -> None:
    for user, days in ((ana, 200), (cody, 300)):
        at = NOW - dt.timedelta(days=days)
        build.enrollment(user, course, at, at)

    made = preview(asked, omar, text(repeat=Repeat(kind=Recurrence.FROM_COMPLETION, every_months=8)))

    assert (made.counts["satisfied"], made.counts["new"]) == (1, 2)
    confirm_rule(preview=made, by=omar)
    renew_obligations(by=SYSTEM)
    assert (owed(ana).period, owed(ana).due_on) == (2, dt.date(2027, 1, 6))


def test_manual_assignment_that_was_met_goes_on_in_a_rule(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    assign_course(
        organization=clinic.organization,
        course=course,
        memberships=[seat_of(ana)],
        due_on=dt.date(2026, 12, 10),
        by=omar,
    )

    made = preview(asked, omar, text(repeat=YEARLY))
    assert made.counts["satisfied"] == 1
    confirm_rule(preview=made, by=omar)

    first = owed(ana)
    assert (first.period, first.due_on, status_of(ana)) == (1, dt.date(2026, 12, 10), Status.DONE)
    renew_obligations(by=SYSTEM)
    assert (owed(ana).period, owed(ana).due_on) == (2, dt.date(2027, 11, 22))


def test_nothing_comes_back_to_who_fell_out_until_she_returns(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    publish(asked, omar, text({"kind": "team", "team": clinic.crisis_team.pk}, repeat=YEARLY))
    Membership.objects.filter(user=ana).update(team=clinic.front_desk, changed_at=NOW)
    apply_rules(by=SYSTEM)
    assert (renew_obligations(by=SYSTEM), status_of(ana)) == (0, Status.DONE)

    Membership.objects.filter(user=ana).update(team=clinic.crisis_team, changed_at=NOW)
    apply_rules(by=SYSTEM)

    assert (renew_obligations(by=SYSTEM), owed(ana).period) == (1, 2)


def test_next_period_is_released_and_taken_up_again(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    build.enrollment(ana, course, NOW, NOW)
    publish(asked, omar, text({"kind": "team", "team": clinic.crisis_team.pk}, repeat=YEARLY, window_days=30))
    renew_obligations(by=SYSTEM)
    Membership.objects.filter(user=ana).update(team=clinic.front_desk, changed_at=NOW)
    apply_rules(by=SYSTEM)
    assert (owed(ana).period, status_of(ana)) == (2, Status.RELEASED)

    Membership.objects.filter(user=ana).update(team=clinic.crisis_team, changed_at=NOW)
    apply_rules(by=SYSTEM)
    renew_obligations(by=SYSTEM)

    assert (owed(ana).period, owed(ana).due_on, status_of(ana)) == (2, dt.date(2027, 11, 22), Status.UPCOMING)


def test_next_period_is_taken_back_with_what_met_the_one_before(
    asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    taken = build.enrollment(ana, course, NOW, NOW)
    publish(asked, omar, text(repeat=YEARLY, window_days=30))
    renew_obligations(by=SYSTEM)
    first = Obligation.objects.get(membership=seat_of(ana), period=1)

    type(taken).objects.filter(pk=taken.pk).update(completed_at=None, completed_on=None, completed_zone="")
    recount([first.pk])
    renew_obligations(by=SYSTEM)
    assert status_of(ana) == Status.RELEASED
    assert apply_rules(by=SYSTEM) == 0  # the first is open again, and two are never open at once
    assert status_of(ana) == Status.RELEASED

    build.enrollment(ana, build.course(seat_of(ana).organization, "other"), NOW)
    type(taken).objects.filter(pk=taken.pk).update(
        completed_at=NOW, completed_on=TODAY, completed_zone="America/Chicago"
    )
    recount([first.pk])
    renew_obligations(by=SYSTEM)
    assert (owed(ana).period, status_of(ana)) == (2, Status.UPCOMING)


def test_two_recurring_rules_renew_into_one_obligation(asked: Requirement, course: Course, omar: User) -> None:
    build.enrollment(omar, course, NOW, NOW)
    publish(asked, omar, text(repeat=YEARLY))
    publish(asked, omar, text(repeat=Repeat(kind=Recurrence.FROM_COMPLETION, every_months=6), name="Twice a year"))

    assert renew_obligations(by=SYSTEM) == 1

    again = owed(omar)
    assert (again.period, again.due_on, Obligation.objects.count()) == (2, dt.date(2027, 5, 22), 2)
    assert ObligationSource.objects.filter(obligation=again).count() == 2


def test_retired_rule_does_not_come_back(asked: Requirement, course: Course, omar: User) -> None:
    build.enrollment(omar, course, NOW, NOW)
    rule = publish(asked, omar, text(repeat=YEARLY)).rule
    retire_rule(preview=preview_retirement(rule=rule, by=omar), by=omar)

    assert renew_obligations(by=SYSTEM) == 0


def test_team_date_is_the_day_from_which_on_the_seat_names_the_team(
    clinic: Clinic, asked: Requirement, omar: User, ana: User, cody: User, on_a_day: time_machine.Traveller
) -> None:
    """ana is in it since the clinic's list was imported; what else changes of her later leaves that alone."""
    Membership.objects.filter(user=ana).update(changed_at=dt.datetime(2026, 11, 10, 18, tzinfo=UTC))
    keep_seats(by=SYSTEM)
    Membership.objects.filter(user=ana).update(job_title="Nurse", changed_at=NOW)
    keep_seats(by=SYSTEM)
    team = {"kind": "team", "team": clinic.crisis_team.pk}

    publish(asked, omar, text(team, anchor=Anchor.JOINED_TEAM))
    assert owed(ana).due_on == dt.date(2026, 12, 10)

    on_a_day.shift(dt.timedelta(days=3))
    Membership.objects.filter(user=cody).update(team=clinic.crisis_team, changed_at=timezone.now())
    apply_rules(by=SYSTEM)
    assert owed(cody).due_on == dt.date(2026, 12, 25)


def test_whoever_is_in_no_team_has_no_team_date(asked: Requirement, omar: User) -> None:
    made = preview(asked, omar, text(anchor=Anchor.JOINED_TEAM))

    assert made.counts["impossible_no_team_date"] == 1


def test_large_rule_is_left_to_the_worker_with_what_was_ticked(
    asked: Requirement, omar: User, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.services.ruling.AT_ONCE", 1)
    made = preview(asked, omar, text(anchor=Anchor.HIRED))
    confirm_rule(preview=made, by=omar, wanted=Choices(gives_proposed=True))
    assert Obligation.objects.count() == 0

    apply_rules(by=SYSTEM)

    assert Obligation.objects.count() == 2
    assert Preview.objects.get().confirmed_at == NOW


def test_whoever_looks_is_told_how_far_the_worker_is_until_it_is_done(
    asked: Requirement,
    omar: User,
    ana: User,
    cody: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.services.ruling.AT_ONCE", 1)
    monkeypatch.setattr("training.services.applying.CHUNK", 1)
    made = preview(asked, omar, text(anchor=Anchor.ASSIGNED))
    rule = confirm_rule(preview=made, by=omar).rule
    seen = list[dict[int, Progress]]()
    write = applying._apply_to

    def looked_at(*given: Any) -> Any:
        seen.append(progress_of([rule.pk]))
        return write(*given)

    monkeypatch.setattr(applying, "_apply_to", looked_at)
    apply_rules(by=SYSTEM)

    assert [each[rule.pk] for each in seen] == [Progress(0, 3), Progress(1, 3), Progress(2, 3)]
    assert progress_of([rule.pk]) == {}
