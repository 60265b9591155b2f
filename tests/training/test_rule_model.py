"""Anything may happen in any order: what a preview shows is what then happens, and two periods are never open at once."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import Membership, Organization, Team
from accounts.queries import today_in
from audit.services import SYSTEM
from courses.models import Course
from enrollments.models import Enrollment
from tests.conftest import person, seat
from tests.properties import examples
from tests.training import build
from tests.training.build import NOW
from tests.training.ruling import preview, requirement, text
from training.models import AssignmentRule, Obligation, ObligationSource
from training.rules import Place, Planned, Recurrence, Repeat, RuleText, local_day
from training.rules.assignment import Anchor
from training.services import (
    Choices,
    apply_rule,
    apply_rules,
    confirm_rule,
    planned_in,
    preview_retirement,
    recount,
    renew_obligations,
    retire_rule,
)

PEOPLE = 4
people = st.integers(0, PEOPLE - 1)
texts = st.builds(
    lambda condition, anchor, offset, window, repeat: {
        "condition": condition,
        "anchor": anchor,
        "offset_days": offset,
        "window_days": window,
        "repeat": repeat,
    },
    st.sampled_from(["everyone", "team", "title"]),
    st.sampled_from([Anchor.ASSIGNED, Anchor.HIRED, Anchor.JOINED_TEAM]),
    st.integers(0, 60),
    st.sampled_from([None, 30]),
    st.sampled_from(
        [
            Repeat(),
            Repeat(kind=Recurrence.FROM_COMPLETION, every_months=6),
            Repeat(kind=Recurrence.FROM_DUE, every_months=3),
            Repeat(kind=Recurrence.CALENDAR, month=3, day=31),
        ]
    ),
)


class Clinic(RuleBasedStateMachine):
    """A clinic of four, one requirement, and rules that come, change and go while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOW, tick=False)
        self.time = self.clock.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.clinic = Organization.objects.create(slug="model", name="Model", time_zone="America/Chicago")
        self.teams = [Team.objects.create(organization=self.clinic, name=name) for name in ("One", "Two")]
        self.users = [person(f"Model{number} Person") for number in range(PEOPLE)]
        for number, user in enumerate(self.users):
            made = seat(user, self.clinic, self.teams[number % 2])
            title, hired_on = "Nurse" if number < 2 else "Clerk", dt.date(2026, 11, 1) if number else None
            Membership.objects.filter(pk=made.pk).update(hired_on=hired_on, job_title=title)
        self.course: Course = build.course(self.clinic, "model-course")
        self.asked = requirement(self.clinic, self.course, SYSTEM)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)
        self.clock.stop()

    def said(self, condition: str, **more: Any) -> RuleText:
        named: dict[str, dict[str, Any]] = {
            "everyone": {},
            "team": {"team": self.teams[0].pk},
            "title": {"title": "nurse"},
        }
        return text({"kind": condition, **named[condition]}, **more)

    @property
    def standing(self) -> list[AssignmentRule]:
        found = AssignmentRule.objects.filter(retired_at__isnull=True).order_by("pk")
        return list(found.select_related("organization", "requirement__organization"))

    @rule(said=texts, moves=st.booleans(), gives=st.booleans(), which=st.integers(-2, 2))
    def publish(self, said: dict[str, Any], moves: bool, gives: bool, which: int) -> None:
        standing = self.standing
        changed = standing[which] if 0 <= which < len(standing) else None
        if changed is None and len(standing) > 2:
            return
        made = preview(self.asked, SYSTEM, self.said(**said), rule=changed)
        plans, is_current = planned_in(made)
        assert is_current

        version = confirm_rule(preview=made, by=SYSTEM, wanted=Choices(moves=moves, gives_proposed=gives))

        for plan in plans:
            self.came_about(version.rule, plan, moves=moves, gives=gives)
        assert apply_rule(rule=version.rule, by=SYSTEM).total == 0

    def came_about(self, changed: AssignmentRule, plan: Planned, *, moves: bool, gives: bool) -> None:
        """What the preview showed of one member is how she stands now."""
        sources = ObligationSource.objects.filter(
            rule_version__rule=changed, ended_at__isnull=True, obligation__membership=plan.seat
        )
        newest = sources.select_related("obligation").order_by("obligation__period").last()
        open_ones = sources.filter(obligation__met_at__isnull=True)
        if plan.place in (Place.EXEMPT, Place.ENDS) or (plan.place is Place.IMPOSSIBLE and not gives):
            assert not open_ones.exists(), plan
        elif plan.dates is not None:
            assert newest is not None, plan
            assert newest.due_on == plan.dates.due_on
            # Who is asked already may be done by it: what she did counts by the terms of this rule.
            is_met = newest.obligation.met_at is not None
            assert plan.place is Place.ASKED or is_met == (plan.place is Place.SATISFIED), plan
        elif plan.moved_to is not None and moves:
            assert newest is not None
            assert newest.due_on == plan.moved_to.due_on

    @precondition(lambda self: self.standing)
    @rule(which=st.integers(0, 2))
    def retire(self, which: int) -> None:
        standing = self.standing
        ended = standing[which % len(standing)]

        retire_rule(preview=preview_retirement(rule=ended, by=SYSTEM), by=SYSTEM)

        asking = ObligationSource.objects.filter(rule_version__rule=ended, ended_at__isnull=True)
        assert not asking.filter(obligation__met_at__isnull=True).exists()

    @rule(who=people, days=st.integers(0, 5))
    def complete(self, who: int, days: int) -> None:
        at = timezone.now() - dt.timedelta(days=days)
        Enrollment.objects.filter(user=self.users[who], completed_at__isnull=True).delete()
        build.enrollment(self.users[who], self.course, at, at)
        mine = Obligation.objects.filter(membership__user=self.users[who])
        recount(list(mine.values_list("pk", flat=True)))

    @rule(who=people, team=st.integers(0, 1), title=st.sampled_from(["Nurse", "Clerk"]))
    def move(self, who: int, team: int, title: str) -> None:
        seats = Membership.objects.filter(user=self.users[who])
        seats.update(team=self.teams[team], job_title=title, changed_at=timezone.now())

    @rule(days=st.sampled_from([1, 20, 90, 200]))
    def time_passes(self, days: int) -> None:
        self.time.shift(dt.timedelta(days=days))
        recount(list(Obligation.objects.values_list("pk", flat=True)))

    @rule()
    def work(self) -> None:
        apply_rules(by=SYSTEM)
        renew_obligations(by=SYSTEM)

        # Another worker, a moment later, finds nothing to do. What was met by being asked again comes back next time.
        assert apply_rules(by=SYSTEM) == 0

    @invariant()
    def two_periods_are_never_open_at_once(self) -> None:
        asking = ObligationSource.objects.filter(ended_at__isnull=True, obligation__met_at__isnull=True)
        pairs = set(asking.values_list("obligation__membership", "obligation__period"))
        assert len({member for member, _ in pairs}) == len(pairs)

    @invariant()
    def nobody_was_given_a_day_that_was_over(self) -> None:
        for source in ObligationSource.objects.filter(obligation__met_at__isnull=True):
            assert source.due_on >= local_day(source.asked_at, self.clinic.time_zone)

    @invariant()
    def days_are_the_earliest_that_is_asked(self) -> None:
        for one in Obligation.objects.filter(sources__ended_at__isnull=True).distinct():
            asked = one.sources.filter(ended_at__isnull=True).values_list("due_on", flat=True)
            assert one.due_on == min(asked)

    @invariant()
    def what_met_one_period_never_meets_another(self) -> None:
        met = list(Obligation.objects.filter(met_at__isnull=False).values_list("membership", "met_enrollment"))
        assert len(set(met)) == len(met)


@pytest.mark.django_db
def test_rules_keep_their_promises_in_any_order() -> None:
    assert today_in(Organization(time_zone="America/Chicago"))
    run_state_machine_as_test(
        Clinic,
        settings=settings(
            max_examples=examples(20), stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


ONCE = {"condition": "everyone", "anchor": Anchor.ASSIGNED, "offset_days": 0, "window_days": None, "repeat": Repeat()}
QUARTERLY = {**ONCE, "repeat": Repeat(kind=Recurrence.FROM_DUE, every_months=3)}
HIRED = {**ONCE, "anchor": Anchor.HIRED}


@pytest.mark.django_db
def test_rule_that_asks_once_does_not_ask_again_when_another_does() -> None:
    clinic = Clinic()
    for said in (ONCE, QUARTERLY):
        clinic.publish(said=said, moves=False, gives=False, which=-1)
    clinic.complete(who=0, days=0)
    clinic.work()

    second = Obligation.objects.get(period=2)
    assert list(second.sources.values_list("rule_version__recurrence", flat=True)) == ["from_due"]
    assert second.met_at is None
    clinic.teardown()


@pytest.mark.django_db
def test_rule_that_comes_to_a_second_period_finds_the_first_one_done() -> None:
    clinic = Clinic()
    clinic.publish(said=HIRED, moves=False, gives=False, which=-1)  # no day for who has no day of hire
    clinic.publish(said=QUARTERLY, moves=False, gives=False, which=-1)
    clinic.complete(who=0, days=0)
    clinic.work()

    clinic.publish(said=ONCE, moves=False, gives=False, which=0)

    clinic.what_met_one_period_never_meets_another()
    assert not Obligation.objects.get(period=2).sources.filter(rule_version__recurrence="none").exists()
    clinic.teardown()


@pytest.mark.django_db
def test_recurring_rule_that_comes_to_a_second_period_waits_until_it_opens() -> None:
    clinic = Clinic()
    clinic.publish(said=QUARTERLY, moves=False, gives=False, which=-1)
    clinic.complete(who=0, days=0)
    clinic.work()

    clinic.publish(said={**QUARTERLY, "offset_days": 30}, moves=False, gives=False, which=-1)

    second = Obligation.objects.get(period=2)
    assert (second.due_on, second.opens_on) == (NOW.date() + dt.timedelta(days=30), NOW.date() + dt.timedelta(days=1))
    assert second.met_at is None
    clinic.teardown()
