"""The graph of a case as a picture: what is drawn, how each box is called, whose path it is on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from types import MappingProxyType

from django.utils.translation import gettext

from courses.document import Scenario, Verdict
from quizzes.rules import Box, Drawing, Line, Walk, draw, nodes_in_order, nodes_passed, ways_of, ways_taken

#: Letters that fit into a line of a box, the units from one line to the next, and those where a box has three lines.
LETTERS, LINE, CLOSE_LINE = 17, 16, 14
#: Units to the size of letters at the root of a page; the stylesheet sets the letters of a picture in units.
REM = 16
#: A badge is this high; each letter of its numbers makes it this much wider.
BADGE, LETTER = 20, 7


@dataclass(frozen=True, slots=True)
class TextLine:
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A few letters at the corner of a box: which decisions of hers were taken there, or its number."""

    x: int
    y: int
    width: int
    text: TextLine


@dataclass(frozen=True, slots=True)
class PictureBox:
    box: Box
    name: str
    lines: tuple[TextLine, ...]
    badge: Badge | None
    is_hers: bool
    is_best: bool
    is_ending: bool


@dataclass(frozen=True, slots=True)
class PictureLine:
    points: str  # as an SVG path
    is_hers: bool
    is_best: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its words; everything that a template prints."""

    width: int
    height: int
    boxes: tuple[PictureBox, ...]
    lines: tuple[PictureLine, ...]
    has_best: bool
    has_others: bool

    @property
    def width_rem(self) -> str:
        """As wide as its text asks for: boxes grow with the size of letters that a reader has set."""
        return f"{self.width / REM:g}rem"

    @property
    def height_rem(self) -> str:
        return f"{self.height / REM:g}rem"


def names_of(scenario: Scenario, order: Sequence[str]) -> Mapping[str, str]:
    """What each of these nodes is called: its title, or its number among the scenes or endings in this order."""
    names, scenes, endings = {}, 0, 0
    for key in order:
        node = scenario.nodes[key]
        if node.ending:
            endings += 1
            names[key] = node.title or gettext("Ending %(number)d") % {"number": endings}
        else:
            scenes += 1
            names[key] = node.title or gettext("Scene %(number)d") % {"number": scenes}
    return names


def order_of(scenario: Scenario, walk: Walk, *, released: bool) -> tuple[str, ...]:
    """Her own nodes first, so that their names are the same before and after the others may be told."""
    return tuple(dict.fromkeys([*nodes_passed(walk), *(nodes_in_order(scenario) if released else ())]))


def picture_of_walk(scenario: Scenario, walk: Walk, best: Walk | None, *, released: bool) -> Picture:
    """Her path on the graph. Until `released` nothing but her path is drawn: even the number of boxes would tell."""
    names = names_of(scenario, order_of(scenario, walk, released=released))
    drawing = draw(nodes_in_order(scenario), ways_of(scenario)) if released else draw(names, ways_taken(walk))
    return _picture(scenario, drawing, names, _numbers(walk), walk, best if released else None)


def picture_of_scenario(scenario: Scenario, badges: Mapping[str, str] = MappingProxyType({})) -> Picture:
    """The whole graph as its author wrote it, without a walk; `badges` are words at the corners of boxes, by node."""
    order = nodes_in_order(scenario)
    return _picture(scenario, draw(order, ways_of(scenario)), names_of(scenario, order), badges, None, None)


def _picture(
    scenario: Scenario,
    drawing: Drawing,
    names: Mapping[str, str],
    badges: Mapping[str, str],
    walk: Walk | None,
    best: Walk | None,
) -> Picture:
    hers = frozenset(nodes_passed(walk)) if walk else frozenset[str]()
    finest = frozenset(nodes_passed(best)) if best else frozenset[str]()
    boxes = tuple(
        PictureBox(
            box=box,
            name=names[box.key],
            lines=tuple(_words(box, names[box.key], _verdict(scenario, box.key))),
            badge=_badge(box, badges.get(box.key, "")),
            is_hers=box.key in hers,
            is_best=box.key in finest,
            is_ending=scenario.nodes[box.key].ending is not None,
        )
        for box in drawing.boxes
    )
    lines = tuple(_lines(drawing.lines, walk, best))
    return Picture(
        width=drawing.width,
        height=drawing.height,
        boxes=boxes,
        lines=lines,
        has_best=best is not None,
        has_others=any(not (box.is_hers or box.is_best) for box in boxes),
    )


def _lines(lines: Collection[Line], walk: Walk | None, best: Walk | None) -> Iterator[PictureLine]:
    hers, finest = (frozenset(ways_taken(each)) if each else frozenset() for each in (walk, best))
    for line in lines:
        points = "M" + " L".join(f"{x} {y}" for x, y in line.points)
        yield PictureLine(points, is_hers=line.way in hers, is_best=line.way in finest)


def _numbers(walk: Walk) -> Mapping[str, str]:
    numbers: dict[str, list[str]] = {}
    for number, turn in enumerate(walk.turns, 1):
        numbers.setdefault(turn.node, []).append(str(number))
    return {key: ", ".join(each) for key, each in numbers.items()}


def _verdict(scenario: Scenario, key: str) -> str:
    ending = scenario.nodes[key].ending
    if ending is None:
        return ""
    return gettext("passes") if ending.verdict is Verdict.PASS else gettext("does not pass")


def _words(box: Box, name: str, below: str) -> Iterator[TextLine]:
    lines = wrap(name, LETTERS, max_lines=2, placeholder="…") or [name]
    lines += [below] if below else []
    step = CLOSE_LINE if len(lines) > 2 else LINE
    first = (box.top + box.bottom) // 2 - (len(lines) - 1) * step // 2 + 4
    for index, text in enumerate(lines):
        yield TextLine(box.middle, first + index * step, text)


def _badge(box: Box, numbers: str) -> Badge | None:
    if not numbers:
        return None
    width = BADGE + LETTER * (len(numbers) - 1)
    x, y = box.left - BADGE // 2, box.top - BADGE // 2
    return Badge(x, y, width, TextLine(x + width // 2, y + BADGE // 2 + 5, numbers))
