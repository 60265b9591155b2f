"""The editor's eye for the voice in which a course teaches: it shows, and neither pushes nor cheers."""

import re
from collections.abc import Iterator
from typing import Final

from author.editing.phrases import ADDRESS, WORD, Found, Phrases, blanked
from author.editing.reading import language_of
from author.editing.texts import Passage, passages
from author.faults import Fault, warning
from author.packages import Package

#: Texts in which the course itself speaks. Options, choices and stories are spoken by those who stand in them, and a
#: point of guidance tells what its source says.
OWN_VOICE = frozenset(
    {
        *("body", "rationale", "debrief", "intro", "lead_in", "passing_rule", "summary", "correction"),
        *("if_true", "if_false"),
    }
)
#: What is quoted is the speaker's, and a paragraph ends a quotation that nobody closed.
SPEECH = re.compile(r'"(?:[^"\n]|\n(?![ \t]*\n))*"|“[^“”]*”|^ {0,3}>.*$', re.MULTILINE)
EXCLAMATION = re.compile(r"!+(?!\[)")

NOT_SO = "Leave it out; to a reader who is stuck it is not so."
SHOW = "Show what happens without it."
ASHAMED = "Leave it out; who did not know is ashamed now."
PUSHING: Final = {
    **dict.fromkeys(("simply", "obviously", "needless to say", "clearly you"), NOT_SO),
    **dict.fromkeys(("crucial", "paramount", "essential"), SHOW),
    **dict.fromkeys(("it is important to note", "it is worth noting", "it should be noted"), "Say the thing itself."),
    **dict.fromkeys(("surely we all", "surely you", "as we all know", "as everyone knows"), ASHAMED),
    **dict.fromkeys(("the clinician should", "clinicians should", "the clinician must"), 'Say "you", and what to do.'),
}
JUST: Final = "Leave it out; what is called small is often the hard part."
#: "Just" of time and of measure makes nothing small: she had just left, just before, just as true.
MEASURED_BEFORE = frozenset({"has", "have", "had", "only"})
MEASURED_AFTER = frozenset(
    {
        *(
            "about",
            "above",
            "after",
            "as",
            "before",
            "below",
            "enough",
            "inside",
            "like",
            "now",
            "off",
            "outside",
            "over",
        ),
        *("that", "then", "under", "when"),
    }
)

_phrases = Phrases([*PUSHING, "just"])


def voice_warnings(package: Package) -> Iterator[Fault]:
    """The list is one of English words."""
    if language_of(package) != "en":
        return
    for passage in passages(package):
        if passage.name in OWN_VOICE:
            text = blanked(SPEECH, blanked(ADDRESS, passage.text))
            yield from _pushing(passage, text)
            yield from _exclaiming(passage, text)


def _pushing(passage: Passage, text: str) -> Iterator[Fault]:
    for found in _phrases.find(text):
        remedy = _about_just(text, found) if found.phrase == "just" else PUSHING[found.phrase]
        if remedy:
            line = passage.line(found.start, found.end)
            yield warning(passage.file, line, "voice", f'"{found.phrase}" pushes the reader', remedy)


def _about_just(text: str, found: Found) -> str | None:
    """What to do about a "just"; None where it makes nothing small."""
    before = WORD.findall(text, max(0, found.start - 20), found.start)
    following = re.compile(r"[\s*_]+([^\W_]{1,20})").match(text, found.end)
    if following is None or following[1].casefold() in MEASURED_AFTER:
        return None
    return None if before and before[-1].casefold() in MEASURED_BEFORE else JUST


def _exclaiming(passage: Passage, text: str) -> Iterator[Fault]:
    for mark in EXCLAMATION.finditer(text):
        message = "an exclamation mark outside of what somebody says"
        remedy = "End the sentence with a full stop."
        yield warning(passage.file, passage.line(mark.start(), mark.end()), "voice", message, remedy)
