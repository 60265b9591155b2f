"""Flaws of one question: what lets a test-taker who has not read the course find the answer, or miss it who has.

After the NBME Item-Writing Guide (National Board of Medical Examiners, "Constructing Written Test Questions for the Health
Sciences") and the taxonomy of T. M. Haladyna, S. M. Downing and M. C. Rodriguez, "A review of multiple-choice item-writing
guidelines for classroom assessment", Applied Measurement in Education 15 (2002) 309-334. Where these name no number, the
threshold is the house's own, and says so.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from statistics import median

from courses.items import Control, Item, ItemPath, Option
from quizzes.rules.flaws.wording import plain, telling_words, words

#: House: correct options that are longer by a quarter than every other one are seen to be.
LONGER = 1.25
#: House: and a distractor of less than two fifths of the others' length is seen to be made up.
SHORTER = 0.4
#: House: among a few letters nobody sees a difference of less.
SEEN_LETTERS = 12


class FlawCode(StrEnum):
    ALL_OR_NONE = "all-or-none"
    NEGATIVE_STEM = "negative-stem"
    LONGEST_CORRECT = "longest-correct"
    SHORT_DISTRACTOR = "short-distractor"
    GRAMMAR_CUE = "grammar-cue"
    OVERLAPPING_OPTIONS = "overlapping-options"
    ABSOLUTE_TERM = "absolute-term"
    REPEATED_WORD = "repeated-word"
    TRUE_FALSE_IN_DISGUISE = "true-false-in-disguise"
    # of a pool
    LONGEST_TOO_OFTEN = "longest-too-often"
    SKEWED_POSITION = "skewed-position"
    NEAR_DUPLICATE = "near-duplicate"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is doubtful, where in the item, and the words or figures that tell."""

    code: FlawCode
    path: ItemPath
    detail: str = ""


def item_flaws(item: Item) -> Iterator[Flaw]:
    """Every flaw of the item by itself. Steps to be ordered are no options, and are asked for negatives only."""
    yield from _negative_stem(item)
    if item.control is Control.ORDER or not item.mixes_options:
        return
    yield from _all_or_none(item)
    yield from _lengths(item)
    yield from _grammar(item)
    yield from _overlapping(item)
    yield from _absolute(item)
    yield from _repeated(item)
    yield from _disguise(item)


# --- the question

#: "At least" and "whether or not" deny nothing. In capitals the word is emphasized.
NEGATION = re.compile(
    r"(?<!at )(?<!whether or )\b([Nn]ot|[Ee]xcept|[Ll]east|[Nn]ever|false|incorrect|untrue|unlikely|[Cc]annot|[A-Za-z]?[a-z]+n['’]t)\b"
)
EMPHASIZED = re.compile(r"\*[^*]+\*|_[^_]+_")
QUOTED = re.compile(r'"[^"]*"|“[^“”]*”')
SENTENCE = re.compile(r"[^.?!:…]+[.?!:…]*")
ASKING = re.compile(r"\b(which|what|who|whom|whose|where|when|why|how)\b", re.IGNORECASE)


def _negative_stem(item: Item) -> Iterator[Flaw]:
    """Stems are worded positively, and a negative that is needed is emphasized (Haladyna and others 2002, guideline 17)."""
    for name, text in (("lead_in", item.lead_in), ("stem", " ".join(_asked(item.stem)))):
        if found := NEGATION.search(EMPHASIZED.sub(" ", text)):
            yield Flaw(FlawCode.NEGATIVE_STEM, (name,), found[0])


def _asked(stem: str) -> Iterator[str]:
    """The sentences that ask, or that the options end. What a vignette tells, or somebody in it says, may deny."""
    sentences = [found[0].strip() for found in SENTENCE.finditer(QUOTED.sub(" ", stem))]
    for number, sentence in enumerate(sentences, 1):
        asks = sentence.endswith("?") and ASKING.search(sentence)
        if asks or (number == len(sentences) and sentence.endswith((":", "…", "..."))):
            yield sentence


JUDGED = "(true|false|correct|incorrect|right|wrong|accurate|inaccurate)"
#: "Which of these is true?", "Which statement about consent is correct?", "What is true of encryption?"
UNFOCUSED = re.compile(
    r"\bwhich (one )?(of (the following|these|those)( \w+)? |(statement|sentence|option|answer|claim)s? |one )?"
    rf"((about|on|of|regarding|concerning) [^?.,;:]{{1,80}}? )?(is|are|was|were) {JUDGED}\b"
    rf"|\bwhat (is|are) {JUDGED} (of|about|regarding|concerning)\b",
    re.IGNORECASE,
)
VERDICTS = frozenset({"true", "false", "yes", "no", "right", "wrong", "correct", "incorrect"})


def _disguise(item: Item) -> Iterator[Flaw]:
    """A lead-in that asks no more than which is true makes each option a statement to judge by itself (NBME)."""
    if found := UNFOCUSED.search(plain(item.lead_in)):
        yield Flaw(FlawCode.TRUE_FALSE_IN_DISGUISE, ("lead_in",), found[0])
    elif all((known := words(option.text)) and known[0] in VERDICTS for option in item.shown):
        yield Flaw(FlawCode.TRUE_FALSE_IN_DISGUISE, ("lead_in",), plain(item.shown[0].text))


# --- the options

#: "All of the above" is an error already, because options are mixed; these say the same in other words.
ALL_OR_NONE = re.compile(
    r"^(all|none|both|neither|either|any) (of )?(these|those|them|the (others?|options|answers|above)|"
    r"the (first|last|other|upper|lower) (two|three|four|options|answers))\b"
    r"|^(both|neither|either) [a-f1-6] (and|n?or) [a-f1-6]\b|^[a-f1-6](, [a-f1-6])*,? and [a-f1-6]( only)?\W*$",
    re.IGNORECASE,
)


def _all_or_none(item: Item) -> Iterator[Flaw]:
    """Avoid "all of these", and use "none of these" with care (Haladyna and others 2002, guidelines 25 and 26)."""
    for index, option in enumerate(item.shown):
        if found := ALL_OR_NONE.search(plain(option.text)):
            yield Flaw(FlawCode.ALL_OR_NONE, item.option_path(index, "text"), found[0])


def _lengths(item: Item) -> Iterator[Flaw]:
    """Options are of about the same length (Haladyna and others 2002, guideline 24; NBME: "long correct answer")."""
    right, wrong = _by_correctness(item)
    if not right or not wrong:
        return
    shortest_right = min(len(plain(option.text)) for option in right)
    longest_wrong = max(len(plain(option.text)) for option in wrong)
    if shortest_right > LONGER * longest_wrong and shortest_right - longest_wrong >= SEEN_LETTERS:
        index = next(index for index, option in enumerate(item.shown) if option.correct)
        yield Flaw(FlawCode.LONGEST_CORRECT, item.option_path(index, "text"), f"{shortest_right} to {longest_wrong}")
    for index, option in enumerate(item.shown):
        others = median(len(plain(other.text)) for other in item.shown if other is not option)
        length = len(plain(option.text))
        if not option.correct and length < SHORTER * others and others - length >= SEEN_LETTERS:
            yield Flaw(FlawCode.SHORT_DISTRACTOR, item.option_path(index, "text"), plain(option.text))


ENDS_WITH_ARTICLE = re.compile(r"\b(an?)[ :…]*$", re.IGNORECASE)
ENDS_WITH_VERB = re.compile(r"\b(is|was|has|are|were|have)[ :…]*$", re.IGNORECASE)
#: "An hour", "a unit": the letter is not the sound.
VOWEL = re.compile(r"(?!eu|one\b|uni|use|usu)[aeiou]|hour|honest|heir", re.IGNORECASE)
SINGULAR = re.compile(r"(an?|one|this|that|each|every|another)\b", re.IGNORECASE)
PLURAL = re.compile(r"(two|three|four|five|six|these|those|many|several|both|few|all)\b", re.IGNORECASE)


def _grammar(item: Item) -> Iterator[Flaw]:
    """Options that do not go on from the lead-in are struck out unread (NBME: "grammatical cues")."""
    lead_in = plain(item.lead_in)
    article, verb = ENDS_WITH_ARTICLE.search(lead_in), ENDS_WITH_VERB.search(lead_in)
    for index, option in enumerate(item.shown):
        text = plain(option.text).lstrip("\"'“‘")
        fits = True
        if article:
            fits = bool(VOWEL.match(text)) is (article[1].lower() == "an")
        elif verb:
            fits = _agrees(text, is_plural=verb[1].lower() in ("are", "were", "have"))
        if not fits:
            yield Flaw(FlawCode.GRAMMAR_CUE, item.option_path(index, "text"), lead_in.split()[-1])


def _agrees(text: str, *, is_plural: bool) -> bool:
    """Whether the option can go on after such a verb; what does not begin with its number is given the benefit."""
    return not (SINGULAR if is_plural else PLURAL).match(text)


#: Numbers of a length that somebody reads.
NUMBER = r"(\d[\d,]{0,14})(?!\d)"
RANGE = re.compile(rf"(?<!\d){NUMBER}\s*(?:-|–|to|and)\s*{NUMBER}")
#: Bounds on one side: words or marks, and how far beyond the number what they mean begins or ends.
ABOVE = re.compile(
    rf"\b(?:(more than|over|above) {NUMBER}|(?:at least |no (?:fewer|less) than ){NUMBER}|{NUMBER} or (?:more|over|above)\b)",
    re.IGNORECASE,
)
BELOW = re.compile(
    rf"\b(?:((?:fewer|less) than|under|below) {NUMBER}|(?:at most |up to |no more than ){NUMBER}|{NUMBER} or (?:fewer|less|under)\b)",
    re.IGNORECASE,
)
BESIDE = 0.5


def _overlapping(item: Item) -> Iterator[Flaw]:
    """Options are independent and do not overlap (Haladyna and others 2002, guideline 22)."""
    options = list(enumerate(item.shown))
    for (_, one), (index, other) in combinations(options, 2):
        if _overlap(plain(one.text), plain(other.text)):
            yield Flaw(FlawCode.OVERLAPPING_OPTIONS, item.option_path(index, "text"), plain(one.text))


def _overlap(one: str, other: str) -> bool:
    first, second = _interval(one), _interval(other)
    if first is None or second is None:
        return _either_contains(one, other)
    # Words without their numbers say nothing of ranges: "up to 4 days" stands in no "5 to 9 days".
    if max(first[1], second[1]) > min(first[2], second[2]):
        return False
    return first[0] == second[0] or _either_contains(first[0], second[0])


def _either_contains(one: str, other: str) -> bool:
    return _contains(words(one), words(other)) or _contains(words(other), words(one))


def _interval(text: str) -> tuple[str, float, float] | None:
    """The words beside a range of numbers, and what it begins and ends with; None where there is none."""
    if found := RANGE.search(text):
        low, high = sorted(_number(each) for each in found.groups())
        return _beside(RANGE, text), low, high
    if found := ABOVE.search(text):
        return _beside(ABOVE, text), _bound(found, BESIDE), math.inf
    if found := BELOW.search(text):
        return _beside(BELOW, text), -math.inf, _bound(found, -BESIDE)
    return None


def _beside(bound: re.Pattern[str], text: str) -> str:
    return bound.sub("", text).strip().casefold()


def _bound(found: re.Match[str], beside: float) -> float:
    """The number of a bound, itself left out where the words say "than" and not "at"."""
    number = next(each for each in found.groups()[1:] if each)
    return _number(number) + (beside if found[1] else 0)


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def _contains(long: list[str], short: list[str]) -> bool:
    """Whether the words stand in the other text, in a row. One word is no statement of its own."""
    return len(short) > 1 and long != short and f" {' '.join(short)} " in f" {' '.join(long)} "


ABSOLUTE = re.compile(
    r"\b(always|never|all|none|only|every|everybody|everyone|nobody|no one|completely|entirely|impossible|"
    r"invariably|without exceptions?|under no circumstances?|in no case|no matter what)\b",
    re.IGNORECASE,
)
#: "At all", "all right" and "if only" are idioms.
IDIOM = re.compile(
    r"\b(at all|all right|after all|all but|all day|all[ -]night|all week|not only|if only|all the same|(most|first) of all|above all|of all people)\b",
    re.IGNORECASE,
)


def _absolute(item: Item) -> Iterator[Flaw]:
    """Absolute words mark what is wrong, where no correct option has one (NBME: "absolute terms")."""
    right, wrong = _by_correctness(item)
    if any(_absolutes(option) for option in right):
        return
    for index, option in enumerate(item.shown):
        if option in wrong and (found := _absolutes(option)):
            yield Flaw(FlawCode.ABSOLUTE_TERM, item.option_path(index, "text"), found[0])


def _absolutes(option: Option) -> list[str]:
    return ABSOLUTE.findall(IDIOM.sub(" ", plain(option.text)))


def _repeated(item: Item) -> Iterator[Flaw]:
    """Words of the question that come back in the correct option alone (NBME: "word repeats").

    A distractor that takes up a word as well draws the echo away, unless the correct one has two more of its own (house).
    """
    right, wrong = _by_correctness(item)
    if not right or not wrong:
        return
    asked = telling_words(f"{item.stem} {item.lead_in}")
    in_wrong = [telling_words(option.text) & asked for option in wrong]
    cues = set.intersection(*(telling_words(option.text) & asked for option in right)).difference(*in_wrong)
    drawn_away = max(map(len, in_wrong))
    if len(cues) > (drawn_away + 1 if drawn_away else 0):
        index = next(index for index, option in enumerate(item.shown) if option.correct)
        yield Flaw(FlawCode.REPEATED_WORD, item.option_path(index, "text"), ", ".join(sorted(cues)))


def _by_correctness(item: Item) -> tuple[list[Option], list[Option]]:
    """The correct options and the others; where a panel decides, there are none of either."""
    if not item.best:
        return [], []
    return [option for option in item.shown if option.correct], [option for option in item.shown if not option.correct]
