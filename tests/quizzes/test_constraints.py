"""Every constraint and trigger of the tables, violated."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from enrollments.models import Enrollment
from quizzes.models import Accommodation, AccommodationRequest, Attempt, Response, Step
from tests.taking import start

SCORED: dict[str, Any] = {
    "closed_because": "submitted",
    "raw_numerator": 1,
    "raw_denominator": 1,
    "maximum": 2,
    "passed": False,
    "scoring_version": 1,
}


@pytest.fixture
def attempt(enrollment: Enrollment) -> Attempt:
    return start(enrollment, "voicemail-test")


def refused(constraint: str | None, act: Any) -> None:
    """`constraint` is None for unique keys, which SQLite names by their columns."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def test_attempt_number_is_unique(attempt: Attempt) -> None:
    values = {"enrollment": attempt.enrollment, "assessment_key": attempt.assessment_key, "kind": "quiz", "plan": {}}
    now = timezone.now()
    refused(None, lambda: Attempt.objects.create(**values, number=1, submitted_at=now, started_at=now, **SCORED))


def test_one_open_attempt(attempt: Attempt) -> None:
    values = {"enrollment": attempt.enrollment, "assessment_key": attempt.assessment_key, "kind": "quiz", "plan": {}}
    refused(None, lambda: Attempt.objects.create(**values, number=2))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("attempt_numbers_start_at_one", {"number": 0}),
        ("only_scenarios_are_practiced", {"counts": False}),
        ("attempt_kind_known", {"kind": "essay"}),
        ("attempt_scored_when_submitted", {"submitted_at": timezone.now() + dt.timedelta(hours=1)}),
        ("attempt_scored_when_submitted", {"passed": True}),
        (
            "attempt_raw_within_maximum",
            {**SCORED, "raw_numerator": 3, "submitted_at": timezone.now() + dt.timedelta(hours=1)},
        ),
        ("attempt_submitted_after_start", {**SCORED, "submitted_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
        ("attempt_deadline_after_start", {"deadline_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
    ],
)
def test_attempt_constraint(attempt: Attempt, constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: Attempt.objects.filter(pk=attempt.pk).update(**change))


def response(attempt: Attempt, **change: Any) -> Response:
    values = {"item_key": "x", "revision": 1, "options": ["a"], "request_id": uuid4()}
    return Response.objects.create(attempt=attempt, **{**values, **change})


def test_response_revision_and_request_are_unique(attempt: Attempt) -> None:
    first = response(attempt)

    refused(None, lambda: response(attempt))
    refused(None, lambda: response(attempt, revision=2, request_id=first.request_id))
    refused("response_revisions_start_at_one", lambda: response(attempt, revision=0))


def test_responses_and_steps_are_never_changed(attempt: Attempt) -> None:
    first = response(attempt)
    step = Step.objects.create(attempt=attempt, number=1, node_key="n", choice_key="c")

    refused("append-only", lambda: Response.objects.filter(pk=first.pk).update(options=["b"]))
    refused("append-only", lambda: Step.objects.filter(pk=step.pk).update(choice_key="d"))


def test_step_number_is_unique_and_positive(attempt: Attempt) -> None:
    Step.objects.create(attempt=attempt, number=1, node_key="n", choice_key="c")

    refused(None, lambda: Step.objects.create(attempt=attempt, number=1, node_key="n", choice_key="d"))
    refused("steps_start_at_one", lambda: Step.objects.create(attempt=attempt, number=0, node_key="n", choice_key="d"))


def test_confidence_is_one_of_the_words_offered(attempt: Attempt) -> None:
    values = {"attempt": attempt, "item_key": "a", "revision": 1, "options": ["x"], "request_id": uuid4()}
    refused("response_confidence_known", lambda: Response.objects.create(**values, confidence="certain"))


def accommodation(enrollment: Enrollment, **values: Any) -> Accommodation:
    given = {"extra_time_percent": 50, "reason": "A letter", **values}
    return Accommodation.objects.create(user=enrollment.user, course=enrollment.course, **given)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("accommodation_grants_something", {"extra_time_percent": 0}),
        ("extra_time_at_most_fivefold", {"extra_time_percent": 401}),
        ("extra_attempts_at_most_twenty", {"extra_attempts": 21}),
        ("accommodation_has_a_reason", {"reason": ""}),
        ("accommodation_ends_after_it_begins", {"ended_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
        ("accommodation_ends_after_it_begins", {"ended_at": timezone.now() + dt.timedelta(hours=1)}),
    ],
)
def test_accommodation_constraint(enrollment: Enrollment, cody: User, constraint: str, change: dict[str, Any]) -> None:
    ended_by = {"ended_by": cody} if change.get("ended_at", timezone.now()).year == 2020 else {}
    refused(constraint, lambda: accommodation(enrollment, granted_by=cody, **change, **ended_by))


def test_nobody_accommodates_herself(enrollment: Enrollment) -> None:
    refused("nobody_accommodates_herself", lambda: accommodation(enrollment, granted_by=enrollment.user))


def test_one_accommodation_in_force(enrollment: Enrollment, cody: User) -> None:
    first = accommodation(enrollment, granted_by=cody)

    refused(None, lambda: accommodation(enrollment, granted_by=cody))  # one_accommodation_in_force_for_each_course
    Accommodation.objects.filter(pk=first.pk).update(ended_at=timezone.now(), ended_by=cody)
    accommodation(enrollment, granted_by=cody)


def asked(enrollment: Enrollment, **values: Any) -> AccommodationRequest:
    given = {"wanted": "More time", **values}
    return AccommodationRequest.objects.create(user=enrollment.user, course=enrollment.course, **given)


def test_request_constraints(enrollment: Enrollment, cody: User) -> None:
    now = timezone.now()
    decided = {"decided_at": now, "decided_by": cody, "is_granted": False}

    refused("request_says_what_is_wanted", lambda: asked(enrollment, wanted=""))
    for name in decided:
        others = {key: value for key, value in decided.items() if key != name}
        refused("request_decided_wholly_or_not", lambda others=others: asked(enrollment, **others))
    own = {**decided, "decided_by": enrollment.user}
    refused("nobody_decides_her_own_request", lambda: asked(enrollment, **own))


def test_one_open_request(enrollment: Enrollment, cody: User) -> None:
    first = asked(enrollment)

    refused(None, lambda: asked(enrollment))  # one_open_request_for_each_course
    AccommodationRequest.objects.filter(pk=first.pk).update(decided_at=timezone.now(), decided_by=cody, is_granted=True)
    asked(enrollment)
