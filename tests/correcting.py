"""A test of a few questions that an author and an owner of Riverbend put right, and learners who took it."""

from typing import Any

from accounts.models import Organization, User
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from enrollments.services import enroll
from quizzes.models import Adjustment, Attempt
from quizzes.queries import preview_adjustment, sitting
from quizzes.services import approve_adjustment, propose_adjustment, submit_attempt
from tests.conftest import person
from tests.enrollments import documents
from tests.taking import answer, start

TEST = "post-test"
KEYS = ("one", "two", "three")
RIGHT, WRONG, OTHER = "well", "ill", "other"


def item(key: str, marks: int = 1) -> dict[str, Any]:
    def option(name: str, *, correct: bool) -> dict[str, Any]:
        texts = {"key": name, "text": f"{key}, {name}.", "rationale": f"XREASON {key} {name}."}
        return {**texts, **({"correct": True} if correct else {})}

    return {
        "key": key,
        "kind": "single_best_answer",
        "objectives": ["ask"],
        "cognitive": "recall",
        "marks": marks,
        "stem": f"The stem of {key}.",
        "lead_in": "Which?",
        "options": [option(RIGHT, correct=True), option(WRONG, correct=False), option(OTHER, correct=False)],
    }


def publish_course(provider: Organization, keys: tuple[str, ...] = KEYS, **names: Any) -> CourseVersion:
    """A lesson and a test that is passed with two of three, in two attempts; `names` change the test."""
    base = {"kind": "summative", "pass_percent": 60, "max_attempts": 2, "release": "after_pass_or_last_attempt"}
    test = documents.quiz(TEST, items=[item(key) for key in keys], **{**base, **names})
    must_pass = [TEST] if test["kind"] == "summative" else []
    made = documents.document([documents.lesson("read")], [test], must_pass, ["read", TEST])
    Course.objects.get_or_create(slug="a-course", defaults={"provider": provider})
    return documents.publish(made)


def learner(version: CourseVersion, name: str = "Lena Frost") -> Enrollment:
    user = User.objects.filter(legal_name=name).first() or person(name)
    return enroll(user=user, course=version.course, acknowledged=True, by=user)


def begin(enrollment: Enrollment, **answers: str) -> Attempt:
    """An attempt under way: questions by key, and the option chosen; what is not named stays open."""
    attempt = start(enrollment, TEST)
    for key, option in answers.items():
        if key in sitting(attempt).plan.keys:
            answer(attempt, key, option)
    return attempt


def sit(enrollment: Enrollment, **answers: str) -> Attempt:
    return submit_attempt(attempt=begin(enrollment, **answers), by=enrollment.user)


def propose(
    version: CourseVersion, by: User, item_key: str = "one", kind: str = "drop", option: str = ""
) -> Adjustment:
    return propose_adjustment(
        version=version,
        assessment_key=TEST,
        item_key=item_key,
        kind=kind,
        option_key=option,
        reason="Two options are right.",
        by=by,
    )


def approve(adjustment: Adjustment, by: User) -> Adjustment:
    """As somebody does who looks at the preview and approves what it told."""
    return approve_adjustment(adjustment=adjustment, seen=preview_adjustment(adjustment).digest, by=by)


def fresh(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_related("enrollment__user", "enrollment__version", "enrollment__course").get(
        pk=attempt.pk
    )


def stored(attempt: Attempt) -> tuple[Any, ...]:
    row = fresh(attempt)
    return (row.raw, row.maximum, row.passed)
