"""Which objectives an attempt asked about, and which of them are to be read again."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.document import Quiz
from quizzes.rules.adjustments import AS_PUBLISHED
from quizzes.rules.scoring import ItemResult


@dataclass(frozen=True, slots=True)
class ObjectiveCount:
    """The questions with marks that an attempt asked about one objective, and how many won full credit.

    While reasons are withheld, nothing may tell of one question alone whether it was answered well, for that would say
    whether the answer given is the correct one. What is said then rests on the questions of which this objective is the
    first, so that no two objectives tell of the same one; and on those that stand as they were published, because of
    one that was put right it is known that it was won (docs/adr/0072).
    """

    key: str
    correct: int
    asked: int
    judged: int  # of those asked, the ones that may tell something while reasons are withheld
    judged_correct: int

    @property
    def is_missed(self) -> bool:
        return self.correct < self.asked

    @property
    def is_known_missed(self) -> bool:
        """Several questions asked, and not all were answered well: this may be said before the reasons are."""
        return self.judged > 1 and self.judged_correct < self.judged

    @property
    def is_to_read_again(self) -> bool:
        """Missed, or asked about by too few questions to say so, whatever came of them.

        What is said while reasons are withheld, and what the next attempt prefers.
        """
        return self.judged <= 1 or self.is_known_missed


def objective_counts(quiz: Quiz, results: Iterable[ItemResult]) -> dict[str, ObjectiveCount]:
    """By objective key, what was asked of each; an objective without a question that carries marks is left out."""
    asked: dict[str, list[ItemResult]] = {}
    telling: dict[str, list[ItemResult]] = {}
    for result in (result for result in results if result.marks):
        objectives = quiz.item_by_key[result.planned.key].objectives
        for key in objectives:
            asked.setdefault(key, []).append(result)
        if result.correction == AS_PUBLISHED:
            telling.setdefault(objectives[0], []).append(result)
    return {key: _count(key, found, telling.get(key, [])) for key, found in asked.items()}


def _count(key: str, asked: list[ItemResult], telling: list[ItemResult]) -> ObjectiveCount:
    return ObjectiveCount(key, _correct(asked), len(asked), len(telling), _correct(telling))


def _correct(results: list[ItemResult]) -> int:
    return sum(result.credit == 1 for result in results)
