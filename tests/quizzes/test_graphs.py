from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from courses.document import Scenario
from quizzes.rules import (
    GraphFault,
    GraphFaultCode,
    IllegalStep,
    Walk,
    advance,
    begin,
    best_walk,
    open_choices,
    prove,
    replay,
    scenario_outcome,
    searches,
)
from quizzes.rules.searches import MOST_STEPS, ON_NO_CIRCLE, Search, TooManySteps, circles
from tests.quizzes.builders import choice, decision, ending, info, scenario, scenarios

#: A few rounds through a circle make millions of walks.
MOST_WALKS = 2_000
ENDS = {"good": ending("pass"), "bad": ending("fail")}
START = {"start": decision(choice("good"), choice("bad"))}


def graph_faults(case: Scenario) -> tuple[GraphFault, ...]:
    return prove(case).faults


def codes(nodes: dict[str, Any], **more: Any) -> list[tuple[GraphFaultCode, str | None]]:
    return [(fault.code, fault.node) for fault in graph_faults(scenario({**ENDS, **nodes}, **more))]


def all_walks(case: Scenario) -> list[Walk]:
    """Every finished walk, by brute force: the oracle of the proofs. Graphs with more than it can walk are left out."""
    finished: list[Walk] = []
    unfinished = [begin(case)]
    while unfinished:
        assume(len(finished) < MOST_WALKS)
        walk = unfinished.pop()
        choices = open_choices(case, walk)
        if not choices:
            finished.append(walk)
        unfinished += [advance(case, walk, option.key) for option in choices]
    return finished


@settings(max_examples=300)
@given(scenarios())
def test_accepted_graphs_are_those_that_walking_every_path_accepts(case: Scenario) -> None:
    proof = prove(case)
    if {fault.code for fault in proof.faults} & {GraphFaultCode.UNLIMITED_CYCLE, GraphFaultCode.NO_OPEN_ROUTE}:
        return
    walks = all_walks(case)

    dead_ends = {walk.node for walk in walks if case.nodes[walk.node].ending is None}
    assert {fault.node for fault in proof.faults if fault.code is GraphFaultCode.NO_OPEN_CHOICE} == dead_ends
    if dead_ends:
        return
    visited = {key for walk in walks for turn in walk.turns for key in (turn.node, *turn.through, turn.arrived)}
    visited |= {key for walk in walks for key in (*walk.opening, walk.node)}
    assert {
        fault.node for fault in proof.faults if fault.code is GraphFaultCode.UNREACHABLE_NODE
    } == case.nodes.keys() - visited
    assert proof.maximum == max(walk.points for walk in walks)
    assert proof.minimum == min(walk.points for walk in walks)
    assert (proof.shortest, proof.longest) == (min(len(w.turns) for w in walks), max(len(w.turns) for w in walks))


@settings(max_examples=300)
@given(scenarios())
def test_a_pass_and_a_fail_exist_exactly_when_no_fault_says_otherwise(case: Scenario) -> None:
    proof = prove(case)
    found = {fault.code for fault in proof.faults}
    verdicts = {GraphFaultCode.NO_PASSING_PATH, GraphFaultCode.NO_FAILING_PATH, GraphFaultCode.MAXIMUM_DIFFERS}
    if (
        found
        - verdicts
        - {GraphFaultCode.CRITICAL_PATH_PASSES, GraphFaultCode.UNREACHABLE_NODE, GraphFaultCode.CHOICE_NEVER_OPEN}
    ):
        return
    if GraphFaultCode.MAXIMUM_DIFFERS in found:
        return  # the score is held to a maximum that is not the true one

    outcomes = {scenario_outcome(case, walk)[1] for walk in all_walks(case)}

    assert (True in outcomes) == (GraphFaultCode.NO_PASSING_PATH not in found)
    assert (False in outcomes) == (GraphFaultCode.NO_FAILING_PATH not in found)


@given(scenarios(), st.data())
def test_any_accepted_walk_is_replayed_and_an_illegal_step_is_refused(case: Scenario, data: st.DataObject) -> None:
    if graph_faults(case) and graph_faults(case)[0].code is not GraphFaultCode.MAXIMUM_DIFFERS:
        return
    walk = begin(case)
    while options := open_choices(case, walk):
        with pytest.raises(IllegalStep):
            advance(case, walk, "no-such-choice")
        walk = advance(case, walk, data.draw(st.sampled_from([option.key for option in options])))

    assert replay(case, [turn.choice for turn in walk.turns]) == walk
    assert case.nodes[walk.node].ending is not None


@given(scenarios())
def test_renaming_and_reordering_nodes_changes_no_verdict(case: Scenario) -> None:
    values = case.model_dump(mode="json", exclude_defaults=True)
    text = str(values["nodes"])
    del text
    renamed = {f"x-{key}": _renamed(node) for key, node in reversed(values["nodes"].items())}
    other = Scenario.model_validate({**values, "nodes": renamed, "start": f"x-{values['start']}"})

    before, after = prove(case), prove(other)

    assert sorted((f.code, f.choice or "") for f in after.faults) == sorted(
        (f.code, f.choice or "") for f in before.faults
    )
    assert (after.maximum, after.minimum, after.states) == (before.maximum, before.minimum, before.states)


def _renamed(node: dict[str, Any]) -> dict[str, Any]:
    ways: dict[str, Any] = {
        name: [{**way, "to": f"x-{way['to']}"} for way in node[name]] for name in ("choices", "routes") if name in node
    }
    return {**node, **ways}


@given(scenarios())
def test_a_scenario_survives_storage_with_the_same_verdict(case: Scenario) -> None:
    again = Scenario.model_validate(case.model_dump(mode="json", exclude_defaults=True))

    assert again == case
    assert prove(again) == prove(case)


def test_a_sound_graph_has_no_fault() -> None:
    assert codes(START) == []


def test_unknown_start() -> None:
    assert (GraphFaultCode.UNKNOWN_START, None) in codes({"other": decision(choice("good"), choice("bad"))})


def test_unknown_target_of_choice_and_route() -> None:
    nodes = {"start": decision(choice("middle"), choice("nowhere")), "middle": info({"to": "lost"})}

    assert codes(nodes) == [(GraphFaultCode.UNKNOWN_TARGET, "start"), (GraphFaultCode.UNKNOWN_TARGET, "middle")]


def test_unknown_variable_in_guard_and_effect() -> None:
    start = decision(choice("good", effects=[{"add": {"trust": 1}}]), choice("bad", when={"at_most": {"near": 1}}))

    assert codes({"start": start}) == [
        (GraphFaultCode.UNKNOWN_VARIABLE, "start"),
        (GraphFaultCode.UNKNOWN_VARIABLE, "start"),
    ]


def test_unreachable_node() -> None:
    assert codes({**START, "island": decision(choice("good"), choice("bad"))}) == [
        (GraphFaultCode.UNREACHABLE_NODE, "island")
    ]


def test_cycle_without_a_limit() -> None:
    nodes = {"start": decision(choice("again"), choice("good")), "again": decision(choice("start"), choice("bad"))}

    assert codes(nodes) == [(GraphFaultCode.UNLIMITED_CYCLE, "again")]


def test_cycle_with_a_limit_ends_within_it() -> None:
    nodes = {
        "start": decision(choice("again"), choice("good")),
        "again": decision(choice("start"), choice("bad"), max_visits=2),
    }
    case = scenario({**ENDS, **nodes})

    assert graph_faults(case) == ()
    assert prove(case).longest == 5
    with pytest.raises(IllegalStep):
        replay(case, ["to-again", "to-start"] * 3)


def test_decision_that_can_be_left_without_an_open_choice() -> None:
    closed: dict[str, Any] = {"when": {"at_least": {"trust": 1}}}
    nodes = {
        "start": decision(choice("stuck"), choice("good"), choice("bad")),
        "stuck": decision(choice("good", **closed), choice("bad", **closed)),
    }
    variables = {"trust": {"min": 0, "max": 1, "start": 0, "meaning": "trust"}}

    found = codes(nodes, variables=variables)

    assert (GraphFaultCode.NO_OPEN_CHOICE, "stuck") in found
    assert (GraphFaultCode.CHOICE_NEVER_OPEN, "stuck") in found


def test_route_that_leads_only_to_a_node_at_its_limit() -> None:
    nodes = {
        "start": decision(choice("once"), choice("good"), choice("bad")),
        "once": decision(choice("back"), choice("bad"), max_visits=1),
        "back": info({"to": "once"}),
    }

    assert (GraphFaultCode.NO_OPEN_ROUTE, "once") in codes(nodes)


def test_declared_maximum_is_the_best_path() -> None:
    nodes = {"start": decision(choice("good", points=2), choice("bad"))}

    (fault,) = graph_faults(scenario({**ENDS, **nodes}, maximum=5))

    assert (fault.code, fault.detail) == (GraphFaultCode.MAXIMUM_DIFFERS, "2")


def test_summative_graph_needs_a_passing_and_a_failing_path() -> None:
    assert codes({"start": decision(choice("bad", "a"), choice("bad", "b"))}) == [
        (GraphFaultCode.UNREACHABLE_NODE, "good"),
        (GraphFaultCode.NO_PASSING_PATH, None),
    ]
    assert codes({"start": decision(choice("good", "a"), choice("good", "b"))}) == [
        (GraphFaultCode.UNREACHABLE_NODE, "bad"),
        (GraphFaultCode.NO_FAILING_PATH, None),
    ]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (decision(choice("good", "a"), choice("good", "b")), GraphFaultCode.NO_FAILING_PATH),
        (decision(choice("bad", "a"), choice("bad", "b")), GraphFaultCode.NO_PASSING_PATH),
        (
            decision(choice("good", critical="harm"), choice("good", "b"), choice("bad")),
            GraphFaultCode.CRITICAL_PATH_PASSES,
        ),
    ],
)
def test_practice_graph_is_doubted_and_not_refused(start: dict[str, Any], code: GraphFaultCode) -> None:
    used = {way["to"] for way in start["choices"]}
    nodes = {"start": start, **{key: node for key, node in ENDS.items() if key in used}}
    proof = prove(scenario(nodes, kind="formative", passing_rule=None))

    assert proof.faults == ()
    assert [doubt.code for doubt in proof.doubts] == [code]
    assert proof.passes is (code is not GraphFaultCode.NO_PASSING_PATH)
    assert proof.fails is (code is not GraphFaultCode.NO_FAILING_PATH)


def test_practice_graph_that_can_be_passed_and_failed_is_not_doubted() -> None:
    proof = prove(scenario({**ENDS, **START}, kind="formative", passing_rule=None))

    assert (proof.faults, proof.doubts, proof.passes, proof.fails) == ((), (), True, True)


def test_points_can_make_the_failing_path() -> None:
    nodes = {"start": decision(choice("good", "a", points=2), choice("good", "b")), "good": ending("pass")}

    assert graph_faults(scenario(nodes, maximum=2, pass_percent=50)) == ()


def test_critical_choice_must_not_lead_to_a_passing_ending() -> None:
    nodes = {"start": decision(choice("good"), choice("good", "harm", critical="harm"), choice("bad"))}

    assert codes(nodes) == [(GraphFaultCode.CRITICAL_PATH_PASSES, "good")]


def test_too_many_combinations_are_refused_before_any_search() -> None:
    variables = {f"v{n}": {"min": -100, "max": 100, "start": 0, "meaning": "x"} for n in range(3)}

    assert codes(START, variables=variables) == [(GraphFaultCode.TOO_MANY_STATES, None)]


def test_a_graph_of_two_thousand_nodes_is_proved_within_the_depth_of_the_stack() -> None:
    chain = {f"n{n}": decision(choice(f"n{n + 1}" if n < 1999 else "good"), choice("bad")) for n in range(2000)}

    proof = prove(scenario({**ENDS, **chain}, start="n0"))

    assert proof.faults == ()
    assert proof.longest == 2000


def circle(size: int, visits: int = 2) -> Scenario:
    """Decisions in a circle, each of which leads on, leaps over six, or ends; every one limits its visits."""
    nodes = {
        f"n{n}": decision(
            choice(f"n{(n + 1) % size}", "on"),
            choice(f"n{(n + 7) % size}", "leap"),
            choice("good" if n % 2 else "bad", "end"),
            max_visits=visits,
        )
        for n in range(size)
    }
    return scenario({**ENDS, **nodes}, start="n0")


def counting(top: int, size: int, ways: int = 2) -> Scenario:
    """Decisions in a row; the first choice of each counts up a variable from none to the top."""
    more = {"variables": {"v": {"min": 0, "max": top, "start": 0, "meaning": "how far"}}, "maximum": 1}
    nodes = {
        f"n{n}": decision(
            choice(f"n{n + 1}" if n < size - 1 else "good", "on", int(n == 0), effects=[{"add": {"v": 1}}]),
            *(choice(f"n{n + 2}" if n < size - 2 else "bad", f"leap-{way}") for way in range(ways - 1)),
        )
        for n in range(size)
    }
    return scenario({**ENDS, **nodes}, start="n0", **more)


@pytest.mark.parametrize(
    "case", [circle(30), circle(30, 3), circle(300), circle(2000)], ids=["30", "3 visits", "300", "2000"]
)
def test_a_circle_with_more_states_than_can_be_searched_is_given_up(case: Scenario) -> None:
    """Two to the power of its places: what the search did before it gave up is bounded."""
    with pytest.raises(TooManySteps) as given_up:
        Search(case)

    assert given_up.value.steps <= MOST_STEPS + 100


def test_what_the_declared_space_allows_is_proved_in_bounded_work() -> None:
    proof = prove(counting(99, 1_900))

    assert (proof.faults, proof.longest) == ((), 1_900)
    assert proof.states <= 1_900 * 100
    assert proof.steps <= 2 * proof.states + 1_000


def test_visits_are_counted_only_where_a_way_leads_back() -> None:
    """Forty places in a row that may each be entered once have forty states, not two to the power of forty."""
    row = {
        f"n{n}": decision(choice(f"n{n + 1}" if n < 39 else "good", "on"), choice("bad"), max_visits=1)
        for n in range(40)
    }
    proof = prove(scenario({**ENDS, **row}, start="n0"))

    assert (proof.faults, proof.states) == ((), 42)


def test_counts_of_a_circle_that_is_left_are_forgotten() -> None:
    """Ten circles, one after the other: their states add up and do not multiply."""
    nodes = {}
    for n in range(10):
        onward = f"start-{n + 1}" if n < 9 else "good"
        nodes[f"start-{n}"] = decision(choice(f"round-{n}"), choice(onward, "on"), choice("bad"))
        nodes[f"round-{n}"] = decision(choice(f"start-{n}"), choice("bad"), max_visits=3)
    proof = prove(scenario({**ENDS, **nodes}, start="start-0"))

    assert (proof.faults, proof.states) == ((), 10 * 7 + 2)


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=8, max_size=8))
def test_nodes_are_on_one_circle_exactly_when_ways_lead_to_and_fro(targets: list[list[int]]) -> None:
    found = circles(targets)
    reached = [_reached(targets, node) for node in range(8)]

    for one in range(8):
        assert (found[one] != ON_NO_CIRCLE) == (one in reached[one])
        for other in set(range(8)) - {one}:
            together = other in reached[one] and one in reached[other]
            assert (found[one] == found[other] != ON_NO_CIRCLE) == together


def _reached(targets: list[list[int]], start: int) -> set[int]:
    met: set[int] = set()
    waiting = list(targets[start])
    while waiting:
        if (node := waiting.pop()) not in met:
            met.add(node)
            waiting += targets[node]
    return met


def test_story_before_the_first_decision_is_told() -> None:
    nodes = {"start": info({"to": "first"}), "first": decision(choice("good"), choice("bad"))}
    case = scenario({**ENDS, **nodes})

    assert begin(case).opening == ("start",)
    assert begin(case).node == "first"
    assert graph_faults(case) == ()


def test_effects_are_held_within_bounds_and_guards_open_choices() -> None:
    variables = {"trust": {"min": 0, "max": 1, "start": 0, "meaning": "trust"}}
    nodes = {
        "start": decision(
            choice("next", "up", effects=[{"add": {"trust": 5}}]),
            choice("next", "down", effects=[{"add": {"trust": -5}}]),
        ),
        "next": decision(choice("good", when={"at_least": {"trust": 1}}), choice("bad")),
    }
    case = scenario({**ENDS, **nodes}, variables=variables)

    assert dict(replay(case, ["up"]).variables) == {"trust": 1}
    assert [option.key for option in open_choices(case, replay(case, ["up"]))] == ["to-good", "to-bad"]
    assert [option.key for option in open_choices(case, replay(case, ["down"]))] == ["to-bad"]


# --- the best walk


@settings(max_examples=300)
@given(scenarios())
def test_best_walk_is_the_best_that_walking_every_path_finds(case: Scenario) -> None:
    best = best_walk(case)
    found = {fault.code for fault in prove(case).faults}
    if best is None:
        assert found & {
            GraphFaultCode.UNLIMITED_CYCLE,
            GraphFaultCode.NO_OPEN_CHOICE,
            GraphFaultCode.NO_OPEN_ROUTE,
        }
        return
    walks = all_walks(case)
    clean = [walk for walk in walks if case.nodes[walk.node].ending.verdict == "pass" and not walk.critical]  # type: ignore[union-attr]
    candidates = clean or walks

    assert replay(case, [turn.choice for turn in best.turns]) == best
    assert (best.points, -len(best.turns)) == max((walk.points, -len(walk.turns)) for walk in candidates)
    assert bool(clean) == (case.nodes[best.node].ending.verdict == "pass" and not best.critical)  # type: ignore[union-attr]
    assert best_walk(case) == best


@settings(max_examples=300)
@given(scenarios())
def test_best_walk_passes_where_any_walk_can(case: Scenario) -> None:
    faults = {fault.code for fault in graph_faults(case)}
    if faults - {GraphFaultCode.UNREACHABLE_NODE, GraphFaultCode.CHOICE_NEVER_OPEN, GraphFaultCode.NO_FAILING_PATH}:
        return
    best = best_walk(case)
    assert best is not None

    assert scenario_outcome(case, best)[1]
    assert best.points <= case.maximum


@given(scenarios(), st.data())
def test_played_points_lie_between_what_the_proof_says(case: Scenario, data: st.DataObject) -> None:
    proof = prove(case)
    if {fault.code for fault in proof.faults} & {
        GraphFaultCode.UNLIMITED_CYCLE,
        GraphFaultCode.NO_OPEN_CHOICE,
        GraphFaultCode.NO_OPEN_ROUTE,
    }:
        return
    walk = begin(case)
    while options := open_choices(case, walk):
        before = walk
        walk = advance(case, walk, data.draw(st.sampled_from([option.key for option in options])))
        assert replay(case, [turn.choice for turn in walk.turns]) == walk
        assert before.turns == walk.turns[:-1]  # a step leaves the walk before it as it was

    assert proof.minimum <= walk.points <= proof.maximum
    assert proof.shortest <= len(walk.turns) <= proof.longest
    assert all(count <= (case.nodes[key].max_visits or 3) for key, count in walk.visits.items())


def test_of_equal_walks_the_shorter_is_best_and_then_the_one_written_first() -> None:
    nodes = {
        "start": decision(choice("again"), choice("good", "second", points=1), choice("good", "third", points=1)),
        "again": decision(choice("start"), choice("good", points=1), max_visits=2),
    }
    best = best_walk(scenario({**ENDS, **nodes}, maximum=1))

    assert best is not None
    assert [turn.choice for turn in best.turns] == ["second"]


def test_a_harm_with_many_points_is_not_the_best_walk() -> None:
    start = decision(choice("bad", "harm", points=9, critical="harm"), choice("good", points=1))
    best = best_walk(scenario({**ENDS, "start": start}, maximum=9))

    assert best is not None
    assert [turn.choice for turn in best.turns] == ["to-good"]


def test_a_graph_that_cannot_be_searched_has_no_best_walk() -> None:
    assert best_walk(scenario({**ENDS, "start": decision(choice("nowhere"), choice("good"))})) is None


# --- what a route tells and moves

LAST = {"when": {"at_least": {"trust": 1}}, "text": "She stays.", "effects": [{"add": {"trust": 5}}]}


def routed(**more: Any) -> Scenario:
    nodes = {
        "start": decision(choice("later", "kind", effects=[{"add": {"trust": 1}}]), choice("later", "curt")),
        "later": info({"to": "end", **LAST}, {"to": "end"}),
        "end": decision(choice("good", when={"at_least": {"trust": 3}}), choice("bad")),
    }
    variables = {"trust": {"min": -3, "max": 3, "start": 0, "meaning": "trust"}}
    return scenario({**ENDS, **nodes}, variables=variables, **more)


def test_a_consequence_comes_back_by_the_route_that_it_opens() -> None:
    case = routed()
    kind, curt = replay(case, ["kind"]), replay(case, ["curt"])

    assert (kind.turns[-1].told, curt.turns[-1].told) == (("She stays.",), ("",))
    assert (dict(kind.variables), dict(curt.variables)) == ({"trust": 3}, {"trust": 0})
    assert [option.key for option in open_choices(case, kind)] == ["to-good", "to-bad"]
    assert graph_faults(case) == ()


def test_a_route_before_the_first_decision_tells_and_moves() -> None:
    start = info({"to": "first", "text": "It rains.", "effects": [{"add": {"trust": 1}}]})
    nodes = {"start": start, "first": decision(choice("good", when={"at_least": {"trust": 1}}), choice("bad"))}
    case = scenario({**ENDS, **nodes}, variables={"trust": {"min": 0, "max": 1, "start": 0, "meaning": "trust"}})

    assert (begin(case).opening_told, dict(begin(case).variables)) == (("It rains.",), {"trust": 1})
    assert graph_faults(case) == ()


def test_a_route_that_moves_an_unknown_variable_is_found() -> None:
    nodes = {
        "start": decision(choice("later"), choice("bad")),
        "later": info({"to": "good", "effects": [{"add": {"luck": 1}}]}),
    }

    assert codes(nodes) == [(GraphFaultCode.UNKNOWN_VARIABLE, "later")]


def test_a_story_that_runs_in_a_circle_is_stopped() -> None:
    nodes = {"start": decision(choice("one"), choice("good"), choice("bad")), "one": info({"to": "two"})}
    case = scenario({**ENDS, **nodes, "two": info({"to": "one"})})

    with pytest.raises(IllegalStep, match="circle"):
        replay(case, ["to-one"])


def test_an_opening_that_leads_nowhere_is_found() -> None:
    nodes = {"start": info({"to": "once"}), "once": info({"to": "start"})}
    nodes["once"]["max_visits"] = 1
    case = scenario({**ENDS, **nodes})

    assert (GraphFaultCode.NO_OPEN_ROUTE, "start") in codes(nodes)
    assert best_walk(case) is None


def test_a_search_that_grows_beyond_the_largest_space_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = [f"room-{number}" for number in range(4)]
    nodes = {room: decision(choice("start"), choice("bad"), max_visits=3) for room in rooms}
    case = scenario({**ENDS, **nodes, "start": decision(*(choice(room) for room in rooms), choice("good"))})
    assert prove(case).faults == ()
    monkeypatch.setattr(searches, "MOST_STEPS", len(case.nodes))  # visits make more states of them

    assert [fault.code for fault in graph_faults(case)] == [GraphFaultCode.TOO_MANY_STEPS]
    assert best_walk(case) is None
