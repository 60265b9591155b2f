"""Two workers, or a worker and a person, at the same instant: what one of them wrote is what both find."""

import datetime as dt

import pytest

from accounts.models import Membership, User
from audit.queries import chains, faults_of
from audit.services import SYSTEM
from courses.models import Course
from tests.conftest import Clinic, person, seat
from tests.racing import race
from tests.training import build
from tests.training.build import seat_of
from tests.training.ruling import preview, publish, requirement, text
from training.models import AssignmentRule, Obligation, ObligationSource, Requirement, RuleVersion
from training.rules import Recurrence, Repeat
from training.services import (
    apply_rule,
    assign_course,
    confirm_rule,
    preview_retirement,
    recount,
    renew_obligations,
    retire_rule,
)

pytestmark = pytest.mark.django_db(transaction=True)

YEARLY = Repeat(kind=Recurrence.FROM_COMPLETION, every_months=12)


@pytest.fixture
def asked(clinic: Clinic, course: Course, omar: User) -> Requirement:
    return requirement(clinic.organization, course, omar)


def newcomers(clinic: Clinic, number: int = 5) -> None:
    for each in range(number):
        seat(person(f"New{each} Comer"), clinic.organization)


def asking() -> list[tuple[int, int]]:
    found = ObligationSource.objects.filter(ended_at__isnull=True).order_by("obligation__membership")
    return list(found.values_list("obligation__membership", "rule_version"))


def whole() -> bool:
    return not [name for chain in chains() if (name := faults_of(chain))]


def test_two_applies_ask_each_person_once(clinic: Clinic, asked: Requirement, omar: User) -> None:
    rule = publish(asked, omar).rule
    newcomers(clinic)

    outcomes = race(*(lambda: apply_rule(rule=rule, by=SYSTEM).asked for _ in range(3)))

    assert sorted(outcomes) == [0, 0, 5]
    assert (Obligation.objects.count(), len(asking())) == (6, 6)
    assert whole()


def test_apply_and_retire_leave_nobody_asked(clinic: Clinic, asked: Requirement, omar: User) -> None:
    rule = publish(asked, omar).rule
    newcomers(clinic)
    # What is looked at is what stands before the newcomers are asked; either the retirement comes first, or it is refused.
    made = preview_retirement(rule=rule, by=omar)

    applied, retired = race(
        lambda: apply_rule(rule=rule, by=SYSTEM).asked, lambda: retire_rule(preview=made, by=omar).pk
    )

    if AssignmentRule.objects.get().retired_at is None:
        assert (applied, len(asking())) == (5, 6)
        assert type(retired).__name__ == "RulePreviewMoved"
    else:
        assert (applied, asking()) == (0, [])
    assert whole()


def test_two_confirmations_make_one_rule(asked: Requirement, omar: User, ana: User) -> None:
    made = preview(asked, omar)

    first, second = race(lambda: confirm_rule(preview=made, by=omar), lambda: confirm_rule(preview=made, by=omar))

    assert first == second == RuleVersion.objects.get()
    assert Obligation.objects.count() == 2
    assert whole()


def test_rule_and_assignment_by_hand_give_one_obligation(
    clinic: Clinic, asked: Requirement, course: Course, omar: User, ana: User
) -> None:
    made = preview(asked, omar)

    outcomes = race(
        lambda: confirm_rule(preview=made, by=omar),
        lambda: assign_course(
            organization=clinic.organization,
            course=course,
            memberships=[seat_of(ana)],
            due_on=dt.date(2099, 1, 1),
            by=omar,
        ),
    )

    assert Obligation.objects.filter(membership=seat_of(ana)).count() == 1
    # The rule was first, or what was looked at had moved. It never asks twice.
    names = {type(outcome).__name__ for outcome in outcomes}
    assert names <= {"RuleVersion", "Assigned", "RulePreviewMoved"}
    assert whole()


def test_two_renewals_begin_one_period(asked: Requirement, course: Course, omar: User) -> None:
    publish(asked, omar, text(repeat=YEARLY))
    his = Membership.objects.get(user=omar)
    taken = build.enrollment(
        omar, course, dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    )
    assert taken.completed_at
    recount(list(Obligation.objects.values_list("pk", flat=True)))

    outcomes = race(*(lambda: renew_obligations(by=SYSTEM) for _ in range(3)))

    assert sorted(outcomes) == [0, 0, 1]
    assert list(Obligation.objects.filter(membership=his).values_list("period", flat=True).order_by("period")) == [1, 2]
    assert whole()
