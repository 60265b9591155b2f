"""The same acts from two connections at once. Rounds are few here; the counts hold for each."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, product
from uuid import uuid4

import pytest

from accounts.models import Role, User
from audit.models import AuditEvent
from audit.queries import faults_of
from audit.services import SYSTEM
from courses.document import Release
from courses.library import forget, published
from courses.models import Course
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Accommodation, Attempt, Response, Step
from quizzes.queries import Sitting, path, sitting
from quizzes.rules import Arranged, Refusal
from quizzes.services import (
    AlreadyDecided,
    AttemptClosed,
    CannotStart,
    EnrollmentEnded,
    Granted,
    ResponseConflict,
    close_overdue,
    grant_accommodation,
    record_response,
    start_attempt,
    start_practice,
    submit_attempt,
    take_choice,
)
from tests.conftest import person, seat
from tests.publishing import publish_example
from tests.racing import race
from tests.taking import answer, answer_all, decide, option, start, take_scenario
from tests.timing import END, GRACE, NOW, TICK, at, items, own_clocks, standing_at, timed_course

pytestmark = pytest.mark.django_db(transaction=True)

#: `make races` asks for a thousand.
ROUNDS = int(os.environ.get("RACE_ROUNDS", "10"))


@pytest.fixture
def enrollment(ana: User) -> Enrollment:
    return enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana)


def saving(mine: Sitting, key: str, value: str) -> Callable[[], Response]:
    return lambda: record_response(sitting=mine, item_key=key, options=(value,), based_on=0, request_id=uuid4())


def fresh() -> Attempt:
    return Attempt.objects.select_related("enrollment__version", "enrollment__user").latest("pk")


def rounds(course: Course) -> Iterator[Enrollment]:
    """An enrollment for each round. Now and then it is another person's, so that no history grows long."""
    for number in range(ROUNDS):
        if number % 20 == 0:
            taker = person(f"Taker{number}")
            mine = enroll(user=taker, course=course, acknowledged=True, by=taker)
        yield mine


def test_two_starts_make_one_attempt(enrollment: Enrollment) -> None:
    for number, mine in enumerate(rounds(enrollment.course), 1):
        act = partial(start_attempt, enrollment=mine, assessment_key="warm-up", by=mine.user)
        one, other = race(act, act)

        assert isinstance(one, Attempt), one
        assert one == other
        assert Attempt.objects.count() == number
        submit_attempt(attempt=fresh(), by=mine.user)
    assert faults_of("site") == []


def test_the_last_attempt_is_begun_once(enrollment: Enrollment) -> None:
    for number in range(ROUNDS):
        taker = person(f"Taker{number}")
        mine = enroll(user=taker, course=enrollment.course, acknowledged=True, by=taker)
        for _ in range(2):
            submit_attempt(attempt=start(mine, "voicemail-test"), by=taker)
        act = partial(start_attempt, enrollment=mine, assessment_key="voicemail-test", by=taker)

        one, other = race(act, act)
        assert isinstance(one, Attempt), one
        assert one == other
        assert one.number == 3
        submit_attempt(attempt=one, by=taker)
        refused = race(act, act)

        assert {type(outcome) for outcome in refused} <= {CannotStart, EnrollmentEnded}
        assert Attempt.objects.filter(enrollment=mine).count() == 3


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
        assert one.raw == 6  # one of the seven carries no marks


def test_what_is_scored_is_what_is_stored(enrollment: Enrollment) -> None:
    for each in rounds(enrollment.course):
        attempt = start(each, "warm-up")
        mine = sitting(attempt)
        key = "pace"
        value = option(attempt, key, correct=True)
        saved, submitted = race(
            saving(mine, key, value), partial(submit_attempt, attempt=fresh(), by=attempt.enrollment.user)
        )

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


# What runs out of time. The clock is of the whole process, so both sides of a race stand at the same instant.


@pytest.fixture
def timed(ana: User) -> Enrollment:
    three = items("one", "two", "three")  # so that two answers do not pass
    course = timed_course(max_attempts=None, cool_down_hours=None, items=three).course
    with at(NOW):
        return enroll(user=ana, course=course, acknowledged=True, by=ana)


def begun(timed: Enrollment) -> Attempt:
    with at(NOW):
        attempt = start(timed, "post-test")
        answer(attempt, "one", "a")
    return fresh()


def test_submission_and_closer_end_an_attempt_once(timed: Enrollment) -> None:
    for each in rounds(timed.course):
        attempt = begun(each)
        with at(END + GRACE + TICK):
            one, other = race(
                partial(submit_attempt, attempt=fresh(), by=attempt.enrollment.user),
                lambda: close_overdue(attempt=fresh(), by=SYSTEM),
            )

        assert isinstance(one, Attempt), one
        assert isinstance(other, Attempt), other
        assert one.submitted_at == other.submitted_at == END
        assert fresh().closed_because == "deadline"
        assert fresh().raw == 1
        ends = AuditEvent.objects.filter(action="attempt.submitted", object_id=str(attempt.public_id))
        assert ends.count() == 1
    assert faults_of("site") == []


def test_submission_save_and_closer_meet_at_the_end_of_the_grace(timed: Enrollment) -> None:
    """By a clock of its own each stands at the last instant of the grace or at the first after it, in every combination."""
    combinations = cycle(product((END + GRACE, END + GRACE + TICK), repeat=2))
    for each, (submits_at, saves_at) in zip(rounds(timed.course), combinations, strict=False):
        attempt = begun(each)
        mine = sitting(attempt)
        with at(END + GRACE), own_clocks():
            saved, submitted, closed = race(
                standing_at(saves_at, saving(mine, "two", "a")),
                standing_at(submits_at, partial(submit_attempt, attempt=fresh(), by=each.user)),
                standing_at(END + GRACE + TICK, partial(close_overdue, attempt=fresh(), by=SYSTEM)),
            )

        # One outcome, the same for both who ended it: by her hand within the grace, or as of the deadline.
        assert isinstance(submitted, Attempt), submitted
        assert isinstance(closed, Attempt), closed
        ended = fresh()
        by_hand = ended.closed_because == "submitted"
        assert ended.submitted_at == submitted.submitted_at == closed.submitted_at == (submits_at if by_hand else END)
        assert not by_hand or submits_at == END + GRACE
        ends = AuditEvent.objects.filter(action="attempt.submitted", object_id=str(attempt.public_id))
        assert ends.count() == 1
        # What is scored is what is stored, and what is stored is what she was told.
        stored = Response.objects.filter(attempt=attempt, item_key="two").count()
        assert isinstance(saved, Response if stored else AttemptClosed), saved
        assert ended.raw == 1 + stored
        assert not (stored and saves_at > END + GRACE)
        # Nothing is saved after the end.
        with at(END + GRACE), pytest.raises(AttemptClosed):
            saving(mine, "three", "a")()
        assert Response.objects.filter(attempt=attempt).count() == 1 + stored
    assert faults_of("site") == []


def test_two_closers_end_an_attempt_once(timed: Enrollment) -> None:
    for number in range(1, ROUNDS + 1):
        begun(timed)
        with at(END + GRACE + TICK):
            one, other = race(*[lambda: close_overdue(attempt=fresh(), by=SYSTEM)] * 2)

        assert isinstance(one, Attempt), one
        assert (one.submitted_at, one.raw) == (other.submitted_at, other.raw) == (END, 1)
        assert AuditEvent.objects.filter(action="attempt.submitted").count() == number


def test_answer_of_the_last_moment_and_closer_agree_on_what_counts(timed: Enrollment) -> None:
    """The answer comes within the grace by its own clock, the closer after it by its own: the row decides."""
    for each in rounds(timed.course):
        attempt = begun(each)
        mine = sitting(attempt)
        response = Response(
            attempt=attempt, item_key="two", revision=1, options=["a"], request_id=uuid4(), saved_at=END + GRACE
        )
        assert set(mine.responses) == {"one"}
        with at(END + GRACE + TICK):
            saved, closed = race(
                partial(Response.objects.insert_while_open, response),
                lambda: close_overdue(attempt=fresh(), by=SYSTEM),
            )

        assert isinstance(closed, Attempt), closed
        assert saved in (True, False), saved
        assert fresh().raw == Response.objects.filter(attempt=attempt).count() == (2 if saved else 1)


def test_two_starts_after_the_time_close_it_once_and_begin_nothing(timed: Enrollment, ana: User) -> None:
    attempt = begun(timed)
    with at(END + GRACE + TICK):
        one, other = race(*[lambda: start_attempt(enrollment=timed, assessment_key="post-test", by=ana)] * 2)

    # Whoever came second may have found it closed already, and then began the next one: there are attempts left.
    assert attempt in (one, other)
    assert fresh().number <= 2
    assert Attempt.objects.filter(closed_because="deadline").count() == 1


def provider_of(enrollment: Enrollment) -> User:
    user = person("Olga Provider")
    seat(user, enrollment.course.provider, None, Role.OWNER)
    return user


def granting(enrollment: Enrollment, by: User, extra: int) -> Callable[[], Granted]:
    return lambda: grant_accommodation(
        user=enrollment.user,
        course=enrollment.course,
        arranged=Arranged(extra_attempts=extra),
        reason="A letter",
        by=by,
    )


def test_two_starts_of_the_last_extra_attempt_make_one(ana: User) -> None:
    course = timed_course(max_attempts=1, cool_down_hours=None).course
    enrollment = enroll(user=ana, course=course, acknowledged=True, by=ana)
    olga = provider_of(enrollment)
    granting(enrollment, olga, 1)()
    submit_attempt(attempt=start(enrollment, "post-test"), by=ana)

    one, other = race(*[lambda: start_attempt(enrollment=enrollment, assessment_key="post-test", by=ana)] * 2)

    assert isinstance(one, Attempt), one
    assert one == other
    assert one.number == 2


def test_grant_at_the_moment_of_the_last_failure_leaves_the_enrollment_open(ana: User) -> None:
    course = timed_course(max_attempts=1, cool_down_hours=None).course
    enrollment = enroll(user=ana, course=course, acknowledged=True, by=ana)
    olga = provider_of(enrollment)
    for extra in range(1, ROUNDS + 1):
        start(enrollment, "post-test")
        submitted, granted = race(lambda: submit_attempt(attempt=fresh(), by=ana), granting(enrollment, olga, extra))

        assert isinstance(submitted, Attempt), submitted
        assert isinstance(granted, Granted), granted
        enrollment.refresh_from_db()
        assert enrollment.closed_at is None, granted.reopening
    assert faults_of("site") == []


def test_two_grants_at_once_leave_one_in_force(ana: User) -> None:
    enrollment = enroll(user=ana, course=timed_course().course, acknowledged=True, by=ana)
    olga = provider_of(enrollment)
    for _ in range(ROUNDS):
        outcomes = race(granting(enrollment, olga, 1), granting(enrollment, olga, 2))

        assert {type(outcome) for outcome in outcomes} == {Granted}, outcomes
        assert Accommodation.objects.filter(ended_at=None).count() == 1
    assert faults_of("site") == []
