"""The editor's eye for pictures, headings, links, bold and lists: what a reader who listens, or skims, is left with.

What keeps a lesson from being shown right (a jump of levels, a link that leads nowhere, a picture that is not listed) is
an error and told by `author.texts` and `author.listing`.
"""

import re
from collections.abc import Iterator
from typing import Final

from author.editing.links import strange_links
from author.editing.prose import read_prose
from author.faults import Fault, warning
from author.packages import Package, Source
from author.texts import words
from courses.document import CourseFile, Lesson

#: A screen reader says a description in one go; who wants to hear a part again hears all of it.
LONGEST_ALT: Final = 150
#: Beyond this, bold marks nothing any more. One idea, in words that a colleague could repeat, has fewer.
LONGEST_BOLD: Final = 30

NAMES_ITSELF = re.compile(
    r"(an? |the )?(image|picture|photo|photograph|graphic|icon|screenshot)( of\b|:)", re.IGNORECASE
)
FILE_NAME = re.compile(r"\S+\.(png|jpe?g|webp|svg|gif)|(img|dsc|screenshot)[-_ ]?\d+", re.IGNORECASE)
SAYS_NOTHING = frozenset(
    {"introduction", "conclusion", "conclusions", "summary", "overview", "key takeaways", "takeaways"}
)


def mark_warnings(package: Package) -> Iterator[Fault]:
    if package.course.part:
        yield from _listed_pictures(package.course, package.course.part)
    for source in package.lessons:
        if source.part:
            yield from _pictures(source)
            yield from _headings(source)
            yield from _bold(source)
            yield from _lists(source)
    yield from strange_links(package)


def _listed_pictures(source: Source[CourseFile], course: CourseFile) -> Iterator[Fault]:
    for index, picture in enumerate(course.media):
        yield from _alt(source.file, source.line("media", index, "alt"), picture.alt, picture.file)


def _pictures(source: Source[Lesson]) -> Iterator[Fault]:
    for block in read_prose(source.body).blocks:
        for picture in block.pictures:
            # Without words of its own a picture is described by those of course.yaml.
            if picture.alt:
                yield from _alt(source.file, source.body_line + block.line, picture.alt, picture.file)


def _alt(file: str, line: int, alt: str, picture: str) -> Iterator[Fault]:
    name = picture.rpartition("/")[2]
    if not words(alt):
        remedy = "Say in words what it shows, for somebody who does not see it."
        yield warning(file, line, "alt-missing", f"`{name}` is described by no word", remedy)
    elif FILE_NAME.fullmatch(alt.strip()) or alt.strip().casefold() == name.rpartition(".")[0].casefold():
        remedy = "Say what it shows; the name of a file is read out letter by letter."
        yield warning(file, line, "alt-file-name", f"`{name}` is described by the name of a file", remedy)
    elif found := NAMES_ITSELF.match(alt.strip()):
        remedy = "Begin with what it shows; that it is a picture is said already."
        yield warning(file, line, "alt-names-itself", f'the description of `{name}` begins with "{found[0]}"', remedy)
    elif len(alt) > LONGEST_ALT:
        message = f"the description of `{name}` has {len(alt)} characters"
        remedy = f"Say the point in at most {LONGEST_ALT}, and tell the rest in the lesson, for all to read."
        yield warning(file, line, "alt-too-long", message, remedy)


def _headings(source: Source[Lesson]) -> Iterator[Fault]:
    met: set[str] = set()
    for block in read_prose(source.body).blocks:
        if not block.is_heading:
            continue
        line, text = source.body_line + block.line, " ".join(block.text.split())
        if not words(text):
            yield warning(source.file, line, "heading-empty", "the heading has no words", "Write one, or remove it.")
        elif text.casefold() in met:
            remedy = "Say what is new below it; a list of headings is how many find their way."
            yield warning(source.file, line, "heading-repeated", f'"{text[:80]}" is a heading twice', remedy)
        elif text.casefold().strip(" .:?") in SAYS_NOTHING:
            remedy = "Say what the section says, or ask the reader's own question."
            yield warning(source.file, line, "heading-words", f'"{text}" could stand above anything', remedy)
        met.add(text.casefold())


def _bold(source: Source[Lesson]) -> Iterator[Fault]:
    for block in read_prose(source.body).blocks:
        if not block.is_prose:
            continue
        longest = max((words(text) for text in block.bold), default=0)
        if longest > LONGEST_BOLD:
            message = f"{longest} words in bold, one after the other"
            remedy = (
                f"Keep bold for the few words to carry away, at most {LONGEST_BOLD}; what is all loud is not heard."
            )
            yield warning(source.file, source.body_line + block.line, "bold", message, remedy)


def _lists(source: Source[Lesson]) -> Iterator[Fault]:
    for found in read_prose(source.body).lists:
        if found.items == 1:
            remedy = "Make a sentence of it; a list tells the ear that more will come."
            yield warning(source.file, source.body_line + found.line, "list-of-one", "a list of one item", remedy)
