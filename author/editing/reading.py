"""The editor's eye for how a lesson reads: long sentences, long paragraphs, and the schooling that it asks for.

Readers are professionals at the end of a long day, on a phone between two clients. Twelve years of school is what a
tired expert reads without going back; a text for the public would aim at six to eight. The lengths are our own: where a
reader has lost the beginning of a sentence, and where a paragraph fills a phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from author.editing.prose import Block, read_prose
from author.editing.readability import Sentence, grade, mean_words, sentences
from author.faults import Fault, warning
from author.packages import Package, Source
from author.texts import words
from courses.document import Lesson

HIGHEST_GRADE: Final = 12
LONGEST_SENTENCE: Final = 40
LONGEST_PARAGRAPH: Final = 120


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """What can be counted of a lesson. `grade` and `mean_sentence` are None where there is too little to count."""

    lesson: str
    words: int
    minutes: int
    grade: float | None
    mean_sentence: float | None


def figures(package: Package) -> tuple[LessonFigures, ...]:
    """The figures of every lesson that can be read, in the order of the files."""
    language = language_of(package)
    return tuple(
        _figures(source.part, [sentence for _block, sentence in _sentences(source, language)], language)
        for source in package.lessons
        if source.part
    )


def reading_warnings(package: Package) -> Iterator[Fault]:
    language = language_of(package)
    for source in package.lessons:
        if source.part:
            yield from _paragraphs(source)
            found = list(_sentences(source, language))
            yield from _long_sentences(source, found)
            yield from _hard(source, _figures(source.part, [sentence for _block, sentence in found], language))


def language_of(package: Package) -> str:
    """The language of the texts without its country; English where course.yaml cannot be read."""
    return package.course.part.language.partition("-")[0] if package.course.part else "en"


def _figures(lesson: Lesson, said: list[Sentence], language: str) -> LessonFigures:
    # Syllables are counted by a dictionary of English.
    level = grade(said) if language == "en" else None
    return LessonFigures(lesson.key, words(lesson.body), lesson.minutes, level, mean_words(said))


def _sentences(source: Source[Lesson], language: str) -> Iterator[tuple[Block, Sentence]]:
    for block in read_prose(source.body).blocks:
        if block.is_prose:
            for sentence in sentences(block.text, language):
                yield block, sentence


def _long_sentences(source: Source[Lesson], found: list[tuple[Block, Sentence]]) -> Iterator[Fault]:
    for block, sentence in found:
        if sentence.words > LONGEST_SENTENCE:
            line = source.body_line + block.line + block.text.count("\n", 0, sentence.start)
            message = f'{sentence.words} words in one sentence: "{_beginning(sentence.text)}"'
            remedy = f"Make two of it; more than {LONGEST_SENTENCE} words are read twice."
            yield warning(source.file, line, "long-sentence", message, remedy)


def _paragraphs(source: Source[Lesson]) -> Iterator[Fault]:
    for block in read_prose(source.body).blocks:
        count = words(block.text) if block.is_prose else 0
        if count > LONGEST_PARAGRAPH:
            message = f"{count} words in one paragraph"
            remedy = f"Give each thought its own; more than {LONGEST_PARAGRAPH} words fill a phone from edge to edge."
            yield warning(source.file, source.body_line + block.line, "long-paragraph", message, remedy)


def _hard(source: Source[Lesson], counted: LessonFigures) -> Iterator[Fault]:
    if counted.grade is not None and counted.grade > HIGHEST_GRADE:
        message = f"the lesson reads at grade {counted.grade}, above {HIGHEST_GRADE}"
        remedy = "Shorten sentences, and prefer the shorter word where two say the same."
        yield warning(source.file, source.body_line, "reading-level", message, remedy)


def _beginning(text: str) -> str:
    """Enough of a sentence to find it by."""
    return " ".join(text.split()[:8])[:80].strip() + " …"
