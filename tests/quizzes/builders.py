"""Small quizzes and scenarios for tests of rules, and strategies that draw random ones."""

from collections.abc import Callable
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from courses.document import Quiz, Scenario


def item(key: str = "one", options: int = 3, correct: int = 0, marks: int = 1) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "single_best_answer",
        "objectives": ["o1"],
        "cognitive": "apply",
        "marks": marks,
        "stem": f"Stem of {key}",
        "lead_in": "What now?",
        "options": [
            {
                "key": f"{key}-{n}",
                "text": f"Option {n}",
                "rationale": f"Because {n}",
                **({"correct": True} if n == correct else {}),
            }
            for n in range(options)
        ],
    }


def of_kind(kind: str, key: str = "one", **more: Any) -> dict[str, Any]:
    """An item of any kind; what the kind asks for is filled in, and `more` replaces it."""
    base = {name: value for name, value in item(key).items() if name != "options"}
    return base | {"kind": kind} | FILLED[kind](key) | more


def options(key: str, *correct: bool) -> list[dict[str, Any]]:
    return [
        {"key": f"{key}-{n}", "text": f"Option {n} of {key}", "rationale": f"Because {n}", "correct": is_correct}
        for n, is_correct in enumerate(correct)
    ]


def steps(key: str, *names: str) -> list[dict[str, Any]]:
    return [{"key": f"{key}-{name}", "text": f"Step {name} of {key}", "rationale": f"Here is {name}"} for name in names]


FILLED: dict[str, Callable[[str], dict[str, Any]]] = {
    "single_best_answer": lambda key: {"options": options(key, True, False, False)},
    "multiple_response": lambda key: {"options": options(key, True, False, True, False), "credit": "per_option"},
    "true_false": lambda _key: {"correct": False, "if_true": "No, because", "if_false": "Yes, because"},
    "ordering": lambda key: {"steps": steps(key, "m", "c", "t", "a"), "credit": "per_pair"},
    "script_concordance": lambda _key: {
        "hypothesis": "It is so",
        "new_information": "And then",
        "rationale": "Experts weigh it",
        "panel": [0, 1, 3, 6, 2],
    },
}


def quiz(*items: dict[str, Any], **more: Any) -> Quiz:
    values = {
        "key": "quiz",
        "title": "Quiz",
        "kind": "summative",
        "pass_percent": 80,
        "release": "after_pass_or_last_attempt",
        "minutes": 5,
        "items": list(items) or [item()],
    }
    return Quiz.model_validate({**values, **more})


def choice(to: str, key: str = "", points: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "key": key or f"to-{to}",
        "text": "Do",
        "consequence": "Then",
        "rationale": "Why",
        "to": to,
        "points": points,
        **more,
    }


def decision(*choices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "decision", "text": "Here", "choices": list(choices), **more}


def info(*routes: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "info", "text": "Meanwhile", "routes": list(routes)}


def ending(verdict: str = "pass", points: int = 0) -> dict[str, Any]:
    return {"text": "It ends", "ending": {"verdict": verdict, "points": points}, "debrief": "Look back"}


def scenario(nodes: dict[str, Any], **more: Any) -> Scenario:
    values = {
        "key": "case",
        "title": "Case",
        "kind": "summative",
        "objectives": ["o1"],
        "minutes": 5,
        "passing_rule": "Reach a passing ending.",
        "start": "start",
        "maximum": 0,
        "nodes": nodes,
    }
    return Scenario.model_validate({**values, **more})


@st.composite
def items_of_any_kind(draw: st.DrawFn, key: str = "one") -> dict[str, Any]:
    """An item whose shape is right, of any kind."""
    kind = draw(st.sampled_from(sorted(FILLED)))
    more: dict[str, Any] = {"marks": draw(st.integers(1, 4))}
    if kind == "multiple_response":
        flags = draw(st.lists(st.booleans(), min_size=3, max_size=8).filter(lambda each: 0 < sum(each) < len(each)))
        more |= {"options": options(key, *flags), "credit": draw(st.sampled_from(["all_or_nothing", "per_option"]))}
    elif kind == "ordering":
        names = draw(st.permutations("abcdefgh"))[: draw(st.integers(3, 8))]
        more |= {"steps": steps(key, *names), "credit": draw(st.sampled_from(["all_or_nothing", "per_pair"]))}
    elif kind == "true_false":
        more["correct"] = draw(st.booleans())
    elif kind == "script_concordance":
        votes = st.lists(st.integers(0, 9), min_size=5, max_size=5).filter(any)
        more["panel"] = draw(st.one_of(st.none(), votes))
    return of_kind(kind, key, **more)


@st.composite
def mixed_quizzes(draw: st.DrawFn) -> Quiz:
    """Quizzes of all kinds, with demands on the draw that have room."""
    count = draw(st.integers(1, 8))
    items = [draw(items_of_any_kind(f"i{number}")) for number in range(count)]
    for each in items:
        each["objectives"] = sorted(draw(st.sets(st.sampled_from(["o1", "o2", "o3"]), min_size=1)))
    keys = [each["key"] for each in items]
    more = {
        "draw": draw(st.integers(1, count)),
        "shuffle": draw(st.booleans()),
        "always": sorted(draw(st.sets(st.sampled_from(keys), max_size=2))),
        "per_objective": draw(st.dictionaries(st.sampled_from(["o1", "o2", "o3"]), st.integers(1, 3), max_size=2)),
    }
    try:
        return quiz(*items, **more)
    except ValidationError:
        reject()


@st.composite
def quizzes(draw: st.DrawFn) -> Quiz:
    count = draw(st.integers(1, 8))
    items = []
    for number in range(count):
        options = draw(st.integers(2, 5))
        items.append(item(f"i{number}", options, draw(st.integers(0, options - 1)), draw(st.integers(1, 4))))
    return quiz(
        *items, draw=draw(st.integers(1, count)), shuffle=draw(st.booleans()), pass_percent=draw(st.integers(1, 100))
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Forward graphs with two variables, guards, effects, routes and now and then a limited way back; many are faulty."""
    count = draw(st.integers(2, 6))
    names = [f"n{number}" for number in range(count)]
    ends = ["good", "bad"]
    variables = {
        "trust": {"min": -1, "max": 2, "start": 0, "meaning": "trust"},
        "near": {"min": 0, "max": 1, "start": 0, "meaning": "near"},
    }
    guards = st.one_of(
        st.none(),
        st.builds(lambda bound: {"at_least": {"trust": bound}}, st.integers(-1, 2)),
        st.builds(lambda bound: {"at_most": {"near": bound}}, st.integers(0, 1)),
    )
    nodes: dict[str, Any] = {"good": ending("pass", draw(st.integers(0, 3))), "bad": ending("fail", 0)}
    limited: set[str] = set()
    for number, name in enumerate(names):
        onward = [*names[number + 1 :], *ends]
        if draw(st.integers(0, 5)) == 0 and number:
            back = draw(st.sampled_from(names[: number + 1]))
            limited.add(back)
            onward.append(back)
        if number and draw(st.integers(0, 3)) == 0:
            nodes[name] = info(
                {"to": draw(st.sampled_from(onward)), "when": {"at_least": {"trust": 1}}},
                {"to": draw(st.sampled_from(onward))},
            )
            continue
        choices = []
        for index in range(draw(st.integers(2, 3))):
            effects = (
                [{"add": {draw(st.sampled_from(["trust", "near"])): draw(st.integers(-2, 2))}}]
                if draw(st.booleans())
                else []
            )
            more: dict[str, Any] = {"effects": effects}
            guard = draw(guards) if index else None
            if guard:
                more["when"] = guard
            if draw(st.integers(0, 6)) == 0:
                more["critical"] = draw(st.sampled_from(["missed", "harm"]))
            choices.append(choice(draw(st.sampled_from(onward)), f"c{index}", draw(st.integers(0, 3)), **more))
        nodes[name] = decision(*choices)
    for name in limited:
        nodes[name]["max_visits"] = draw(st.integers(1, 3))
    return scenario(nodes, start=names[0], variables=variables, maximum=draw(st.integers(0, 12)))
