"""The editor's eye for words that shame or stigmatize."""

from collections.abc import Iterator
from typing import Final

from author.editing.phrases import ADDRESS, Phrases, blanked
from author.editing.reading import language_of
from author.editing.terms import NAMES, TERMS, Term
from author.editing.texts import passages
from author.faults import Fault, warning
from author.packages import Package

TERM_OF: Final[dict[str, Term]] = {phrase: term for term in TERMS for phrase in term.phrases}

_phrases = Phrases([*TERM_OF, *NAMES])


def wording_warnings(package: Package) -> Iterator[Fault]:
    """Every text is looked at, whoever speaks in it. The list is one of English words."""
    if language_of(package) != "en":
        return
    for passage in passages(package):
        for found in _phrases.find(blanked(ADDRESS, passage.text)):
            term = TERM_OF.get(found.phrase)
            if term:
                message = f'"{found.phrase}" labels or blames a person'
                remedy = f"Prefer: {term.prefer}. ({term.source})"
                yield warning(passage.file, passage.line(found.start, found.end), "wording", message, remedy)
