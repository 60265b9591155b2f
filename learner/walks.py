"""What the pages of a scenario attempt show. No rationale is gathered here before it may be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from courses.document import Choice, Node
from courses.parts import Line
from learner.sittings import ShownOption
from quizzes.queries import Path
from quizzes.rules import Turn, open_choices


@dataclass(frozen=True, slots=True)
class Scene:
    """A piece of story as it is shown: its text, and its dialogue."""

    title: str
    html: SafeString
    script: tuple[tuple[Line, SafeString], ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A piece of story that the walk came by, and what it told on the way that it went on."""

    scene: Scene
    told: SafeString | str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was taken, and what came of it."""

    number: int
    scene: Scene
    choice: SafeString
    consequence: SafeString
    through: tuple[Passed, ...]
    rationale: SafeString | None  # only where the release rule allows
    tone: str


@dataclass(frozen=True, slots=True)
class WalkPage:
    """Where a walk stands: the path so far, and the decision to take or the ending."""

    path: Path
    opening: tuple[Passed, ...]
    decided: tuple[Decided, ...]
    scene: Scene
    choices: tuple[ShownOption, ...]

    @property
    def last(self) -> Decided | None:
        return self.decided[-1] if self.decided else None

    @property
    def number(self) -> int:
        return len(self.decided) + 1

    def past(self, asked: str) -> Decided | None:
        """The decision that the address asks for, if it was taken."""
        if not (asked.isascii() and asked.isdigit() and len(asked) < 5):
            return None
        return next((each for each in self.decided if each.number == int(asked)), None)


def walk_page(path: Path, *, released: bool) -> WalkPage:
    """`released` lets the rationales of decisions already taken be shown; no other rationale is ever gathered here."""
    html = path.published.inline
    choices = tuple(
        ShownOption(choice.key, html[choice.text], is_chosen=False) for choice in open_choices(path.scenario, path.walk)
    )
    return WalkPage(
        path=path,
        opening=passed(path, path.walk.opening, path.walk.opening_told),
        decided=tuple(_decided(path, released=released)),
        scene=scene(path, path.walk.node),
        choices=choices,
    )


def scene(path: Path, key: str) -> Scene:
    node: Node = path.scenario.nodes[key]
    html = path.published.inline
    return Scene(node.title or "", html[node.text], tuple((line, html[line.text]) for line in node.script))


def passed(path: Path, keys: tuple[str, ...], told: tuple[str, ...]) -> tuple[Passed, ...]:
    html = path.published.inline
    return tuple(Passed(scene(path, key), html[text] if text else "") for key, text in zip(keys, told, strict=True))


def _decided(path: Path, *, released: bool) -> Iterator[Decided]:
    html = path.published.inline
    for number, turn in enumerate(path.walk.turns, 1):
        choice = chosen(path, turn)
        yield Decided(
            number=number,
            scene=scene(path, turn.node),
            choice=html[choice.text],
            consequence=html[choice.consequence],
            through=passed(path, turn.through, turn.told),
            rationale=html[choice.rationale] if released else None,
            tone=tone(path.scenario.nodes[turn.node], choice) if released else "",
        )


def chosen(path: Path, turn: Turn) -> Choice:
    return path.scenario.nodes[turn.node].choice_by_key[turn.choice]


def tone(node: Node, choice: Choice) -> str:
    """How a decision is spoken of once reasons may be told: `kept`, `missed` or `harm`."""
    if choice.critical:
        return choice.critical.value
    return "kept" if choice.points == max(other.points for other in node.choices) else "missed"
