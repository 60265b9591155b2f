"""Which objectives an attempt asked about, and which of them are to be read again."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.document import Quiz
from quizzes.rules.adjustments import AS_PUBLISHED
from quizzes.rules.scoring import ItemResult


@dataclass(frozen=True, slots=True)
class ObjectiveCount:
    """The questions with marks that an attempt asked about one objective, and how many won full credit."""

    key: str
    correct: int
    asked: int
    judged: int  # of those asked, the ones that stand as they were published
    judged_correct: int

    @property
    def is_missed(self) -> bool:
        return self.correct < self.asked

    @property
    def is_to_read_again(self) -> bool:
        """Missed, or asked about by one question only, whatever an adjustment gave.

        To say of one question alone whether it was missed would say whether the answer given is the correct one; so
        while reasons are withheld, what is said (and what the next attempt prefers) does not depend on it. A question
        that was put right is no cover: that it was won is known, and the other one would be told apart.
        """
        return self.judged <= 1 or self.judged_correct < self.judged


def objective_counts(quiz: Quiz, results: Iterable[ItemResult]) -> dict[str, ObjectiveCount]:
    """By objective key, what was asked of each; an objective without a question that carries marks is left out."""
    won: dict[str, list[ItemResult]] = {}
    for result in results:
        for objective in quiz.item_by_key[result.planned.key].objectives if result.marks else ():
            won.setdefault(objective, []).append(result)
    return {key: _count(key, asked) for key, asked in won.items()}


def _count(key: str, asked: list[ItemResult]) -> ObjectiveCount:
    judged = [result for result in asked if result.correction == AS_PUBLISHED]
    return ObjectiveCount(key, _correct(asked), len(asked), len(judged), _correct(judged))


def _correct(results: list[ItemResult]) -> int:
    return sum(result.credit == 1 for result in results)
