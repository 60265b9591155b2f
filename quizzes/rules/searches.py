"""Every state that a learner can reach in a scenario, and what can still happen from it: the search behind the proofs.

A state is four whole numbers: the node, the combination of variables, the visits that still matter, and whether a critical
choice was taken. Visits matter only where a way can lead back: a node on no circle is entered once whatever its limit, and
once a circle is left, for good, its counts are forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from courses.document import Choice, Node, Route, Scenario, Verdict
from quizzes.rules.walks import Walk, after_effects, begin, holds

#: Choices and routes that are followed at most. So many take a few seconds; a search that would take more is given up.
MOST_STEPS: Final = 400_000
#: What makes a step dearer: bits of visits that are counted on one circle, and entries of variables that are moved.
BITS_OF_A_STEP: Final = 1024
ENTRIES_OF_A_STEP: Final = 1
#: A gain is one number, points before length: of two that win the same, the shorter is more.
POINT: Final = 1 << 32
NO_PASS: Final = -(1 << 62)
NEVER_LEAST: Final = 1 << 62
ON_NO_CIRCLE: Final = -1
SHUT: Final = -1

#: Where a story stands: node, combination of variables, counted visits, and one when a critical choice was taken.
Place = tuple[int, int, int, int]


class TooManySteps(Exception):
    """The search was given up after so many steps."""

    def __init__(self, steps: int) -> None:
        super().__init__(f"{steps:,} steps")
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Way:
    """A choice or a route, with numbers for names. `moves` gives the variables after it, by those before."""

    to: int
    points: int
    critical: int
    source: Choice | Route
    moves: dict[int, int] | None  # None where it is open to every combination, and leaves it as it is
    price: int


class Graph:
    """A scenario with numbers for names: of nodes their place in the file, of variables one for each combination."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.index = {key: number for number, key in enumerate(scenario.nodes)}
        self.nodes = list(scenario.nodes.values())
        self.is_info = [node.kind == "info" for node in self.nodes]
        self._memory: dict[object, dict[int, int]] = {}
        # A node has choices or routes, and never both.
        self.ways = [[self._way(way) for way in node.choices or node.routes] for node in self.nodes]
        self.circle = circles([[way.to for way in ways] for ways in self.ways])
        self.shift, bits = _counters(self.nodes, self.circle)
        self.price = [1 + count // BITS_OF_A_STEP for count in bits]
        self.unit = [0 if shift is None else 1 << shift for shift in self.shift]

    def _way(self, way: Choice | Route) -> Way:
        adds = tuple(tuple(effect.add.items()) for effect in way.effects)
        bounds = (tuple(way.when.at_least.items()), tuple(way.when.at_most.items())) if way.when else ()
        # Ways with the same guard and effects share what they were found to do.
        moves = self._memory.setdefault((bounds, adds), {}) if adds or bounds else None
        to = self.index[way.to]
        ending = self.nodes[to].ending
        choice = way if isinstance(way, Choice) else None
        entries = len(self.scenario.variables) + sum(map(len, adds)) + sum(map(len, bounds))
        return Way(
            to=to,
            points=(choice.points if choice else 0) + (ending.points if ending else 0),
            critical=int(bool(choice and choice.critical)),
            source=way,
            moves=moves,
            price=1 + entries // ENTRIES_OF_A_STEP,
        )

    def move(self, way: Way, combination: int) -> int:
        """The combination of variables after the way, or SHUT where its guard does not hold."""
        before = self.variables(combination)
        if not holds(way.source.when, before):
            return SHUT
        return self.combination(after_effects(self.scenario, before, way.source.effects))

    def combination(self, variables: Mapping[str, int]) -> int:
        number = 0
        for name, bounds in self.scenario.variables.items():
            number = number * (bounds.max - bounds.min + 1) + variables[name] - bounds.min
        return number

    def variables(self, combination: int) -> dict[str, int]:
        values = {}
        for name, bounds in reversed(self.scenario.variables.items()):
            combination, value = divmod(combination, bounds.max - bounds.min + 1)
            values[name] = value + bounds.min
        return values

    def may_visit(self, target: int, circle: int, visits: int) -> bool:
        """Whether the node may be entered once more from a node on that circle."""
        shift, limit = self.shift[target], self.nodes[target].max_visits
        if shift is None or limit is None or self.circle[target] != circle:
            return True
        return visits >> shift & 3 < limit

    def place(self, walk: Walk) -> Place:
        """Where a walk stands."""
        node = self.index[walk.node]
        counted = [key for key in walk.visits if self.circle[self.index[key]] == self.circle[node]]
        visits = sum(walk.visits[key] * self.unit[self.index[key]] for key in counted)
        return node, self.combination(walk.variables), visits, int(bool(walk.critical))


def _counters(nodes: Sequence[Node], circle: Sequence[int]) -> tuple[list[int | None], list[int]]:
    """Of each node where its visits are counted, None where they need not be; and how many bits its circle takes."""
    bits: dict[int, int] = {}
    shifts: list[int | None] = []
    for node, on in zip(nodes, circle, strict=True):
        if node.max_visits is None or on == ON_NO_CIRCLE:
            shifts.append(None)
            continue
        shifts.append(bits.get(on, 0))
        bits[on] = bits.get(on, 0) + 2
    return shifts, [bits.get(on, 0) for on in circle]


def circles(targets: Sequence[Sequence[int]]) -> list[int]:
    """Of each node a number that it shares with those from which ways lead to it and to which ways lead from it.

    S. R. Kosaraju's two walks (M. Sharir, "A strong-connectivity algorithm", Computers & Mathematics with Applications 7
    (1981) 67-72); ON_NO_CIRCLE where no way leads back.
    """
    sources: list[list[int]] = [[] for _ in targets]
    for node, onward in enumerate(targets):
        for target in onward:
            sources[target].append(node)
    found = [ON_NO_CIRCLE] * len(targets)
    met: set[int] = set()
    for root in reversed(_finished(targets)):
        if root in met:
            continue
        members, waiting = [], [root]
        met.add(root)
        while waiting:
            members.append(node := waiting.pop())
            fresh = [source for source in sources[node] if source not in met]
            met.update(fresh)
            waiting += dict.fromkeys(fresh)
        if len(members) > 1 or root in targets[root]:
            for node in members:
                found[node] = root
    return found


def _finished(targets: Sequence[Sequence[int]]) -> list[int]:
    """The nodes in the order in which a walk into the depth has followed all their ways."""
    order: list[int] = []
    met: set[int] = set()
    waiting = [(root, False) for root in range(len(targets))]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            order.append(node)
        elif node not in met:
            met.add(node)
            waiting.append((node, True))
            waiting += [(target, False) for target in targets[node] if target not in met]
    return order


# --- the search


class Outlook(NamedTuple):
    """What can still happen from a state on: points and lengths to the endings, and to passing ones without harm."""

    most: int  # as a gain
    least: int
    shortest: int
    longest: int
    best_pass: int  # as a gain, on a way to a passing ending without a critical choice; or NO_PASS
    worst_pass: int  # points; or NEVER_LEAST
    can_fail: bool  # some way ends in a failing ending, or takes a critical choice

    def rank(self, points: int) -> tuple[bool, int]:
        """How good it is to come here by a choice that wins these points: to pass comes before all points."""
        passes = self.best_pass != NO_PASS
        return passes, (self.best_pass if passes else self.most) + points * POINT - 1


FAILS: Final = Outlook(0, 0, 0, 0, NO_PASS, NEVER_LEAST, can_fail=True)
PASSES: Final = Outlook(0, 0, 0, 0, 0, 0, can_fail=False)
#: A state, and what each open choice from it comes to: the state after it, and the points won.
Step = tuple[Place, int]


def points_of(gain: int) -> int:
    return -(-gain // POINT)


class Search:
    """All states that are reached, each with its outlook."""

    def __init__(self, scenario: Scenario) -> None:
        """Raises TooManySteps, and IllegalStep where the story before the first decision does not arrive."""
        self.graph = Graph(scenario)
        self.steps = 0
        self.met: set[str] = set()  # nodes
        self.taken: set[tuple[str, str]] = set()  # choices, each with its node
        self.no_choice: dict[str, None] = {}  # nodes where on some path no choice is open
        self.no_route: dict[tuple[str, str], None] = {}  # choices after which on some path no route is
        self.critical_pass: set[str] = set()
        self.outlooks: dict[Place, Outlook] = {}
        self._keys = list(scenario.nodes)
        self._visited: set[int] = set()
        self._taken: set[int] = set()  # by `id` of the way
        start = begin(scenario)
        self.met.update(start.opening)
        self.best = self._run(self.graph.place(start))
        self.met.update(self._keys[number] for number in self._visited)
        for key, ways in zip(self._keys, self.graph.ways, strict=True):
            self.taken.update((key, self._choice(way)) for way in ways if id(way) in self._taken)

    def outlook(self, walk: Walk) -> Outlook:
        return self.outlooks[self.graph.place(walk)]

    def _run(self, start: Place) -> Outlook:
        # An explicit stack: a graph of two thousand nodes is deeper than Python's recursion.
        outlooks = self.outlooks
        onward: dict[Place, list[Step]] = {}
        stack = [start]
        while stack:
            place = stack[-1]
            if place in outlooks:
                stack.pop()
            elif place in onward:
                outlooks[stack.pop()] = self._outlook(place, onward.pop(place))
            else:
                steps = onward[place] = self._steps(place)
                stack += [after for after, _points in steps if after not in outlooks]
        return outlooks[start]

    def _steps(self, place: Place) -> list[Step]:
        """What each open choice comes to. This is the innermost loop of the search."""
        node, before, visits, critical = place
        graph = self.graph
        circle, price = graph.circle[node], graph.price[node]
        self._visited.add(node)
        steps: list[Step] = []
        is_open = graph.nodes[node].ending is not None
        for way in graph.ways[node]:
            self.steps += price
            after = before if way.moves is None else self._moved(way, before)
            if after == SHUT or (graph.unit[way.to] and not graph.may_visit(way.to, circle, visits)):
                continue
            is_open = True
            self._taken.add(id(way))
            arrival = self._arrive(circle, way, after, visits)
            if arrival is None:
                self.no_route[self._keys[node], self._choice(way)] = None
                continue
            to, after, counted, points = arrival
            steps.append(((to, after, counted, critical or way.critical), points))
        if not is_open:
            self.no_choice[self._keys[node]] = None
        if self.steps > MOST_STEPS:
            raise TooManySteps(self.steps)
        return steps

    def _moved(self, way: Way, combination: int) -> int:
        """The combination of variables after the way, worked out once."""
        moves = way.moves
        if moves is None:
            return combination
        after = moves.get(combination)
        if after is None:
            self.steps += way.price
            after = moves[combination] = self.graph.move(way, combination)
        return after

    def _arrive(self, circle: int, way: Way, combination: int, visits: int) -> tuple[int, int, int, int] | None:
        """Where the story stops that leaves a circle by the way, and the points won; None where it is stuck."""
        graph = self.graph
        passed: list[int] = []
        points = way.points
        while True:
            node = way.to
            visits = visits + graph.unit[node] if graph.circle[node] == circle else graph.unit[node]
            if not graph.is_info[node]:
                self._visited.update(passed)
                return node, combination, visits, points
            passed.append(node)
            circle = graph.circle[node]
            route = self._route(node, combination, visits)
            if route is None:
                return None
            way, combination = route
            points += way.points

    def _route(self, node: int, combination: int, visits: int) -> tuple[Way, int] | None:
        """The first route that is open, and the variables after it."""
        for way in self.graph.ways[node]:
            self.steps += self.graph.price[node]
            after = self._moved(way, combination)
            if after != SHUT and self.graph.may_visit(way.to, self.graph.circle[node], visits):
                return way, after
        return None

    def _choice(self, way: Way) -> str:
        return way.source.key if isinstance(way.source, Choice) else ""

    def _outlook(self, place: Place, steps: Sequence[Step]) -> Outlook:
        ending = self.graph.nodes[place[0]].ending
        if ending is not None:
            passes, critical = ending.verdict is Verdict.PASS, place[3]
            if passes and critical:
                self.critical_pass.add(self._keys[place[0]])
            return PASSES if passes and not critical else FAILS
        # A walk that is stuck has no way on; it is a fault, and counts as if it ended here.
        if not steps:
            return FAILS
        most, best_pass = NO_PASS, NO_PASS
        least = worst_pass = shortest = NEVER_LEAST
        longest, can_fail = 0, False
        for after, points in steps:
            top, low, short, long, best, worst, fails = self.outlooks[after]
            gain = points * POINT - 1
            most = max(most, top + gain)
            least = min(least, low + points)
            shortest = min(shortest, short)
            longest = max(longest, long)
            can_fail = can_fail or fails
            if best != NO_PASS:
                best_pass = max(best_pass, best + gain)
                worst_pass = min(worst_pass, worst + points)
        return Outlook(most, least, shortest + 1, longest + 1, best_pass, worst_pass, can_fail)
