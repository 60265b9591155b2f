"""What the end of a walk shows: the ending, its debrief, the path, and the other ways where they may be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from learner.walks import Scene, WalkPage, scene, tone, walk_page
from quizzes.queries import AssessmentState, Path
from quizzes.rules import marks_needed


@dataclass(frozen=True, slots=True)
class OtherWay:
    """A choice not taken at a decision, and why it would have been better or worse."""

    html: SafeString
    rationale: SafeString
    tone: str


@dataclass(frozen=True, slots=True)
class WalkResult:
    """The end of a walk: the ending, its debrief, the path, and the other ways where they may be told."""

    page: WalkPage
    state: AssessmentState
    ending: Scene
    debrief: SafeString
    needed: int
    others: tuple[tuple[OtherWay, ...], ...]  # for each decision; empty until released

    @property
    def decisions(self) -> tuple[tuple[object, tuple[OtherWay, ...]], ...]:
        others = self.others or ((),) * len(self.page.decided)
        return tuple(zip(self.page.decided, others, strict=True))


def walk_result(path: Path, state: AssessmentState, *, released: bool) -> WalkResult:
    node = path.scenario.nodes[path.walk.node]
    return WalkResult(
        page=walk_page(path, released=released),
        state=state,
        ending=scene(path, path.walk.node),
        debrief=path.published.inline[node.debrief or ""],
        needed=marks_needed(path.scenario.maximum, path.scenario.pass_percent),
        others=tuple(_others(path)) if released else (),
    )


def _others(path: Path) -> Iterator[tuple[OtherWay, ...]]:
    html = path.published.inline
    for turn in path.walk.turns:
        node = path.scenario.nodes[turn.node]
        yield tuple(
            OtherWay(html[choice.text], html[choice.rationale], tone(node, choice))
            for choice in node.choices
            if choice.key != turn.choice
        )
