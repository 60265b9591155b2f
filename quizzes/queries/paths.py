"""Scenario attempts with everything their pages and acts need."""

from dataclasses import dataclass

from courses.document import Scenario
from courses.library import Published, published
from quizzes.models import Attempt
from quizzes.rules import Walk, best_walk, replay


@dataclass(frozen=True, slots=True)
class Path:
    """A scenario attempt with everything its pages need."""

    attempt: Attempt
    published: Published
    scenario: Scenario
    walk: Walk

    @property
    def has_ended(self) -> bool:
        return self.scenario.nodes[self.walk.node].ending is not None


#: Of how many cases a process keeps the best walk.
KEPT = 256
# By the document's hash, as published versions are: finding it searches every state of the graph.
_best: dict[tuple[str, str], Walk | None] = {}


def best_path(mine: Path) -> Walk | None:
    """The best walk through the case, found once in the process. It tells what is right: only for what is released."""
    name = (mine.attempt.enrollment.version.document_sha256, mine.scenario.key)
    if name not in _best:
        while len(_best) >= KEPT:
            _best.pop(next(iter(_best)), None)
        _best[name] = best_walk(mine.scenario)
    return _best[name]


def path(attempt: Attempt) -> Path:
    """The scenario attempt with its walk so far, in one statement."""
    version = published(attempt.enrollment.version)
    scenario = version.document.assessment_by_key[attempt.assessment_key]
    assert isinstance(scenario, Scenario)
    choices = attempt.steps.order_by("number").values_list("choice_key", flat=True)
    return Path(attempt, version, scenario, replay(scenario, choices))
