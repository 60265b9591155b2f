"""What an author's Markdown may hold, checked before it is rendered."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.rendering import is_allowed_link

#: An inline text is a sentence or a few; the longest case file in a stem is far below this.
LONGEST_INLINE = 20_000
#: Without one of these a text is words alone, and need not be parsed to know it.
MARKED = re.compile(r"[<\[]|^[ \t]*(?:[#>|+*=_-]|\d{1,9}[.)]|~~~|```)|^ {4}|^\t", re.MULTILINE)
#: What takes a parser long where there is very much of it, and how many a text may have: far more than any lesson needs.
MOST_MARKS: Final[tuple[tuple[str, re.Pattern[str], int], ...]] = (
    ("lines", re.compile(r"\n"), 3_000),
    ("headings", re.compile(r"^ {0,3}#", re.MULTILINE), 200),
    ("lines with `|`", re.compile(r"\|.*"), 1_000),
    ("opening brackets", re.compile(r"\["), 1_000),
    ("marks of emphasis (`*` and `_`)", re.compile(r"[*_]"), 3_000),
    ("straight quotes and apostrophes", re.compile("['\"]"), 3_000),
    ("backticks", re.compile("`"), 1_000),
    ("marks of HTML (`<`)", re.compile("<"), 1_000),
)
PLAIN = frozenset({"paragraph_open", "paragraph_close", "inline"})

LINK_REMEDY = "Use an address that begins with https:// or mailto:."
HTML_REMEDY = "Use Markdown: *emphasis*, **strong**. To show a < as it is, write &lt; instead."


@dataclass(frozen=True, slots=True)
class TextFault:
    """A fault at a line of the text, counted from zero."""

    line: int
    rule: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Picture:
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Body:
    """A lesson's body: what of it would not be shown or not be found, and the pictures that it shows."""

    faults: tuple[TextFault, ...] = ()
    pictures: tuple[Picture, ...] = ()


def inline_faults(text: str) -> Iterator[TextFault]:
    """What an inline text holds beyond emphasis, links and paragraphs."""
    if len(text) > LONGEST_INLINE:
        message = f"{len(text):,} characters are more than {LONGEST_INLINE:,}"
        yield TextFault(0, "too-long", message, "Shorten it, or make a lesson of it.")
        return
    if not MARKED.search(text):
        return
    too_many = next(mark_faults(text), None)
    yield from _parsed_faults(text) if too_many is None else (too_many,)


def _parsed_faults(text: str) -> Iterator[TextFault]:
    environment: dict[str, object] = {}
    for token in _permissive.parse(text, environment):
        if token.type == "inline":
            yield from _span_faults(token)
        elif token.type == "html_block":
            yield TextFault(0, "html", "HTML would be shown as it stands", HTML_REMEDY)
        elif token.type not in PLAIN and token.nesting >= 0 and token.level == 0:
            yield _block(token.type.removesuffix("_open").replace("_", " "))
    if environment.get("references"):
        yield _block("link definition")


def mark_faults(text: str) -> Iterator[TextFault]:
    """What there is so much of that reading it would take long; such a text is not parsed at all."""
    for what, mark, most in MOST_MARKS:
        found = mark.findall(text)
        if len(found) > most:
            line = text.count("\n", 0, _place_of(mark, text, most))
            message = f"{len(found):,} {what} are more than {most:,}"
            yield TextFault(
                line, "too-many-marks", message, "Make several of it, or take out what was pasted by mistake."
            )


def _place_of(mark: re.Pattern[str], text: str, number: int) -> int:
    return next(islice(mark.finditer(text), number, None)).start()


def parse_body(body: str) -> list[Token]:
    """A lesson's body as its author may have meant it, what will not be shown included."""
    return _permissive.parse(body)


def read_body(body: str) -> Body:
    """A lesson's body as it would be shown."""
    tokens = parse_body(body)
    return Body(tuple(_body_faults(tokens)), tuple(_pictures(tokens)))


def words(body: str) -> int:
    """The words of a text: whatever has a letter or a digit in it."""
    return sum(any(character.isalnum() for character in word) for word in body.split())


def _body_faults(tokens: list[Token]) -> Iterator[TextFault]:
    level = 1
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "heading_open":
            found = int(token.tag[1])
            yield from _heading(line, found, level)
            level = found
        elif token.type == "html_block":
            yield TextFault(line, "html", "HTML would be shown as it stands", HTML_REMEDY)
        elif token.type == "inline":
            yield from _span_faults(token)


def _pictures(tokens: list[Token]) -> Iterator[Picture]:
    for token in tokens:
        if token.type != "inline":
            continue
        for line, child in _children(token):
            if child.type == "image":
                yield Picture(line, str(child.attrGet("src")))


def _heading(line: int, found: int, level: int) -> Iterator[TextFault]:
    if found == 1:
        message = "`#` is the page's own heading"
        yield TextFault(line, "heading", message, "Begin headings with ##; the lesson's title stands above them.")
    elif found > level + 1:
        message = f"the heading jumps from level {level} to level {found}"
        yield TextFault(line, "heading", message, f"Write {'#' * (level + 1)} here; screen readers count the levels.")


def _span_faults(token: Token) -> Iterator[TextFault]:
    for line, child in _children(token):
        if child.type == "html_inline":
            yield TextFault(line, "html", f"`{child.content[:40]}` would be shown as it stands", HTML_REMEDY)
        elif child.type == "link_open" and not is_allowed_link(str(child.attrGet("href"))):
            href = str(child.attrGet("href"))[:80]
            yield TextFault(line, "link", f"the link to `{href}` would not be followed", LINK_REMEDY)


def _children(token: Token) -> Iterator[tuple[int, Token]]:
    """The pieces of a paragraph, each with its line."""
    line = token.map[0] if token.map else 0
    for child in token.children or []:
        yield line, child
        if child.type in ("softbreak", "hardbreak"):
            line += 1


def _block(what: str) -> TextFault:
    message = f"a {what} is not shown in a text of this kind"
    remedy = (
        "Write sentences and paragraphs. If a mark at the line's beginning is meant as it stands, write \\ before it."
    )
    return TextFault(0, "block", message, remedy)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    # It reads what authors may have meant, so that what will not be shown can be named.
    parser.validateLink = lambda _href: True  # type: ignore[assignment]
    return parser


_permissive = _parser()
