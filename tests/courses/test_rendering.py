import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from courses.rendering import (
    TYPOGRAPHY,
    Picture,
    heading_anchors,
    is_allowed_link,
    media_address,
    render_inline,
    render_lesson,
)

HANDSET = {"media/handset.svg": Picture("/courses/a/media/abc", 'A "handset"')}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](http://example.org)",
    "[x](//example.org)",
    "[x](/learn/)",
    "[x](media/handset.svg)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "![x](https://example.org/track.png)",
    "![x](data:image/svg+xml,x)",
    "![x](media/other.svg)",
    "<style>*{display:none}</style>",
    "<iframe src=https://example.org></iframe>",
    "<form action=https://example.org><button>x</button></form>",
    "<svg onload=alert(1)>",
    "<div onclick=x style='position:fixed'>\n\nx\n\n</div>",
    "```\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "| <script> | b |\n|---|---|\n| <img onerror=x> | [x](javascript:x) |",
    '[x](https://example.org "\\" onclick=\\"x")',
    "# <script>",
    "## x {onclick=x}",
    "<!-- --><script>",
    "<![CDATA[<script>]]>",
    "<?php x ?>",
]

TAG = re.compile(r"<(/?)([a-z0-9]+)((?:[^>\"]|\"[^\"]*\")*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')
ALLOWED = {
    "a": {"href", "rel", "title"}, "img": {"src", "alt", "loading", "title"}, "ol": {"start"}, "table": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"}, "th": {"class", "scope"}, "td": {"class"},
    "li": {"id"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "h5": {"id"}, "h6": {"id"},
}  # fmt: skip
PLAIN = {"p", "em", "strong", "code", "br", "hr", "pre", "blockquote", "ul", "thead", "tbody", "tr"}


def assert_harmless(html: str) -> None:
    rest = TAG.sub("", html)
    assert "<" not in rest
    for _closing, tag, attributes in TAG.findall(html):
        assert tag in PLAIN or tag in ALLOWED, tag
        for name, value in ATTRIBUTE.findall(attributes):
            assert name in ALLOWED.get(tag, set()), (tag, name)
            if name == "href":
                assert value.startswith(("https:", "mailto:"))
            if name == "src":
                assert value == "/courses/a/media/abc"


@given(
    st.lists(
        st.sampled_from(["h", "h 1", "H", "h-1", "Über *h*", "`h`", "![h](media/x.png)", "", "h 1 1"]), max_size=12
    )
)
def test_anchors_are_those_that_published_lessons_have(titles: list[str]) -> None:
    """Links to sections are stored: the anchors stay what the plugin made of them that made the first."""
    body = "\n\n".join(f"## {title}" for title in titles)
    plugged = MarkdownIt("commonmark", TYPOGRAPHY).enable(["table", "smartquotes"]).use(anchors_plugin, max_level=6)

    expected = [token.attrGet("id") for token in plugged.parse(body) if token.type == "heading_open"]

    assert list(heading_anchors(body)) == list(dict.fromkeys(expected))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(text: str) -> None:
    assert_harmless(render_lesson(text, HANDSET))
    assert_harmless(render_inline(text))


@given(
    st.lists(st.sampled_from([*HOSTILE, "<", ">", '"', "'", "&", "](", "![", "*", "`", "\n", "| a |\n|---|\n", "x"]))
)
def test_any_mixture_of_hostile_texts_is_harmless(pieces: list[str]) -> None:
    assert_harmless(render_lesson("".join(pieces), HANDSET))
    assert_harmless(render_inline("".join(pieces)))


@given(st.text())
def test_any_text_is_harmless(text: str) -> None:
    assert_harmless(render_lesson(text, {}))
    assert_harmless(render_inline(text))


def test_links_lead_out_without_telling_from_where() -> None:
    assert render_inline("[a](https://example.org/?a=1&b=2)") == (
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">a</a>'
    )
    assert render_inline("<mailto:a@example.org>") == (
        '<a href="mailto:a@example.org" rel="noopener noreferrer">mailto:a@example.org</a>'
    )


@pytest.mark.parametrize(
    ("href", "allowed"),
    [
        ("https://a.org", True),
        ("mailto:a@b.org", True),
        ("http://a.org", False),
        ("#top", False),
        ("https:\\\\a", False),
    ],
)
def test_allowed_links(href: str, allowed: bool) -> None:
    assert is_allowed_link(href) is allowed


def test_one_paragraph_stands_without_its_tag_and_several_with_theirs() -> None:
    assert render_inline("One *word*.") == "One <em>word</em>."
    assert render_inline("One.\n\nTwo.") == "<p>One.</p>\n<p>Two.</p>"


def test_blocks_are_words_in_an_inline_text() -> None:
    assert render_inline("# a\n\n- b") == "<p># a</p>\n<p>- b</p>"


def test_table_scrolls_in_a_frame_that_the_keyboard_reaches() -> None:
    html = render_lesson("| A **b** | `C` | D |\n|---|--:|:-:|\n| 1 | 2 | 3 |", {})

    assert html.startswith(
        '<div class="table-responsive" tabindex="0" role="group" aria-label="A b, C, D">\n<table class="table">'
    )
    assert '<th class="text-end" scope="col"><code>C</code></th>' in html
    assert '<td class="text-center">3</td>' in html


def test_headings_have_the_anchors_that_are_told() -> None:
    body = "## What the codes say, and how we know\n\n### Again\n\n## Again"

    html = render_lesson(body, {})

    assert heading_anchors(body) == ("what-the-codes-say-and-how-we-know", "again", "again-1")
    assert re.findall(r'id="([^"]+)"', html) == list(heading_anchors(body))


def test_picture_has_its_address_and_its_words() -> None:
    assert render_lesson("![](media/handset.svg)", HANDSET) == (
        '<p><img src="/courses/a/media/abc" alt="A &quot;handset&quot;" loading="lazy"></p>\n'
    )
    assert 'alt="my own words"' in render_lesson("![my *own* words](media/handset.svg)", HANDSET)


def test_media_address_is_that_of_the_page_that_serves_it() -> None:
    assert media_address("a-course", "0" * 64) == reverse("visitor:media", args=["a-course", "0" * 64])


def test_entries_that_begin_with_bold_words_have_anchors_where_they_are_asked_for() -> None:
    body = "## Plain\n\n- **Plain.** Not twice.\n- **Passkey, `key`:** a sign-in.\n- A **word** within.\n- *Soft* words.\n\n1. **One.**"

    html = render_lesson(body, {}, has_entries=True)

    assert re.findall(r'id="([^"]+)"', html) == ["plain", "passkey-key", "one"]
    assert re.findall(r'id="([^"]+)"', render_lesson(body, {})) == ["plain"]


@given(st.text())
def test_entries_of_any_text_are_harmless(text: str) -> None:
    assert_harmless(render_lesson(f"- **{text}**", {}, has_entries=True))
