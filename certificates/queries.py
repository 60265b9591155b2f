"""What pages, the gate and the commands ask of certificates."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import License, User
from certificates import keys, rules
from certificates.models import (
    Attestation,
    Certificate,
    EvaluationAnswers,
    EvaluationGiven,
    SigningKey,
    StatusChange,
)
from certificates.payload import NotAPayload, Payload, parse
from certificates.rules import Asked, Facts, Said, Standing, Verdict
from courses.document import Document
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead
from quizzes.queries import passed_assessments


def completion_facts(enrollment: Enrollment, document: Document) -> Facts:
    """What the gate asks, in three statements."""
    given, attested = (
        Enrollment.objects.filter(pk=enrollment.pk)
        .values_list(
            Exists(EvaluationGiven.objects.filter(enrollment=OuterRef("pk"))),
            Exists(
                Attestation.objects.filter(enrollment=OuterRef("pk"), text_version=document.course.gates.attestation)
            ),
        )
        .get()
    )
    return Facts(
        lessons=frozenset(document.lesson_by_key),
        read=frozenset(LessonRead.objects.filter(enrollment=enrollment).values_list("lesson_key", flat=True)),
        passed=passed_assessments(enrollment),
        is_evaluated=given,
        is_attested=attested,
    )


def current_certificate(enrollment: Enrollment) -> Certificate | None:
    """The enrollment's newest certificate, whatever became of it."""
    return Certificate.objects.filter(enrollment=enrollment, replacement__isnull=True).select_related("key").first()


def certified_enrollments(version: CourseVersion) -> frozenset[int]:
    """Enrollments in that version that hold a certificate, whatever became of it."""
    return frozenset(Certificate.objects.filter(enrollment__version=version).values_list("enrollment", flat=True))


@dataclass(frozen=True, slots=True)
class Pinned:
    """How many rest on a version of a course."""

    open: int  # people who take it now
    completions: int
    closed: int  # begun and ended without a completion
    certificates: int  # one for each completion that has any, whatever became of it


def pinned_to(version: CourseVersion) -> Pinned:
    """What rests on that version, in two statements."""
    counts = Enrollment.objects.filter(version=version).aggregate(
        open=Count("pk", filter=Q(completed_at__isnull=True, closed_at__isnull=True)),
        completions=Count("pk", filter=Q(completed_at__isnull=False)),
        closed=Count("pk", filter=Q(closed_at__isnull=False)),
    )
    newest = Certificate.objects.filter(enrollment__version=version, replacement__isnull=True)
    return Pinned(**counts, certificates=newest.count())


def unsettled() -> QuerySet[Enrollment]:
    """Enrollments that are attested and not completed, or completed and without a certificate."""
    has_certificate = Exists(Certificate.objects.filter(enrollment=OuterRef("pk")))
    is_attested = Exists(Attestation.objects.filter(enrollment=OuterRef("pk")))
    return (
        Enrollment.objects.filter(
            Q(is_attested, completed_at__isnull=True, closed_at__isnull=True)
            | Q(~has_certificate, completed_at__isnull=False)
        )
        .select_related("user", "version", "course__provider")
        .order_by("pk")
    )


# --- what was said in feedback


def feedback_on(version: CourseVersion, others: Iterable[CourseVersion] = (), *, before: dt.date) -> tuple[Said, ...]:
    """For each question of the version what may be told of its answers from months before that day, in one statement.

    With what `others` said where they asked the same. Empty where the version asks for no feedback.
    """
    versions = (version, *others)
    answers = _answers_by_month(versions, before)
    parts: dict[tuple[Asked, str], list[list[int | str]]] = defaultdict(list)
    for each in versions:
        for row, question in _questions(each).items():
            parts[question].append(rules.released(answers[each.pk, row.name]))
    return tuple(rules.said(row, parts[question]) for row, question in _questions(version).items())


def _questions(version: CourseVersion) -> dict[Asked, tuple[Asked, str]]:
    """What the version asks, in order, each with what makes it the same question in another version."""
    document = published(version).document
    if document.evaluation is None:
        return {}
    objectives = document.objective_by_key
    return {
        row: rules.same_question(row, objectives[row.objective].text if row.objective else "")
        for row in rules.asked(document.evaluation, tuple(objectives))
    }


def _answers_by_month(
    versions: Iterable[CourseVersion], before: dt.date
) -> dict[tuple[int, str], dict[dt.date, list[int | str]]]:
    """Answers by version and name of the question, and by month."""
    found: dict[tuple[int, str], dict[dt.date, list[int | str]]] = defaultdict(lambda: defaultdict(list))
    rows = EvaluationAnswers.objects.filter(version__in=[each.pk for each in versions], month__lt=before)
    for version, month, answers in rows.values_list("version", "month", "answers").iterator():
        for name, answer in answers.items():
            if answer != "":
                found[version, name][month].append(answer)
    return found


# --- verification


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate as it stands now. Nothing printed is given out when the signature does not hold."""

    certificate: Certificate
    verdict: Verdict
    payload: Payload | None
    is_demo: bool
    changed_at: dt.datetime | None  # when it was superseded or revoked
    because: str
    newer_code: str | None

    @property
    def code(self) -> str:
        return self.certificate.code

    @property
    def grouped_code(self) -> str:
        return rules.grouped_code(self.certificate.code)

    @property
    def is_valid(self) -> bool:
        return self.verdict is Verdict.VALID

    @property
    def is_standing(self) -> bool:
        """Whether it may be printed: neither revoked nor replaced, a paper would hide what has become of it."""
        return self.verdict in (Verdict.VALID, Verdict.DEMONSTRATION)


def checked_certificate(code: str) -> Checked | None:
    """The certificate with that code, its signature checked now, in two statements; None when there is none."""
    found = Certificate.objects.filter(code=code).select_related("key", "replacement").first()
    return checked(found) if found else None


def checked(certificate: Certificate) -> Checked:
    """What may be said of the certificate; `key` and `replacement` come with it."""
    last = StatusChange.objects.filter(certificate=certificate).order_by("-number").first()
    payload = genuine_payload(certificate)
    status = last.status if last else ""
    replacement = getattr(certificate, "replacement", None)
    changed = last if status in {Verdict.SUPERSEDED, Verdict.REVOKED} else None
    return Checked(
        certificate=certificate,
        verdict=rules.verdict(status=status, is_genuine=payload is not None, is_demo=certificate.key.is_demo),
        payload=payload,
        is_demo=certificate.key.is_demo,
        changed_at=changed.at if changed else None,
        because=changed.because if changed else "",
        newer_code=replacement.code if replacement else None,
    )


def genuine_payload(certificate: Certificate) -> Payload | None:
    """What the certificate says, if its signature holds, its row agrees with it, and its key was trustworthy then."""
    key = certificate.key
    if not keys.signature_holds(key, certificate.payload, certificate.signature):
        return None
    try:
        payload = parse(certificate.payload)
    except NotAPayload:
        return None
    agrees = (
        payload.code == certificate.code
        and payload.kid == key.kid
        and payload.template == certificate.template
        and payload.issued_instant == certificate.issued_at
    )
    # Of a compromised key, only what stands in our own append-only table from before that time is ours.
    trusted = key.compromised_at is None or certificate.issued_at < key.compromised_at
    return payload if agrees and trusted else None


def confirms_number(checked: Checked, number: str) -> bool:
    """Whether the certificate was issued to the holder of a license with that number."""
    if checked.payload is None or not rules.normalized_number(number):
        return False
    hashed = rules.number_hash(checked.certificate.license_salt, number)
    return any(line.number_sha256 == hashed for line in checked.payload.licenses)


def numbers_on(certificate: Certificate) -> dict[str, str]:
    """Her license numbers as she states them now, by their hash in this certificate."""
    numbers = License.objects.filter(user=certificate.user_id).values_list("number", flat=True)
    return {rules.number_hash(certificate.license_salt, number): number for number in numbers}


def published_keys() -> QuerySet[SigningKey]:
    """Every public key that there ever was, oldest first."""
    return SigningKey.objects.order_by("created_at", "pk")


def affected_by(key: SigningKey) -> QuerySet[Certificate]:
    """Current certificates that cannot be confirmed because their key was compromised before they were issued."""
    return Certificate.objects.filter(
        key=key, issued_at__gte=F("key__compromised_at"), replacement__isnull=True
    ).order_by("issued_at")


def standings() -> dict[str, Standing]:
    """What became of every certificate, by its code, in one statement."""
    last = StatusChange.objects.filter(certificate=OuterRef("pk")).order_by("-number")
    rows = Certificate.objects.order_by("code").values_list(
        "code", Subquery(last.values("status")[:1]), Subquery(last.values("because")[:1])
    )
    return {code: Standing(status, because) for code, status, because in rows}


# --- the learner's own


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One completion. The title is that of the version which was taken."""

    enrollment: Enrollment
    code: str | None
    status: str | None

    @property
    def grouped_code(self) -> str:
        return rules.grouped_code(self.code) if self.code else ""


def transcript(user: User) -> list[TranscriptLine]:
    """Her completions, newest first, each with its newest certificate, in two statements."""
    status = StatusChange.objects.filter(certificate=OuterRef("pk")).order_by("-number")
    newest = Certificate.objects.of(user).filter(replacement__isnull=True)
    rows = newest.annotate(status=Subquery(status.values("status")[:1])).values_list("enrollment_id", "code", "status")
    certificates = {enrollment: (code, status) for enrollment, code, status in rows}
    completions = (
        Enrollment.objects.of(user)
        .filter(completed_at__isnull=False)
        .select_related("version", "course__provider")
        .order_by("-completed_at")
    )
    return [TranscriptLine(each, *certificates.get(each.pk, (None, None))) for each in completions]
