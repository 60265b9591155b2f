"""Small courses, made in memory, for what has to be asked of many shapes of course."""

from accounts.models import Organization
from audit.services import SYSTEM
from courses.document import Document
from courses.library import published
from courses.models import Course, CourseVersion
from courses.services import publish_version


def lesson(key: str, minutes: int = 5, **names: object) -> dict[str, object]:
    base = {"key": key, "title": key.capitalize(), "objectives": ["ask"], "minutes": minutes, "body": "Text."}
    return base | names


def fact(claim: str, status: str = "verified", check_by: str = "2027-03-01") -> dict[str, str]:
    return {"claim": claim, "status": status, "source": "R1 GK", "checked_on": "2026-10-01", "check_by": check_by}


def quiz(key: str, minutes: int = 5, **names: object) -> dict[str, object]:
    item = {
        "key": "one",
        "kind": "single_best_answer",
        "objectives": ["ask"],
        "cognitive": "recall",
        "stem": "A stem.",
        "lead_in": "Which?",
        "options": [
            {"key": "a", "text": "This.", "correct": True, "rationale": "Because."},
            {"key": "b", "text": "That.", "rationale": "Because not."},
        ],
    }
    base: dict[str, object] = {
        "key": key,
        "title": key.capitalize(),
        "kind": "formative",
        "release": "after_submission",
        "minutes": minutes,
        "items": [item],
    }
    return base | names


def document(
    lessons: list[dict[str, object]], quizzes: list[dict[str, object]], must_pass: list[str], order: list[str]
) -> Document:
    course = {
        "format": 1,
        "title": "A course",
        "language": "en-US",
        "level": "introductory",
        "audience": ["Everybody"],
        "summary": "Short.",
        "prerequisites": "None.",
        "authors": [{"name": "A", "credentials": "PhD", "role": "author", "disclosure": "None."}],
        "disclosures": {"commercial_support": "None.", "conflicts": "None.", "mitigation": "None.", "limits": "None."},
        "requirements": {"technology": "A browser.", "accommodations": "Ask."},
        "grievances": "Write to us.",
        "objectives": [{"key": "ask", "text": "Ask."}],
        "review": {"reviewed_on": "2026-10-01", "review_by": "2027-10-01", "change_note": "First."},
        "credit": {"minutes": 60, "rounding": "down", "note": "Estimated."},
        "gates": {"lessons": "all", "pass": must_pass, "evaluation": True, "attestation": "v1"},
        "attestation": {"version": "v1", "text": "My own work."},
        "outline": [{"module": "m1", "title": "One", "parts": order}],
    }
    question = {"key": "clear", "kind": "scale", "text": "Clear?", "required": True, "low": "No", "high": "Yes"}
    evaluation = {"version": "v1", "intro": "Tell us.", "questions": [question]}
    return Document.model_validate({"course": course, "lessons": lessons, "quizzes": quizzes, "evaluation": evaluation})


#: Two lessons, a practice between them, and a post-test that must be passed.
SMALL = ["one", "practice", "two", "post-test"]


def small(title: str = "A course", attempts: int | None = 2, minutes: int = 10, days: int = 7) -> Document:
    post_test = quiz("post-test", 30, kind="summative", pass_percent=80, max_attempts=attempts)
    made = document([lesson("one", minutes), lesson("two", 12)], [quiz("practice", 4), post_test], ["post-test"], SMALL)
    course = made.course.model_copy(update={"title": title, "retake_after_days": days})
    return made.model_copy(update={"course": course})


def in_modules() -> Document:
    """Two modules with a checklist, a page of words to look up, dated statements and a source; two practices."""
    words = "## A\n\n- **Plain talk.** Said so that it is understood.\n- No word here.\n"
    lessons = [
        lesson("one", 10, facts=[fact("It is so"), fact("It is said", "reported", "2026-11-01")]),
        lesson("card", 1, kind="checklist", body="## First\n\n- Ask.\n- Listen.\n"),
        lesson("two", 12, objectives=["tell", "hear"], facts=[fact("It is so"), fact("It is argued", "contested")]),
        lesson("words", 3, kind="reference", body=words),
    ]
    post_test = quiz("post-test", 30, kind="summative", pass_percent=80)
    made = document(lessons, [quiz("practice", 4), post_test], ["post-test"], ["one"])
    modules = {"Module A": ["one", "practice", "card"], "Module B": ["two", "words", "post-test"]}
    course = made.course.model_dump(by_alias=True) | {
        "objectives": [{"key": key, "text": f"{key.capitalize()}."} for key in ("ask", "tell", "hear")],
        "references": [{"key": "R1", "text": "A source.", "grade": "primary", "checked_on": "2026-10-01"}],
        "outline": [
            {"module": f"m{number}", "title": title, "parts": parts}
            for number, (title, parts) in enumerate(modules.items(), 1)
        ],
    }
    question = {"key": "able", "kind": "objectives", "text": "Able?", "required": True, "low": "No", "high": "Yes"}
    evaluation = {"version": "v1", "intro": "Tell us.", "questions": [question]}
    dumped = made.model_dump(by_alias=True, exclude_defaults=True)
    return Document.model_validate(dumped | {"course": course, "evaluation": evaluation})


def publish(made: Document, slug: str = "a-course") -> CourseVersion:
    """The document as the next version of the course at that address, already in the process's library."""
    provider, _ = Organization.objects.get_or_create(slug="provider", defaults={"name": "Provider"})
    course, _ = Course.objects.get_or_create(slug=slug, defaults={"provider": provider})
    version = publish_version(course=course, document=made, files={}, media={}, by=SYSTEM)
    published(version)
    return version
