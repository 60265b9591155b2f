"""What must be looked at again by a day: dated facts wherever they stand, and the review of the course as a whole.

A reference has the day on which it was checked and none by which it must be: what rests on it is a fact, and that has one.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from author.yaml import Path
from courses.document import Document, Lesson, Scenario
from courses.parts import Fact


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact, or the course's review, which is no fact and has none."""

    day: dt.date
    part: str  # the key of the lesson, quiz or case; empty where it is the course's own
    path: Path  # where it stands within the file of its part
    item: str = ""  # the key of the question it belongs to
    fact: Fact | None = None

    def days_left(self, today: dt.date) -> int:
        """Below zero when the day has passed."""
        return (self.day - today).days

    def is_overdue(self, today: dt.date) -> bool:
        return self.day < today


def due(document: Document, by: dt.date) -> tuple[Dated, ...]:
    """What is due on that day or before, the longest overdue first."""
    found = (each for each in dated(document) if each.day <= by)
    return tuple(sorted(found, key=lambda each: (each.day, each.part, each.item)))


def dated(document: Document) -> Iterator[Dated]:
    """Everything of the course that has a day, in the order of the files."""
    course = document.course
    yield Dated(dt.date.fromisoformat(course.review.review_by), "", ("review", "review_by"))
    yield from _facts(course.facts, "", ())
    parts: tuple[Lesson | Scenario, ...] = (*document.lessons, *document.scenarios)
    for part in parts:
        yield from _facts(part.facts, part.key, ())
    for quiz in document.quizzes:
        for index, item in enumerate(quiz.items):
            yield from _facts(item.facts, quiz.key, ("items", index), item.key)


def _facts(facts: tuple[Fact, ...], part: str, path: Path, item: str = "") -> Iterator[Dated]:
    for index, fact in enumerate(facts):
        day = dt.date.fromisoformat(fact.check_by)
        yield Dated(day, part, (*path, "facts", index, "check_by"), item, fact)
