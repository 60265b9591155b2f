"""Every constraint and trigger of challenges, adjustments and score changes, violated."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from enrollments.models import Enrollment
from quizzes.models import Adjustment, Attempt, ItemChallenge, ScoreChange
from tests.taking import take_quiz


@pytest.fixture
def attempt(enrollment: Enrollment) -> Attempt:
    return take_quiz(enrollment, "voicemail-test")


@pytest.fixture
def proposed(enrollment: Enrollment, omar: User) -> Adjustment:
    return adjustment(enrollment, omar)


def adjustment(enrollment: Enrollment, by: User, **change: Any) -> Adjustment:
    values = {"assessment_key": "voicemail-test", "item_key": "one", "kind": "drop", "reason": "Two are right."}
    return Adjustment.objects.create(version=enrollment.version, proposed_by=by, **{**values, **change})


def refused(constraint: str | None, act: Any) -> None:
    """`constraint` is None for unique keys, which SQLite names by their columns."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def test_one_challenge_for_each_item(attempt: Attempt) -> None:
    ItemChallenge.objects.create(attempt=attempt, item_key="one", words="Both are right.")

    refused(None, lambda: ItemChallenge.objects.create(attempt=attempt, item_key="one", words="Again."))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("challenge_says_what_is_wrong", {"words": ""}),
        ("challenge_answered_wholly_or_not", {"answer": "Because."}),
        ("challenge_answered_wholly_or_not", {"outcome": "upheld"}),
        ("challenge_answered_wholly_or_not", {"answered_at": timezone.now(), "outcome": "upheld", "answer": "Yes."}),
    ],
)
def test_challenge_constraint(attempt: Attempt, constraint: str, change: dict[str, Any]) -> None:
    row = ItemChallenge.objects.create(attempt=attempt, item_key="one", words="Both are right.")

    refused(constraint, lambda: ItemChallenge.objects.filter(pk=row.pk).update(**change))


@pytest.mark.parametrize("change", [{"outcome": "maybe"}, {"answer": ""}])
def test_challenge_is_answered_with_a_known_outcome_and_words(
    attempt: Attempt, omar: User, change: dict[str, Any]
) -> None:
    whole = {"answered_at": timezone.now(), "answered_by": omar, "outcome": "upheld", "answer": "Yes."}
    row = ItemChallenge.objects.create(attempt=attempt, item_key="one", words="Both are right.")

    refused(
        "challenge_answered_wholly_or_not",
        lambda: ItemChallenge.objects.filter(pk=row.pk).update(**{**whole, **change}),
    )


def test_one_adjustment_of_each_kind_and_another_after_withdrawal(enrollment: Enrollment, omar: User) -> None:
    first = adjustment(enrollment, omar)
    refused(None, lambda: adjustment(enrollment, omar, reason="Once more."))

    Adjustment.objects.filter(pk=first.pk).update(withdrawn_at=timezone.now(), withdrawn_by=omar)

    assert adjustment(enrollment, omar) != first
    assert adjustment(enrollment, omar, kind="full-credit").pk


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("adjustment_kind_known", {"kind": "forget"}),
        ("only_an_accepted_option_is_named", {"option_key": "a"}),
        ("only_an_accepted_option_is_named", {"kind": "accept-option"}),
        ("adjustment_has_a_reason", {"reason": ""}),
        ("adjustment_approved_by_another_person", {"approved_at": timezone.now() + dt.timedelta(hours=1)}),
        ("only_a_proposal_is_withdrawn", {"withdrawn_at": timezone.now()}),
    ],
)
def test_adjustment_constraint(proposed: Adjustment, constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: Adjustment.objects.filter(pk=proposed.pk).update(**change))


def test_nobody_approves_her_own_proposal_nor_before_it_was_made(proposed: Adjustment, omar: User, nina: User) -> None:
    row = Adjustment.objects.filter(pk=proposed.pk)
    later, earlier = timezone.now() + dt.timedelta(hours=1), proposed.proposed_at - dt.timedelta(hours=1)

    refused("adjustment_approved_by_another_person", lambda: row.update(approved_at=later, approved_by=omar))
    refused("adjustment_approved_by_another_person", lambda: row.update(approved_at=earlier, approved_by=nina))


def test_what_is_in_force_is_not_withdrawn(proposed: Adjustment, omar: User, nina: User) -> None:
    row = Adjustment.objects.filter(pk=proposed.pk)
    now = timezone.now()
    row.update(approved_at=now, approved_by=nina)

    refused("only_a_proposal_is_withdrawn", lambda: row.update(withdrawn_at=now, withdrawn_by=omar))


def change(attempt: Attempt, by: Adjustment, **more: Any) -> ScoreChange:
    score = {"numerator": 1, "denominator": 1, "maximum": 3}
    values = {f"{when}_{name}": value for when in ("before", "after") for name, value in score.items()}
    passed = {"before_passed": False, "after_passed": False}
    return ScoreChange.objects.create(attempt=attempt, adjustment=by, **{**values, **passed, **more})


def test_no_score_change_takes_a_pass_away_or_is_written_twice(attempt: Attempt, proposed: Adjustment) -> None:
    refused("no_adjustment_takes_a_pass_away", lambda: change(attempt, proposed, before_passed=True))
    change(attempt, proposed)
    refused(None, lambda: change(attempt, proposed))


def test_score_changes_are_never_changed(attempt: Attempt, proposed: Adjustment) -> None:
    row = change(attempt, proposed)

    refused("append-only", lambda: ScoreChange.objects.filter(pk=row.pk).update(after_passed=True))
    refused("append-only", row.delete)


def test_score_change_holds_fractions_of_many_parts(attempt: Attempt, enrollment: Enrollment, omar: User) -> None:
    wide = {"numerator": 5_000_000_000, "denominator": 4_655_851_200, "maximum": 3_000_000_000}
    values = {f"{when}_{name}": value for when in ("before", "after") for name, value in wide.items()}
    change = ScoreChange.objects.create(
        attempt=attempt, adjustment=adjustment(enrollment, omar), before_passed=False, after_passed=False, **values
    )

    change.refresh_from_db()
    assert {name: getattr(change, name) for name in values} == values
