"""Every constraint and trigger of the tables, violated."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from enrollments.models import Enrollment
from quizzes.models import Attempt, Response, Step
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
