"""Words as a test-taker sees them: without marks of emphasis, in lower case, singular and plural alike."""

import re
from typing import Final

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: An address ends at the next bracket of any kind, so that a text of nothing but brackets is read in one go.
MARKS = re.compile(r"[*_`]+|\]\([^()\[\]]*\)|\[")
#: Words that stand in every English text and cue nothing.
COMMON: Final = """
about after again against almost along also although always among another anyone anything around asked asks away because
been before being below best between both came cannot come could does doing done down during each either else even every
everything first from gets give given gives goes going have having here hers herself himself into itself just keep kept
know known last later least left less like made make makes many more most much must never next nobody none nothing once only open
other others over perhaps rather said same says should since some somebody someone something still such take taken takes
tell tells than that their them then there these they thing things think this those though three through told took toward
under until upon very want wants well went were what when where whether which while whom whose will with within without
would your yours yourself
"""
UNTELLING: Final = frozenset(COMMON.split())


def plain(text: str) -> str:
    """The text as it is read: without emphasis and the addresses of links, on one line."""
    return " ".join(MARKS.sub("", text).split())


def words(text: str) -> list[str]:
    return WORD.findall(plain(text).lower())


def telling_words(text: str) -> set[str]:
    """The words of four letters and more that mean something, a plural as its singular."""
    bare = (re.split(r"['’]", word)[0] for word in words(text) if word not in UNTELLING)
    return {word.removesuffix("s") for word in bare if len(word) > 3 and word not in UNTELLING}
