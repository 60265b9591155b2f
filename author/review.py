"""A whole course as a reviewer reads it: every text, every answer with its reason, every source with its day.

It reads a document and the HTML of its texts, so it shows a published version and a package that is not published yet.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.safestring import SafeString, mark_safe

from author.cases import CaseCopy, case_copy
from author.texts import words
from courses.document import Assessment, Document, Lesson, OutlineModule, Quiz
from courses.library import Published

HEADING = re.compile(r'<(/?)h([2-6])(?: id="([^"]*)")?>')
#: A lesson's own headings begin this much lower, below its title, which stands below its module's.
LOWER = 2


class Form(StrEnum):
    LESSON = "lesson"
    QUIZ = "quiz"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class PartCopy:
    """A lesson, a quiz or a case, whole; of a withheld one nothing is gathered that tells what is right."""

    form: Form
    part: Lesson | Assessment
    words: int
    is_asked: bool  # whether completion asks for it
    is_withheld: bool = False
    body: SafeString | None = None
    case: CaseCopy | None = None


@dataclass(frozen=True, slots=True)
class ModuleCopy:
    module: OutlineModule
    parts: tuple[PartCopy, ...]

    @property
    def minutes(self) -> int:
        return sum(each.part.minutes for each in self.parts)


@dataclass(frozen=True, slots=True)
class ReviewCopy:
    """What one reviewer may read; `withheld` are the titles of what is kept from her."""

    document: Document
    published: Published
    modules: tuple[ModuleCopy, ...]

    @property
    def parts(self) -> tuple[PartCopy, ...]:
        return tuple(each for module in self.modules for each in module.parts)

    @property
    def withheld(self) -> tuple[str, ...]:
        return tuple(each.part.title for each in self.parts if each.is_withheld)

    @property
    def lesson_words(self) -> int:
        return sum(each.words for each in self.parts if each.form is Form.LESSON)

    @property
    def questions(self) -> int:
        return sum(len(quiz.items) for quiz in self.document.quizzes)

    @property
    def minutes(self) -> int:
        return sum(module.minutes for module in self.modules)

    @property
    def minutes_asked(self) -> int:
        """The minutes of what completion asks for: every lesson, and what must be passed."""
        return sum(each.part.minutes for each in self.parts if each.is_asked)


def review_copy(published: Published, withheld: Collection[str] = ()) -> ReviewCopy:
    """The course without the answers of the quizzes and cases with these keys."""
    document = published.document
    modules = (
        ModuleCopy(module, tuple(_part(published, key, withheld) for key in module.parts))
        for module in document.course.outline
    )
    return ReviewCopy(document, published, tuple(modules))


def _part(published: Published, key: str, withheld: Collection[str]) -> PartCopy:
    part = published.document.part(key)
    is_asked = key in published.document.course.gates.pass_
    if isinstance(part, Lesson):
        return PartCopy(Form.LESSON, part, words(part.body), is_asked=True, body=_below(published.lessons[key], key))
    is_withheld = key in withheld
    count = sum(words(text) for text in _texts(part))
    if isinstance(part, Quiz):
        return PartCopy(Form.QUIZ, part, count, is_asked, is_withheld)
    return PartCopy(Form.CASE, part, count, is_asked, is_withheld, case=None if is_withheld else case_copy(part))


def _texts(part: Assessment) -> Iterator[str]:
    """What a learner reads of it before reasons are told, in all of its questions or places."""
    if part.intro:
        yield part.intro
    if isinstance(part, Quiz):
        for item in part.items:
            yield from (item.stem, *(text for _, text in item.premises), item.lead_in)
            yield from (option.text for option in item.shown)
        return
    for node in part.nodes.values():
        yield from (node.text, *(line.text for line in node.script), *(route.text or "" for route in node.routes))
        yield from (text for choice in node.choices for text in (choice.text, choice.consequence))


def _below(html: SafeString, key: str) -> SafeString:
    """The lesson's HTML with its headings below its title, and with ids that no other lesson has."""

    def lowered(found: re.Match[str]) -> str:
        level = min(int(found[2]) + LOWER, 6)
        name = f' id="{key}--{found[3]}"' if found[3] else ""
        return f"<{found[1]}h{level}{name}>"

    return mark_safe(HEADING.sub(lowered, html))  # noqa: S308 - made by courses.rendering
