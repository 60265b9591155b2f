from pathlib import Path

import pytest

from author.editing.marks import LONGEST_ALT, LONGEST_BOLD, mark_warnings
from tests.author.editing.doubts import LESSON, Doubts, doubts_of, told_at, write_body
from tests.author.folders import change, copy_of_example

COURSE = "course.yaml"
ALT = "alt: A telephone handset with three short lines beside it, for name, number and hours."
BOLD = " ".join(["word"] * LONGEST_BOLD)

LISTED: dict[str, tuple[str, Doubts]] = {
    "says what it shows": ("A handset of a telephone.", []),
    "no word": ("'...'", [("alt-missing", COURSE, "    alt:")]),
    "a file's name": ("handset.png", [("alt-file-name", COURSE, "    alt:")]),
    "the file's own name": ("Handset", [("alt-file-name", COURSE, "    alt:")]),
    "a camera's name": ("IMG_0042", [("alt-file-name", COURSE, "    alt:")]),
    "an image of": ("An image of a telephone.", [("alt-names-itself", COURSE, "    alt:")]),
    "picture:": ("'Picture: a telephone.'", [("alt-names-itself", COURSE, "    alt:")]),
    "a picture within": ("A child draws a picture of a telephone.", []),
    "as long as may be": ("a" * LONGEST_ALT, []),
    "too long": ("a" * (LONGEST_ALT + 1), [("alt-too-long", COURSE, "    alt:")]),
}

BODIES: dict[str, tuple[str, Doubts]] = {
    "picture without words of its own": ("![](media/handset.svg)", []),
    "picture with words": ("![a telephone](media/handset.svg)", []),
    "picture with a space": ("Words.\n\n![ ](media/handset.svg)", [("alt-missing", LESSON, "![")]),
    "photo of": ("Words.\n\n![Photo of a telephone](media/handset.svg)", [("alt-names-itself", LESSON, "![")]),
    "headings": ("## One\n\nWords.\n\n## Two\n\nWords.", []),
    "heading without words": ("## One\n\nWords.\n\n##\n\nMore.", [("heading-empty", LESSON, "##\n")]),
    "heading of marks": ("## One\n\nWords.\n\n## ---\n\nMore.", [("heading-empty", LESSON, "## ---")]),
    "heading twice": ("## One thing\n\nWords.\n\n### One *Thing*\n\nMore.", [("heading-repeated", LESSON, "### One")]),
    "heading that says nothing": ("## Key takeaways\n\nWords.", [("heading-words", LESSON, "## Key")]),
    "heading that says something": ("## What to take to work tomorrow\n\nWords.", []),
    "bold": (f"Words, **{BOLD}**.", []),
    "a wall of bold": (f"Words.\n\nMore, **{BOLD} end**.", [("bold", LESSON, "More")]),
    "bold here and there": (f"**{BOLD}** and **{BOLD}**.", []),
    "list of two": ("- one\n- two", []),
    "list of one": ("Words.\n\n- one", [("list-of-one", LESSON, "- one")]),
    "numbered list of one": ("Words.\n\n1. one", [("list-of-one", LESSON, "1. one")]),
    "list of one within a list": ("- one\n  - within\n- two", [("list-of-one", LESSON, "  - within")]),
    "link": ("The [guide on messages](https://example.org/messages).", []),
    "link by here": ("Words.\n\nLook [here](https://example.org/messages).", [("link-text", LESSON, "Look")]),
    "link by Read more.": ("[Read more.](https://example.org/messages)", [("link-text", LESSON, "[Read")]),
    "bare address": ("Words.\n\n<https://example.org/messages>", [("link-text", LESSON, "<https")]),
    "mail address": ("Write to <mailto:help@example.org>.", []),
    "link without words": ("A [](https://example.org/messages) b.", [("link-text", LESSON, "A [")]),
    "link of a picture": ("[![a telephone](media/handset.svg)](https://example.org/messages)", []),
    "same words to one place": ("[a](https://example.org/messages) [A](https://example.org/messages)", []),
    "same words to two places": (
        "[a guide](https://example.org/messages)\n\n[A *guide*](https://example.org/other)", [("link-text", LESSON, "[A *")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTED)
def test_description_of_a_listed_picture(tmp_path: Path, name: str) -> None:
    alt, expected = LISTED[name]
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, ALT, f"alt: {alt}")

    assert doubts_of(mark_warnings, folder) == told_at(folder, expected)


@pytest.mark.parametrize("name", BODIES)
def test_marks_of_a_lesson(tmp_path: Path, name: str) -> None:
    body, expected = BODIES[name]
    folder = copy_of_example(tmp_path)
    write_body(folder, body)

    assert doubts_of(mark_warnings, folder) == told_at(folder, expected)


def test_link_in_a_question_is_looked_at_too(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(
        folder, COURSE, "two calls to *practice* on", "two calls to practice on [here](https://example.org/messages)"
    )

    assert [rule for rule, _file, _line in doubts_of(mark_warnings, folder)] == ["link-text"]
