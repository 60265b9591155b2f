"""Cases and tests that somebody passes who does not read them, told as warnings."""

from collections.abc import Iterator

from author.faults import Fault, warning
from author.graphs import practice_doubts, proof_of
from author.packages import Package, Source
from courses.document import AssessmentKind, Quiz, Scenario
from quizzes.rules.strategies import BestChoices, best_choices, habits_that_pass, passing_habits

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def case_warnings(package: Package) -> Iterator[Fault]:
    """What gives a case away, and which habits pass a case or a test that counts."""
    for case in package.scenarios:
        if case.part:
            yield from _case(package, case, case.part)
    for test in package.quizzes:
        if test.part and test.part.kind is AssessmentKind.SUMMATIVE:
            yield from _test(test, test.part)


def _case(package: Package, source: Source[Scenario], scenario: Scenario) -> Iterator[Fault]:
    yield from _best(source, best_choices(scenario))
    yield from practice_doubts(package, source, scenario)
    proof = proof_of(package, source, scenario)
    # What is not proved may have no end, and its faults are told already. What cannot be failed is passed by everybody.
    if proof.faults or not proof.fails or (scenario.kind is AssessmentKind.FORMATIVE and proof.longest < 2):
        return
    for habit in passing_habits(scenario):
        message = f"whoever always takes the {habit} choice passes"
        remedy = "Let the best choice stand elsewhere or have another length at a decision on that way."
        yield warning(source.file, source.line("nodes"), "habit-passes", message, remedy)


def _best(source: Source[Scenario], best: BestChoices) -> Iterator[Fault]:
    if best.favorite is not None:
        count, place = best.places[best.favorite], _ordinal(best.favorite)
        message = f"the best choice is the {place} in {count} of {best.decisions} decisions"
        remedy = "Let it stand at another place, until no place has more than half."
        yield warning(source.file, source.line("nodes"), "best-choice-place", message, remedy)
    if best.is_longest_too_often:
        message = f"the best choice is the longest in {best.longest} of {best.decisions} decisions"
        remedy = "Shorten it, or let others say more, until it is so in a third of them."
        yield warning(source.file, source.line("nodes"), "best-choice-longest", message, remedy)


def _test(source: Source[Quiz], quiz: Quiz) -> Iterator[Fault]:
    for habit, (passed, draws) in habits_that_pass(quiz).items():
        message = f"whoever always takes the {habit} option passes in {passed} of {draws} attempts that were drawn"
        remedy = "Ask more questions, ask for more of them to pass, or change what the habit finds."
        yield warning(source.file, source.line("items"), "habit-passes", message, remedy)


def _ordinal(place: int) -> str:
    return ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"
