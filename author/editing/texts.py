"""Every text of a package in which the course speaks, with the place where it stands."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from author.packages import Package, Source
from author.texts import LONGEST_INLINE
from author.yaml import Path, Value
from courses.document import CourseFile, Evaluation, GuidancePoint, Lesson, Quiz, Scenario

AnySource: TypeAlias = (
    Source[CourseFile]
    | Source[Lesson]
    | Source[Quiz]
    | Source[Scenario]
    | Source[Evaluation]
    | Source[tuple[GuidancePoint, ...]]
)

BODY: Path = ("body",)
#: Names whose values are keys, days, addresses, words of the format, or the names of people: none of them is prose.
NO_PROSE = frozenset(
    {
        *(
            "always",
            "attestation",
            "check_by",
            "checked_on",
            "cognitive",
            "critical",
            "file",
            "format",
            "grade",
            "guidance",
        ),
        *(
            "id",
            "key",
            "kind",
            "language",
            "lessons",
            "level",
            "license",
            "module",
            "name",
            "objectives",
            "pass",
            "parts",
        ),
        *(
            "passages",
            "release",
            "review_by",
            "reviewed_on",
            "rounding",
            "skip_to",
            "source",
            "standing",
            "start",
            "status",
        ),
        *("to", "tone", "url", "verdict", "version", "who"),
    }
)
#: A citation stands as its publisher wrote it.
CITED = ("references",)


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a file: its path, the line at which it begins, and what it says."""

    source: AnySource
    path: Path
    text: str

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def name(self) -> str:
        """What the author calls a text of this kind: `stem`, `rationale`, `body`."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    def line(self, start: int, end: int) -> int:
        """The line of the piece from `start` to `end` of the text.

        YAML folds lines together, so there it is the line at which the words of the piece stand first.
        """
        first = self.source.line(*self.path)
        if self.path == BODY:
            return first + bisect_right(_line_starts(self.text), start) - 1
        written, starts = self.source.text, _line_starts(self.source.text)
        # YAML ends lines at characters that are no line ends elsewhere, so it can count more of them than there are.
        offset = starts[min(first, len(starts)) - 1]
        # Quotes and escapes make a text longer in the file, up to this.
        found = _as_written(self.text[start:end]).search(written, offset, offset + 10 * len(self.text) + 1000)
        return first + written.count("\n", offset, found.start()) if found else first


def passages(package: Package) -> Iterator[Passage]:
    """The texts of all files whose shape is right, in the order in which they stand.

    One that is longer than a text of its kind may be is left out: that is an error, and told already.
    """
    for source in sources(package):
        if source.part is None:
            continue
        for path, text in _texts(source.lined.value, ()):
            if path == BODY or len(text) <= LONGEST_INLINE:
                yield Passage(source, path, text)


def sources(package: Package) -> Iterator[AnySource]:
    yield package.course
    yield from package.lessons
    yield from package.quizzes
    yield from package.scenarios
    if package.evaluation:
        yield package.evaluation
    if package.guidance:
        yield package.guidance


def _texts(value: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for name, child in value.items():
            if (*path, name) != CITED and (name not in NO_PROSE or isinstance(child, dict)):
                yield from _texts(child, (*path, name))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _texts(child, (*path, index))
    elif isinstance(value, str):
        yield path, value


def _as_written(piece: str) -> re.Pattern[str]:
    """The words of a piece with whatever stands between them in the file: line ends, indentation, marks."""
    return re.compile(r"\W+".join(re.escape(word) for word in re.findall(r"\w+", piece)) or re.escape(piece))


@lru_cache(maxsize=1)
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(end.end() for end in re.finditer("\n", text)))
