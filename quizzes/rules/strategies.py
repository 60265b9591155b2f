"""Habits that need no reading: always the first, the longest, the kindest. What counts must not be passed by one.

A test or a case that such a habit passes measures being used to tests (the NBME guide calls it "testwiseness"; J. Millman,
C. H. Bishop and R. Ebel, "An analysis of test-wiseness", Educational and Psychological Measurement 25 (1965) 707-726).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from courses.document import AssessmentKind, Choice, Quiz, Scenario
from courses.items import Control, Item
from quizzes.rules.plans import QuizPlan, draw_quiz
from quizzes.rules.scoring import is_pass, scenario_outcome, score_quiz
from quizzes.rules.walks import IllegalStep, Walk, advance, begin, open_choices

Chooser = Callable[[Sequence[Choice]], Choice]
OptionChooser = Callable[[Sequence[str], Item], str]

#: Attempts that are drawn, each from a seed of its own; fewer where the pool is so large that they would take long.
DRAWS: Final = 40
MOST_WORK: Final = 400_000
#: Places of a case times the draws of a habit that leaves something to chance.
MOST_PLACES: Final = 8_000
#: To answer and score a question by every habit costs so many times what it costs to consider it in a draw.
SCORING: Final = 100
#: House: from this many decisions on, a best choice at one place in more than half of them is found out; of fewer, in all.
FEWEST_DECISIONS: Final = 4


def of_tone(tone: str, seed: int = 0) -> Chooser:
    """The first choice that the author noted as of this tone; where there is none, one by chance.

    To take the first where none is noted would be another habit. The chance is that of the seed and the decision.
    """

    def choose(choices: Sequence[Choice]) -> Choice:
        noted = next((choice for choice in choices if choice.tone == tone), None)
        if noted:
            return noted
        return Random(f"{seed} {' '.join(choice.key for choice in choices)}").choice(choices)  # noqa: S311 - no secret

    return choose


#: Always the same, without a look at the case.
HABITS: Final[Mapping[str, Chooser]] = {
    "first": lambda choices: choices[0],
    "last": lambda choices: choices[-1],
    "middle": lambda choices: choices[len(choices) // 2],
    "upper middle": lambda choices: choices[(len(choices) - 1) // 2],
    "longest": lambda choices: max(choices, key=lambda choice: len(choice.text)),
    "shortest": lambda choices: min(choices, key=lambda choice: len(choice.text)),
}
#: Habits of manner, by the tone that the author noted. They leave something to chance, and pass where they mostly do.
TONE_HABITS: Final[Mapping[str, str]] = {"gentlest": "warm", "firmest": "firm"}
OPTION_HABITS: Final[Mapping[str, OptionChooser]] = {
    "first": lambda shown, _item: shown[0],
    "last": lambda shown, _item: shown[-1],
    "middle": lambda shown, _item: shown[len(shown) // 2],
    "longest": lambda shown, item: max(shown, key=lambda key: len(item.option_by_key[key].text)),
    "shortest": lambda shown, item: min(shown, key=lambda key: len(item.option_by_key[key].text)),
}


# --- cases


def walked(scenario: Scenario, chooser: Chooser) -> Walk | None:
    """The walk of somebody with that habit; None where it gets stuck. The graph has no cycle without an end."""
    try:
        walk = begin(scenario)
        while scenario.nodes[walk.node].ending is None:
            choices = open_choices(scenario, walk)
            if not choices:
                return None
            walk = advance(scenario, walk, chooser(choices).key)
    except IllegalStep:
        return None
    return walk


def passing_habits(scenario: Scenario) -> tuple[str, ...]:
    """The habits that pass the case; those of manner where it has choices of their tone, and they pass in most draws."""
    found = [name for name, chooser in HABITS.items() if _passes(scenario, chooser, is_best=_asks_more(scenario, name))]
    tones = {choice.tone for node in scenario.nodes.values() for choice in node.choices}
    draws = max(1, min(DRAWS, MOST_PLACES // len(scenario.nodes)))
    for name, tone in TONE_HABITS.items():
        if tone in tones:
            passed = sum(_passes(scenario, of_tone(tone, seed)) for seed in range(draws))
            found += [name] if passed > draws / 2 else []
    return tuple(found)


def _asks_more(scenario: Scenario, habit: str) -> bool:
    """Whether the habit is doubted only where it finds all there is to find.

    Few words are often the kind ones: in practice, where a verdict is a lesson and no mark, the shortest choice may do.
    """
    return habit == "shortest" and scenario.kind is AssessmentKind.FORMATIVE


def _passes(scenario: Scenario, chooser: Chooser, *, is_best: bool = False) -> bool:
    walk = walked(scenario, chooser)
    if walk is None or (is_best and walk.points < scenario.maximum):
        return False
    return scenario_outcome(scenario, walk)[1]


@dataclass(frozen=True, slots=True)
class BestChoices:
    """Where the choices with the most points stand: of how many decisions, how often at each place, how often the longest."""

    decisions: int
    places: tuple[int, ...]
    longest: int

    @property
    def favorite(self) -> int | None:
        """The place, from zero, at which too many of them stand, of two or three all; None where there is none."""
        count = max(self.places, default=0)
        most = self.decisions / 2 if self.decisions >= FEWEST_DECISIONS else max(self.decisions - 1, 1)
        return self.places.index(count) if count > most else None

    @property
    def is_longest_too_often(self) -> bool:
        """More often than in a third of the decisions and one (house); of three choices chance gives a third."""
        return self.longest > self.decisions / 3 + 1


def best_choices(scenario: Scenario) -> BestChoices:
    """The best choice of every decision in which one has more points than the others."""
    decisions = [node.choices for node in scenario.nodes.values() if node.kind == "decision"]
    best = [(choices, max(choices, key=lambda choice: choice.points)) for choices in decisions]
    best = [(choices, top) for choices, top in best if sum(choice.points == top.points for choice in choices) == 1]
    places = Counter(choices.index(top) for choices, top in best)
    longest = sum(len(top.text) == max(len(choice.text) for choice in choices) for choices, top in best)
    return BestChoices(len(best), tuple(places[place] for place in range(max(places, default=-1) + 1)), longest)


# --- tests


def habits_that_pass(quiz: Quiz) -> Mapping[str, tuple[int, int]]:
    """By habit that passes the test in some draw: in how many, of how many."""
    draws = draws_of(quiz)
    plans = [draw_quiz(quiz, seed=str(seed)) for seed in range(draws)]
    counts = {name: sum(passes(quiz, plan, chooser) for plan in plans) for name, chooser in OPTION_HABITS.items()}
    return {name: (count, draws) for name, count in counts.items() if count}


def draws_of(quiz: Quiz) -> int:
    """How many attempts are drawn to see: a draw considers every item for every objective that the quiz demands."""
    work = len(quiz.items) * (len(quiz.per_objective) + 1) + SCORING * quiz.drawn
    return max(1, min(DRAWS, MOST_WORK // work))


def passes(quiz: Quiz, plan: QuizPlan, chooser: OptionChooser) -> bool:
    """Whether an attempt passes in which every question is answered by that habit, and steps are left as they are shown."""
    answers = {
        planned.key: planned.options
        if (item := quiz.item_by_key[planned.key]).control is Control.ORDER
        else (chooser(planned.options, item),)
        for planned in plan.items
    }
    return is_pass(score_quiz(quiz, plan, answers), plan.pass_percent)
