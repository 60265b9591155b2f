"""The acts of putting right, from two connections at once: against each other, and against submissions."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from accounts.models import User
from audit.queries import faults_of
from courses.models import CourseVersion
from quizzes.models import Adjustment, Attempt, ItemChallenge, ScoreChange
from quizzes.queries import preview_adjustment
from quizzes.rules import score_quiz
from quizzes.services import (
    AlreadyApproved,
    AlreadyChallenged,
    ChallengeAnswered,
    PreviewMoved,
    ProposalWithdrawn,
    answer_challenge,
    approve_adjustment,
    challenge_item,
    closing,
    submit_attempt,
    withdraw_adjustment,
)
from tests.conftest import Clinic
from tests.correcting import RIGHT, WRONG, begin, fresh, learner, propose, publish_course, sit, stored
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_course(clinic.organization)


def approving(proposal: Adjustment, seen: str, by: User) -> Callable[[], Adjustment]:
    def act() -> Adjustment:
        found = Adjustment.objects.select_related("version__course__provider").get(pk=proposal.pk)
        return approve_adjustment(adjustment=found, seen=seen, by=by)

    return act


def submitting(attempt: Attempt) -> Attempt:
    return submit_attempt(attempt=fresh(attempt), by=attempt.enrollment.user)


def test_two_approvals_of_one_proposal_change_scores_once(
    version: CourseVersion, theo: User, nina: User, clinic: Clinic
) -> None:
    failed = sit(learner(version), one=WRONG, two=RIGHT)
    proposal = propose(version, theo, kind="full-credit")
    seen = preview_adjustment(proposal).digest

    one, other = race(*[approving(proposal, seen, nina)] * 2)

    assert isinstance(one, Adjustment), one
    assert isinstance(other, Adjustment), other
    assert one.approved_at == other.approved_at
    assert ScoreChange.objects.count() == 1
    assert stored(failed) == (2, 3, True)
    assert faults_of(str(clinic.organization.public_id)) + faults_of("site") == []


def test_two_adjustments_approved_at_once_both_hold(version: CourseVersion, theo: User, nina: User) -> None:
    """Neither overwrites the score that the other made; who comes second is asked to look again."""
    failed = sit(learner(version), one=WRONG, two=WRONG, three=WRONG)
    proposals = [propose(version, theo, key, "full-credit") for key in ("one", "two")]
    seen = [preview_adjustment(proposal).digest for proposal in proposals]

    outcomes = race(*[approving(*each, nina) for each in zip(proposals, seen, strict=True)])

    assert {type(outcome) for outcome in outcomes} == {Adjustment, PreviewMoved}, outcomes
    assert stored(failed) == (1, 3, False)
    for outcome, proposal in zip(outcomes, proposals, strict=True):
        if isinstance(outcome, PreviewMoved):
            approving(proposal, outcome.preview.digest, nina)()
    assert stored(failed) == (2, 3, True)


def test_approval_against_submission_leaves_no_attempt_behind(version: CourseVersion, theo: User, nina: User) -> None:
    """Whoever is first: the attempt ends with the adjustment in its score, or the approver is asked to look again."""
    for number in range(ROUNDS):
        version = publish_course(version.course.provider, title=f"Test {number}")
        attempt = begin(learner(version, f"Mia{number} Holm"), one=WRONG, two=RIGHT)
        proposal = propose(version, theo, kind="full-credit")
        seen = preview_adjustment(proposal).digest

        approved, submitted = race(
            approving(proposal, seen, nina),
            partial(submitting, attempt),
        )

        assert isinstance(submitted, Attempt), submitted
        in_force = Adjustment.objects.in_force().filter(pk=proposal.pk).exists()
        assert isinstance(approved, Adjustment if in_force else PreviewMoved), approved
        assert stored(attempt) == ((2, 3, True) if in_force else (1, 3, False))


def begun(act: Callable[[], Any], outcomes: list[Any]) -> threading.Thread:
    """The act, on a connection of its own; what it returned or raised is added to the outcomes."""

    def kept() -> None:
        try:
            outcomes.append(act())
        except Exception as error:  # noqa: BLE001 - the outcome of the act, whatever it is
            outcomes.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=kept)
    thread.start()
    return thread


@contextmanager
def halfway(attempt: Attempt) -> Iterator[threading.Event]:
    """A submission that has read what is in force and not yet scored; it goes on when the event is set."""
    has_read, may_go_on = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Any:
        has_read.set()
        may_go_on.wait(timeout=20)
        return score_quiz(*arguments)

    with patch.object(closing, "score_quiz", slow):
        submission = begun(partial(submitting, attempt), [])
        assert has_read.wait(timeout=20)
        try:
            yield may_go_on
        finally:
            may_go_on.set()
            submission.join(timeout=20)


def test_approval_waits_for_a_submission_that_has_read_what_is_in_force(
    version: CourseVersion, theo: User, nina: User
) -> None:
    attempt = begin(learner(version), one=WRONG, two=RIGHT)
    proposal = propose(version, theo, kind="full-credit")
    seen, outcomes = preview_adjustment(proposal).digest, list[Any]()

    with halfway(attempt) as may_go_on:
        approval = begun(approving(proposal, seen, nina), outcomes)
        approval.join(timeout=1)
        assert approval.is_alive()
        may_go_on.set()
        approval.join(timeout=20)

    assert isinstance(outcomes[0], PreviewMoved), outcomes
    assert stored(attempt) == (1, 3, False)


@pytest.mark.postgres
def test_approval_waits_also_where_it_was_proposed_after_the_submission_had_read(
    version: CourseVersion, theo: User, nina: User
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing is proposed while a submission runs")
    attempt, outcomes = begin(learner(version), one=WRONG, two=RIGHT), list[Any]()

    with halfway(attempt) as may_go_on:
        proposal = propose(version, theo, kind="full-credit")
        approval = begun(approving(proposal, preview_adjustment(proposal).digest, nina), outcomes)
        approval.join(timeout=1)
        assert approval.is_alive()
        may_go_on.set()
        approval.join(timeout=20)

    assert isinstance(outcomes[0], PreviewMoved), outcomes
    assert stored(attempt) == (1, 3, False)


def test_approval_against_withdrawal_has_one_winner(version: CourseVersion, theo: User, nina: User) -> None:
    failed = sit(learner(version), one=WRONG, two=RIGHT)
    for key in ("one", "two", "three"):
        proposal = propose(version, theo, key, "drop")
        before, seen = stored(failed), preview_adjustment(proposal).digest
        mine = Adjustment.objects.select_related("version__course__provider").get(pk=proposal.pk)

        approved, withdrawn = race(
            approving(proposal, seen, nina), partial(withdraw_adjustment, adjustment=mine, by=theo)
        )

        row = Adjustment.objects.get(pk=proposal.pk)
        assert (row.approved_at is None) != (row.withdrawn_at is None)
        if row.approved_at:
            assert isinstance(withdrawn, AlreadyApproved), withdrawn
        else:
            assert isinstance(approved, ProposalWithdrawn), approved
            assert stored(failed) == before


def test_two_challenges_of_one_item_keep_one(version: CourseVersion) -> None:
    attempt = sit(learner(version), one=WRONG)

    one, other = race(
        *[
            lambda words=words: challenge_item(
                attempt=fresh(attempt), item_key="one", words=words, by=attempt.enrollment.user
            )
            for words in ("First.", "Second.")
        ]
    )

    kept = ItemChallenge.objects.get()
    assert kept in (one, other)
    (refused,) = [each for each in (one, other) if each != kept]
    assert isinstance(refused, AlreadyChallenged), refused


def test_two_answers_keep_one(version: CourseVersion, theo: User, nina: User) -> None:
    attempt = sit(learner(version), one=WRONG)
    challenge = challenge_item(attempt=attempt, item_key="one", words="Wrong.", by=attempt.enrollment.user)

    def answering(by: User, outcome: str) -> Callable[[], ItemChallenge]:
        def act() -> ItemChallenge:
            found = ItemChallenge.objects.select_related("attempt__enrollment__version__course__provider").get()
            return answer_challenge(challenge=found, outcome=outcome, answer=f"It is {outcome}.", by=by)

        return act

    outcomes = race(answering(theo, "upheld"), answering(nina, "explained"))

    assert {type(outcome) for outcome in outcomes} == {ItemChallenge, ChallengeAnswered}, outcomes
    assert ItemChallenge.objects.get().answer.startswith("It is ")
    assert challenge.pk
