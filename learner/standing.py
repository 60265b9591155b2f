"""Where a learner stands in a course that she takes, for every page that says so."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from courses.document import Document
from courses.library import Published, published
from enrollments.models import Enrollment
from enrollments.queries import readings, readings_in
from enrollments.rules import PartProgress, Progress, progress
from quizzes.models import Attempt
from quizzes.queries import AssessmentState, assessment_states, states_from


@dataclass(frozen=True, slots=True)
class Stop:
    """A part of the outline and the page it leads to."""

    part: PartProgress
    address: str


@dataclass(frozen=True, slots=True)
class ModuleStops:
    """A module of the outline; one of them is unfolded."""

    title: str
    stops: tuple[Stop, ...]
    is_open: bool

    @property
    def total(self) -> int:
        return len(self.stops)

    @property
    def done(self) -> int:
        return sum(stop.part.is_done for stop in self.stops)

    @property
    def minutes(self) -> int:
        return sum(stop.part.minutes for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Standing:
    """An enrollment, its version, and what was done in it."""

    enrollment: Enrollment
    published: Published
    readings: Mapping[str, dt.datetime]
    states: Mapping[str, AssessmentState]
    progress: Progress

    @property
    def document(self) -> Document:
        return self.published.document

    @property
    def slug(self) -> str:
        return self.enrollment.course.slug

    @property
    def next_url(self) -> str:
        """The page of the next part; the course page when no part is left."""
        return self.address_of(self.progress.next)

    def address_of(self, part: PartProgress | None) -> str:
        if part is None:
            return reverse("learner:course", args=[self.slug])
        if part.is_lesson:
            return reverse("learner:lesson", args=[self.slug, part.key])
        if attempt := self.states[part.key].open_attempt:
            return reverse("learner:attempt", args=[attempt.public_id])
        return reverse("learner:assessment", args=[self.slug, part.key])

    def outline(self, here: PartProgress | None = None) -> list[ModuleStops]:
        """Every part with its address, module by module; open is the module of this part, else that of the next."""
        current = here or self.progress.next
        return [
            ModuleStops(title, tuple(Stop(part, self.address_of(part)) for part in parts), current in parts)
            for title, parts in ((title, list(found)) for title, found in groupby(self.progress.parts, _module))
        ]


def _module(part: PartProgress) -> str:
    return part.module


def standing(enrollment: Enrollment) -> Standing:
    """Where she stands, in two statements."""
    document = published(enrollment.version).document
    return _standing(enrollment, readings(enrollment), assessment_states(enrollment, document))


def standings(enrollments: list[Enrollment]) -> list[Standing]:
    """The same for many, in two statements."""
    read = readings_in(enrollments)
    attempts = list(Attempt.objects.filter(enrollment__in=list(read)).order_by("assessment_key", "number"))
    return [_standing(each, read[each.pk], _states(each, attempts)) for each in enrollments]


def in_order_of(slugs: list[str], found: list[Standing]) -> list[Standing]:
    """The courses that are asked for first, in that order, then the others as they come."""
    return sorted(found, key=lambda each: slugs.index(each.slug) if each.slug in slugs else len(slugs))


def _states(enrollment: Enrollment, attempts: Iterable[Attempt]) -> Mapping[str, AssessmentState]:
    own = [attempt for attempt in attempts if attempt.enrollment_id == enrollment.pk]
    return states_from(enrollment, own, published(enrollment.version).document)


def _standing(
    enrollment: Enrollment, read: Mapping[str, dt.datetime], states: Mapping[str, AssessmentState]
) -> Standing:
    version = published(enrollment.version)
    found = progress(
        version.document,
        frozenset(read),
        frozenset(key for key, state in states.items() if state.passed),
        opened=frozenset(key for key, state in states.items() if state.open_attempt),
        over=frozenset(key for key, state in states.items() if state.open_attempt and state.open_attempt.is_over),
        taken=frozenset(key for key, state in states.items() if state.best),
    )
    return Standing(enrollment, version, read, states, found)
