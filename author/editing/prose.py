"""A Markdown text as a reader meets it: paragraphs and headings in words, their links and pictures, the lists around them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it.token import Token

from author.texts import parse_body, words

BREAKS = frozenset({"softbreak", "hardbreak"})
WORDS = frozenset({"text", "code_inline", *BREAKS})
LIST_OPEN = frozenset({"bullet_list_open", "ordered_list_open"})
LIST_CLOSE = frozenset({"bullet_list_close", "ordered_list_close"})


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    address: str
    shows_picture: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the words that the author wrote beside it, perhaps none."""

    alt: str
    file: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or cell with its first line, counted from zero. `kind` is the tag around it: p, h2, td."""

    kind: str
    line: int
    text: str
    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    bold: tuple[str, ...]

    @property
    def is_prose(self) -> bool:
        """Whether sentences stand in it. Those of headings and cells are of another kind, and are not counted."""
        return self.kind == "p"

    @property
    def is_heading(self) -> bool:
        return self.kind[0] == "h"


@dataclass(frozen=True, slots=True)
class List:
    line: int
    items: int


@dataclass(frozen=True, slots=True)
class Prose:
    blocks: tuple[Block, ...]
    lists: tuple[List, ...]


@lru_cache(maxsize=64)
def read_prose(text: str) -> Prose:
    """What a lesson's body, or an inline text, has for a reader. Several eyes look at each."""
    tokens = parse_body(text)
    return Prose(tuple(_blocks(tokens)), tuple(_lists(tokens)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    kind, line = "p", 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.type == "inline":
            yield _block(kind, line, token.children or [])
        elif token.nesting == 1:
            kind = token.tag or "p"


def _block(kind: str, line: int, children: list[Token]) -> Block:
    linked, bold = _Runs("link"), _Runs("strong")
    for child in children:
        linked.take(child)
        bold.take(child)
    return Block(
        kind,
        line,
        _said(children),
        tuple(_link(run) for run in linked.found),
        tuple(Picture(child.content, str(child.attrGet("src"))) for child in children if child.type == "image"),
        tuple(text for run in bold.found if words(text := _said(run))),
    )


def _link(run: list[Token]) -> Link:
    return Link(_said(run), str(run[0].attrGet("href")), any(token.type == "image" for token in run))


def _said(tokens: list[Token]) -> str:
    """What a run of inline text says, without its marks and with its line ends. A picture says nothing here."""
    return "".join("\n" if token.type in BREAKS else token.content for token in tokens if token.type in WORDS)


@dataclass(slots=True)
class _Runs:
    """The pieces between an opening mark and its closing one, the opening mark first. Marks within are part of the piece."""

    mark: str
    found: list[list[Token]] = field(default_factory=list)
    depth: int = 0

    def take(self, token: Token) -> None:
        if token.type == f"{self.mark}_open":
            if self.depth == 0:
                self.found.append([])
            self.depth += 1
        if self.depth:
            self.found[-1].append(token)
        if token.type == f"{self.mark}_close":
            self.depth -= 1


def _lists(tokens: list[Token]) -> Iterator[List]:
    open_lists: list[tuple[int, list[int]]] = []
    for token in tokens:
        if token.type in LIST_OPEN:
            open_lists.append((token.map[0] if token.map else 0, []))
        elif token.type == "list_item_open":
            open_lists[-1][1].append(1)
        elif token.type in LIST_CLOSE:
            line, items = open_lists.pop()
            yield List(line, len(items))
