"""Time limits and waits, kept by the server: what is saved, what is refused, and who closes an attempt."""

import datetime as dt
from uuid import uuid4

import pytest

from accounts.models import User
from audit.models import AuditEvent
from audit.services import SYSTEM
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Accommodation, Attempt, ClosedBecause, Response
from quizzes.queries import assessment_state, assessment_states
from quizzes.rules import Refusal
from quizzes.services import (
    AttemptClosed,
    CannotStart,
    UnknownAssessment,
    close_overdue,
    start_attempt,
    submit_attempt,
)
from tests.conftest import expect_statements
from tests.publishing import publish_example
from tests.taking import answer, answer_all, start
from tests.timing import END, GRACE, MINUTES, NOW, TICK, at, timed_course

QUIZ = "post-test"


@pytest.fixture
def version(db: None) -> CourseVersion:
    return timed_course()


@pytest.fixture
def enrollment(version: CourseVersion, ana: User) -> Enrollment:
    with at(NOW):
        return enroll(user=ana, course=version.course, acknowledged=True, by=ana)


@pytest.fixture
def attempt(enrollment: Enrollment) -> Attempt:
    with at(NOW):
        return start(enrollment, QUIZ)


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("enrollment__version", "enrollment__user").get(pk=attempt.pk)


def arrange(user: User, version: CourseVersion, by: User, **terms: object) -> Accommodation:
    """A row, as the service would write it; by whom is another test's matter."""
    return Accommodation.objects.create(user=user, course=version.course, reason="A letter", granted_by=by, **terms)


# The start


def test_start_stores_the_limits_and_the_deadline(attempt: Attempt) -> None:
    assert attempt.started_at == NOW
    assert attempt.deadline_at == END
    assert attempt.seconds_given == 60 * MINUTES
    assert attempt.plan["limits"] == {
        "base_seconds": 1800,
        "seconds": 1800,
        "attempts": 2,
        "cool_down_hours": 24,
        "accommodation": None,
    }


def test_start_copies_what_is_arranged_and_why_and_by_whom(
    enrollment: Enrollment, version: CourseVersion, ana: User, nina: User
) -> None:
    granted = arrange(ana, version, nina, extra_time_percent=50, extra_attempts=1)

    with at(NOW):
        attempt = start(enrollment, QUIZ)

    assert attempt.deadline_at == NOW + dt.timedelta(minutes=45)
    assert attempt.plan["limits"] == {
        "base_seconds": 1800,
        "seconds": 2700,
        "attempts": 3,
        "cool_down_hours": 24,
        "accommodation": {
            "id": str(granted.public_id),
            "extra_time_percent": 50,
            "no_time_limit": False,
            "extra_attempts": 1,
            "reason": "A letter",
            "granted_by": str(nina.public_id),
            "granted_at": granted.granted_at.isoformat(),
        },
    }


def test_start_with_no_time_limit_arranged_has_no_deadline(
    enrollment: Enrollment, version: CourseVersion, ana: User, nina: User
) -> None:
    arrange(ana, version, nina, no_time_limit=True)

    assert start(enrollment, QUIZ).deadline_at is None


def test_accommodation_that_ended_or_is_of_another_course_changes_nothing(
    enrollment: Enrollment, version: CourseVersion, ana: User, nina: User
) -> None:
    arrange(ana, publish_example(), nina, no_time_limit=True)
    arrange(ana, version, nina, extra_attempts=5, ended_at=NOW + dt.timedelta(days=900), ended_by=nina)

    with at(NOW):
        assert start(enrollment, QUIZ).deadline_at == END


def test_open_attempt_keeps_what_it_began_with(attempt: Attempt, version: CourseVersion, ana: User, nina: User) -> None:
    arrange(ana, version, nina, extra_time_percent=100)

    with at(NOW + TICK):
        assert start(attempt.enrollment, QUIZ) == attempt
    assert fresh(attempt).deadline_at == END


def test_new_version_with_a_shorter_limit_does_not_reach_an_open_attempt(attempt: Attempt, cody: User) -> None:
    shorter = timed_course(time_limit_minutes=5, max_attempts=1, cool_down_hours=None)

    with at(END - TICK):
        answer(fresh(attempt), "one", "a")
        closed = submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)
    assert closed.closed_because == ClosedBecause.SUBMITTED
    with at(END + dt.timedelta(days=2)):
        # She is on her version to the end; who begins now is on the new one.
        assert start(fresh(attempt).enrollment, QUIZ).seconds_given == 60 * MINUTES
        other = enroll(user=cody, course=shorter.course, acknowledged=True, by=cody)
        assert start(other, QUIZ).seconds_given == 300


def test_case_has_no_deadline(ana: User) -> None:
    enrollment = enroll(user=ana, course=publish_example().course, acknowledged=True, by=ana)
    case = start(enrollment, "the-callback")

    assert (case.deadline_at, case.seconds_left, case.is_over) == (None, None, False)
    assert case.plan["limits"]["seconds"] is None
    with pytest.raises(UnknownAssessment):
        submit_attempt(attempt=case, by=ana)
    assert close_overdue(attempt=case, by=ana).is_open


def test_attempt_from_before_there_were_limits_goes_on(attempt: Attempt) -> None:
    plan = {name: value for name, value in attempt.plan.items() if name != "limits"}
    Attempt.objects.filter(pk=attempt.pk).update(plan=plan, deadline_at=None)

    with at(END + dt.timedelta(days=1)):
        answer(fresh(attempt), "one", "a")
        assert fresh(attempt).seconds_given is None
        assert submit_attempt(attempt=fresh(attempt), by=SYSTEM).raw == 1


def test_start_reads_what_is_arranged_in_one_statement(enrollment: Enrollment, ana: User, nina: User) -> None:
    # accommodation, attempts, BEGIN, items seen, adjustments, insert, head of the chain, its move, the event, COMMIT
    def begin() -> None:
        with expect_statements(10):
            start_attempt(enrollment=fresh_enrollment, assessment_key=QUIZ, by=ana)

    fresh_enrollment = Enrollment.objects.select_related("version", "user").get(pk=enrollment.pk)
    start_attempt(
        enrollment=other_enrollment(fresh_enrollment, ana), assessment_key="warm-up", by=ana
    )  # makes the chain
    with at(NOW):
        begin()
        submit_attempt(attempt=Attempt.objects.get(enrollment=enrollment), by=ana)
    arrange(ana, enrollment.version, nina, extra_attempts=1)
    with at(NOW + dt.timedelta(days=2)):
        begin()


def other_enrollment(_of: Enrollment, user: User) -> Enrollment:
    return enroll(user=user, course=publish_example().course, acknowledged=True, by=user)


# Answers around the deadline


@pytest.mark.parametrize("late", [-TICK, dt.timedelta(), TICK, GRACE])
def test_answer_until_the_end_of_the_grace_is_saved_and_counts(attempt: Attempt, late: dt.timedelta) -> None:
    with at(END + late):
        saved = answer(fresh(attempt), "one", "a")
    assert saved.saved_at == END + late

    with at(END + GRACE + TICK):
        closed = close_overdue(attempt=fresh(attempt), by=SYSTEM)
    assert (closed.submitted_at, closed.closed_because) == (END, "deadline")
    assert closed.raw == 1


def test_answer_after_the_grace_is_refused_and_earlier_ones_count(attempt: Attempt) -> None:
    with at(END - TICK):
        answer(fresh(attempt), "one", "a")
    with at(END + GRACE + TICK), pytest.raises(AttemptClosed) as refusal:
        answer(fresh(attempt), "two", "a")

    assert refusal.value.because == ClosedBecause.DEADLINE
    assert Response.objects.count() == 1
    assert fresh(attempt).is_open  # the answering path closes nothing; whoever refuses does
    with at(END + GRACE + TICK):
        assert close_overdue(attempt=fresh(attempt), by=SYSTEM).raw == 1


def test_same_answer_again_after_the_grace_changes_nothing(attempt: Attempt) -> None:
    with at(END):
        saved = answer(fresh(attempt), "one", "a")
    with at(END + dt.timedelta(hours=1)):
        assert answer(fresh(attempt), "one", "a") == saved


@pytest.mark.parametrize(("late", "is_kept"), [(GRACE, True), (GRACE + TICK, False)])
def test_statement_of_an_answer_holds_the_deadline_itself(attempt: Attempt, late: dt.timedelta, is_kept: bool) -> None:
    response = Response(
        attempt=attempt, item_key="one", revision=1, options=["a"], request_id=uuid4(), saved_at=END + late
    )

    assert Response.objects.insert_while_open(response) is is_kept
    assert Response.objects.count() == is_kept


# Closing


@pytest.mark.parametrize("late", [dt.timedelta(), TICK, GRACE])
def test_submission_until_the_end_of_the_grace_is_one(attempt: Attempt, late: dt.timedelta) -> None:
    with at(END + late):
        closed = submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)

    assert (closed.submitted_at, closed.closed_because) == (END + late, "submitted")


def test_submission_after_the_grace_ends_at_the_deadline(attempt: Attempt) -> None:
    with at(END + dt.timedelta(days=3)):
        closed = submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)
        again = submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)

    assert (closed.submitted_at, closed.closed_because) == (END, "deadline")
    assert again.submitted_at == END
    event = AuditEvent.objects.get(action="attempt.submitted")
    assert event.details == {"assessment": QUIZ, "passed": False, "because": "deadline"}
    assert event.at == END + dt.timedelta(days=3)  # the trail says when it was done


def test_close_overdue_leaves_what_is_not_overdue(attempt: Attempt) -> None:
    with at(END + GRACE):
        assert close_overdue(attempt=fresh(attempt), by=SYSTEM).is_open
        assert not Attempt.objects.overdue(END + GRACE).exists()
    assert Attempt.objects.overdue(END + GRACE + TICK).get() == attempt


def test_close_overdue_of_a_closed_attempt_reads_it(attempt: Attempt) -> None:
    stale = fresh(attempt)
    with at(NOW + TICK):
        submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)
    with at(END + dt.timedelta(hours=1)):
        assert close_overdue(attempt=stale, by=SYSTEM).submitted_at == NOW + TICK


def test_start_closes_the_attempt_whose_time_is_over(attempt: Attempt) -> None:
    with at(END + GRACE + TICK):
        met = start(attempt.enrollment, QUIZ)

    assert met == attempt
    assert (met.submitted_at, met.closed_because) == (END, "deadline")
    assert Attempt.objects.count() == 1


def test_last_attempt_that_runs_out_closes_the_enrollment(attempt: Attempt, ana: User) -> None:
    with at(END):
        submit_attempt(attempt=fresh(attempt), by=ana)
    with at(END + dt.timedelta(days=1)):
        last = start(attempt.enrollment, QUIZ)
    with at(END + dt.timedelta(days=2)):
        close_overdue(attempt=fresh(last), by=SYSTEM)

    assert Enrollment.objects.get().closed_at == END + dt.timedelta(days=2)


def test_attempt_that_runs_out_with_enough_answers_passes(attempt: Attempt) -> None:
    with at(END):
        answer_all(fresh(attempt), correct=True)
    with at(END + dt.timedelta(days=1)):
        closed = close_overdue(attempt=fresh(attempt), by=SYSTEM)

    assert closed.passed
    assert Enrollment.objects.get().is_open


def test_pages_speak_of_it_as_over_from_the_end_of_the_time(attempt: Attempt) -> None:
    told = {}
    for late in (-TICK, dt.timedelta(), TICK):
        with at(END + late):
            told[late] = fresh(attempt).is_over
    assert told == {-TICK: False, dt.timedelta(): False, TICK: True}
    with at(NOW):
        assert fresh(attempt).seconds_left == 1800
    with at(END + TICK):
        submit_attempt(attempt=fresh(attempt), by=SYSTEM)
        assert not fresh(attempt).is_over


# The wait


def failed_at(attempt: Attempt, instant: dt.datetime) -> None:
    with at(instant):
        submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)


def test_next_attempt_waits_for_the_hours_after_a_failed_one(attempt: Attempt) -> None:
    failed_at(attempt, NOW + dt.timedelta(minutes=3))
    until = NOW + dt.timedelta(hours=24, minutes=3)

    with at(until - TICK), pytest.raises(CannotStart) as refusal:
        start(attempt.enrollment, QUIZ)
    assert (refusal.value.refusal, refusal.value.until) == (Refusal.COOLING_DOWN, until)
    with at(until):
        assert start(attempt.enrollment, QUIZ).number == 2


def test_wait_counts_from_the_deadline_and_not_from_when_it_was_noticed(attempt: Attempt) -> None:
    with at(END + dt.timedelta(hours=23)):
        close_overdue(attempt=fresh(attempt), by=SYSTEM)
    with at(END + dt.timedelta(hours=24)):
        assert start(attempt.enrollment, QUIZ).number == 2


def test_pass_is_final_and_no_failure_can_follow_it(attempt: Attempt) -> None:
    with at(NOW):
        answer_all(fresh(attempt), correct=True)
    failed_at(attempt, NOW)

    with at(NOW + dt.timedelta(days=9)), pytest.raises(CannotStart) as refusal:
        start(attempt.enrollment, QUIZ)
    assert (refusal.value.refusal, refusal.value.until) == (Refusal.ALREADY_PASSED, None)


def test_best_passed_attempt_stands_where_practice_may_go_on(ana: User) -> None:
    version = timed_course("practice", kind="formative", max_attempts=None, pass_percent=50)
    enrollment = enroll(user=ana, course=version.course, acknowledged=True, by=ana)
    with at(NOW):
        passed = start(enrollment, QUIZ)
        answer_all(fresh(passed), correct=True)
        submit_attempt(attempt=fresh(passed), by=ana)
        worse = start(enrollment, QUIZ)  # a pass has no wait
        submit_attempt(attempt=fresh(worse), by=ana)
        state = assessment_state(enrollment, published(version).document.assessment_by_key[QUIZ])

    assert state.best == passed
    assert state.passed
    assert state.next_at == NOW + dt.timedelta(hours=24)


# What is allowed, and what it costs to ask


def test_allowed_includes_extra_attempts_however_the_state_is_read(
    enrollment: Enrollment, version: CourseVersion, ana: User, nina: User
) -> None:
    document = published(version).document
    quiz = document.assessment_by_key[QUIZ]
    granted = arrange(ana, version, nina, extra_attempts=2, no_time_limit=True)

    with expect_statements(2):
        none_yet = assessment_state(enrollment, quiz)
    with at(NOW):
        start(enrollment, QUIZ)
    with expect_statements(1):
        one = assessment_state(enrollment, quiz)
    with expect_statements(2):
        among_all = assessment_states(enrollment, document)[QUIZ]
        assert among_all.allowed == 4

    for state, left in ((none_yet, 4), (one, 3), (among_all, 3)):
        assert (state.allowed, state.left, state.terms.seconds) == (4, left, None)
    end_accommodation_of(granted, nina)
    assert assessment_state(enrollment, quiz).allowed == 2


def end_accommodation_of(granted: Accommodation, by: User) -> None:
    Accommodation.objects.filter(pk=granted.pk).update(ended_at=granted.granted_at, ended_by=by)


def test_what_was_done_is_told_without_asking_what_is_arranged(enrollment: Enrollment, version: CourseVersion) -> None:
    with expect_statements(1):
        state = assessment_states(enrollment, published(version).document)[QUIZ]
        assert (state.taken, state.passed, state.open_attempt, state.best) == (0, False, None, None)
