"""Putting an item of a published version right: each promise, each refusal."""

import datetime as dt
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import RoleGrant, User
from accounts.services import end_grant
from audit.models import AuditEvent, OutboxMail
from audit.models import Outcome as Done
from audit.queries import faults_of
from audit.services import send_mail
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from enrollments.services import AnotherIsOpen, enroll, mark_completed
from quizzes import queries
from quizzes.models import Adjustment, Attempt, ItemChallenge, ScoreChange
from quizzes.queries import assessment_states, corrections_of, item_figures, preview_adjustment, unscored_attempts
from quizzes.rules import NotAdjustable, Outcome, Score
from quizzes.services import (
    AlreadyAdjusted,
    AlreadyApproved,
    AlreadyChallenged,
    AttemptOpen,
    CannotAdjust,
    ChallengeAnswered,
    NotAnAuthor,
    OwnChallenge,
    OwnPass,
    OwnProposal,
    PreviewMoved,
    ProposalWithdrawn,
    UnknownAssessment,
    UnknownItem,
    WordsDoNotFit,
    answer_challenge,
    approve_adjustment,
    challenge_item,
    propose_adjustment,
    submit_attempt,
    withdraw_adjustment,
)
from tests.conftest import Clinic, expect_statements
from tests.correcting import (
    KEYS,
    OTHER,
    RIGHT,
    TEST,
    WRONG,
    approve,
    begin,
    fresh,
    item,
    learner,
    propose,
    publish_course,
    sit,
    stored,
)
from tests.enrollments import documents
from tests.properties import examples
from tests.taking import start


@pytest.fixture
def version(clinic: Clinic) -> CourseVersion:
    return publish_course(clinic.organization)


@pytest.fixture
def failed(version: CourseVersion) -> Attempt:
    """One of three, two are needed; she chose the other option of the first question."""
    return sit(learner(version), one=OTHER, two=RIGHT, three=WRONG)


def events(action: str, outcome: Done = Done.DONE) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action, outcome=outcome))


# --- challenges


def test_challenge_is_kept_once_and_the_first_words_stay(failed: Attempt) -> None:
    lena = failed.enrollment.user

    first = challenge_item(attempt=failed, item_key="one", words="  Both are right. ", by=lena)
    again = challenge_item(attempt=failed, item_key="one", words="Both are right.", by=lena)
    with pytest.raises(AlreadyChallenged) as refusal:
        challenge_item(attempt=failed, item_key="one", words="I meant something else.", by=lena)

    assert (first.words, again, refusal.value.challenge) == ("Both are right.", first, first)
    (event,) = events("item.challenged")
    assert event.chain == "site"  # her employer may be the provider, whose chain tells no learner
    assert event.details == {"assessment": TEST, "item": "one"}


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 2001])
def test_challenge_needs_words_that_fit(failed: Attempt, words: str) -> None:
    with pytest.raises(WordsDoNotFit):
        challenge_item(attempt=failed, item_key="one", words=words, by=failed.enrollment.user)


def test_challenge_refuses_an_item_that_was_not_asked_and_an_open_attempt(
    version: CourseVersion, failed: Attempt
) -> None:
    with pytest.raises(UnknownItem):
        challenge_item(attempt=failed, item_key="none", words="Wrong.", by=failed.enrollment.user)
    with pytest.raises(AttemptOpen):
        challenge_item(attempt=begin(failed.enrollment), item_key="one", words="Wrong.", by=failed.enrollment.user)
    assert not ItemChallenge.objects.exists()


def test_challenge_that_loses_a_race_reads_the_winners(failed: Attempt) -> None:
    winner = ItemChallenge.objects.create(attempt=failed, item_key="one", words="First.")

    with patch.object(ItemChallenge.objects.all().__class__, "first", return_value=None):
        loser = challenge_item(attempt=failed, item_key="one", words="First.", by=failed.enrollment.user)
        with pytest.raises(AlreadyChallenged):
            challenge_item(attempt=failed, item_key="one", words="Second.", by=failed.enrollment.user)

    assert loser == winner


@pytest.fixture
def challenge(failed: Attempt) -> ItemChallenge:
    return challenge_item(attempt=failed, item_key="one", words="Both are right.", by=failed.enrollment.user)


def test_answer_is_given_once_and_owed_by_mail(challenge: ItemChallenge, clinic: Clinic, theo: User) -> None:
    for _ in range(2):
        answer_challenge(challenge=challenge, outcome="upheld", answer="You are right.", by=theo)

    row = ItemChallenge.objects.get()
    assert (row.outcome, row.answer, row.answered_by) == ("upheld", "You are right.", theo)
    assert OutboxMail.objects.filter(kind="quizzes.challenge-answered").count() == 1
    (event,) = events("challenge.answered")
    assert (event.chain, event.details) == (str(clinic.organization.public_id), {"finding": "upheld"})


def test_second_answer_does_not_replace_the_first(challenge: ItemChallenge, theo: User, nina: User) -> None:
    answer_challenge(challenge=challenge, outcome="explained", answer="It stands.", by=theo)

    with pytest.raises(ChallengeAnswered) as refused:
        answer_challenge(challenge=challenge, outcome="upheld", answer="It is at fault.", by=nina)

    assert refused.value.challenge.answer == "It stands."
    assert ItemChallenge.objects.get().outcome == "explained"


@pytest.mark.parametrize(("outcome", "answer"), [("upheld", " "), ("maybe", "Yes."), ("upheld", "x" * 2001)])
def test_answer_needs_an_outcome_and_words(challenge: ItemChallenge, theo: User, outcome: str, answer: str) -> None:
    with pytest.raises(WordsDoNotFit):
        answer_challenge(challenge=challenge, outcome=outcome, answer=answer, by=theo)


def test_answer_is_for_authors_and_owners_of_the_provider(
    challenge: ItemChallenge, omar: User, charlie: User, nina: User
) -> None:
    for other in (omar, charlie):
        with pytest.raises(NotAnAuthor):
            answer_challenge(challenge=challenge, outcome="upheld", answer="Yes.", by=other)
    assert [event.details for event in events("challenge.answered", Done.REFUSED)] == [{"because": "NotAnAuthor"}] * 2

    assert answer_challenge(challenge=challenge, outcome="upheld", answer="Yes.", by=nina).outcome == "upheld"


def test_nobody_answers_her_own_challenge(version: CourseVersion, theo: User) -> None:
    attempt = sit(enroll(user=theo, course=version.course, acknowledged=True, by=theo), one=WRONG)
    own = challenge_item(attempt=attempt, item_key="one", words="Wrong.", by=theo)

    with pytest.raises(OwnChallenge):
        answer_challenge(challenge=own, outcome="upheld", answer="Yes.", by=theo)


def sent(mail: str, row: OutboxMail, mailoutbox: list[Any]) -> str:
    send_mail(row)
    (message,) = mailoutbox
    assert message.to == ["lena@example.com"]
    assert mail in message.subject
    return str(message.body)


def test_mail_with_the_answer_waits_for_the_release_of_reasons(
    challenge: ItemChallenge, theo: User, mailoutbox: list[Any]
) -> None:
    answer_challenge(challenge=challenge, outcome="explained", answer="The first one is.", by=theo)

    body = sent("was answered", OutboxMail.objects.get(kind="quizzes.challenge-answered"), mailoutbox)

    assert "The first one is." not in body
    assert "stands" not in body
    assert "together with the reasons" in body
    assert str(challenge.attempt.public_id) in body


def test_mail_tells_the_answer_once_reasons_are_released(
    challenge: ItemChallenge, theo: User, mailoutbox: list[Any]
) -> None:
    sit(challenge.attempt.enrollment, one=RIGHT, two=RIGHT, three=RIGHT)
    answer_challenge(challenge=challenge, outcome="upheld", answer="The other is right too.", by=theo)

    body = sent("was answered", OutboxMail.objects.get(kind="quizzes.challenge-answered"), mailoutbox)

    assert "The other is right too." in body
    assert "at fault" in body
    assert "question 1 of" in body or "question 2 of" in body or "question 3 of" in body


def test_mail_of_a_challenge_without_an_answer_is_not_written(challenge: ItemChallenge) -> None:
    from quizzes.notices import prepare_challenge_answered

    assert prepare_challenge_answered(OutboxMail(subject=str(challenge.public_id))) is None


# --- proposals


def test_proposal_changes_nothing_yet(version: CourseVersion, failed: Attempt, theo: User) -> None:
    before = stored(failed)

    proposal = propose(version, theo)

    assert proposal.is_proposed
    assert stored(failed) == before
    assert propose(version, theo) == proposal
    assert len(events("adjustment.proposed")) == 1


def test_proposal_by_another_author_is_told_of_the_first(version: CourseVersion, theo: User, nina: User) -> None:
    proposal = propose(version, theo)

    with pytest.raises(AlreadyAdjusted) as refused:
        propose(version, nina)
    assert refused.value.adjustment == proposal


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"assessment_key": "nowhere"}, UnknownAssessment),
        ({"item_key": "nothing"}, UnknownItem),
        ({"kind": "accept-option", "option_key": "none"}, CannotAdjust),
        ({"kind": "accept-option", "option_key": RIGHT}, CannotAdjust),
        ({"reason": " "}, WordsDoNotFit),
    ],
)
def test_proposal_refuses_what_does_not_fit(
    version: CourseVersion, theo: User, change: dict[str, str], refusal: type[Exception]
) -> None:
    values = {"assessment_key": TEST, "item_key": "one", "kind": "drop", "option_key": "", "reason": "Why."}

    with pytest.raises(refusal) as refused:
        propose_adjustment(version=version, by=theo, **{**values, **change})

    if isinstance(refused.value, CannotAdjust):
        assert refused.value.because in (NotAdjustable.UNKNOWN_OPTION, NotAdjustable.WINS_ALREADY)
    assert not Adjustment.objects.exists()


def test_scenario_has_no_items_to_adjust(example: Enrollment, theo: User, nina: User) -> None:
    RoleGrant.objects.create(
        membership=theo.memberships.get(), role="owner", starts_on=timezone.localdate() - dt.timedelta(days=2)
    )
    with pytest.raises(UnknownAssessment):
        propose_adjustment(
            version=example.version, assessment_key="the-callback", item_key="x", kind="drop", reason="Why.", by=theo
        )


@pytest.fixture
def example(clinic: Clinic, ana: User) -> Enrollment:
    from tests.publishing import publish_example

    return enroll(user=ana, course=publish_example(clinic.organization).course, acknowledged=True, by=ana)


def test_every_act_is_for_authors_and_owners_of_the_provider(
    version: CourseVersion, theo: User, omar: User, mara: User, ana: User, charlie: User
) -> None:
    proposal = propose(version, theo)
    seen = preview_adjustment(proposal).digest

    for other in (omar, mara, ana, charlie):
        with pytest.raises(NotAnAuthor):
            propose(version, other, "two")
        with pytest.raises(NotAnAuthor):
            withdraw_adjustment(adjustment=proposal, by=other)
        with pytest.raises(NotAnAuthor):
            approve_adjustment(adjustment=proposal, seen=seen, by=other)
    assert Adjustment.objects.get().is_proposed


def test_author_whose_role_ended_approves_nothing(version: CourseVersion, theo: User, nina: User) -> None:
    proposal = propose(version, nina)
    end_grant(grant=RoleGrant.objects.get(membership__user=theo), by=nina)

    with pytest.raises(NotAnAuthor):
        approve(proposal, theo)


def test_withdrawal_happens_once_and_another_proposal_may_follow(
    version: CourseVersion, theo: User, nina: User
) -> None:
    proposal = propose(version, theo)
    for _ in range(2):
        withdraw_adjustment(adjustment=proposal, by=nina)

    assert proposal.withdrawn_by == nina
    assert len(events("adjustment.withdrawn")) == 1
    with pytest.raises(ProposalWithdrawn):
        approve(proposal, nina)
    assert propose(version, theo) != proposal


def test_what_is_in_force_is_not_withdrawn(version: CourseVersion, theo: User, nina: User) -> None:
    proposal = approve(propose(version, theo), nina)

    with pytest.raises(AlreadyApproved):
        withdraw_adjustment(adjustment=proposal, by=theo)
    assert Adjustment.objects.get().approved_by == nina


# --- approval


def test_approval_changes_what_the_preview_told_and_nothing_else(
    version: CourseVersion, failed: Attempt, theo: User, nina: User, clinic: Clinic
) -> None:
    passed = sit(learner(version, "Mia Holm"), one=RIGHT, two=RIGHT, three=WRONG)
    proposal = propose(version, theo, kind="accept-option", option=OTHER)
    preview = preview_adjustment(proposal)
    untouched = stored(passed)

    approve_adjustment(adjustment=proposal, seen=preview.digest, by=nina)

    (row,) = preview.changed
    assert (row.attempt, row.gives_pass, preview.asked, preview.passes) == (failed, True, 2, 1)
    assert row.after == Outcome(Score(Fraction(2), 3), passed=True)
    assert stored(failed) == (2, 3, True)
    assert stored(passed) == untouched
    change = ScoreChange.objects.get()
    assert (change.attempt, change.before, change.after) == (failed, row.before, row.after)
    (event,) = events("adjustment.approved")
    assert event.details == {"changed": 1, "passes": 1, "unscored": 0}
    assert faults_of("site") + faults_of(str(clinic.organization.public_id)) == []


def test_approval_again_changes_nothing(version: CourseVersion, failed: Attempt, theo: User, nina: User) -> None:
    proposal = propose(version, theo, kind="full-credit")
    seen = preview_adjustment(proposal).digest
    approve_adjustment(adjustment=proposal, seen=seen, by=nina)
    at = proposal.approved_at

    again = approve_adjustment(adjustment=Adjustment.objects.get(), seen=seen, by=nina)

    assert again.approved_at == at
    assert ScoreChange.objects.count() == len(events("adjustment.approved")) == 1
    assert OutboxMail.objects.filter(kind="quizzes.now-passed").count() == 1


def test_nobody_approves_her_own_proposal(version: CourseVersion, failed: Attempt, theo: User) -> None:
    proposal = propose(version, theo)

    with pytest.raises(OwnProposal):
        approve(proposal, theo)

    assert Adjustment.objects.get().is_proposed
    (event,) = events("adjustment.approved", Done.REFUSED)
    assert event.details == {"because": "OwnProposal"}


def test_nobody_approves_what_gives_herself_a_pass(version: CourseVersion, theo: User, nina: User) -> None:
    failed = sit(
        enroll(user=nina, course=version.course, acknowledged=True, by=nina), one=RIGHT, two=WRONG, three=WRONG
    )
    proposal = propose(version, theo, "two", "full-credit")

    with pytest.raises(OwnPass):
        approve(proposal, nina)

    assert proposal.is_proposed
    assert Adjustment.objects.get().is_proposed
    assert stored(failed) == (1, 3, False)
    (event,) = events("adjustment.approved", Done.REFUSED)
    assert event.details == {"because": "OwnPass"}


def test_approval_refuses_when_the_facts_moved(version: CourseVersion, failed: Attempt, theo: User, nina: User) -> None:
    proposal = propose(version, theo)
    seen = preview_adjustment(proposal).digest
    late = sit(learner(version, "Mia Holm"), one=WRONG, two=RIGHT)

    with pytest.raises(PreviewMoved) as refused:
        approve_adjustment(adjustment=proposal, seen=seen, by=nina)

    assert {row.attempt for row in refused.value.preview.changed} == {failed, late}
    assert proposal.is_proposed
    assert Adjustment.objects.get().is_proposed
    assert not ScoreChange.objects.exists()
    approve_adjustment(adjustment=proposal, seen=refused.value.preview.digest, by=nina)
    assert ScoreChange.objects.count() == 2


def test_digest_tells_one_change_from_another(version: CourseVersion, failed: Attempt, theo: User) -> None:
    proposals = [propose(version, theo, key, kind) for key in KEYS[:2] for kind in ("drop", "full-credit")]

    assert len({preview_adjustment(proposal).digest for proposal in proposals}) == 4


def test_approval_that_fails_half_way_leaves_nothing(
    version: CourseVersion, failed: Attempt, theo: User, nina: User
) -> None:
    proposal, before = propose(version, theo, kind="full-credit"), stored(failed)

    with patch("quizzes.services.corrections._reopen", side_effect=RuntimeError), pytest.raises(RuntimeError):
        approve(proposal, nina)

    assert Adjustment.objects.get().is_proposed
    assert stored(failed) == before
    assert not ScoreChange.objects.exists()
    assert not OutboxMail.objects.exists()


def test_attempts_that_did_not_ask_the_item_are_left_alone(clinic: Clinic, theo: User, nina: User) -> None:
    version = publish_course(clinic.organization, draw=1)
    attempts = [sit(learner(version, f"{name} Holm"), **dict.fromkeys(KEYS, WRONG)) for name in ("Mia", "Ida", "Eva")]
    asking = [attempt for attempt in attempts if attempt.plan["items"][0]["key"] == "one"]

    preview = preview_adjustment(propose(version, theo, kind="full-credit"))

    assert [row.attempt for row in preview.changed] == asking
    assert preview.asked == len(asking)


def test_dropping_takes_no_pass_away(version: CourseVersion, theo: User, nina: User) -> None:
    passed = sit(learner(version), one=RIGHT, two=RIGHT, three=WRONG)

    approve(propose(version, theo), nina)

    assert stored(passed) == (1, 2, True)
    change = ScoreChange.objects.get()
    assert (change.before_passed, change.after_passed) == (True, True)
    assert not OutboxMail.objects.exists()


def test_order_of_approvals_makes_no_difference_to_scores(clinic: Clinic, theo: User, nina: User) -> None:
    remedies = [("one", "drop", ""), ("two", "accept-option", OTHER), ("three", "full-credit", "")]
    ends = []
    for number, order in enumerate((remedies, remedies[::-1])):
        version = publish_course(clinic.organization, title=f"Test {number}")
        attempts = [
            sit(learner(version, f"Mia{number}{index} Holm"), **dict(zip(KEYS, chosen, strict=True)))
            for index, chosen in enumerate([(RIGHT, OTHER, WRONG), (WRONG, WRONG, RIGHT), (OTHER, RIGHT, OTHER)])
        ]
        for key, kind, option in order:
            approve(propose(version, theo, key, kind, option), nina)
        ends.append([stored(attempt)[:2] for attempt in attempts])

    assert ends[0] == ends[1] == [(2, 2), (1, 2), (2, 2)]


# --- who passes now


def test_who_passes_now_is_told_once_and_finds_the_way(
    version: CourseVersion, failed: Attempt, theo: User, nina: User, mailoutbox: list[Any]
) -> None:
    approve(propose(version, theo, kind="full-credit"), nina)

    body = sent("you now pass", OutboxMail.objects.get(kind="quizzes.now-passed"), mailoutbox)

    assert "corrected in your favor" in body
    assert "/learn/courses/a-course/" in body
    assert "The next step is on your course page" in body
    assert len(events("attempt.passed-by-adjustment")) == 1


def test_nobody_is_told_who_had_passed_or_only_practiced(clinic: Clinic, theo: User, nina: User) -> None:
    version = publish_course(clinic.organization)
    enrollment = learner(version)
    sit(enrollment, one=WRONG, two=RIGHT)
    sit(enrollment, one=RIGHT, two=RIGHT, three=RIGHT)
    approve(propose(version, theo, kind="full-credit"), nina)
    practice = publish_course(clinic.organization, kind="formative", pass_percent=60, title="Practice")
    practiced = sit(learner(practice, "Mia Holm"), one=WRONG, two=RIGHT)
    approve(propose(practice, theo, kind="full-credit"), nina)

    assert stored(practiced) == (2, 3, True)
    assert ScoreChange.objects.count() == 2
    assert not OutboxMail.objects.exists()


def test_mail_to_who_completed_meanwhile_is_dropped(
    version: CourseVersion, failed: Attempt, theo: User, nina: User, mailoutbox: list[Any]
) -> None:
    approve(propose(version, theo, kind="full-credit"), nina)
    mark_completed(enrollment=failed.enrollment, at=timezone.now(), zone="UTC", by=failed.enrollment.user)

    send_mail(OutboxMail.objects.get(kind="quizzes.now-passed"))

    assert mailoutbox == []


@pytest.fixture
def closed(version: CourseVersion) -> Enrollment:
    """Both attempts are used, and the enrollment is closed."""
    enrollment = learner(version)
    for _ in range(2):
        sit(enrollment, one=OTHER, two=RIGHT, three=WRONG)
    enrollment.refresh_from_db()
    assert enrollment.closed_at
    return enrollment


def test_enrollment_that_the_last_failed_attempt_closed_opens_again(
    closed: Enrollment, version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo, kind="accept-option", option=OTHER), nina)

    closed.refresh_from_db()
    assert closed.is_open
    assert queries.passed_assessments(closed) == {TEST}
    (event,) = events("enrollment.reopened")
    assert event.actor == nina.audit_name
    assert closed.completed_at is None  # her completion has its own later date


def test_enrollment_stays_closed_where_the_course_was_begun_anew(
    closed: Enrollment, version: CourseVersion, theo: User, nina: User, mailoutbox: list[Any]
) -> None:
    Enrollment.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - dt.timedelta(days=8))
    again = enroll(user=closed.user, course=version.course, acknowledged=True, by=closed.user)

    approve(propose(version, theo, kind="full-credit"), nina)

    closed.refresh_from_db()
    assert (closed.is_open, again.is_open) == (False, True)
    body = sent("you now pass", OutboxMail.objects.get(kind="quizzes.now-passed"), mailoutbox)
    assert "begun the course anew" in body


def test_enrollment_stays_closed_where_another_assessment_is_failed_for_good(
    clinic: Clinic, theo: User, nina: User, mailoutbox: list[Any]
) -> None:
    """The first test is passed by the correction; the second had its last attempt before."""
    first, second = (
        documents.quiz(
            key, title=title, kind="summative", pass_percent=60, max_attempts=1, items=[item(each) for each in KEYS]
        )
        for key, title in ((TEST, "The First Test"), ("second", "The Second Test"))
    )
    made = documents.document([documents.lesson("read")], [first, second], [TEST, "second"], ["read", TEST, "second"])
    Course.objects.create(slug="a-course", provider=clinic.organization)
    version = documents.publish(made)
    enrollment = learner(version)
    begun = [start(enrollment, key) for key in (TEST, "second")]
    for attempt in begun:
        submit_attempt(attempt=attempt, by=enrollment.user)

    for key in ("one", "two"):
        approve(propose(version, theo, key, kind="full-credit"), nina)

    enrollment.refresh_from_db()
    assert enrollment.closed_at
    body = sent("you now pass", OutboxMail.objects.get(kind="quizzes.now-passed"), mailoutbox)
    assert "begun the course anew" not in body
    assert "no attempt is left at another part that must be passed: “The Second Test”." in body


@pytest.mark.parametrize(("began", "is_reopened"), [("since", False), ("before", True)])
def test_enrollment_opens_again_beside_an_earlier_completion_and_not_beside_a_later_one(
    closed: Enrollment, version: CourseVersion, theo: User, nina: User, began: str, is_reopened: bool
) -> None:
    started = closed.started_at + dt.timedelta(days=400 if began == "since" else -400)
    Enrollment.objects.create(
        user=closed.user,
        course=version.course,
        version=version,
        acknowledged_at=started,
        started_at=started,
        completed_at=started,
        completed_on=started.date(),
        completed_zone="UTC",
    )

    approve(propose(version, theo, kind="full-credit"), nina)

    closed.refresh_from_db()
    assert closed.is_open is is_reopened
    assert queries.passed_assessments(closed) == {TEST}


def test_reopening_loses_to_a_new_beginning_at_the_same_moment(
    closed: Enrollment, version: CourseVersion, theo: User, nina: User
) -> None:
    with patch("quizzes.services.corrections.reopen_enrollment", side_effect=AnotherIsOpen):
        approve(propose(version, theo, kind="full-credit"), nina)

    closed.refresh_from_db()
    assert not closed.is_open
    assert queries.passed_assessments(closed) == {TEST}


# --- attempts under way, and new ones


def test_attempt_under_way_is_scored_with_what_is_in_force_when_it_is_submitted(
    version: CourseVersion, theo: User, nina: User
) -> None:
    attempt = begin(learner(version), one=WRONG, two=RIGHT, three=WRONG)
    proposal = propose(version, theo, kind="full-credit")
    assert preview_adjustment(proposal).open == 1
    approve(proposal, nina)

    submit_attempt(attempt=attempt, by=attempt.enrollment.user)

    assert stored(attempt) == (2, 3, True)
    assert not ScoreChange.objects.exists()


def test_proposal_alone_scores_nothing(version: CourseVersion, theo: User) -> None:
    propose(version, theo, kind="full-credit")

    assert stored(sit(learner(version), one=WRONG, two=RIGHT)) == (1, 3, False)


def test_submission_and_start_take_one_statement_more(version: CourseVersion) -> None:
    enrollment = learner(version)
    # 1 more than without corrections, for the items withdrawn: accommodation, attempts, BEGIN, plans, adjustments, insert, audit (3), COMMIT
    with expect_statements(10):
        attempt = begin(enrollment)
    # 1 more, for the adjustments in force: BEGIN, turn, answers, adjustments, outcome, audit (3), state, COMMIT
    with expect_statements(10):
        submit_attempt(attempt=attempt, by=enrollment.user)


@pytest.mark.parametrize("kind", ["drop", "full-credit"])
def test_new_attempts_do_not_ask_a_withdrawn_item(clinic: Clinic, theo: User, nina: User, kind: str) -> None:
    version = publish_course(clinic.organization, draw=2)
    approve(propose(version, theo, kind=kind), nina)

    attempts = [begin(learner(version, f"{name} Holm")) for name in ("Mia", "Ida", "Eva", "Ada")]

    assert {item["key"] for attempt in attempts for item in attempt.plan["items"]} == {"two", "three"}


def test_pool_that_is_too_small_asks_a_withdrawn_item_and_does_not_count_it(
    version: CourseVersion, theo: User, nina: User
) -> None:
    approve(propose(version, theo), nina)

    assert stored(sit(learner(version), one=RIGHT, two=RIGHT, three=WRONG)) == (1, 2, False)


# --- nothing left to score


def test_attempt_whose_items_were_all_dropped_is_not_scored_and_used_up_nothing(
    clinic: Clinic, theo: User, nina: User
) -> None:
    version = publish_course(clinic.organization, keys=("one",), max_attempts=1)
    enrollment = learner(version)
    failed = sit(enrollment, one=WRONG)
    passed = sit(learner(version, "Mia Holm"), one=RIGHT)
    assert Enrollment.objects.get(pk=enrollment.pk).closed_at

    approve(propose(version, theo), nina)

    assert (stored(failed), stored(passed)) == ((0, 0, False), (0, 0, True))
    assert set(unscored_attempts(clinic.organization)) == {failed, passed}
    (event,) = events("adjustment.approved")
    assert event.details == {"changed": 2, "passes": 0, "unscored": 2}
    enrollment.refresh_from_db()
    assert enrollment.is_open
    from courses.library import published

    state = assessment_states(enrollment, published(version).document)[TEST]
    assert (state.taken, state.left, state.is_failed_for_good) == (1, 1, False)


def test_submission_with_nothing_to_score_closes_nothing_and_opens_a_review(
    clinic: Clinic, theo: User, nina: User
) -> None:
    version = publish_course(clinic.organization, keys=("one",), max_attempts=1)
    approve(propose(version, theo), nina)

    attempt = sit(learner(version), one=RIGHT)

    assert stored(attempt) == (0, 0, False)
    assert fresh(attempt).enrollment.is_open
    assert len(events("attempt.not-scored")) == 1
    assert begin(attempt.enrollment).number == 2


# --- dry run = what approval does, exactly

CHOICES = st.lists(st.sampled_from([RIGHT, WRONG, OTHER, ""]), min_size=3, max_size=3)
REMEDIES = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(["drop", "full-credit", "accept-option"])),
    min_size=1,
    max_size=4,
    unique=True,
)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CHOICES, min_size=1, max_size=4), REMEDIES)
def test_dry_run_is_what_approval_does(
    version: CourseVersion, theo: User, nina: User, chosen: list[list[str]], remedies: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        attempts = []
        for number, answers in enumerate(chosen):
            given_ = {key: option for key, option in zip(KEYS, answers, strict=True) if option}
            attempts.append(sit(learner(version, f"Mia{number} Holm"), **given_))
        for key, kind in remedies:
            proposal = propose(version, theo, key, kind, OTHER if kind == "accept-option" else "")
            preview = preview_adjustment(proposal)
            told = {row.attempt.pk: row.after for row in preview.changed}
            before = {attempt.pk: stored(attempt) for attempt in attempts}
            approve_adjustment(adjustment=proposal, seen=preview.digest, by=nina)
            for attempt in attempts:
                now = stored(attempt)
                after = told.get(attempt.pk)
                expected = (after.score.raw, after.score.maximum, after.passed) if after else before[attempt.pk]
                assert now == expected
                assert now[2] >= before[attempt.pk][2]
            assert set(told) == set(ScoreChange.objects.filter(adjustment=proposal).values_list("attempt", flat=True))
        transaction.set_rollback(True)


# --- readings


def test_result_reads_one_statement_where_nothing_was_corrected(failed: Attempt) -> None:
    row = fresh(failed)
    with expect_statements(1):
        found = corrections_of(row)
    assert (found.rules, found.challenges, found.changes) == ({}, (), ())


def test_corrections_of_an_attempt(version: CourseVersion, challenge: ItemChallenge, theo: User, nina: User) -> None:
    approved = approve(propose(version, theo), nina)

    found = corrections_of(fresh(challenge.attempt))

    assert (found.adjustments, found.challenges) == ((approved,), (challenge,))
    assert found.challenge_of("one") == challenge
    assert found.challenge_of("two") is None
    assert found.corrected_at("one") == Adjustment.objects.get().approved_at
    assert found.corrected_at("two") is None


def test_figures_are_silent_below_five_answers(version: CourseVersion) -> None:
    for name in ("Ada", "Eva", "Ida", "Mia"):
        sit(learner(version, f"{name} Holm"), one=RIGHT, two=WRONG)
    begin(learner(version, "Una Holm"), one=RIGHT)
    sit(learner(version, "Pia Holm"), two=RIGHT)
    assert item_figures(version, TEST, "one") is None

    sit(learner(version, "Lia Holm"), one=OTHER)

    figures = item_figures(version, TEST, "one")
    assert figures is not None
    assert (figures.answered, figures.correct, figures.chosen) == (5, 4, {RIGHT: 4, WRONG: 0, OTHER: 1})


def test_preview_reads_many_attempts_in_batches(version: CourseVersion, theo: User) -> None:
    for name in ("Ada", "Eva", "Ida"):
        sit(learner(version, f"{name} Holm"), one=WRONG)

    with patch("quizzes.queries.corrections.BATCH", 2):
        preview = preview_adjustment(propose(version, theo, kind="full-credit"))

    assert (preview.asked, len(preview.changed)) == (3, 3)
    assert [row.after.score.raw for row in preview.changed] == [Fraction(1)] * 3
