"""Attempts as a state machine, held against a model in memory: whatever order people act in, the promises hold."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from courses.document import Quiz
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Attempt, Response
from quizzes.queries import newest_responses, sitting
from quizzes.rules import QuizPlan, score_quiz
from quizzes.services import (
    AttemptClosed,
    CannotStart,
    EnrollmentEnded,
    ResponseConflict,
    record_response,
    start_attempt,
    submit_attempt,
)
from tests.publishing import publish_example

QUIZ = "voicemail-test"  # summative, 3 of 4 items, 3 attempts, 2 of 3 pass


@dataclass
class Modeled:
    """What the model knows of one attempt."""

    attempt: Attempt
    plan: QuizPlan
    chosen: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    requests: dict[str, UUID] = field(default_factory=dict)
    raw: int | None = None


class Attempts(RuleBasedStateMachine):
    version: CourseVersion
    user: User

    def __init__(self) -> None:
        super().__init__()
        # A savepoint for each example: hypothesis runs many of them inside one test's transaction.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.enrollment: Enrollment = enroll(
            user=self.user, course=self.version.course, acknowledged=True, by=self.user
        )
        quiz = published(self.version).document.assessment_by_key[QUIZ]
        assert isinstance(quiz, Quiz)
        self.quiz = quiz
        self.modeled: list[Modeled] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @property
    def open(self) -> Modeled | None:
        return next((each for each in self.modeled if each.raw is None), None)

    @property
    def has_passed(self) -> bool:
        return any(each.raw is not None and each.raw >= 2 for each in self.modeled)

    def option(self, item_key: str, is_correct: bool) -> str:
        # By meaning, not by place: the order is drawn anew for each attempt, and an example has to go the same way twice.
        options = self.quiz.item_by_key[item_key].shown
        return next(option.key for option in options if option.correct is is_correct)

    def fresh(self, modeled: Modeled) -> Attempt:
        return Attempt.objects.select_related("enrollment__version", "enrollment__user").get(pk=modeled.attempt.pk)

    @rule()
    def start(self) -> None:
        may = self.open is not None or (len(self.modeled) < 3 and not self.has_passed)
        self.enrollment.refresh_from_db()
        try:
            attempt = start_attempt(enrollment=self.enrollment, assessment_key=QUIZ, by=self.user)
        except (CannotStart, EnrollmentEnded):
            assert not may
            return
        assert may
        if self.open:
            assert attempt == self.open.attempt
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
        try:
            record_response(
                sitting=sitting(self.fresh(modeled)),
                item_key=planned.key,
                options=(value,),
                based_on=based_on,
                request_id=request,
            )
        except ResponseConflict as conflict:
            assert based_on != known
            assert conflict.newest.options == [modeled.chosen[planned.key]]  # noqa: PT017 - one outcome of two
            return
        if modeled.chosen.get(planned.key) != value:
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
        expected = score_quiz(self.quiz, modeled.plan, {key: (value,) for key, value in modeled.chosen.items()})
        stale = self.fresh(modeled)
        closed = submit_attempt(attempt=self.fresh(modeled), by=self.user)
        assert (closed.raw, closed.maximum, closed.passed) == (expected.raw, 3, expected.raw >= 2)
        modeled.raw = int(expected.raw)
        if twice:
            assert submit_attempt(attempt=stale, by=self.user).submitted_at == closed.submitted_at

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
            assert row.plan == modeled.plan.to_json()
            assert (row.raw_numerator if modeled.raw is not None else None) == modeled.raw

    @invariant()
    def enrollment_closes_with_the_last_failed_attempt_and_never_before(self) -> None:
        closed = Enrollment.objects.get(pk=self.enrollment.pk).closed_at is not None
        assert closed == (len(self.modeled) == 3 and self.open is None and not self.has_passed)


@pytest.mark.django_db
def test_attempts_keep_their_promises_in_any_order(ana: User) -> None:
    machine = type("Machine", (Attempts,), {"version": publish_example(), "user": ana})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
