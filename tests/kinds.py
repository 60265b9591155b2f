"""A course with a quiz that asks a question of every kind, for walks and pages."""

from typing import Any

from courses.document import Document
from courses.items import KINDS
from tests.enrollments.documents import document, lesson, quiz
from tests.quizzes.builders import of_kind

#: In the order in which the quiz asks them.
ASKED = ("multiple_response", "true_false", "ordering", "script_concordance", "single_best_answer", "unscored")
assert {*ASKED} - {"unscored"} == KINDS


def items() -> list[dict[str, Any]]:
    """One of each kind, under its own key, and one whose panel is yet to come."""
    asked = [of_kind(kind, kind.replace("_", "-"), objectives=["ask"]) for kind in ASKED[:-1]]
    return [*asked, of_kind("script_concordance", "unscored", objectives=["ask"], panel=None)]


def course_of_kinds(**more: Any) -> Document:
    """A lesson and a practice with every kind, in the order above."""
    asked = quiz("kinds", items=items(), shuffle=False, **more)
    return document([lesson("read")], [asked], [], ["read", "kinds"])
