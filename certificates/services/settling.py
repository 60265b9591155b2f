"""The last gates of a course, and settling: the completion, and the certificate with it."""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.services import Person, record
from audit.statements import Statement
from certificates import keys, rules
from certificates.models import (
    Attestation,
    Certificate,
    EvaluationAnswers,
    EvaluationGiven,
)
from certificates.queries import completion_facts, current_certificate
from certificates.rules import GateKind
from certificates.services.issuing import issue_once, printable_name
from certificates.services.refusals import (
    AnswersDoNotFit,
    CannotIssue,
    GatesNotMet,
    NotAsked,
    WaitingBecause,
)
from courses.document import Document
from courses.library import published
from enrollments.models import Enrollment
from enrollments.services import EnrollmentClosed, mark_completed
from quizzes.models import Attempt
from quizzes.services import close_overdue

log = logging.getLogger("vignette.attempts")


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where an enrollment stands after everything that could be done was done."""

    completed: bool
    certificate: Certificate | None = None
    waiting: WaitingBecause | None = None


def give_evaluation(
    *, enrollment: Enrollment, answers: Mapping[str, int | str], by: Person, at: dt.datetime | None = None
) -> EvaluationGiven:
    """Keep that she gave feedback, and what was said, in two rows that nothing joins.

    Given once: a second form leaves the first as it is. What was said before it was written down here was said `at` an
    earlier instant. Raises NotAsked, AnswersDoNotFit, GatesNotMet before lessons
    and assessments are done, and EnrollmentClosed.
    """
    document = published(enrollment.version).document
    if document.evaluation is None:
        raise NotAsked
    if found := EvaluationGiven.objects.filter(enrollment=enrollment).first():
        return found
    _refuse_closed(enrollment)
    _refuse_before(GateKind.EVALUATION, enrollment, document)
    questions = rules.asked(document.evaluation, tuple(document.objective_by_key))
    if names := rules.evaluation_faults(questions, answers):
        raise AnswersDoNotFit(names)
    today = (at or timezone.now()).astimezone(ZoneInfo(enrollment.user.time_zone)).date()
    try:
        with transaction.atomic():
            given = EvaluationGiven.objects.create(enrollment=enrollment, given_on=today)
            EvaluationAnswers.objects.create(
                version=enrollment.version, month=today.replace(day=1), answers=dict(answers)
            )
            record("evaluation.given", by=by, target=enrollment)
    except IntegrityError:
        return EvaluationGiven.objects.get(enrollment=enrollment)
    return given


def attest(*, enrollment: Enrollment, by: Person) -> Attestation:
    """Keep that she confirmed the work as her own, in the words of her version, once.

    Raises GatesNotMet until everything else is met, and EnrollmentClosed.
    """
    if found := Attestation.objects.filter(enrollment=enrollment).first():
        return found
    _refuse_closed(enrollment)
    document = published(enrollment.version).document
    _refuse_before(GateKind.ATTESTATION, enrollment, document)
    text_version = document.course.gates.attestation
    try:
        with transaction.atomic():
            attestation = Attestation.objects.create(enrollment=enrollment, text_version=text_version)
            record("attestation.given", by=by, target=enrollment, text_version=text_version)
    except IntegrityError:
        return Attestation.objects.get(enrollment=enrollment)
    return attestation


def settle(*, enrollment: Enrollment, by: Person) -> Settlement:
    """Complete the enrollment and issue its certificate, if everything is met and as far as it can be done.

    May be called at any time and any number of times; two calls at once make one completion and one certificate. The
    completion is of the moment in which the last gate was met. Where the certificate cannot be issued the completion
    stands, and `waiting` says why.
    """
    if enrollment.completed_at is None and not _complete(enrollment, by):
        return Settlement(completed=False)
    if found := current_certificate(enrollment):
        return Settlement(completed=True, certificate=found)
    try:
        return Settlement(completed=True, certificate=issue_once(enrollment, by))
    except CannotIssue as refusal:
        return Settlement(completed=True, waiting=refusal.because)


def close_overdue_attempts(*, by: Person, batch: int = 100) -> int:
    """Close every attempt whose time and grace are over, settle its enrollment, and say how many there were.

    Each is an act of its own, so that one which cannot be closed is logged and stops no other. Said again, or by two at
    once, it changes nothing.
    """
    closed, last, now = 0, 0, timezone.now()
    overdue = Attempt.objects.overdue(now).select_related("enrollment__version", "enrollment__user").order_by("pk")
    while attempts := list(overdue.filter(pk__gt=last)[:batch]):
        closed += sum(_close_overdue(attempt, by) for attempt in attempts)
        last = attempts[-1].pk
    return closed


def _close_overdue(attempt: Attempt, by: Person) -> bool:
    try:
        close_overdue(attempt=attempt, by=by)
        settle(enrollment=attempt.enrollment, by=by)
    except Exception as error:  # noqa: BLE001 - one attempt's fault must not keep the others open
        log.warning("attempt %s was not closed: %s", attempt.pk, type(error).__name__)
        return False
    return True


def waiting_because(enrollment: Enrollment) -> WaitingBecause | None:
    """What keeps a completed enrollment's certificate from being issued now; None when nothing does. Changes nothing."""
    try:
        printable_name(enrollment)
        keys.active_signer()
    except CannotIssue as refusal:
        return refusal.because
    except keys.NoUsableKey:
        return WaitingBecause.NO_KEY
    return None


def _refuse_closed(enrollment: Enrollment) -> None:
    if not Enrollment.objects.filter(pk=enrollment.pk, closed_at__isnull=True).exists():
        raise EnrollmentClosed


def _refuse_before(kind: GateKind, enrollment: Enrollment, document: Document) -> None:
    facts = completion_facts(enrollment, document)
    if missing := rules.missing_before(kind, document.course.gates, facts):
        raise GatesNotMet(missing)


ATTESTED = Statement(lambda enrollment_id: Attestation.objects.filter(enrollment=enrollment_id), int)


def _complete(enrollment: Enrollment, by: Person) -> bool:
    # Every course asks for the attestation, and last: without it there is nothing to look up, so settling after each
    # lesson costs one statement.
    attestation = ATTESTED.first(enrollment.pk)
    if attestation is None:
        return False
    document = published(enrollment.version).document
    if rules.missing_requirements(document.course.gates, completion_facts(enrollment, document)):
        return False
    # The attestation is the last gate, so its instant is the completion's, however late this is settled.
    mark_completed(enrollment=enrollment, at=attestation.attested_at, zone=enrollment.user.time_zone, by=by)
    return True
