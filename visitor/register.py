"""The register of dated statements: what a course says, how it knows, and when it looks again."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from courses.document import Document
from courses.parts import Fact, FactStatus
from visitor import messages


@dataclass(frozen=True, slots=True)
class FactRow:
    fact: Fact
    status: str
    sources: tuple[str, ...]  # keys of the references that it names
    is_past: bool  # the day by which it was to be looked at again is over


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    title: str
    rows: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class StatusCount:
    status: FactStatus
    words: str
    count: int


@dataclass(frozen=True)
class Register:
    """The dated statements of a course and its lessons, as they stand on that day.

    Those of items and cases stay with them: a claim can tell which option is correct.
    """

    document: Document
    today: dt.date

    @cached_property
    def rows(self) -> tuple[FactRow, ...]:
        return tuple(row for module in self._modules() for row in module.rows)

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def past(self) -> int:
        return sum(row.is_past for row in self.rows)

    @property
    def next_check(self) -> str:
        """The first day to come by which a statement is looked at again; empty where none is."""
        return min((row.fact.check_by for row in self.rows if not row.is_past), default="")

    def statuses(self) -> list[StatusCount]:
        counted = Counter(row.fact.status for row in self.rows)
        return [
            StatusCount(each, messages.fact_status_short(each), counted[each]) for each in FactStatus if counted[each]
        ]

    def modules(self, status: FactStatus | None = None) -> list[ModuleFacts]:
        """The statements by module, in each first what is looked at first; of one status, or all."""
        found = (
            ModuleFacts(module.title, tuple(row for row in module.rows if status in (None, row.fact.status)))
            for module in self._modules()
        )
        return [module for module in found if module.rows]

    def _modules(self) -> Iterator[ModuleFacts]:
        met: set[str] = set()
        for title, facts in self._told():
            once = {fact.claim: fact for fact in facts if fact.claim not in met}
            met |= once.keys()
            ordered = sorted(once.values(), key=lambda fact: (fact.check_by, fact.claim))
            yield ModuleFacts(title, tuple(self._row(fact) for fact in ordered))

    def _told(self) -> Iterator[tuple[str, list[Fact]]]:
        yield messages.whole_course(), list(self.document.course.facts)
        for module in self.document.course.outline:
            lessons = [self.document.lesson_by_key[key] for key in module.parts if key in self.document.lesson_by_key]
            yield module.title, [fact for lesson in lessons for fact in lesson.facts]

    def _row(self, fact: Fact) -> FactRow:
        listed = frozenset(reference.key for reference in self.document.course.references)
        sources = tuple(key for key in fact.sources if key in listed)
        is_past = dt.date.fromisoformat(fact.check_by) < self.today
        return FactRow(fact, messages.fact_status(fact.status), sources, is_past)
