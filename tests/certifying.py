"""The example course, taken as far as a test needs, by rows and by services."""

import datetime as dt
from collections.abc import Mapping

from accounts.models import User
from certificates import rules
from certificates.models import Attestation, Certificate, EvaluationAnswers
from certificates.services import attest, give_evaluation, settle
from courses.document import Document
from courses.library import published
from courses.models import CourseVersion
from enrollments.models import Enrollment, LessonRead
from quizzes.models import Attempt
from tests.publishing import publish_example

STARTED = dt.datetime(2026, 11, 19, 18, 0, tzinfo=dt.UTC)


def enrolled(user: User, version: CourseVersion | None = None) -> Enrollment:
    version = version or publish_example()
    return Enrollment.objects.create(
        user=user, course=version.course, version=version, acknowledged_at=STARTED, started_at=STARTED
    )


def document_of(enrollment: Enrollment) -> Document:
    return published(enrollment.version).document


def read_everything(enrollment: Enrollment) -> None:
    for key in document_of(enrollment).lesson_by_key:
        LessonRead.objects.create(enrollment=enrollment, lesson_key=key, read_at=STARTED)


def pass_assessment(enrollment: Enrollment, key: str, number: int = 1) -> None:
    Attempt.objects.create(
        enrollment=enrollment,
        assessment_key=key,
        kind="scenario" if key in {each.key for each in document_of(enrollment).scenarios} else "quiz",
        number=number,
        plan={},
        started_at=STARTED,
        submitted_at=STARTED,
        closed_because="submitted",
        raw_numerator=4,
        raw_denominator=1,
        maximum=4,
        passed=True,
        scoring_version=1,
    )


def pass_everything(enrollment: Enrollment) -> None:
    read_everything(enrollment)
    for key in document_of(enrollment).course.gates.pass_:
        pass_assessment(enrollment, key)


def asked_of(enrollment: Enrollment) -> tuple[rules.Asked, ...]:
    document = document_of(enrollment)
    assert document.evaluation is not None
    return rules.asked(document.evaluation, tuple(document.objective_by_key))


def answers(enrollment: Enrollment) -> dict[str, int | str]:
    given: dict[str, int | str] = {}
    for row in asked_of(enrollment):
        if row.question.kind == "choice":
            given[row.name] = row.question.options[0].key
        elif row.question.kind != "text":
            given[row.name] = 4
    return given


def feedback_in(version: CourseVersion, month: int, *forms: Mapping[str, object]) -> None:
    """What was said of the version in a month of 2026 (a past one, by the clock of any machine)."""
    for form in forms:
        EvaluationAnswers.objects.create(version=version, month=dt.date(2026, month, 1), answers=form)


def ready_to_attest(user: User, version: CourseVersion | None = None) -> Enrollment:
    enrollment = enrolled(user, version)
    pass_everything(enrollment)
    give_evaluation(enrollment=enrollment, answers=answers(enrollment), by=user)
    return enrollment


def ready_to_settle(user: User, version: CourseVersion | None = None) -> Enrollment:
    enrollment = ready_to_attest(user, version)
    attest(enrollment=enrollment, by=user)
    return enrollment


def attested_at(user: User, at: dt.datetime, version: CourseVersion | None = None) -> Enrollment:
    """Everything met, the last of it at that moment."""
    enrollment = ready_to_attest(user, version)
    Attestation.objects.create(enrollment=enrollment, text_version="v1", attested_at=at)
    return enrollment


def certified(user: User, version: CourseVersion | None = None) -> Certificate:
    settlement = settle(enrollment=ready_to_settle(user, version), by=user)
    assert settlement.certificate is not None
    return settlement.certificate
