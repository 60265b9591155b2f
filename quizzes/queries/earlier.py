"""What earlier attempts tell the next one: which items were seen, and which objectives are to be asked about again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet, Subquery

from audit.statements import Statement
from courses.document import Quiz
from enrollments.models import Enrollment
from quizzes.models import AssessmentKind, Attempt
from quizzes.rules import Corrections, PlannedItem, QuizPlan, item_results, objective_counts


@dataclass(slots=True)
class Earlier:
    """One earlier attempt as it was drawn, and what was answered where it is the newest that was submitted."""

    plan: dict[str, Any]
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)


def _earlier(user_id: int, course_id: int, key: str) -> QuerySet[Attempt, tuple[Any, ...]]:
    # The kind is asked for because an earlier version may have had a case under this key.
    mine = Attempt.objects.filter(
        enrollment__user=user_id, enrollment__course=course_id, assessment_key=key, kind=AssessmentKind.QUIZ
    )
    newest = mine.filter(submitted_at__isnull=False).order_by("-submitted_at", "-pk").values("pk")[:1]
    # Answers are asked for with the plans, but of one attempt only: every row repeats its attempt's plan.
    answers = FilteredRelation("responses", condition=Q(responses__attempt=Subquery(newest)))
    rows = mine.annotate(answers=answers).order_by("answers__revision")
    return rows.values_list("pk", "plan", "answers__item_key", "answers__options")


EARLIER = Statement(_earlier, int, int, str)


def seen_and_missed(
    enrollment: Enrollment, quiz: Quiz, corrections: Corrections
) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of the items that this person met in earlier attempts at this quiz of the course, in whichever enrollment,
    and of the objectives that the newest of them has her read again, with what is put right now. One statement.
    """
    attempts: dict[int, Earlier] = {}
    for pk, plan, item, options in EARLIER.rows(enrollment.user_id, enrollment.course_id, quiz.key):
        attempt = attempts.setdefault(pk, Earlier(plan))
        if item:
            attempt.answers[item] = tuple(options)
    seen = frozenset(item["key"] for attempt in attempts.values() for item in attempt.plan["items"])
    return seen, _missed(quiz, attempts.values(), corrections)


def _missed(quiz: Quiz, attempts: Iterable[Earlier], corrections: Corrections) -> frozenset[str]:
    answered = next((attempt for attempt in attempts if attempt.answers), None)
    if answered is None:
        return frozenset()
    plan = QuizPlan.from_json(answered.plan)
    plan = replace(plan, items=tuple(item for item in plan.items if _is_known(quiz, item)))
    answers = {key: answered.answers[key] for key in plan.keys if key in answered.answers}
    counts = objective_counts(quiz, item_results(quiz, plan, answers, corrections))
    return frozenset(key for key, count in counts.items() if count.is_to_read_again)


def _is_known(quiz: Quiz, planned: PlannedItem) -> bool:
    """Whether this version still asks the question with these options; an earlier attempt may be of another one."""
    item = quiz.item_by_key.get(planned.key)
    return item is not None and set(planned.options) == item.option_by_key.keys()
