"""Scenario attempts with everything their pages and acts need."""

from dataclasses import dataclass

from courses.document import Scenario
from courses.library import Published, published
from quizzes.models import Attempt
from quizzes.rules import Walk, replay


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


def path(attempt: Attempt) -> Path:
    """The scenario attempt with its walk so far, in one statement."""
    version = published(attempt.enrollment.version)
    scenario = version.document.assessment_by_key[attempt.assessment_key]
    assert isinstance(scenario, Scenario)
    choices = attempt.steps.order_by("number").values_list("choice_key", flat=True)
    return Path(attempt, version, scenario, replay(scenario, choices))
