"""What the end of a walk shows: the ending, its debrief, the path, and the other ways where they may be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from courses.document import Choice, Verdict
from learner.walks import Decided, Passed, Scene, WalkPage, passed, scene, tone, walk_page
from quizzes.queries import AssessmentState, Path, best_path
from quizzes.rules import IllegalStep, Turn, Walk, advance, marks_needed, replay, scenario_outcome
from web.pictures import Picture, names_of, order_of, picture_of_walk


@dataclass(frozen=True, slots=True)
class Branch:
    """A choice not taken at a decision: what it would have led to, and why that is better or worse."""

    html: SafeString
    consequence: SafeString
    through: tuple[Passed, ...]  # what she would have read on the way
    leads_to: tuple[str, ...]
    was_open: bool  # False: what she had done before had closed it
    rationale: SafeString
    tone: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of her path, where it led, and the branches beside it; no branches until released."""

    decided: Decided
    name: str
    leads_to: tuple[str, ...]
    branches: tuple[Branch, ...]

    @property
    def on_the_way(self) -> tuple[str, ...]:
        """What lies between it and the next decision, or the end."""
        return self.leads_to[:-1]


@dataclass(frozen=True, slots=True)
class BestDecision:
    """One decision of the best path, with hers at the same place if that was another."""

    number: int
    name: str
    html: SafeString
    consequence: SafeString
    leads_to: tuple[str, ...]
    hers: SafeString | str
    is_shared: bool  # she was here and chose the same


@dataclass(frozen=True, slots=True)
class BestPath:
    """The best walk through the case, beside hers."""

    decisions: tuple[BestDecision, ...]
    parts_at: int  # the decision in which it leaves hers; 0 when it never does
    ending: Scene
    points: int
    passes: bool


@dataclass(frozen=True, slots=True)
class WalkResult:
    """The end of a walk. What is not released is not gathered."""

    page: WalkPage
    state: AssessmentState
    ending: Scene
    reached_passing_end: bool
    would_pass: bool
    debrief: SafeString
    needed: int
    picture: Picture
    decisions: tuple[Decision, ...]
    best: BestPath | None

    @property
    def end_name(self) -> str:
        return self.decisions[-1].leads_to[-1]


def walk_result(path: Path, state: AssessmentState, *, released: bool) -> WalkResult:
    scenario, walk = path.scenario, path.walk
    node = scenario.nodes[walk.node]
    best = best_path(path) if released else None
    names = names_of(scenario, order_of(scenario, walk, released=released))
    page = walk_page(path, released=released)
    branches = tuple(_branches(path, names)) if released else ((),) * len(walk.turns)
    return WalkResult(
        page=page,
        state=state,
        ending=scene(path, walk.node),
        reached_passing_end=node.ending is not None and node.ending.verdict is Verdict.PASS,
        would_pass=scenario_outcome(scenario, walk)[1],
        debrief=path.published.inline[node.debrief or ""],
        needed=marks_needed(scenario.maximum, scenario.pass_percent),
        picture=picture_of_walk(scenario, walk, best, released=released),
        decisions=tuple(
            Decision(decided, names[turn.node], _led_to(turn, names), others)
            for decided, turn, others in zip(page.decided, walk.turns, branches, strict=True)
        ),
        best=_best(path, best, names) if best else None,
    )


def _led_to(turn: Turn, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(names[key] for key in (*turn.through, turn.arrived))


def _branches(path: Path, names: Mapping[str, str]) -> Iterator[tuple[Branch, ...]]:
    """For each decision the choices not taken, each followed from where she stood."""
    taken = [turn.choice for turn in path.walk.turns]
    for number, turn in enumerate(path.walk.turns):
        stood = replay(path.scenario, taken[:number])
        choices = path.scenario.nodes[turn.node].choices
        yield tuple(_branch(path, stood, choice, names) for choice in choices if choice.key != turn.choice)


def _branch(path: Path, stood: Walk, choice: Choice, names: Mapping[str, str]) -> Branch:
    html = path.published.inline
    try:
        turn = advance(path.scenario, stood, choice.key).turns[-1]
    except IllegalStep:
        turn = None
    return Branch(
        html=html[choice.text],
        consequence=html[choice.consequence],
        through=passed(path, turn.through, turn.told) if turn else (),
        leads_to=_led_to(turn, names) if turn else (names[choice.to],),
        was_open=turn is not None,
        rationale=html[choice.rationale],
        tone=tone(path.scenario.nodes[stood.node], choice),
    )


def _best(path: Path, best: Walk, names: Mapping[str, str]) -> BestPath:
    hers = path.walk.turns
    same = [(a.node, a.choice) == (b.node, b.choice) for a, b in zip(best.turns, hers, strict=False)]
    parted = next((index for index, each in enumerate(same, 1) if not each), len(same) + 1)
    return BestPath(
        decisions=tuple(_best_decision(path, number, turn, names) for number, turn in enumerate(best.turns, 1)),
        parts_at=0 if len(same) == len(hers) == len(best.turns) and all(same) else parted,
        ending=scene(path, best.node),
        points=best.points,
        passes=scenario_outcome(path.scenario, best)[1],
    )


def _best_decision(path: Path, number: int, turn: Turn, names: Mapping[str, str]) -> BestDecision:
    html, choices = path.published.inline, path.scenario.nodes[turn.node].choice_by_key
    choice = choices[turn.choice]
    hers = [each.choice for each in path.walk.turns if each.node == turn.node]
    is_shared = turn.choice in hers
    return BestDecision(
        number=number,
        name=names[turn.node],
        html=html[choice.text],
        consequence=html[choice.consequence],
        leads_to=_led_to(turn, names),
        hers=html[choices[hers[-1]].text] if hers and not is_shared else "",
        is_shared=is_shared,
    )
