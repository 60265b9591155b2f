"""What is proved of a scenario before it may be published: over every state that a learner can reach."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

from courses.document import AssessmentKind, Guard, Scenario, Verdict
from quizzes.rules.walks import IllegalStep, Walk, advance, begin, open_choices

#: More combinations of nodes and variable values than this are refused, not searched.
LARGEST_SPACE = 200_000


class GraphFaultCode(StrEnum):
    UNKNOWN_START = "unknown-start"
    UNKNOWN_TARGET = "unknown-target"
    UNKNOWN_VARIABLE = "unknown-variable"
    UNLIMITED_CYCLE = "unlimited-cycle"
    TOO_MANY_STATES = "too-many-states"
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
    states: int = 0
    maximum: int = 0
    minimum: int = 0
    shortest: int = 0  # choices on the shortest way to an ending
    longest: int = 0


def graph_faults(scenario: Scenario) -> tuple[GraphFault, ...]:
    """Everything that keeps the scenario from being published; empty when all of it is proved."""
    return prove(scenario).faults


def best_walk(scenario: Scenario) -> Walk | None:
    """The walk to hold one's own against: of those that pass without a critical choice the one with the most points;
    where none does, the one with the most points. Of equals the one with the fewest decisions, then the author's order.

    None where faults of structure keep the graph from being searched.
    """
    if _unsearchable(scenario):
        return None
    search = _Search(scenario)
    search.run()
    return None if search.stuck else _followed(scenario, search)


def _followed(scenario: Scenario, search: "_Search") -> Walk:
    """The walk that takes at each decision the choice with the best outlook."""
    walk = begin(scenario)
    while choices := open_choices(scenario, walk):
        afters = [advance(scenario, walk, choice.key) for choice in choices]
        here = walk.points
        walk = max(afters, key=lambda after: search.futures[_state(after)].outlook(after.points - here))
    return walk


def prove(scenario: Scenario) -> GraphProof:
    """Search every reachable state: (node, variables, visits of limited nodes, whether a critical choice was taken).

    Without unlimited cycles the states form a graph without cycles, so that best and worst ways are exact.
    """
    if faults := _unsearchable(scenario):
        return GraphProof(tuple(faults))
    search = _Search(scenario)
    search.run()
    return GraphProof(
        tuple(_search_faults(scenario, search)),
        states=len(search.futures),
        maximum=search.best.most[0],
        minimum=search.best.least,
        shortest=search.best.shortest,
        longest=search.best.longest,
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


# --- search

_State = tuple[str, tuple[int, ...], tuple[tuple[str, int], ...], bool]
#: Points, and less one for each choice that they take: of two that win the same, the shorter is more.
_Gain = tuple[int, int]


@dataclass(slots=True)
class _Future:
    """What can still happen from a state on: points and lengths to the endings, and to passing ones without harm."""

    most: _Gain = (0, 0)
    least: int = 0
    shortest: int = 0
    longest: int = 0
    best_pass: _Gain | None = None  # on a way to a passing ending without a critical choice
    worst_pass: int | None = None
    other_ending: bool = False  # some way ends in a failing ending, or takes a critical choice

    def outlook(self, points: int) -> tuple[bool, _Gain]:
        """How good it is to come here by a choice that wins these points: to pass comes before all points."""
        best = self.most if self.best_pass is None else self.best_pass
        return self.best_pass is not None, _after(points, best)


def _after(points: int, gain: _Gain) -> _Gain:
    """The gain of one more choice before it."""
    return points + gain[0], gain[1] - 1


@dataclass(slots=True)
class _Search:
    scenario: Scenario
    futures: dict[_State, _Future] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    taken: set[tuple[str, str]] = field(default_factory=set)
    stuck: dict[tuple[str, str | None], GraphFaultCode] = field(default_factory=dict)
    critical_pass: set[str] = field(default_factory=set)
    best: _Future = field(default_factory=_Future)

    def run(self) -> None:
        try:
            start = begin(self.scenario)
        except IllegalStep:
            self.stuck[self.scenario.start, None] = GraphFaultCode.NO_OPEN_ROUTE
            return
        self.visited.update(start.opening)
        # An explicit stack: a graph of two thousand nodes is deeper than Python's recursion.
        stack: list[tuple[Walk, list[tuple[Walk, int]] | None]] = [(start, None)]
        while stack:
            if len(self.futures) > LARGEST_SPACE:
                self.stuck[self.scenario.start, None] = GraphFaultCode.TOO_MANY_STATES
                return
            walk, following = stack.pop()
            state = _state(walk)
            if following is None:
                if state in self.futures:
                    continue
                following = list(self._following(walk))
                stack.append((walk, following))
                stack += [(after, None) for after, _ in following if _state(after) not in self.futures]
            else:
                self.futures[state] = self._future(walk, following)
        self.best = self.futures[_state(start)]

    def _following(self, walk: Walk) -> Iterator[tuple[Walk, int]]:
        """The walks after each open choice, with the points won on the way."""
        self.visited.add(walk.node)
        node = self.scenario.nodes[walk.node]
        choices = open_choices(self.scenario, walk)
        if node.ending is None and not choices:
            self.stuck[walk.node, None] = GraphFaultCode.NO_OPEN_CHOICE
        for choice in choices:
            self.taken.add((walk.node, choice.key))
            try:
                after = advance(self.scenario, walk, choice.key)
            except IllegalStep:
                self.stuck[walk.node, choice.key] = GraphFaultCode.NO_OPEN_ROUTE
                continue
            self.visited.update(after.turns[-1].through)
            # The way here no longer matters: without it equal states are equal, and memory stays flat.
            bare = Walk(after.node, after.variables, after.visits, critical=after.critical[:1])
            yield bare, after.points - walk.points

    def _future(self, walk: Walk, following: list[tuple[Walk, int]]) -> _Future:
        ending = self.scenario.nodes[walk.node].ending
        if ending is not None:
            passes = ending.verdict is Verdict.PASS
            if passes and walk.critical:
                self.critical_pass.add(walk.node)
            clean = passes and not walk.critical
            return _Future(best_pass=(0, 0) if clean else None, worst_pass=0 if clean else None, other_ending=not clean)
        # A walk that is stuck has no way on; it is a fault, and counts as if it ended here.
        ways = [(self.futures.get(_state(after), _Future()), points) for after, points in following]
        if not ways:
            return _Future(other_ending=True)
        bests = [_after(points, way.best_pass) for way, points in ways if way.best_pass is not None]
        worsts = [points + way.worst_pass for way, points in ways if way.worst_pass is not None]
        return _Future(
            most=max(_after(points, way.most) for way, points in ways),
            least=min(points + way.least for way, points in ways),
            shortest=1 + min(way.shortest for way, _ in ways),
            longest=1 + max(way.longest for way, _ in ways),
            best_pass=max(bests, default=None),
            worst_pass=min(worsts, default=None),
            other_ending=any(way.other_ending for way, _ in ways),
        )


def _state(walk: Walk) -> _State:
    return walk.node, tuple(walk.variables.values()), tuple(sorted(walk.visits.items())), bool(walk.critical)


def _search_faults(scenario: Scenario, search: _Search) -> Iterator[GraphFault]:
    for (node, choice), code in search.stuck.items():
        yield GraphFault(code, node, choice)
    if GraphFaultCode.TOO_MANY_STATES in search.stuck.values():
        return
    for key, node_ in scenario.nodes.items():
        if key not in search.visited:
            yield GraphFault(GraphFaultCode.UNREACHABLE_NODE, key)
            continue
        for choice_ in node_.choices:
            if (key, choice_.key) not in search.taken:
                yield GraphFault(GraphFaultCode.CHOICE_NEVER_OPEN, key, choice_.key)
    opening_points = _opening_points(scenario)
    if search.best.most[0] + opening_points != scenario.maximum:
        yield GraphFault(GraphFaultCode.MAXIMUM_DIFFERS, detail=str(search.best.most[0] + opening_points))
    yield from _verdict_faults(scenario, search)


def _opening_points(scenario: Scenario) -> int:
    try:
        return begin(scenario).points
    except IllegalStep:
        return 0


def _verdict_faults(scenario: Scenario, search: _Search) -> Iterator[GraphFault]:
    if scenario.kind is not AssessmentKind.SUMMATIVE:
        return
    needed = -(-scenario.maximum * (scenario.pass_percent or 0) // 100)
    if search.best.best_pass is None or search.best.best_pass[0] < needed:
        yield GraphFault(GraphFaultCode.NO_PASSING_PATH)
    fails = search.best.other_ending or (search.best.worst_pass is not None and search.best.worst_pass < needed)
    if not fails:
        yield GraphFault(GraphFaultCode.NO_FAILING_PATH)
    for key in sorted(search.critical_pass):
        yield GraphFault(GraphFaultCode.CRITICAL_PATH_PASSES, key)
