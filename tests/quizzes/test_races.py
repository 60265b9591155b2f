"""The same acts from two connections at once. Rounds are few here; the counts hold for each."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from accounts.models import User
from audit.queries import faults_of
from courses.document import Release
from courses.library import forget, published
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt, Response, Step
from quizzes.queries import Sitting, path, sitting
from quizzes.rules import Refusal
from quizzes.services import (
    AlreadyDecided,
    AttemptClosed,
    CannotStart,
    ResponseConflict,
    record_response,
    start_attempt,
    start_practice,
    submit_attempt,
    take_choice,
)
from tests.publishing import publish_example
from tests.racing import race
from tests.taking import answer_all, decide, option, start, take_scenario

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture
def enrollment(ana: User) -> Enrollment:
    return enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana)


def saving(mine: Sitting, key: str, value: str) -> Callable[[], Response]:
    return lambda: record_response(sitting=mine, item_key=key, options=(value,), based_on=0, request_id=uuid4())


def fresh() -> Attempt:
    return Attempt.objects.select_related("enrollment__version", "enrollment__user").latest("pk")


def test_two_starts_make_one_attempt(enrollment: Enrollment, ana: User) -> None:
    for number in range(1, ROUNDS + 1):
        one, other = race(*[lambda: start_attempt(enrollment=enrollment, assessment_key="warm-up", by=ana)] * 2)

        assert isinstance(one, Attempt), one
        assert one == other
        assert Attempt.objects.count() == number
        submit_attempt(attempt=fresh(), by=ana)
    assert faults_of("site") == []


def test_two_different_answers_keep_one_and_tell_the_other(enrollment: Enrollment) -> None:
    attempt = start(enrollment, "voicemail-test")
    for key in sitting(attempt).plan.keys:
        mine = sitting(attempt)
        values = [option(attempt, key, correct=correct) for correct in (True, False)]
        outcomes = race(*[saving(mine, key, value) for value in values])

        assert {type(outcome) for outcome in outcomes} == {Response, ResponseConflict}
        assert Response.objects.filter(item_key=key).count() == 1


def test_two_submissions_score_once(enrollment: Enrollment, ana: User) -> None:
    for _ in range(ROUNDS):
        answer_all(start(enrollment, "warm-up"), correct=True)
        one, other = race(*[lambda: submit_attempt(attempt=fresh(), by=ana)] * 2)

        assert isinstance(one, Attempt), one
        assert one.submitted_at == other.submitted_at
        assert one.raw == 3


def test_what_is_scored_is_what_is_stored(enrollment: Enrollment, ana: User) -> None:
    for _ in range(ROUNDS):
        attempt = start(enrollment, "warm-up")
        mine = sitting(attempt)
        key = mine.plan.keys[0]
        value = option(attempt, key, correct=True)
        saved, submitted = race(saving(mine, key, value), lambda: submit_attempt(attempt=fresh(), by=ana))

        assert isinstance(submitted, Attempt), submitted
        stored = Response.objects.filter(attempt=attempt).count()
        assert fresh().raw == stored
        assert isinstance(saved, Response if stored else AttemptClosed), saved


def test_two_different_decisions_keep_one(enrollment: Enrollment, ana: User) -> None:
    attempt = start(enrollment, "the-callback")
    before = path(attempt)
    outcomes = race(
        *[lambda key=key: take_choice(path=before, number=1, choice_key=key, by=ana) for key in ("open-chart", "dial")]
    )

    assert sum(isinstance(outcome, AlreadyDecided) for outcome in outcomes) == 1, outcomes
    assert Step.objects.count() == 1


def passed_case(enrollment: Enrollment) -> None:
    take_scenario(enrollment, "the-callback", ["open-chart", "first-name"])


def test_two_starts_of_practice_make_one_walk(enrollment: Enrollment, ana: User) -> None:
    passed_case(enrollment)
    for number in range(1, ROUNDS + 1):
        one, other = race(*[lambda: start_practice(enrollment=enrollment, assessment_key="the-callback", by=ana)] * 2)

        assert isinstance(one, Attempt), one
        assert one == other
        assert Attempt.objects.filter(counts=False).count() == number
        for key in ("dial", "hang-up"):
            decide(fresh(), key)
    assert faults_of("site") == []


def test_practice_and_an_attempt_that_counts_are_never_open_together(enrollment: Enrollment, ana: User) -> None:
    """With `release: after_submission` both may begin after the first walk."""
    version = published(enrollment.version)
    case = version.document.assessment_by_key["the-callback"]
    object.__setattr__(case, "release", Release.AFTER_SUBMISSION)
    object.__setattr__(case, "max_attempts", None)
    try:
        take_scenario(enrollment, "the-callback", ["dial", "hang-up"])
        for _ in range(ROUNDS):
            outcomes = race(
                lambda: start_practice(enrollment=enrollment, assessment_key="the-callback", by=ana),
                lambda: start_attempt(enrollment=enrollment, assessment_key="the-callback", by=ana),
            )

            refused = [each.refusal for each in outcomes if isinstance(each, CannotStart)]
            begun = [each for each in outcomes if isinstance(each, Attempt)]
            assert len(refused) == len(begun) == 1, outcomes
            assert refused == [Refusal.ATTEMPT_OPEN if begun[0].counts else Refusal.PRACTICE_OPEN]
            for key in ("dial", "hang-up"):
                decide(fresh(), key)
    finally:
        forget()
