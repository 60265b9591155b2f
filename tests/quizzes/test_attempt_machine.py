"""Attempts as a state machine, held against a model in memory: whatever order people act in, the promises hold."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from audit.services import SYSTEM
from courses.document import Quiz
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.queries import newest_responses, sitting
from quizzes.rules import GRACE, QuizPlan, Refusal, score_quiz
from quizzes.services import (
    AttemptClosed,
    CannotStart,
    EnrollmentEnded,
    ResponseConflict,
    close_overdue,
    record_response,
    start_attempt,
    submit_attempt,
)
from tests.properties import examples
from tests.timing import NOW, items, timed_course

QUIZ = "post-test"  # summative, 3 items, 3 attempts, 2 of 3 pass; 30 minutes for each, 24 hours after one that failed
LIMIT, WAIT = dt.timedelta(minutes=30), dt.timedelta(hours=24)


@dataclass
class Modeled:
    """What the model knows of one attempt."""

    attempt: Attempt
    plan: QuizPlan
    chosen: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    requests: dict[str, UUID] = field(default_factory=dict)
    raw: int | None = None
    ended_at: dt.datetime | None = None


class Attempts(RuleBasedStateMachine):
    version: CourseVersion
    user: User

    def __init__(self) -> None:
        super().__init__()
        # A savepoint for each example: hypothesis runs many of them inside one test's transaction.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.travel = time_machine.travel(NOW, tick=False)
        self.clock = self.travel.start()
        self.now = NOW
        self.enrollment: Enrollment = enroll(
            user=self.user, course=self.version.course, acknowledged=True, by=self.user
        )
        quiz = published(self.version).document.assessment_by_key[QUIZ]
        assert isinstance(quiz, Quiz)
        self.quiz = quiz
        self.modeled: list[Modeled] = []

    def teardown(self) -> None:
        self.travel.stop()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @property
    def open(self) -> Modeled | None:
        return next((each for each in self.modeled if each.raw is None), None)

    @property
    def has_passed(self) -> bool:
        return any(each.raw is not None and each.raw >= 2 for each in self.modeled)

    @property
    def is_shut(self) -> bool:
        """Whether the open attempt's time and grace are over."""
        return self.open is not None and self.now > self.end_of(self.open) + GRACE

    def end_of(self, modeled: Modeled) -> dt.datetime:
        return modeled.attempt.started_at + LIMIT

    def close(self, modeled: Modeled) -> Fraction:
        """Close it in the model, with what was chosen until now: at its deadline when that and the grace are over."""
        answers = {key: (value,) for key, value in modeled.chosen.items()}
        score = score_quiz(self.quiz, modeled.plan, answers)
        modeled.ended_at = self.end_of(modeled) if self.is_shut else self.now
        modeled.raw = int(score.raw)
        return score.raw

    def option(self, item_key: str, is_correct: bool) -> str:
        # By meaning, not by place: the order is drawn anew for each attempt, and an example has to go the same way twice.
        options = self.quiz.item_by_key[item_key].shown
        return next(option.key for option in options if option.correct is is_correct)

    def fresh(self, modeled: Modeled) -> Attempt:
        return Attempt.objects.select_related("enrollment__version", "enrollment__user").get(pk=modeled.attempt.pk)

    @rule(
        for_=st.sampled_from([dt.timedelta(seconds=4), GRACE, dt.timedelta(minutes=11), LIMIT, WAIT]),
        more=st.booleans(),
    )
    def let_time_pass(self, for_: dt.timedelta, more: bool) -> None:
        self.now += for_ + dt.timedelta(microseconds=more)
        self.clock.move_to(self.now)

    @rule()
    def start(self) -> None:
        last = self.modeled[-1].ended_at if self.modeled else None
        waits = last is not None and self.now < last + WAIT
        may = self.open is not None or (len(self.modeled) < 3 and not self.has_passed and not waits)
        self.enrollment.refresh_from_db()
        try:
            attempt = start_attempt(enrollment=self.enrollment, assessment_key=QUIZ, by=self.user)
        except EnrollmentEnded:
            assert not may
            return
        except CannotStart as refusal:
            assert not may
            assert (refusal.refusal is Refusal.COOLING_DOWN) == (waits and not self.has_passed)  # noqa: PT017 - one outcome of three
            return
        assert may
        if open_one := self.open:
            assert attempt == open_one.attempt
            assert attempt.is_open != self.is_shut
            if self.is_shut:
                self.close(open_one)
        else:
            self.modeled.append(Modeled(attempt, QuizPlan.from_json(attempt.plan)))

    @precondition(lambda self: self.open)
    @rule(item=st.integers(0, 2), is_correct=st.booleans(), is_stale=st.booleans())
    def answer(self, item: int, is_correct: bool, is_stale: bool) -> None:
        modeled = self.open
        assert modeled is not None
        planned = modeled.plan.items[item]
        value = self.option(planned.key, is_correct)
        known = modeled.revisions.get(planned.key, 0)
        based_on = 0 if is_stale else known
        request = uuid4()
        is_new = modeled.chosen.get(planned.key) != value
        try:
            record_response(
                sitting=sitting(self.fresh(modeled)),
                item_key=planned.key,
                options=(value,),
                based_on=based_on,
                request_id=request,
            )
        except AttemptClosed as refusal:
            assert self.is_shut
            assert is_new
            assert refusal.because == "deadline"  # noqa: PT017 - one outcome of three
            return
        except ResponseConflict as conflict:
            assert based_on != known
            assert conflict.newest.options == [modeled.chosen[planned.key]]  # noqa: PT017 - one outcome of two
            return
        if is_new:
            assert not self.is_shut
            assert based_on == known
            modeled.chosen[planned.key] = value
            modeled.revisions[planned.key] = known + 1
            modeled.requests[planned.key] = request

    @precondition(lambda self: self.open and self.open.chosen)
    @rule(item=st.integers(0, 2))
    def repeat_the_last_answer(self, item: int) -> None:
        modeled = self.open
        assert modeled is not None
        key = [planned.key for planned in modeled.plan.items if planned.key in modeled.chosen][
            item % len(modeled.chosen)
        ]
        record_response(
            sitting=sitting(self.fresh(modeled)),
            item_key=key,
            options=(modeled.chosen[key],),
            based_on=0,
            request_id=modeled.requests[key],
        )

    @precondition(lambda self: self.open)
    @rule(twice=st.booleans())
    def submit(self, twice: bool) -> None:
        modeled = self.open
        assert modeled is not None
        stale, was_shut = self.fresh(modeled), self.is_shut
        closed = submit_attempt(attempt=self.fresh(modeled), by=self.user)
        raw = self.close(modeled)
        assert (closed.raw, closed.maximum, closed.passed) == (raw, 3, raw >= 2)
        assert closed.closed_because == ("deadline" if was_shut else "submitted")
        if twice:
            assert submit_attempt(attempt=stale, by=self.user).submitted_at == closed.submitted_at

    @precondition(lambda self: self.open)
    @rule()
    def come_by_as_the_closer(self) -> None:
        modeled = self.open
        assert modeled is not None
        closed = close_overdue(attempt=self.fresh(modeled), by=SYSTEM)
        assert closed.is_open != self.is_shut
        if self.is_shut:
            assert self.close(modeled) == closed.raw

    @precondition(lambda self: any(each.raw is not None for each in self.modeled))
    @rule(which=st.integers(0, 2), item=st.integers(0, 2), is_correct=st.booleans())
    def answer_after_the_end(self, which: int, item: int, is_correct: bool) -> None:
        closed = [each for each in self.modeled if each.raw is not None]
        modeled = closed[which % len(closed)]
        planned = modeled.plan.items[item]
        value = self.option(planned.key, is_correct)
        if modeled.chosen.get(planned.key) == value:
            return
        with pytest.raises(AttemptClosed):
            record_response(
                sitting=sitting(self.fresh(modeled)),
                item_key=planned.key,
                options=(value,),
                based_on=modeled.revisions.get(planned.key, 0),
                request_id=uuid4(),
            )

    @invariant()
    def at_most_one_is_open_and_numbers_are_consecutive(self) -> None:
        rows = list(Attempt.objects.filter(enrollment=self.enrollment).order_by("number"))
        assert [row.number for row in rows] == list(range(1, len(self.modeled) + 1))
        assert sum(row.is_open for row in rows) <= 1
        assert len(rows) <= 3

    @invariant()
    def what_is_stored_is_what_was_told(self) -> None:
        for modeled in self.modeled:
            stored = {key: row.options[0] for key, row in newest_responses(modeled.attempt).items()}
            assert stored == modeled.chosen
            assert Response.objects.filter(attempt=modeled.attempt).count() == sum(modeled.revisions.values())

    @invariant()
    def finished_results_never_move(self) -> None:
        for modeled in self.modeled:
            row = Attempt.objects.get(pk=modeled.attempt.pk)
            assert row.plan == modeled.attempt.plan
            assert (row.submitted_at, row.deadline_at) == (modeled.ended_at, self.end_of(modeled))
            assert (row.raw_numerator if modeled.raw is not None else None) == modeled.raw

    @invariant()
    def enrollment_closes_with_the_last_failed_attempt_and_never_before(self) -> None:
        closed = Enrollment.objects.get(pk=self.enrollment.pk).closed_at is not None
        assert closed == (len(self.modeled) == 3 and self.open is None and not self.has_passed)


def timed() -> CourseVersion:
    four = items("one", "two", "three", "four")
    with time_machine.travel(NOW, tick=False):
        return timed_course(items=four, draw=3, shuffle=True, pass_percent=60, max_attempts=3)


@pytest.mark.django_db
def test_attempts_keep_their_promises_in_any_order(ana: User) -> None:
    machine = type("Machine", (Attempts,), {"version": timed(), "user": ana})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(25), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
