"""What learners said of a version, as its page reads it: tables of what was answered on the scale, one for each choice, and remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from certificates.rules import Said
from courses.document import Document


@dataclass(frozen=True, slots=True)
class Step:
    """One answer that could be chosen; `start` is how many chose one before it."""

    text: str
    count: int
    start: int
    shade: str  # as opacity: the farther up the scale, the stronger


@dataclass(frozen=True, slots=True)
class Line:
    """A question, or an objective that one asks about, with its answers; `said` has none where there are fewer than five."""

    text: str
    said: Said
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that stand together: of all plain scales, of all objectives, or of one choice or remark alone."""

    kind: str
    lines: tuple[Line, ...]

    @property
    def question(self) -> str:
        """The question above the lines; empty where each line asks its own."""
        return "" if self.kind == "scale" else self.lines[0].said.asked.question.text


def parts_of(document: Document, said: Iterable[Said]) -> tuple[Part, ...]:
    """The parts of the page, in the order in which the form first asks for each."""
    found: dict[tuple[str, str], list[Line]] = {}
    for each in said:
        found.setdefault(_together(each), []).append(_line(document, each))
    return tuple(Part(kind, tuple(lines)) for (kind, _), lines in found.items())


def _together(said: Said) -> tuple[str, str]:
    question = said.asked.question
    return question.kind, "" if question.kind == "scale" else question.key


def _line(document: Document, said: Said) -> Line:
    objective = said.asked.objective
    text = document.objective_by_key[objective].text if objective else said.asked.question.text
    return Line(text, said, () if said.asked.question.kind == "text" else _steps(said))


def _steps(said: Said) -> tuple[Step, ...]:
    texts = {option.key: option.text for option in said.asked.question.options}
    starts = accumulate((count for _, count in said.counts), initial=0)
    return tuple(
        Step(texts.get(str(key), str(key)), count, start, f"{number / len(said.counts):.2f}")
        for number, ((key, count), start) in enumerate(zip(said.counts, starts, strict=False), start=1)
    )
