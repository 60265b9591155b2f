"""Looking for phrases in a text, word by word, in time that grows with the text alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: What may stand between the words of a phrase: space, marks of Markdown, hyphens, quotation marks. No full stop.
WITHIN = re.compile(r"[\s*_>\\\-‐‑–\"'“”‘’]{1,200}")
ADDRESS = re.compile(r"https?://[^\s)>]+|\]\([^()\s]*\)|<[^<>\s]*>")


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase with its place in the text."""

    phrase: str
    start: int
    end: int


class Phrases:
    """Phrases in lower case, their words with single spaces between: "drug user" is also "Drug-user's"."""

    def __init__(self, phrases: Iterable[str]) -> None:
        by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in phrases:
            words = tuple(phrase.split())
            by_first[words[0]].append(words)
        self._by_first = {first: sorted(found, key=len, reverse=True) for first, found in by_first.items()}

    def find(self, text: str) -> Iterator[Found]:
        """The phrases of the text in order, the longest where several begin, and none within another."""
        words = list(WORD.finditer(text))
        said = [word[0].casefold().replace("’", "'").removesuffix("'s") for word in words]
        place = 0
        while place < len(words):
            length = self._length_at(text, words, said, place)
            if length:
                phrase = " ".join(said[place : place + length])
                yield Found(phrase, words[place].start(), words[place + length - 1].end())
            place += length or 1

    def _length_at(self, text: str, words: list[re.Match[str]], said: list[str], place: int) -> int:
        """How many words of the phrase that begins there; 0 where none does."""
        for phrase in self._by_first.get(said[place], ()):
            end = place + len(phrase)
            if tuple(said[place:end]) == phrase and _together(text, words[place:end]):
                return len(phrase)
        return 0


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with what matches blanked out, so that every other place in it stays the same."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", "\x00", found[0]), text)


def _together(text: str, words: list[re.Match[str]]) -> bool:
    return all(WITHIN.fullmatch(text, word.end(), following.start()) for word, following in pairwise(words))
