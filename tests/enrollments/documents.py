"""Small documents, made in memory, for what has to be asked of many shapes of course."""

from courses.document import Document


def lesson(key: str, minutes: int = 5) -> dict[str, object]:
    return {"key": key, "title": key.capitalize(), "objectives": ["ask"], "minutes": minutes, "body": "Text."}


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
    return Document.model_validate({"course": course, "lessons": lessons, "quizzes": quizzes})
