"""The acts that put an item of a published version right: a challenge and its answer, a proposal and its approval.

The version itself never changes. An adjustment takes two authors, and changes exactly what its approver was shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AUTHORING, Organization, User
from accounts.queries import held_roles, today_in
from audit.services import record, refusals_recorded
from courses.document import AssessmentKind, Quiz
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment
from enrollments.services import AnotherIsOpen, reopen_enrollment
from quizzes import notices
from quizzes.models import Adjustment, Attempt, ChallengeOutcome, ItemChallenge, ScoreChange
from quizzes.queries import Preview, Rescored, assessment_state, preview_adjustment
from quizzes.rules import SCORING_VERSION, Remedy, not_adjustable
from quizzes.services.refusals import (
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
)

#: Challenges, answers and reasons are this long at most, in characters.
LONGEST = 2000


def challenge_item(*, attempt: Attempt, item_key: str, words: str, by: User) -> ItemChallenge:
    """Keep that the learner finds an item of her finished attempt wrong, once for each item; the first words stay.

    The same words again are the same challenge. Refuses an open attempt (AttemptOpen), an item that the attempt does
    not have (UnknownItem), no words or more than 2,000 characters (WordsDoNotFit), and other words about an item that
    she challenged before (AlreadyChallenged).
    """
    if attempt.is_open:
        raise AttemptOpen
    if item_key not in {item["key"] for item in attempt.plan.get("items", ())}:
        raise UnknownItem(item_key)
    said = _fitting(words)
    own = ItemChallenge.objects.filter(attempt=attempt, item_key=item_key)
    if found := own.first():
        return _same(found, said)
    try:
        with transaction.atomic():
            challenge = ItemChallenge.objects.create(attempt=attempt, item_key=item_key, words=said)
            # In the site's chain: the provider, who may be her employer, does not read there who challenged.
            record("item.challenged", by=by, target=challenge, assessment=attempt.assessment_key, item=item_key)
    except IntegrityError:
        return _same(own.get(), said)
    return challenge


def _same(challenge: ItemChallenge, said: str) -> ItemChallenge:
    if challenge.words != said:
        raise AlreadyChallenged(challenge)
    return challenge


def answer_challenge(*, challenge: ItemChallenge, outcome: str, answer: str, by: User) -> ItemChallenge:
    """Answer the learner, once: the item is upheld as faulty, or it stands and is explained.

    The same answer again changes nothing. Refuses who is no author there (NotAnAuthor), the learner herself
    (OwnChallenge), an unknown outcome or words that do not fit (WordsDoNotFit), and another answer than the first
    (ChallengeAnswered).
    """
    enrollment = challenge.attempt.enrollment
    provider = enrollment.version.course.provider
    with _refusing("challenge.answered", challenge, provider, by, OwnChallenge):
        if enrollment.user_id == by.pk:
            raise OwnChallenge
        said = _fitting(answer)
        if outcome not in ChallengeOutcome.values:
            raise WordsDoNotFit
        waiting = ItemChallenge.objects.waiting().filter(pk=challenge.pk)
        won = waiting.update(outcome=outcome, answer=said, answered_by=by, answered_at=timezone.now())
        challenge.refresh_from_db(fields=["outcome", "answer", "answered_by", "answered_at"])
        if won:
            record("challenge.answered", by=by, target=challenge, organization=provider, finding=outcome)
            notices.owe_challenge_answered(challenge)
        elif (challenge.outcome, challenge.answer, challenge.answered_by_id) != (outcome, said, by.pk):
            raise ChallengeAnswered(challenge)
    return challenge


def propose_adjustment(
    *,
    version: CourseVersion,
    assessment_key: str,
    item_key: str,
    kind: str,
    option_key: str = "",
    reason: str,
    by: User,
) -> Adjustment:
    """Propose how the item should be scored from now on; nothing changes before another author approves.

    The same proposal again by the same author returns the first. Refuses who is no author there (NotAnAuthor), an
    assessment or item that the version does not have (UnknownAssessment, UnknownItem), a remedy that does not fit the
    item (CannotAdjust), a reason that does not fit (WordsDoNotFit), and what was proposed before (AlreadyAdjusted).
    """
    provider = version.course.provider
    with _refusing("adjustment.proposed", version, provider, by):
        said = _fitting(reason)
        _refuse_misfit(version, assessment_key, item_key, kind, option_key)
        values = {
            "version": version,
            "assessment_key": assessment_key,
            "item_key": item_key,
            "kind": kind,
            "option_key": option_key,
        }
        try:
            with transaction.atomic():
                adjustment = Adjustment.objects.create(**values, reason=said, proposed_by=by)
        except IntegrityError:
            found = Adjustment.objects.get(**values, withdrawn_at__isnull=True)
            if (found.proposed_by_id, found.reason) != (by.pk, said):
                raise AlreadyAdjusted(found) from None
            return found
        record("adjustment.proposed", by=by, target=adjustment, organization=provider, item=item_key, kind=kind)
    return adjustment


def withdraw_adjustment(*, adjustment: Adjustment, by: User) -> Adjustment:
    """Take a proposal back, once. Refuses who is no author there (NotAnAuthor), and what is in force (AlreadyApproved)."""
    provider = adjustment.version.course.provider
    with _refusing("adjustment.withdrawn", adjustment, provider, by, AlreadyApproved):
        won = (
            Adjustment.objects.proposed().filter(pk=adjustment.pk).update(withdrawn_by=by, withdrawn_at=timezone.now())
        )
        _refresh(adjustment)
        if adjustment.approved_at:
            raise AlreadyApproved
        if won:
            record("adjustment.withdrawn", by=by, target=adjustment, organization=provider)
    return adjustment


def approve_adjustment(*, adjustment: Adjustment, seen: str, by: User) -> Adjustment:
    """Put the adjustment in force, and give every finished attempt the outcome that the preview told, in one act.

    `seen` is the digest of the preview that the approver looked at. An attempt whose outcome does not change is left
    alone; the others get a ScoreChange. A pass that was given stays; who passes now is told, and her enrollment opens
    again where the last failed attempt had closed it. Attempts under way are scored with it when they are submitted.

    Approving again changes nothing. Refuses who is no author there (NotAnAuthor), the proposer (OwnProposal), who would
    pass by it (OwnPass), a withdrawn proposal (ProposalWithdrawn), and facts that moved since the preview
    (PreviewMoved); then nothing changes.
    """
    provider = adjustment.version.course.provider
    refusals = (OwnProposal, OwnPass, ProposalWithdrawn, PreviewMoved)
    with _refusing("adjustment.approved", adjustment, provider, by, *refusals):
        if adjustment.proposed_by_id == by.pk:
            raise OwnProposal
        _hold(adjustment)
        won = Adjustment.objects.proposed().filter(pk=adjustment.pk).update(approved_by=by, approved_at=timezone.now())
        _refresh(adjustment)
        if adjustment.withdrawn_at:
            raise ProposalWithdrawn
        if won:
            preview = preview_adjustment(adjustment)
            refusal: OwnPass | PreviewMoved | None = OwnPass() if preview.gives_pass_to(by) else None
            if preview.digest != seen:
                refusal = refusal or PreviewMoved(preview)
            if refusal:
                adjustment.approved_at = adjustment.approved_by = None  # as the row is after the roll back
                raise refusal
            _apply(preview, by)
            record(
                "adjustment.approved",
                by=by,
                target=adjustment,
                organization=provider,
                changed=len(preview.changed),
                passes=preview.passes,
                unscored=preview.unscored,
            )
    return adjustment


# --- what they share


@contextmanager
def _refusing(
    action: str,
    target: ItemChallenge | Adjustment | CourseVersion,
    provider: Organization,
    by: User,
    *refusals: type[Exception],
) -> Iterator[None]:
    """The transaction of an author's act, whose refusals leave a trace in the provider's chain."""
    with refusals_recorded(action, NotAnAuthor, *refusals, by=by, target=target, organization=provider):
        if held_roles(by, provider, today_in(provider)).isdisjoint(AUTHORING):
            raise NotAnAuthor
        yield


def _fitting(words: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise WordsDoNotFit
    return said


def _refuse_misfit(version: CourseVersion, assessment_key: str, item_key: str, kind: str, option_key: str) -> None:
    quiz = published(version).document.assessment_by_key.get(assessment_key)
    if not isinstance(quiz, Quiz):
        raise UnknownAssessment(assessment_key)
    if item_key not in quiz.item_by_key:
        raise UnknownItem(item_key)
    if because := not_adjustable(quiz.item_by_key[item_key], Remedy(kind), option_key):
        raise CannotAdjust(because)


def _refresh(adjustment: Adjustment) -> None:
    adjustment.refresh_from_db(fields=["approved_by", "approved_at", "withdrawn_by", "withdrawn_at"])


# --- approval


def _hold(adjustment: Adjustment) -> None:
    """Keep every act that scores this assessment waiting until the approval is done, and every other approval too.

    Attempts first and adjustments second, each in the order of their numbers, as in a submission: nobody waits for
    somebody who waits for her. An attempt that begins after the first line is not held; its submission meets the second.
    SQLite has one writer at a time, and passes over both.
    """
    attempts = Attempt.objects.open().filter(
        enrollment__version=adjustment.version_id, assessment_key=adjustment.assessment_key
    )
    list(attempts.order_by("pk").select_for_update(of=("self",)).only("pk"))
    rows = Adjustment.objects.about(adjustment.version_id, adjustment.assessment_key)
    list(rows.order_by("pk").select_for_update(no_key=True).only("pk"))


def _apply(preview: Preview, by: User) -> None:
    passed_before = _enrollments_that_passed(preview.adjustment)
    ScoreChange.objects.bulk_create([_change(preview.adjustment, row) for row in preview.changed], batch_size=500)
    for row in preview.changed:
        row.attempt.raw_numerator, row.attempt.raw_denominator = row.after.score.raw.as_integer_ratio()
        row.attempt.maximum, row.attempt.passed = row.after.score.maximum, row.after.passed
        row.attempt.scoring_version = SCORING_VERSION
    scores = ["raw_numerator", "raw_denominator", "maximum", "passed", "scoring_version"]
    Attempt.objects.bulk_update([row.attempt for row in preview.changed], scores, batch_size=200)
    for row in preview.changed:
        if row.gives_pass and row.attempt.enrollment_id not in passed_before:
            _give_pass(preview.adjustment, row.attempt, by)
    _reopen(preview, by)


def _enrollments_that_passed(adjustment: Adjustment) -> frozenset[int]:
    passed = Attempt.objects.filter(
        enrollment__version=adjustment.version_id, assessment_key=adjustment.assessment_key, passed=True
    )
    return frozenset(passed.values_list("enrollment", flat=True))


def _change(adjustment: Adjustment, row: Rescored) -> ScoreChange:
    before, after = row.before.score, row.after.score
    return ScoreChange(
        attempt=row.attempt,
        adjustment=adjustment,
        before_numerator=before.raw.numerator,
        before_denominator=before.raw.denominator,
        before_maximum=before.maximum,
        before_passed=row.before.passed,
        after_numerator=after.raw.numerator,
        after_denominator=after.raw.denominator,
        after_maximum=after.maximum,
        after_passed=row.after.passed,
    )


def _give_pass(adjustment: Adjustment, attempt: Attempt, by: User) -> None:
    record("attempt.passed-by-adjustment", by=by, target=attempt, adjustment=str(adjustment.public_id))
    quiz = published(adjustment.version).document.assessment_by_key[adjustment.assessment_key]
    if quiz.kind is AssessmentKind.SUMMATIVE:
        notices.owe_now_passed(attempt, adjustment)


def _reopen(preview: Preview, by: User) -> None:
    """Open the enrollments again that a last failed attempt closed, if no assessment that counts is failed for good."""
    touched = {row.attempt.enrollment_id for row in preview.changed if row.gives_pass or row.is_unscored}
    closed = Enrollment.objects.filter(pk__in=touched, closed_at__isnull=False).select_related("user", "version")
    document = published(preview.adjustment.version).document
    gates = [document.assessment_by_key[key] for key in document.course.gates.pass_]
    for enrollment in closed.order_by("pk"):
        if not any(assessment_state(enrollment, gate).is_failed_for_good for gate in gates):
            _reopen_one(enrollment, by)


def _reopen_one(enrollment: Enrollment, by: User) -> None:
    """It stays closed where she has begun the course anew: that enrollment is open, or was completed since."""
    if Enrollment.objects.begun_since(enrollment).exists():
        return
    with suppress(AnotherIsOpen):
        reopen_enrollment(enrollment=enrollment, by=by)
