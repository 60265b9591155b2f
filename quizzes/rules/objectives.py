"""Which objectives an attempt asked about, and which of them are to be read again."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.document import Quiz
from quizzes.rules.scoring import ItemResult


@dataclass(frozen=True, slots=True)
class ObjectiveCount:
    """The questions with marks that an attempt asked about one objective, and how many won full credit."""

    key: str
    correct: int
    asked: int

    @property
    def is_missed(self) -> bool:
        return self.correct < self.asked

    @property
    def is_to_read_again(self) -> bool:
        """Missed, or asked about by one question only.

        To say of one question alone whether it was missed would say whether the answer given is the correct one; so
        while reasons are withheld, what is said (and what the next attempt prefers) does not depend on it.
        """
        return self.is_missed or self.asked == 1


def objective_counts(quiz: Quiz, results: Iterable[ItemResult]) -> dict[str, ObjectiveCount]:
    """By objective key, what was asked of each; an objective without a question that carries marks is left out."""
    won: dict[str, list[bool]] = {}
    for result in results:
        for objective in quiz.item_by_key[result.planned.key].objectives if result.marks else ():
            won.setdefault(objective, []).append(result.credit == 1)
    return {key: ObjectiveCount(key, sum(full), len(full)) for key, full in won.items()}
