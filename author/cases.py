"""A case as its author reads it: the whole graph as a picture, and every place with its choices in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from courses.document import Choice, Effect, Guard, Node, Route, Scenario
from quizzes.rules import nodes_in_order
from web.pictures import Picture, names_of, picture_of_scenario


@dataclass(frozen=True, slots=True)
class Way:
    """A choice or a route: where it leads, when it is open, and what it moves."""

    to: "PlaceName"
    when: str
    effects: str
    choice: Choice | None = None
    route: Route | None = None


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What a place is called in words and in the picture."""

    key: str
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    called: PlaceName
    node: Node
    ways: tuple[Way, ...]
    reached_from: tuple[PlaceName, ...]
    is_start: bool


@dataclass(frozen=True, slots=True)
class CaseCopy:
    """Everything that its author wrote of a case."""

    scenario: Scenario
    picture: Picture
    places: tuple[Place, ...]


def case_copy(scenario: Scenario) -> CaseCopy:
    """The case with its places numbered from the start on, by how many steps lead there."""
    order = nodes_in_order(scenario)
    names = names_of(scenario, order)
    called = {key: PlaceName(key, number, names[key]) for number, key in enumerate(order, 1)}
    return CaseCopy(
        scenario=scenario,
        picture=picture_of_scenario(scenario, {key: str(place.number) for key, place in called.items()}),
        places=tuple(_place(scenario, key, called) for key in order),
    )


def _place(scenario: Scenario, key: str, called: Mapping[str, PlaceName]) -> Place:
    node = scenario.nodes[key]
    sources = (source for source in called if key in _targets(scenario.nodes[source]))
    return Place(
        called=called[key],
        node=node,
        ways=tuple(_ways(node, called)),
        reached_from=tuple(called[source] for source in sources),
        is_start=key == scenario.start,
    )


def _targets(node: Node) -> frozenset[str]:
    return frozenset((*(choice.to for choice in node.choices), *(route.to for route in node.routes)))


def _ways(node: Node, called: Mapping[str, PlaceName]) -> Iterator[Way]:
    for choice in node.choices:
        yield Way(called[choice.to], guard_words(choice.when), effect_words(choice.effects), choice=choice)
    for route in node.routes:
        yield Way(called[route.to], guard_words(route.when), effect_words(route.effects), route=route)


def guard_words(guard: Guard | None) -> str:
    """`trust is at least 2, haste is at most 1`; empty where nothing is asked."""
    if guard is None:
        return ""
    least = [gettext("%(name)s is at least %(bound)d") % _bound(each) for each in guard.at_least.items()]
    most = [gettext("%(name)s is at most %(bound)d") % _bound(each) for each in guard.at_most.items()]
    return ", ".join([*least, *most])


def _bound(named: tuple[str, int]) -> dict[str, object]:
    return {"name": named[0], "bound": named[1]}


def effect_words(effects: Iterable[Effect]) -> str:
    """`trust +1, haste -1`; empty where nothing is moved."""
    return ", ".join(f"{name} {change:+d}" for effect in effects for name, change in effect.add.items())
