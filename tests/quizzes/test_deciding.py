"""Deciding, with a page that is older than what another window did since; and practice walks."""

import pytest
from django.db import IntegrityError

from audit.models import AuditEvent
from courses.library import published
from enrollments.models import Enrollment
from quizzes.models import Attempt, Step
from quizzes.queries import assessment_state, passed_assessments, path
from quizzes.rules import IllegalStep, Refusal
from quizzes.services import (
    AlreadyDecided,
    AttemptClosed,
    CannotStart,
    UnknownAssessment,
    start_attempt,
    start_practice,
    take_choice,
)
from tests.taking import decide, start, take_scenario

CASE = "the-callback"
PASSING, FAILING = ["open-chart", "first-name"], ["dial", "hang-up"]


def test_same_decision_from_an_older_page_is_the_one_that_was_taken(enrollment: Enrollment) -> None:
    attempt = start(enrollment, CASE)
    older = path(attempt)
    decide(attempt, "dial")

    walk = take_choice(path=older, number=1, choice_key="dial", by=enrollment.user)

    assert walk.node == "mother-unknown"
    assert Step.objects.count() == 1


def test_another_decision_from_an_older_page_is_refused_with_the_one_that_was_taken(enrollment: Enrollment) -> None:
    attempt = start(enrollment, CASE)
    older = path(attempt)
    decide(attempt, "dial")

    with pytest.raises(AlreadyDecided, match="dial") as refusal:
        take_choice(path=older, number=1, choice_key="open-chart", by=enrollment.user)

    assert refusal.value.step == Step.objects.get()


def test_decision_taken_before_is_told_again_and_never_changed(enrollment: Enrollment) -> None:
    attempt = start(enrollment, CASE)
    decide(attempt, "dial")

    assert decide(attempt, "dial", number=1).node == "mother-unknown"
    with pytest.raises(AlreadyDecided):
        decide(attempt, "open-chart", number=1)
    with pytest.raises(IllegalStep):
        decide(attempt, "open-chart", number=2)
    assert [step.choice_key for step in Step.objects.all()] == ["dial"]


def test_nothing_is_decided_after_the_end(enrollment: Enrollment) -> None:
    attempt = start(enrollment, CASE)
    decide(attempt, "dial")
    older = path(attempt)
    decide(attempt, "hang-up")

    with pytest.raises(AttemptClosed):
        decide(attempt, "nothing", number=3)
    with pytest.raises(AttemptClosed):
        take_choice(path=older, number=2, choice_key="nothing", by=enrollment.user)
    assert Step.objects.count() == 2


# --- practice


def practice(enrollment: Enrollment, key: str = CASE) -> Attempt:
    return start_practice(enrollment=enrollment, assessment_key=key, by=enrollment.user)


def refused(enrollment: Enrollment, key: str = CASE) -> Refusal:
    with pytest.raises(CannotStart) as refusal:
        practice(enrollment, key)
    return refusal.value.refusal


def test_second_click_on_practice_gets_the_walk_of_the_first(
    enrollment: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_scenario(enrollment, CASE, PASSING)
    case = published(enrollment.version).document.assessment_by_key[CASE]
    before = assessment_state(enrollment, case)
    first = practice(enrollment)
    monkeypatch.setattr("quizzes.services.practicing.assessment_state", lambda *_: before)

    assert practice(enrollment) == first
    # Had the number gone to an attempt that counts, the walk would wait for it.
    Attempt.objects.filter(pk=first.pk).update(counts=True)
    assert refused(enrollment) is Refusal.ATTEMPT_OPEN


def test_practice_waits_for_the_reasons(enrollment: Enrollment) -> None:
    assert refused(enrollment) is Refusal.NOT_RELEASED
    take_scenario(enrollment, CASE, FAILING)
    assert refused(enrollment) is Refusal.NOT_RELEASED
    start(enrollment, CASE)
    assert refused(enrollment) is Refusal.ATTEMPT_OPEN
    assert Attempt.objects.filter(counts=False).count() == 0


def test_practice_changes_no_state_and_passes_nothing(enrollment: Enrollment) -> None:
    take_scenario(enrollment, CASE, FAILING)
    take_scenario(enrollment, CASE, PASSING)
    case = path(Attempt.objects.latest("pk")).scenario
    before = assessment_state(enrollment, case)

    for choices in (FAILING, PASSING):
        walk = practice(enrollment)
        for choice in choices:
            decide(walk, choice)
        walk.refresh_from_db()
        assert walk.passed is False
    after = assessment_state(enrollment, case)

    assert [attempt.number for attempt in after.practiced] == [3, 4]
    assert (after.attempts, after.taken, after.left, after.best) == (
        before.attempts,
        before.taken,
        before.left,
        before.best,
    )
    assert passed_assessments(enrollment) == {CASE}
    events = AuditEvent.objects.filter(action="attempt.started").order_by("pk")
    assert [event.details.get("counts", True) for event in events] == [True, True, False, False]


def test_a_practice_walk_that_reaches_a_passing_end_passes_nothing(enrollment: Enrollment) -> None:
    for _ in range(3):
        take_scenario(enrollment, CASE, FAILING)
    enrollment.refresh_from_db()
    closed = enrollment.closed_at
    assert closed

    walk = practice(enrollment)
    for choice in PASSING:
        decide(walk, choice)
    enrollment.refresh_from_db()

    assert passed_assessments(enrollment) == frozenset()
    assert enrollment.closed_at == closed


def test_open_practice_is_the_one_that_is_gone_on_with(enrollment: Enrollment) -> None:
    take_scenario(enrollment, CASE, PASSING)

    assert practice(enrollment) == practice(enrollment)


def test_only_cases_that_count_are_practiced(enrollment: Enrollment) -> None:
    take_scenario(enrollment, "first-message", ["short"])

    assert refused(enrollment, "first-message") is Refusal.NO_PRACTICE
    for key in ("warm-up", "nowhere"):
        with pytest.raises(UnknownAssessment):
            practice(enrollment, key)


def test_an_attempt_that_counts_waits_for_an_open_practice(enrollment: Enrollment) -> None:
    take_scenario(enrollment, CASE, PASSING)
    practice(enrollment)

    with pytest.raises(CannotStart) as refusal:
        start_attempt(enrollment=enrollment, assessment_key=CASE, by=enrollment.user)

    assert refusal.value.refusal is Refusal.PRACTICE_OPEN


def test_second_click_on_start_gets_the_attempt_of_the_first(
    enrollment: Enrollment, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = published(enrollment.version).document.assessment_by_key[CASE]
    before = assessment_state(enrollment, case)
    first = start(enrollment, CASE)
    monkeypatch.setattr("quizzes.services.starting.assessment_state", lambda *_, **__: before)

    assert start(enrollment, CASE) == first
    # Had the number gone to a practice walk, the attempt would wait for it.
    Attempt.objects.filter(pk=first.pk).update(counts=False)
    with pytest.raises(CannotStart) as refusal:
        start(enrollment, CASE)
    assert refusal.value.refusal is Refusal.PRACTICE_OPEN


def test_the_database_keeps_quizzes_from_being_practiced(enrollment: Enrollment) -> None:
    attempt = start(enrollment, "warm-up")

    with pytest.raises(IntegrityError, match="only_scenarios_are_practiced"):
        Attempt.objects.filter(pk=attempt.pk).update(counts=False)
