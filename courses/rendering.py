"""Markdown to HTML: the only way by which an author's text becomes markup.

Raw HTML is escaped, links lead to https and mailto only, pictures come from the package alone, and a sanitizer with an
allow-list has the last word. A correction here raises RENDERER; `render_versions` then renders published versions anew.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from types import MappingProxyType
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.anchors.index import slugify as anchor_slug

from courses.document import Document

#: Counts the ways in which this module has ever rendered.
RENDERER = 1

LINK_SCHEMES = ("https", "mailto")

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
INLINE_TAGS = frozenset({"a", "br", "code", "em", "strong", "p"})
BLOCK_TAGS = INLINE_TAGS.union(
    HEADINGS,
    {"blockquote", "div", "hr", "img", "li", "ol", "pre", "table", "tbody", "td", "th", "thead", "tr", "ul"},
)
CELL_CLASSES = {"text-center", "text-end"}


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a file of the package is served, and what it shows, in words."""

    address: str
    alt: str


def media_address(slug: str, sha256: str) -> str:
    """Where the course's picture is served. Stored in rendered lessons, so it may never change."""
    return f"/courses/{slug}/media/{sha256}"


def pictures(slug: str, document: Document) -> Mapping[str, Picture]:
    """The document's media by the file name that lessons use."""
    return {media.file: Picture(media_address(slug, media.sha256 or ""), media.alt) for media in document.course.media}


def render_lesson(body: str, media: Mapping[str, Picture], *, has_entries: bool = False) -> SafeString:
    """The HTML of a lesson's body. A picture that the package does not declare is left out.

    With `has_entries` an item of a list that begins with bold words has an anchor, made of them as a heading's is of its
    own: a glossary's entries can be linked to.
    """
    tokens = _blocks.parse(body)
    _prepare(tokens, media)
    if has_entries:
        _anchor_entries(tokens)
    html = _blocks.renderer.render(tokens, _blocks.options, {})
    return _safe(_block_cleaner, html)


def render_inline(text: str) -> SafeString:
    """The HTML of an inline text: one paragraph without its <p>, several with theirs."""
    tokens = _inline.parse(text)
    if len(tokens) == 3:
        tokens = tokens[1:2]
    return _safe(_inline_cleaner, _inline.renderer.render(tokens, _inline.options, {}).strip())


def render_fragments(document: Document) -> dict[str, str]:
    """The HTML of every inline text of the document, by its source."""
    return {text: str(render_inline(text)) for text in dict.fromkeys(document.inline_texts())}


@lru_cache(maxsize=256)
def headings(body: str) -> Mapping[str, str]:
    """The words of a lesson's headings by their anchors, in order, as its rendered page has them."""
    tokens = _blocks.parse(body)
    return MappingProxyType(
        {
            str(token.attrGet("id")): _words(tokens[index + 1])
            for index, token in enumerate(tokens)
            if token.type == "heading_open"
        }
    )


def heading_anchors(body: str) -> tuple[str, ...]:
    """The anchors of a lesson's headings, in order."""
    return tuple(headings(body))


def _words(token: Token) -> str:
    """What a run of text says, without its marks."""
    return "".join(child.content for child in token.children or [] if child.type in ("text", "code_inline"))


def is_allowed_link(href: str) -> bool:
    """Whether a link may lead there: https and mailto, nothing else."""
    return href.startswith(tuple(f"{scheme}:" for scheme in LINK_SCHEMES)) and "\\" not in href


def _prepare(tokens: list[Token], media: Mapping[str, Picture]) -> None:
    for token in tokens:
        if token.type == "inline":
            token.children = [child for child in token.children or [] if _place(child, media)]
    for opening, label in zip(
        (token for token in tokens if token.type == "table_open"), _table_labels(tokens), strict=True
    ):
        opening.attrSet("class", "table")
        opening.meta["label"] = label
    for token in tokens:
        if token.type in ("td_open", "th_open"):
            _dress_cell(token)


def _anchor_entries(tokens: list[Token]) -> None:
    met = {str(token.attrGet("id")) for token in tokens if token.type == "heading_open"}
    for item, _paragraph, words in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or words.type != "inline":
            continue
        anchor = slugify(_bold_beginning(words).rstrip(".:"))
        if anchor and anchor not in met:
            item.attrSet("id", anchor)
            met.add(anchor)


def _bold_beginning(token: Token) -> str:
    """The bold words with which a run of text begins; empty where it begins otherwise."""
    # markdown-it puts an empty text before marks that begin a line.
    children = [child for child in token.children or [] if child.type != "text" or child.content]
    if not children or children[0].type != "strong_open":
        return ""
    bold = takewhile(lambda child: child.type != "strong_close", children[1:])
    return "".join(child.content for child in bold if child.type in ("text", "code_inline"))


def _place(token: Token, media: Mapping[str, Picture]) -> bool:
    """Whether the token is shown; a picture is given its address."""
    if token.type != "image":
        return True
    picture = media.get(str(token.attrGet("src")))
    if picture is None:
        return False
    token.attrs = {"src": picture.address, "alt": "", "loading": "lazy"}
    # The author's own words beside the picture win over those of the media list.
    if not token.content:
        token.children = [Token("text", "", 0, content=picture.alt)]
    return True


def _dress_cell(token: Token) -> None:
    # markdown-it aligns by a style attribute, which the content security policy refuses.
    style = str(token.attrs.pop("style", ""))
    for side, name in (("right", "text-end"), ("center", "text-center")):
        if side in style:
            token.attrSet("class", name)
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _table_labels(tokens: list[Token]) -> Iterable[str]:
    """For each table the words of its head, which name it to a screen reader."""
    words: list[str] = []
    in_head = False
    for token in tokens:
        if token.type == "thead_open":
            words, in_head = [], True
        elif token.type == "thead_close":
            in_head = False
            yield ", ".join(word for word in words if word)
        elif in_head and token.type == "inline":
            words.append(_words(token))


def _table_open(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    # A table wider than a phone scrolls in its own frame, which the keyboard must reach to scroll it.
    frame = Token("frame", "div", 1, attrs={"class": "table-responsive", "tabindex": "0", "role": "group"})
    frame.attrSet("aria-label", str(token.meta["label"]))
    return f"<div{self.renderAttrs(frame)}>\n{self.renderToken(tokens, index, options, env)}"


def _table_close(self: Any, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    return f"{self.renderToken(tokens, index, options, env)}</div>\n"


#: Authors type plain quotes; pages show curly ones.
TYPOGRAPHY = {"html": False, "typographer": True}


def _anchor_headings(state: StateCore) -> None:
    """Give each heading an anchor: its words, and a number where an earlier one has them.

    `anchors_plugin` does the same, and asks again from one on for each heading: ten thousand alike take half a minute.
    """
    met: set[str] = set()
    numbers: Counter[str] = Counter()
    for opening, words in pairwise(state.tokens):
        if opening.type != "heading_open":
            continue
        slug = anchor = anchor_slug(_words(words))
        while anchor in met:
            numbers[slug] += 1
            anchor = f"{slug}-{numbers[slug]}"
        met.add(anchor)
        opening.attrSet("id", anchor)


def _block_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", TYPOGRAPHY).enable(["table", "smartquotes"])
    parser.core.ruler.push("anchor", _anchor_headings)
    parser.validateLink = _is_followed  # type: ignore[assignment]
    parser.add_render_rule("table_open", _table_open)
    parser.add_render_rule("table_close", _table_close)
    return parser


def _inline_parser() -> MarkdownIt:
    parser = MarkdownIt("zero", TYPOGRAPHY)
    parser.enable(["emphasis", "link", "autolink", "backticks", "escape", "entity", "newline"])
    parser.enable(["balance_pairs", "fragments_join", "smartquotes"])
    parser.validateLink = is_allowed_link  # type: ignore[assignment]
    return parser


def _is_followed(href: str) -> bool:
    # markdown-it asks the same question for pictures, whose names are looked up in the package afterwards.
    return is_allowed_link(href) or href.startswith("media/")


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    attributes = {
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        "div": {"aria-label"},
        "li": {"id"},
        **{heading: {"id"} for heading in HEADINGS},
    }
    values = {
        "div": {"tabindex": {"0"}, "role": {"group"}},
        "img": {"loading": {"lazy"}},
        "th": {"scope": {"col"}},
    }
    classes = {"div": {"table-responsive"}, "table": {"table"}, "td": CELL_CLASSES, "th": CELL_CLASSES}
    return nh3.Cleaner(
        tags=set(tags),
        attributes={tag: names for tag, names in attributes.items() if tag in tags},
        tag_attribute_values={tag: names for tag, names in values.items() if tag in tags},
        allowed_classes={tag: names for tag, names in classes.items() if tag in tags},
        url_schemes=set(LINK_SCHEMES),
        link_rel="noopener noreferrer",
        attribute_filter=_no_relative_links,
    )


def _no_relative_links(tag: str, attribute: str, value: str) -> str | None:
    return None if (tag, attribute) == ("a", "href") and not is_allowed_link(value) else value


def _safe(cleaner: nh3.Cleaner, html: str) -> SafeString:
    return mark_safe(cleaner.clean(html))  # noqa: S308 - it comes out of the sanitizer


_blocks = _block_parser()
_inline = _inline_parser()
_block_cleaner = _cleaner(BLOCK_TAGS)
_inline_cleaner = _cleaner(INLINE_TAGS)
