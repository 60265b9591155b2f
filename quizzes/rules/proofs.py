"""What is proved of a scenario before it may be published: over every state that a learner can reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from courses.document import AssessmentKind, Guard, Scenario
from quizzes.rules.scoring import marks_needed
from quizzes.rules.searches import MOST_STEPS, NO_PASS, Search, TooManySteps, points_of
from quizzes.rules.walks import IllegalStep, Walk, advance, begin, open_choices

#: More combinations of nodes and variable values than this are refused, not searched.
LARGEST_SPACE = 200_000


class GraphFaultCode(StrEnum):
    UNKNOWN_START = "unknown-start"
    UNKNOWN_TARGET = "unknown-target"
    UNKNOWN_VARIABLE = "unknown-variable"
    UNLIMITED_CYCLE = "unlimited-cycle"
    TOO_MANY_STATES = "too-many-states"
    TOO_MANY_STEPS = "too-many-steps"
    UNREACHABLE_NODE = "unreachable-node"
    CHOICE_NEVER_OPEN = "choice-never-open"
    NO_OPEN_CHOICE = "no-open-choice"
    NO_OPEN_ROUTE = "no-open-route"
    MAXIMUM_DIFFERS = "maximum-differs"
    NO_PASSING_PATH = "no-passing-path"
    NO_FAILING_PATH = "no-failing-path"
    CRITICAL_PATH_PASSES = "critical-path-passes"


@dataclass(frozen=True, slots=True)
class GraphFault:
    """What does not hold, and where: `detail` gives the value that tells (a target, a variable, the computed maximum)."""

    code: GraphFaultCode
    node: str | None = None
    choice: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GraphProof:
    """What the search found. The figures are zero where faults of structure kept it from searching."""

    faults: tuple[GraphFault, ...]
    doubts: tuple[GraphFault, ...] = ()  # what a case for practice may lack, and one that counts may not
    states: int = 0
    steps: int = 0  # choices and routes that were followed: what the search cost
    maximum: int = 0
    minimum: int = 0
    shortest: int = 0  # choices on the shortest way to an ending
    longest: int = 0
    passes: bool = False  # some path passes, without a critical choice
    fails: bool = False


def best_walk(scenario: Scenario) -> Walk | None:
    """The walk to hold one's own against: of those that pass without a critical choice the one with the most points;
    where none does, the one with the most points. Of equals the one with the fewest decisions, then the author's order.

    None where faults of structure keep the graph from being searched.
    """
    if _unsearchable(scenario):
        return None
    try:
        search = Search(scenario)
    except (TooManySteps, IllegalStep):
        return None
    return None if search.no_choice or search.no_route else _followed(scenario, search)


def _followed(scenario: Scenario, search: Search) -> Walk:
    """The walk that takes at each decision the choice with the best outlook."""
    walk = begin(scenario)
    while choices := open_choices(scenario, walk):
        afters = [advance(scenario, walk, choice.key) for choice in choices]
        here = walk.points
        walk = max(afters, key=lambda after: search.outlook(after).rank(after.points - here))
    return walk


def prove(scenario: Scenario) -> GraphProof:
    """Search every reachable state: (node, variables, visits that still matter, whether a critical choice was taken).

    Without unlimited cycles the states form a graph without cycles, so that best and worst ways are exact.
    """
    if faults := _unsearchable(scenario):
        return GraphProof(tuple(faults))
    try:
        search = Search(scenario)
    except TooManySteps:
        return GraphProof((GraphFault(GraphFaultCode.TOO_MANY_STEPS, detail=f"{MOST_STEPS:,}"),))
    except IllegalStep:
        return GraphProof((GraphFault(GraphFaultCode.NO_OPEN_ROUTE, scenario.start),))
    verdicts = tuple(_verdict_faults(scenario, search))
    counts = scenario.kind is AssessmentKind.SUMMATIVE
    return GraphProof(
        (*_search_faults(scenario, search), *(verdicts if counts else ())),
        doubts=() if counts else verdicts,
        states=len(search.outlooks),
        steps=search.steps,
        maximum=points_of(search.best.most),
        minimum=search.best.least,
        shortest=search.best.shortest,
        longest=search.best.longest,
        passes=GraphFaultCode.NO_PASSING_PATH not in {fault.code for fault in verdicts},
        fails=GraphFaultCode.NO_FAILING_PATH not in {fault.code for fault in verdicts},
    )


# --- structure


def _unsearchable(scenario: Scenario) -> list[GraphFault]:
    """The faults that keep a search from ending, or from meaning anything."""
    faults = list(_structure(scenario))
    if not faults:
        faults += _unlimited_cycles(scenario)
    if not faults and _space(scenario) > LARGEST_SPACE:
        faults.append(GraphFault(GraphFaultCode.TOO_MANY_STATES, detail=str(_space(scenario))))
    return faults


def _structure(scenario: Scenario) -> Iterator[GraphFault]:
    if scenario.start not in scenario.nodes:
        yield GraphFault(GraphFaultCode.UNKNOWN_START, detail=scenario.start)
    for node, choice, target, names in _ways(scenario):
        if target not in scenario.nodes:
            yield GraphFault(GraphFaultCode.UNKNOWN_TARGET, node, choice, target)
        for name in sorted(names - scenario.variables.keys()):
            yield GraphFault(GraphFaultCode.UNKNOWN_VARIABLE, node, choice, name)


def _ways(scenario: Scenario) -> Iterator[tuple[str, str | None, str, set[str]]]:
    """Every choice and route: (node, choice or None, target, names of the variables it uses)."""
    for key, node in scenario.nodes.items():
        for choice in node.choices:
            yield (
                key,
                choice.key,
                choice.to,
                {name for effect in choice.effects for name in effect.add} | _names(choice.when),
            )
        for route in node.routes:
            yield key, None, route.to, {name for effect in route.effects for name in effect.add} | _names(route.when)


def _names(guard: Guard | None) -> set[str]:
    return set() if guard is None else {*guard.at_least, *guard.at_most}


def _targets(scenario: Scenario) -> dict[str, list[str]]:
    return {
        key: [choice.to for choice in node.choices] + [route.to for route in node.routes]
        for key, node in scenario.nodes.items()
    }


def _unlimited_cycles(scenario: Scenario) -> list[GraphFault]:
    """Nodes on a way that leads back to itself without a node that limits its visits."""
    targets = _targets(scenario)
    on_cycle = {key for key, node in scenario.nodes.items() if node.max_visits is None}
    sources: dict[str, set[str]] = {key: set() for key in on_cycle}
    for key in on_cycle:
        for target in on_cycle.intersection(targets[key]):
            sources[target].add(key)
    # What leads nowhere and what nothing leads to is on no cycle: drop both until nothing changes.
    on_cycle -= _stripped({key: on_cycle.intersection(targets[key]) for key in on_cycle})
    on_cycle -= _stripped({key: sources[key] & on_cycle for key in on_cycle})
    return [GraphFault(GraphFaultCode.UNLIMITED_CYCLE, key) for key in sorted(on_cycle)[:1]]


def _stripped(ways: dict[str, set[str]]) -> set[str]:
    """The keys that are left with no way when keys without ways are taken out again and again (Kahn)."""
    users: dict[str, list[str]] = {}
    for key, ways_on in ways.items():
        for way in ways_on:
            users.setdefault(way, []).append(key)
    open_ways = {key: len(ways_on) for key, ways_on in ways.items()}
    ready = [key for key, count in open_ways.items() if count == 0]
    stripped: set[str] = set()
    while ready:
        key = ready.pop()
        stripped.add(key)
        for user in users.get(key, ()):
            open_ways[user] -= 1
            if open_ways[user] == 0:
                ready.append(user)
    return stripped


def _space(scenario: Scenario) -> int:
    return len(scenario.nodes) * prod(variable.max - variable.min + 1 for variable in scenario.variables.values())


# --- what the search found


def _search_faults(scenario: Scenario, search: Search) -> Iterator[GraphFault]:
    for node in search.no_choice:
        yield GraphFault(GraphFaultCode.NO_OPEN_CHOICE, node)
    for node, choice in search.no_route:
        yield GraphFault(GraphFaultCode.NO_OPEN_ROUTE, node, choice)
    for key, node_ in scenario.nodes.items():
        if key not in search.met:
            yield GraphFault(GraphFaultCode.UNREACHABLE_NODE, key)
            continue
        for choice_ in node_.choices:
            if (key, choice_.key) not in search.taken:
                yield GraphFault(GraphFaultCode.CHOICE_NEVER_OPEN, key, choice_.key)
    most = points_of(search.best.most) + begin(scenario).points
    if most != scenario.maximum:
        yield GraphFault(GraphFaultCode.MAXIMUM_DIFFERS, detail=str(most))


def _verdict_faults(scenario: Scenario, search: Search) -> Iterator[GraphFault]:
    """Whether some path passes, without harm, and some path fails: what a case that counts must have."""
    needed = marks_needed(scenario.maximum, scenario.pass_percent)
    best, worst = search.best.best_pass, search.best.worst_pass
    if best == NO_PASS or points_of(best) < needed:
        yield GraphFault(GraphFaultCode.NO_PASSING_PATH)
    if not search.best.can_fail and worst >= needed:
        yield GraphFault(GraphFaultCode.NO_FAILING_PATH)
    for key in sorted(search.critical_pass):
        yield GraphFault(GraphFaultCode.CRITICAL_PATH_PASSES, key)
