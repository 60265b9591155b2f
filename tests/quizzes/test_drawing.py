"""The picture of a graph: every node once, nothing on top of anything else, the same each time."""

import random
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.document import Scenario
from quizzes.rules import (
    IllegalStep,
    advance,
    begin,
    draw,
    nodes_in_order,
    nodes_passed,
    open_choices,
    ways_of,
    ways_taken,
)
from quizzes.rules.drawing import BOX_HEIGHT, BOX_WIDTH, ROOM_FOR_LINES, Drawing, Way
from tests.quizzes.builders import choice, decision, ending, info, scenario, scenarios

Graph = tuple[list[str], list[Way]]


@st.composite
def graphs(draw_: st.DrawFn) -> Graph:
    """Any graph: with circles, loops, double ways, parts that nothing joins, and nothing at all."""
    nodes = [f"n{number}" for number in range(draw_(st.integers(0, 14)))]
    if not nodes:
        return [], []
    ways = draw_(st.lists(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)), max_size=30))
    return nodes, ways


def overlaps(drawing: Drawing) -> list[tuple[str, str]]:
    return [
        (a.key, b.key)
        for a, b in combinations(drawing.boxes, 2)
        if a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
    ]


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_every_node_has_one_box_and_none_lies_on_another(graph: Graph) -> None:
    drawing = draw(*graph)

    assert [box.key for box in drawing.boxes] == graph[0]
    assert overlaps(drawing) == []
    assert all(box.left > 0 and box.right < drawing.width for box in drawing.boxes)
    assert all(box.top > 0 and box.bottom < drawing.height for box in drawing.boxes)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_every_way_has_one_line_from_its_first_box_to_its_last(graph: Graph) -> None:
    drawing = draw(*graph)
    places = drawing.places

    assert [line.way for line in drawing.lines] == list(dict.fromkeys(graph[1]))
    assert drawing.too_long == ()
    for line in drawing.lines:
        for key, (x, y) in zip(line.way, (line.points[0], line.points[-1]), strict=True):
            assert places[key].left <= x <= places[key].right
            assert places[key].top <= y <= places[key].bottom
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in line.points)


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_no_line_crosses_a_box_that_it_does_not_join(graph: Graph) -> None:
    drawing = draw(*graph)

    for line in drawing.lines:
        inner = line.points[1:-1] if line.way[0] != line.way[1] else ()
        for x, y in inner:
            assert [box.key for box in drawing.boxes if box.left < x < box.right and box.top < y < box.bottom] == []


@given(graphs())
@settings(deadline=None)
def test_the_same_graph_makes_the_same_drawing(graph: Graph) -> None:
    assert draw(*graph) == draw(*graph)


@settings(max_examples=150, deadline=None)
@given(scenarios(), st.randoms(use_true_random=False))
def test_the_path_of_a_walk_is_drawn_on_its_own_boxes(case: Scenario, chance: random.Random) -> None:
    if any(to not in case.nodes for _, to in ways_of(case)):
        return
    try:
        walk = begin(case)
        while (options := open_choices(case, walk)) and len(walk.turns) < 20:
            walk = advance(case, walk, chance.choice(options).key)
    except IllegalStep:
        return
    own, whole = draw(nodes_passed(walk), ways_taken(walk)), draw(nodes_in_order(case), ways_of(case))

    assert {box.key for box in own.boxes} == set(nodes_passed(walk))
    assert {line.way for line in own.lines} == set(ways_taken(walk)) <= {line.way for line in whole.lines}
    assert {box.key for box in whole.boxes} == case.nodes.keys()
    assert whole.boxes[0].key == case.start


def test_ways_lead_down_and_back_ones_up() -> None:
    drawing = draw(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a"), ("b", "b")])
    lines = {line.way: line.points for line in drawing.lines}

    assert [box.top for box in drawing.boxes] == sorted(box.top for box in drawing.boxes)
    assert lines["a", "c"][0][1] < lines["a", "c"][-1][1]
    assert lines["c", "a"][0][1] > lines["c", "a"][-1][1]
    assert {x for x, _ in lines["c", "a"]}.isdisjoint(x for x, _ in lines["a", "c"])
    box = drawing.places["b"]
    assert (box.right - box.left, box.bottom - box.top) == (BOX_WIDTH, BOX_HEIGHT)
    assert lines["b", "b"][0] == (box.right, box.top + BOX_HEIGHT // 3)


def test_what_nothing_leads_to_is_drawn_beside_the_rest() -> None:
    nodes = {
        "start": decision(choice("good"), choice("nowhere")),
        "island": info({"to": "start"}),
        "good": ending("pass"),
        "rock": ending("fail"),
    }
    case = scenario(nodes)

    assert nodes_in_order(case) == ("start", "good", "island", "rock")
    assert ways_of(case) == (("start", "good"), ("island", "start"))
    assert len(draw(nodes_in_order(case), ways_of(case)).boxes) == 4


def test_a_start_that_is_not_there_is_no_node() -> None:
    assert nodes_in_order(scenario({"other": ending("pass")})) == ("other",)


def test_a_walk_without_a_decision_passes_its_opening() -> None:
    case = scenario({"start": info({"to": "over"}), "over": ending("pass")})

    assert nodes_passed(begin(case)) == ("start", "over")
    assert ways_taken(begin(case)) == (("start", "over"),)


CHANCE = random.Random(7)
CHAIN = [(str(n), str(n + 1)) for n in range(1999)]
LARGE: dict[str, Iterable[Way]] = {
    "a chain of which every node leads to one ending": [*CHAIN, *((str(n), "1999") for n in range(1998))],
    "a tree with ways back": [
        *((str(CHANCE.randrange(n)), str(n)) for n in range(1, 2000)),
        *((str(CHANCE.randrange(2000)), str(CHANCE.randrange(2000))) for _ in range(3000)),
    ],
    "twenty layers of a hundred": [
        (str(layer * 100 + n), str(layer * 100 + 100 + CHANCE.randrange(100)))
        for layer in range(19)
        for n in range(100)
        for _ in range(3)
    ],
}


@pytest.mark.parametrize("name", LARGE)
def test_two_thousand_nodes_are_drawn_with_no_more_lines_than_there_is_room_for(name: str) -> None:
    ways = list(LARGE[name])

    drawing = draw([str(n) for n in range(2000)], ways)

    # A line has two points in each layer that it passes by, besides its ends; one that leads to its own box passes none.
    passed_by = sum(len(line.points) // 2 - 1 for line in drawing.lines if line.way[0] != line.way[1])
    assert passed_by <= ROOM_FOR_LINES
    assert len(drawing.boxes) == 2000
    assert len(drawing.lines) + len(drawing.too_long) == len(set(ways))
    corners = {(box.left, box.top) for box in drawing.boxes}
    assert len(corners) == 2000


def test_a_line_that_would_pass_thousands_of_boxes_is_named_instead() -> None:
    drawing = draw([str(n) for n in range(2000)], [*CHAIN, *((str(n), "1999") for n in range(1998))])

    assert drawing.too_long[0] == ("0", "1999")
    assert ("1997", "1999") in {line.way for line in drawing.lines}
