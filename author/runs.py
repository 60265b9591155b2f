"""Two texts as one: runs of words that are the same in both, only in the older, or only in the newer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: How many words are told before and after what changed in a long text.
AROUND = 25
WORDS = re.compile(r"\S+\s*|\s+")


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"
    LEFT_OUT = "left_out"  # the same in both, and too long to tell


@dataclass(frozen=True, slots=True)
class Run:
    mark: Mark
    text: str


def runs(old: str, new: str) -> tuple[Run, ...]:
    """The words of both in the order of the newer: first line by line, then word by word where lines differ."""
    found: list[Run] = []
    for tag, was, is_now in _pieces(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        found += [Run(Mark.SAME, was)] if tag == "equal" else _word_runs(was, is_now)
    return _joined(found)


def _word_runs(old: str, new: str) -> Iterator[Run]:
    for tag, was, is_now in _pieces(WORDS.findall(old), WORDS.findall(new)):
        if tag == "equal":
            yield Run(Mark.SAME, was)
            continue
        if was:
            yield Run(Mark.REMOVED, was)
        if is_now:
            yield Run(Mark.INSERTED, is_now)


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """What is equal and what is not, each with the text on both sides."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag, "".join(old[a:b]), "".join(new[c:d])


def _joined(found: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbors of one mark as one."""
    joined: list[Run] = []
    for run in found:
        if joined and joined[-1].mark is run.mark:
            joined[-1] = Run(run.mark, joined[-1].text + run.text)
        elif run.text:
            joined.append(run)
    return tuple(joined)


def shortened(found: Sequence[Run]) -> tuple[Run, ...]:
    """Long stretches that are the same in both, but for the words beside what differs."""
    last = len(found) - 1
    pieces = (
        _around(run, is_first=number == 0, is_last=number == last) if run.mark is Mark.SAME else (run,)
        for number, run in enumerate(found)
    )
    return tuple(piece for group in pieces for piece in group)


def _around(run: Run, *, is_first: bool, is_last: bool) -> Iterator[Run]:
    words = WORDS.findall(run.text)
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    left_out = words[head : len(words) - tail]
    if len(left_out) <= AROUND:
        yield run
        return
    if head:
        yield Run(Mark.SAME, "".join(words[:head]))
    yield Run(Mark.LEFT_OUT, "".join(left_out))
    if tail:
        yield Run(Mark.SAME, "".join(words[len(words) - tail :]))
