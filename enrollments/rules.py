"""Progress through a course, and the dates of an enrollment: pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from courses.document import Assessment, Document, Lesson, LessonKind, Quiz


class PartKind(StrEnum):
    LESSON = "lesson"
    QUIZ = "quiz"
    SCENARIO = "scenario"


class PartState(StrEnum):
    READ = "read"
    PASSED = "passed"
    TAKEN = "taken"  # a practice that was finished without a pass
    OPEN = "open"  # begun, not submitted
    TIME_OVER = "time-over"  # begun, its time is over, and nobody has closed it yet
    NOT_PASSED = "not-passed"
    NOT_STARTED = "not-started"


#: States that leave nothing to do.
DONE = frozenset({PartState.READ, PartState.PASSED, PartState.TAKEN})


@dataclass(frozen=True, slots=True)
class PartProgress:
    """A lesson or an assessment of the outline, and how far the learner is with it."""

    key: str
    title: str
    kind: PartKind
    module: str  # the module's title
    minutes: int
    is_required: bool
    state: PartState
    lesson_kind: LessonKind | None = None
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_lesson(self) -> bool:
        return self.kind is PartKind.LESSON


@dataclass(frozen=True, slots=True)
class Progress:
    """The parts in the order of the outline."""

    parts: tuple[PartProgress, ...]

    @property
    def total(self) -> int:
        return len(self.parts)

    @property
    def done(self) -> int:
        return sum(part.is_done for part in self.parts)

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def minutes_left(self) -> int:
        return sum(part.minutes for part in self.parts if not part.is_done)

    @property
    def required_minutes_left(self) -> int:
        """Those of them that completion asks for."""
        return sum(part.minutes for part in self.parts if part.is_required and not part.is_done)

    @property
    def next(self) -> PartProgress | None:
        return next((part for part in self.parts if part.is_next), None)

    @property
    def lessons(self) -> tuple[PartProgress, ...]:
        return tuple(part for part in self.parts if part.is_lesson)

    def following(self, key: str) -> PartProgress | None:
        """Where to go on from this part: the first after it that is not done, else the next one of all."""
        index = self.parts.index(self.part(key))
        return next((part for part in self.parts[index + 1 :] if not part.is_done), self.next)

    def part(self, key: str) -> PartProgress:
        """The part with that key. Raises KeyError."""
        for part in self.parts:
            if part.key == key:
                return part
        raise KeyError(key)

    def before(self, key: str) -> PartProgress | None:
        """The part that stands before this one in the outline."""
        index = self.parts.index(self.part(key))
        return self.parts[index - 1] if index else None

    def after(self, key: str) -> PartProgress | None:
        """The part that stands after this one in the outline."""
        index = self.parts.index(self.part(key))
        return self.parts[index + 1] if index + 1 < self.total else None


def progress(
    document: Document,
    read: frozenset[str],
    passed: frozenset[str],
    *,
    opened: frozenset[str] = frozenset(),
    taken: frozenset[str] = frozenset(),
    over: frozenset[str] = frozenset(),
) -> Progress:
    """Where a learner stands who read these lessons and passed, submitted or has open these assessments.

    `over` are those that are open although their time is over.

    A practice (an assessment that the certificate does not need) is done when it was submitted. The next part is an
    open attempt, else the first that is not done; a practice that she passed over is not asked for again. Keys that
    are not in the document count for nothing.
    """
    parts = tuple(_parts(document, read, passed, opened, taken, over))
    chosen = _next_key(parts)
    return Progress(tuple(replace(part, is_next=part.key == chosen) for part in parts))


def retake_from(closed_at: dt.datetime, days: int) -> dt.datetime:
    """The first instant at which a course may be begun again after an enrollment that ended without completion."""
    return closed_at + dt.timedelta(days=days)


def local_date(at: dt.datetime, zone: str) -> dt.date:
    """The day that it was in the zone at that instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def _parts(
    document: Document,
    read: frozenset[str],
    passed: frozenset[str],
    opened: frozenset[str],
    taken: frozenset[str],
    over: frozenset[str],
) -> Iterator[PartProgress]:
    required = document.required_keys
    for module in document.course.outline:
        for key in module.parts:
            part = document.part(key)
            form = None
            if isinstance(part, Lesson):
                state, form = PartState.READ if key in read else PartState.NOT_STARTED, part.kind
            else:
                state = _assessment_state(key, passed, opened, taken, over, is_required=key in required)
            yield PartProgress(key, part.title, _kind(part), module.title, part.minutes, key in required, state, form)


def _kind(part: Lesson | Assessment) -> PartKind:
    if isinstance(part, Lesson):
        return PartKind.LESSON
    return PartKind.QUIZ if isinstance(part, Quiz) else PartKind.SCENARIO


def _assessment_state(
    key: str,
    passed: frozenset[str],
    opened: frozenset[str],
    taken: frozenset[str],
    over: frozenset[str],
    *,
    is_required: bool,
) -> PartState:
    # A pass stands whatever comes after it, and so does a finished practice: another try is a choice.
    if key in passed:
        return PartState.PASSED
    if key in taken and not is_required:
        return PartState.TAKEN
    if key in over:
        return PartState.TIME_OVER
    if key in opened:
        return PartState.OPEN
    return PartState.NOT_PASSED if key in taken else PartState.NOT_STARTED


def _next_key(parts: tuple[PartProgress, ...]) -> str | None:
    for part in parts:
        if part.state in (PartState.OPEN, PartState.TIME_OVER):
            return part.key
    furthest = max((index for index, part in enumerate(parts) if part.is_done), default=-1)
    for index, part in enumerate(parts):
        if not part.is_done and (part.is_required or index > furthest):
            return part.key
    return None
