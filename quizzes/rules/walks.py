"""Walking a scenario: one state after another, each a function of the graph and the choices taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from courses.document import Choice, Critical, Effect, Guard, Node, Route, Scenario


class IllegalStep(ValueError):
    """The choice is not one that is open here."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision taken, what it led through, and where it arrived."""

    node: str
    choice: str
    through: tuple[str, ...]  # info nodes passed on the way
    arrived: str
    told: tuple[str, ...] = ()  # for each of them what its route tells; empty where it tells nothing


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk stands: at a decision or at an ending, never between."""

    node: str
    variables: Mapping[str, int]
    visits: Mapping[str, int]  # of the nodes that limit them
    points: int = 0
    critical: tuple[Critical, ...] = ()
    opening: tuple[str, ...] = ()  # info nodes before the first decision
    opening_told: tuple[str, ...] = ()  # for each of them what its route tells
    turns: tuple[Turn, ...] = field(default=())


def begin(scenario: Scenario) -> Walk:
    """The walk before its first choice."""
    variables = {name: variable.start for name, variable in scenario.variables.items()}
    walk = Walk(scenario.start, variables, {})
    arrival = _arrive(scenario, scenario.start, variables, {})
    return replace(
        walk,
        node=arrival.node,
        variables=arrival.variables,
        visits=arrival.visits,
        points=_ending_points(scenario.nodes[arrival.node]),
        opening=arrival.through,
        opening_told=arrival.told,
    )


def open_choices(scenario: Scenario, walk: Walk) -> tuple[Choice, ...]:
    """The choices that can be taken now: their guards hold and where they lead may be visited once more."""
    return tuple(
        choice
        for choice in scenario.nodes[walk.node].choices
        if holds(choice.when, walk.variables) and _may_visit(scenario, choice.to, walk.visits)
    )


def advance(scenario: Scenario, walk: Walk, choice_key: str) -> Walk:
    """The walk after one more choice. Raises IllegalStep when the choice is not open here."""
    choice = next((choice for choice in open_choices(scenario, walk) if choice.key == choice_key), None)
    if choice is None:
        raise IllegalStep(f"{choice_key} is not open at {walk.node}")
    variables = after_effects(scenario, walk.variables, choice.effects)
    arrival = _arrive(scenario, choice.to, variables, walk.visits)
    return replace(
        walk,
        node=arrival.node,
        variables=arrival.variables,
        visits=arrival.visits,
        points=walk.points + choice.points + _ending_points(scenario.nodes[arrival.node]),
        critical=(*walk.critical, choice.critical) if choice.critical else walk.critical,
        turns=(*walk.turns, Turn(walk.node, choice.key, arrival.through, arrival.node, arrival.told)),
    )


def replay(scenario: Scenario, choices: Iterable[str]) -> Walk:
    """The walk that these choices make, from the start. Raises IllegalStep as `advance` does."""
    walk = begin(scenario)
    for choice_key in choices:
        walk = advance(scenario, walk, choice_key)
    return walk


def holds(guard: Guard | None, variables: Mapping[str, int]) -> bool:
    """Whether every bound of the guard is kept; no guard always holds."""
    if guard is None:
        return True
    return all(variables[name] >= bound for name, bound in guard.at_least.items()) and all(
        variables[name] <= bound for name, bound in guard.at_most.items()
    )


def _may_visit(scenario: Scenario, key: str, visits: Mapping[str, int]) -> bool:
    limit = scenario.nodes[key].max_visits
    return limit is None or visits.get(key, 0) < limit


def after_effects(scenario: Scenario, variables: Mapping[str, int], effects: tuple[Effect, ...]) -> Mapping[str, int]:
    """The variables after these effects, each held within its bounds."""
    result = dict(variables)
    for effect in effects:
        for name, amount in effect.add.items():
            bounds = scenario.variables[name]
            result[name] = min(max(result[name] + amount, bounds.min), bounds.max)
    return result


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Where the story stops next, and what it passed and moved on the way."""

    node: str
    variables: Mapping[str, int]
    visits: Mapping[str, int]
    through: tuple[str, ...]
    told: tuple[str, ...]


def _arrive(scenario: Scenario, key: str, variables: Mapping[str, int], visits: Mapping[str, int]) -> _Arrival:
    """Follow info nodes from `key` to the next decision or ending."""
    counts = dict(visits)
    through: list[str] = []
    told: list[str] = []
    while True:
        node = scenario.nodes[key]
        if node.max_visits is not None:
            counts[key] = counts.get(key, 0) + 1
        if node.kind != "info":
            return _Arrival(key, variables, counts, tuple(through), tuple(told))
        through.append(key)
        if len(through) > len(scenario.nodes) * 4:
            raise IllegalStep(f"the story runs in a circle at {key}")
        route = _route(scenario, node, variables, counts)
        told.append(route.text or "")
        variables = after_effects(scenario, variables, route.effects)
        key = route.to


def _route(scenario: Scenario, node: Node, variables: Mapping[str, int], visits: Mapping[str, int]) -> Route:
    for route in node.routes:
        if holds(route.when, variables) and _may_visit(scenario, route.to, visits):
            return route
    raise IllegalStep("no route is open")


def _ending_points(node: Node) -> int:
    return node.ending.points if node.ending else 0
