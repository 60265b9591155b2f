"""The proofs of a scenario's graph, told as faults of its file."""

from collections.abc import Iterator

from author.faults import Fault, warning
from author.packages import Package, Source
from author.yaml import Path
from courses.document import Scenario
from quizzes.rules import GraphFault, GraphFaultCode, GraphProof, prove

WORDS: dict[GraphFaultCode, tuple[str, str]] = {
    GraphFaultCode.UNKNOWN_START: ("there is no node `{detail}` to start at", "Correct `start`."),
    GraphFaultCode.UNKNOWN_TARGET: ("there is no node `{detail}` to go to", "Correct `to`, or write the node."),
    GraphFaultCode.UNKNOWN_VARIABLE: ("there is no variable `{detail}`", "Add it to `variables`, or correct its name."),
    GraphFaultCode.UNLIMITED_CYCLE: (
        "from `{node}` a way leads back to it without an end",
        "Give one of the nodes on the way `max_visits: 2`, and a way on when its visits are used up.",
    ),
    GraphFaultCode.TOO_MANY_STATES: (
        "nodes and variables have more than 200,000 combinations to prove ({detail})",
        "Narrow the ranges of variables, or leave one out.",
    ),
    GraphFaultCode.TOO_MANY_STEPS: (
        "there are too many ways to be here before, and after what: the proof was given up after {detail} steps",
        "Let fewer nodes of a circle have `max_visits` (each circle needs one), or narrow the ranges of variables.",
    ),
    GraphFaultCode.UNREACHABLE_NODE: ("no path reaches `{node}`", "Let a choice or route lead to it, or remove it."),
    GraphFaultCode.CHOICE_NEVER_OPEN: (
        "`{choice}` of `{node}` is never open: its guard holds on no path",
        "Change `when`, or remove the choice.",
    ),
    GraphFaultCode.NO_OPEN_CHOICE: (
        "on some path no choice of `{node}` is open",
        "Leave at least one choice without `when`, or leading to a node that can still be visited.",
    ),
    GraphFaultCode.NO_OPEN_ROUTE: (
        "on some path the story cannot go on from `{node}`",
        "Let the routes lead to a node that can still be visited.",
    ),
    GraphFaultCode.MAXIMUM_DIFFERS: (
        "the most points that a path can reach are {detail}",
        "Write `maximum: {detail}`.",
    ),
    GraphFaultCode.NO_PASSING_PATH: (
        "no path passes",
        "Let a path without a critical choice reach a passing ending with the points that `pass_percent` asks for.",
    ),
    GraphFaultCode.NO_FAILING_PATH: ("no path fails", "What cannot be failed proves nothing; make it formative."),
    GraphFaultCode.CRITICAL_PATH_PASSES: (
        "the ending of `{node}` says pass, and a path with a critical choice reaches it",
        "Lead critical choices to an ending of their own that says fail.",
    ),
}
#: What practice may lack and a good editor would ask for; what else is said of a case that counts holds here too.
PRACTICE_REMEDIES: dict[GraphFaultCode, str] = {
    GraphFaultCode.NO_PASSING_PATH: "Let a path without a critical choice reach an ending that says pass: what is asked for can be done.",
    GraphFaultCode.NO_FAILING_PATH: "Let a path reach an ending that says fail, or what is chosen makes no difference.",
}
#: Where the fault is one of the whole scenario, the name that has to change.
NAMES: dict[GraphFaultCode, str] = {
    GraphFaultCode.UNKNOWN_START: "start",
    GraphFaultCode.MAXIMUM_DIFFERS: "maximum",
    GraphFaultCode.TOO_MANY_STATES: "variables",
    GraphFaultCode.TOO_MANY_STEPS: "nodes",
    GraphFaultCode.NO_PASSING_PATH: "nodes",
    GraphFaultCode.NO_FAILING_PATH: "nodes",
}


def proof_of(package: Package, source: Source[Scenario], scenario: Scenario) -> GraphProof:
    """The proof of the scenario that the file holds, searched once for the whole check."""
    if source.file not in package.proofs:
        package.proofs[source.file] = prove(scenario)
    return package.proofs[source.file]


def scenario_faults(package: Package, source: Source[Scenario], scenario: Scenario) -> Iterator[Fault]:
    """What keeps the scenario from being proved, each at the line of its node, choice or name."""
    for fault in proof_of(package, source, scenario).faults:
        message, remedy = WORDS[fault.code]
        values = {"node": fault.node, "choice": fault.choice, "detail": fault.detail}
        line = source.line(*_path(scenario, fault))
        yield Fault(source.file, line, fault.code.value, message.format_map(values), remedy.format_map(values))


def practice_doubts(package: Package, source: Source[Scenario], scenario: Scenario) -> Iterator[Fault]:
    """What the proof of a case for practice found wanting that a case that counts must have, as warnings."""
    for doubt in proof_of(package, source, scenario).doubts:
        message, remedy = WORDS[doubt.code]
        remedy = PRACTICE_REMEDIES.get(doubt.code, remedy)
        line = source.line(*_path(scenario, doubt))
        yield warning(source.file, line, doubt.code.value, message.format(node=doubt.node), remedy)


def _path(scenario: Scenario, fault: GraphFault) -> Path:
    if fault.code in NAMES:
        return (NAMES[fault.code],)
    if fault.node is None:
        return ()
    at: Path = ("nodes", fault.node)
    node = scenario.nodes.get(fault.node)
    if node is None:
        return at
    for index, choice in enumerate(node.choices):
        if choice.key == fault.choice:
            return (*at, "choices", index, *_names(fault))
    for index, route in enumerate(node.routes):
        if fault.code is GraphFaultCode.UNKNOWN_TARGET and route.to == fault.detail:
            return (*at, "routes", index, "to")
    return at


def _names(fault: GraphFault) -> Path:
    return {GraphFaultCode.UNKNOWN_TARGET: ("to",), GraphFaultCode.CHOICE_NEVER_OPEN: ("when",)}.get(fault.code, ())
