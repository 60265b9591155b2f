"""A graph as a drawing: boxes in layers from the first one down, and lines between them.

The layers come from `fast_sugiyama`, a library in Rust. A panic in it would end the process, so it is only ever given
what it cannot refuse: a connected graph without loops, circles and double lines (ADR 24). All lengths are whole units of
the drawing; the same graph makes the same drawing.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fast_sugiyama import from_edges

from courses.document import Scenario
from quizzes.rules.walks import Walk

#: From one node to another; several choices that lead there are one way.
Way = tuple[str, str]
Point = tuple[int, int]

BOX_WIDTH, BOX_HEIGHT = 128, 52
GAP, DROP, MARGIN = 24, 40, 16
LANE = 20  # what a line needs beside the boxes that it passes
#: Up to here the layout may look for the shortest lines and the fewest crossings; beyond, that alone takes minutes.
SMALL = 100
#: How many layers lines may pass by in all. Longer ones are named, not drawn: nobody follows a line over a thousand
#: boxes, and room for all of them takes half a minute.
ROOM_FOR_LINES = 4_000


@dataclass(frozen=True, slots=True)
class Box:
    """One node; `left` and `top` are its corner."""

    key: str
    left: int
    top: int

    @property
    def right(self) -> int:
        return self.left + BOX_WIDTH

    @property
    def bottom(self) -> int:
        return self.top + BOX_HEIGHT

    @property
    def middle(self) -> int:
        return self.left + BOX_WIDTH // 2


@dataclass(frozen=True, slots=True)
class Line:
    """One way, from the edge of its first box to the edge of its last."""

    way: Way
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]  # in the order of the nodes
    lines: tuple[Line, ...]  # in the order of the ways
    too_long: tuple[Way, ...] = ()  # ways that have no line

    @property
    def places(self) -> Mapping[str, Box]:
        return {box.key: box for box in self.boxes}


def ways_of(scenario: Scenario) -> tuple[Way, ...]:
    """Every way that the author wrote, in the author's order; ways to nodes that do not exist are left out."""
    found = (
        (key, to)
        for key, node in scenario.nodes.items()
        for to in (*(choice.to for choice in node.choices), *(route.to for route in node.routes))
        if to in scenario.nodes
    )
    return tuple(dict.fromkeys(found))


def nodes_in_order(scenario: Scenario) -> tuple[str, ...]:
    """The start first, then by how many steps from it; what no way reaches comes last, in the author's order."""
    targets: dict[str, list[str]] = {}
    for source, target in ways_of(scenario):
        targets.setdefault(source, []).append(target)
    found = dict.fromkeys([scenario.start] if scenario.start in scenario.nodes else [])
    waiting = deque(found)
    while waiting:
        for target in targets.get(waiting.popleft(), ()):
            if target not in found:
                found[target] = None
                waiting.append(target)
    return tuple(dict.fromkeys([*found, *scenario.nodes]))


def nodes_passed(walk: Walk) -> tuple[str, ...]:
    """Every node that the walk came by, in its order, as often as it came by."""
    first = walk.turns[0].node if walk.turns else walk.node
    after = (key for turn in walk.turns for key in (*turn.through, turn.arrived))
    return (*walk.opening, first, *after)


def ways_taken(walk: Walk) -> tuple[Way, ...]:
    """The ways of a walk, each once, in its order."""
    passed = nodes_passed(walk)
    return tuple(dict.fromkeys(pairwise(passed)))


def draw(nodes: Iterable[str], ways: Iterable[Way]) -> Drawing:
    """Every node once, in layers, so that ways lead down, but for those that lead back. Parts that no way joins stand
    side by side. Ways must join given nodes."""
    keys, all_ways = tuple(dict.fromkeys(nodes)), tuple(dict.fromkeys(ways))
    number = {key: index for index, key in enumerate(keys)}
    edges = [(number[source], number[target]) for source, target in all_ways]
    back = _leading_back(len(keys), edges)
    down = {(b, a) if (a, b) in back else (a, b) for a, b in edges if a != b}
    drawn = _within_room(len(keys), down)
    places, lanes = _placed(len(keys), drawn)
    boxes = tuple(Box(key, *places[index]) for index, key in enumerate(keys))
    lines, too_long = [], []
    for way, edge in zip(all_ways, edges, strict=True):
        points = _points(boxes, edge, lanes, is_back=edge in back)
        if points:
            lines.append(Line(way, points))
        else:
            too_long.append(way)
    reach = [box.right for box in boxes] + [x for line in lines for x, _ in line.points]
    return Drawing(
        width=max(reach, default=0) + MARGIN,
        height=max((box.bottom for box in boxes), default=0) + MARGIN,
        boxes=boxes,
        lines=tuple(lines),
        too_long=tuple(too_long),
    )


# --- what the layout is given

_Edge = tuple[int, int]
#: No more ways on from here.
LEFT = -1


def _leading_back(count: int, edges: Sequence[_Edge]) -> frozenset[_Edge]:
    """The edges that close a circle when one goes through the graph from its first node, in order."""
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        targets[source].append(target)
    back: set[_Edge] = set()
    state = [0] * count  # 0 not met, 1 on the way here, 2 left behind
    for first in range(count):
        stack = [(first, iter(targets[first]))] if state[first] == 0 else []
        while stack:
            node, onward = stack[-1]
            state[node] = 1
            target = next(onward, LEFT)
            if target == LEFT:
                state[node] = 2
                stack.pop()
            elif state[target] == 1:
                back.add((node, target))
            elif state[target] == 0:
                stack.append((target, iter(targets[target])))
    return frozenset(back)


def _within_room(count: int, edges: Collection[_Edge]) -> list[_Edge]:
    """The edges without those that would pass by most layers, until the rest have room."""
    layers = _layers(count, edges)
    by_length = sorted(edges, key=lambda edge: (layers[edge[1]] - layers[edge[0]], edge))
    kept, room = [], ROOM_FOR_LINES
    for source, target in by_length:
        room -= layers[target] - layers[source] - 1
        if room < 0:
            break
        kept.append((source, target))
    return sorted(kept)


def _layers(count: int, edges: Collection[_Edge]) -> list[int]:
    """For each node the most edges on a way to it. The edges make no circle."""
    targets: list[list[int]] = [[] for _ in range(count)]
    waiting_for = [0] * count
    for source, target in edges:
        targets[source].append(target)
        waiting_for[target] += 1
    layers = [0] * count
    ready = deque(node for node in range(count) if not waiting_for[node])
    while ready:
        node = ready.popleft()
        for target in targets[node]:
            layers[target] = max(layers[target], layers[node] + 1)
            waiting_for[target] -= 1
            if not waiting_for[target]:
                ready.append(target)
    return layers


# --- what comes back


@dataclass(slots=True)
class _Lanes:
    """Where long edges pass the layers between their ends."""

    at: dict[_Edge, tuple[Point, ...]] = field(default_factory=dict)


def _placed(count: int, edges: Sequence[_Edge]) -> tuple[dict[int, Point], _Lanes]:
    """The corner of every node's box, and the points that each edge passes on its way."""
    places: dict[int, Point] = {}
    lanes = _Lanes()
    left = MARGIN
    for part in _parts(count, edges):
        right = _place_part(part, left, places, lanes)
        left = right + GAP + 2 * LANE
    return places, lanes


def _parts(count: int, edges: Sequence[_Edge]) -> Iterator[tuple[list[int], list[_Edge]]]:
    """The nodes that edges join, with their edges; a part begins with its first node."""
    beside: list[list[int]] = [[] for _ in range(count)]
    for source, target in edges:
        beside[source].append(target)
        beside[target].append(source)
    part_of: dict[int, int] = {}
    nodes: list[list[int]] = []
    for first in range(count):
        if first not in part_of:
            members = _joined(first, beside)
            part_of |= dict.fromkeys(members, len(nodes))
            nodes.append(sorted(members))
    own: list[list[_Edge]] = [[] for _ in nodes]
    for edge in edges:
        own[part_of[edge[0]]].append(edge)
    return zip(nodes, own, strict=True)


def _joined(first: int, beside: Sequence[Sequence[int]]) -> set[int]:
    """The nodes that edges join to the first one, whichever way they point; itself among them."""
    found, stack = {first}, [first]
    while stack:
        new = set(beside[stack.pop()]) - found
        found |= new
        stack.extend(new)
    return found


def _place_part(part: tuple[list[int], list[_Edge]], left: int, places: dict[int, Point], lanes: _Lanes) -> int:
    """Put the part's boxes right of `left`, and return how far they reach."""
    nodes, edges = part
    if not edges:
        places[nodes[0]] = (left, MARGIN)
        return left + BOX_WIDTH
    ids = {node: index for index, node in enumerate(nodes)}
    is_small = len(nodes) <= SMALL
    ((positions, _width, _height, chains),) = from_edges(
        [(ids[source], ids[target]) for source, target in edges],
        minimum_length=1,
        vertex_spacing=BOX_WIDTH + GAP,
        dummy_vertices=True,
        dummy_size=LANE,
        # The layers of `_layers`, which the room for lines was measured by; other rankings make lines pass by thirty times as many.
        ranking_type="minimize" if is_small else "up",
        transpose=is_small,
    )
    found = {int(index): (x, y) for index, (x, y) in positions}
    first, top = min(x for x, _ in found.values()), max(y for _, y in found.values())

    def middle(index: int) -> Point:
        x, y = found[index]
        layer = round((top - y) / (BOX_WIDTH + GAP))
        return left + round(x - first) + BOX_WIDTH // 2, MARGIN + layer * (BOX_HEIGHT + DROP)

    for node, index in ids.items():
        x, y = middle(index)
        places[node] = (x - BOX_WIDTH // 2, y)
    onward: dict[int, list[int]] = {}
    for source, target in chains or ():
        onward.setdefault(int(source), []).append(int(target))
    for node, index in ids.items():
        for following in onward.get(index, ()):
            chain, at = [], following
            while at >= len(nodes):
                chain.append(middle(at))
                (at,) = onward[at]
            lanes.at[node, nodes[at]] = tuple(chain)
    return max(middle(index)[0] for index in found) + BOX_WIDTH // 2


def _points(boxes: Sequence[Box], edge: _Edge, lanes: _Lanes, *, is_back: bool) -> tuple[Point, ...]:
    """The line of an edge; none where there was no room for it."""
    source, target = edge
    if source == target:
        return _loop(boxes[source])
    upper, lower = (target, source) if is_back else (source, target)
    passed = lanes.at.get((upper, lower))
    if passed is None:
        return ()
    # A line that leads back stands beside one that leads down between the same boxes.
    aside = LANE if is_back else 0
    inner = (point for x, y in passed for point in ((x + aside, y), (x + aside, y + BOX_HEIGHT)))
    down = (
        (boxes[upper].middle + aside, boxes[upper].bottom),
        *inner,
        (boxes[lower].middle + aside, boxes[lower].top),
    )
    return down[::-1] if is_back else down


def _loop(box: Box) -> tuple[Point, ...]:
    """Out of the right side and in again."""
    upper, lower, out = box.top + BOX_HEIGHT // 3, box.top + 2 * BOX_HEIGHT // 3, box.right + LANE // 2
    return (box.right, upper), (out, upper), (out, lower), (box.right, lower)
