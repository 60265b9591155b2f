"""How hard a text is to read: its sentences, their words, and the grade of schooling that they ask for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex
import syllapy

from author.texts import words

#: Of fewer words a grade says more about chance than about the writing.
FEWEST_WORDS = 100
#: What is read aloud as one word. Numbers are left out of the grade: "1999" has no syllables until somebody says it.
SPOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: What the library takes for more than it is: it ends no sentence within quotation marks, ends one with every line, and
#: does not take halves of characters.
MARKS = re.compile(r'["“”\s\ud800-\udfff]')
#: Given more at once, the library takes a minute for a text of exclamation marks. Nobody's paragraph is so long.
PARTS = re.compile(r".{1,5000}(?!\S)|.{1,5000}")
#: The quotation mark with which the next sentence begins.
OPENING = re.compile(r'(?<=\s)["“]\s*\Z')


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place in the text."""

    start: int
    text: str

    @property
    def words(self) -> int:
        return words(self.text)


def sentences(text: str, language: str) -> Iterator[Sentence]:
    """The sentences of one paragraph, those within quotation marks each for itself.

    Line breaks in it are where the author's line ended and nothing more.
    """
    for part in PARTS.finditer(MARKS.sub(" ", text)):
        begin = end = part.start()
        for piece in sentencex.segment(language, part[0]):
            end += len(piece)
            opening = OPENING.search(text, begin, end)
            stop = opening.start() if opening else end
            if words(text[begin:stop]):
                yield Sentence(begin, text[begin:stop].strip())
            begin = stop


def grade(said: list[Sentence]) -> float | None:
    """The Flesch-Kincaid grade of English sentences; None where they are too few to tell.

    0.39 words per sentence + 11.8 syllables per word - 15.59, from Kincaid, Fishburne, Rogers and Chissom, "Derivation of
    new readability formulas", Naval Technical Training Command, Research Branch Report 8-75, 1975.
    """
    spoken = [word for sentence in said for word in SPOKEN.findall(sentence.text)]
    if len(spoken) < FEWEST_WORDS:
        return None
    syllables: int = sum(max(1, syllapy.count(word)) for word in spoken)
    return round(0.39 * len(spoken) / len(said) + 11.8 * syllables / len(spoken) - 15.59, 1)


def mean_words(said: list[Sentence]) -> float | None:
    """The words of a sentence on average; None where there is none."""
    return round(sum(sentence.words for sentence in said) / len(said), 1) if said else None
