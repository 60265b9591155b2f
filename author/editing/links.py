"""Whether a link says where it leads (WCAG 2.4.4), for those who read a page by its links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from author.editing.prose import Link, read_prose
from author.editing.texts import Passage, passages
from author.faults import Fault, warning
from author.packages import Package

#: Without one of these a text has no link in it, and need not be read to know it.
MAY_LINK = re.compile(r"\]\s*[\[(:]|<[A-Za-z]+:|<[^<>\s]+@")
SAYS_NOTHING = frozenset(
    {
        *("click", "click here", "go here", "here", "learn more", "link", "more", "more info", "more information"),
        *("page", "read more", "see here", "this", "this article", "this link", "this page", "this site"),
        *("this website", "website"),
    }
)
BARE_ADDRESS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
REMEDY = "Say what is found there: its links are how many people read a page."


@dataclass(frozen=True, slots=True)
class PlacedLink:
    passage: Passage
    line: int
    link: Link


def strange_links(package: Package) -> Iterator[Fault]:
    """Links whose words do not tell where they lead, and words that lead to two places within one file."""
    leads: dict[tuple[str, str], str] = {}
    for placed in links_of(package):
        file, link = placed.passage.file, placed.link
        spoken = " ".join(link.text.split())
        if message := _unspoken(link, spoken):
            yield warning(file, placed.line, "link-text", message, REMEDY)
        elif spoken and leads.setdefault((file, spoken.casefold()), link.address) != link.address:
            message = f'"{spoken[:80]}" leads to two places'
            remedy = "Give each its own words, or lead both to the same place."
            yield warning(file, placed.line, "link-text", message, remedy)


def _unspoken(link: Link, spoken: str) -> str | None:
    """What is wrong with the words of the link, if they do not say where it leads."""
    if not spoken:
        return None if link.shows_picture else f"the link to {link.address[:80]} has no words"
    if spoken.casefold().strip(" .:!") in SAYS_NOTHING:
        return f'"{spoken}" does not say where the link leads'
    if BARE_ADDRESS.fullmatch(spoken):
        return f"{spoken[:80]} is read out letter by letter"
    return None


def links_of(package: Package) -> Iterator[PlacedLink]:
    """Every link in the texts of the package."""
    for passage in passages(package):
        if not MAY_LINK.search(passage.text):
            continue
        first = passage.source.line(*passage.path)
        for block in read_prose(passage.text).blocks:
            yield from (PlacedLink(passage, first + block.line, link) for link in block.links)
