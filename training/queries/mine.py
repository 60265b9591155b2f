"""One obligation as the learner sees it: what is asked part by part, what is met, and why it is due."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, User
from courses.models import Course
from training.models import Obligation, PartKinds, RequirementPart, RequirementVersion
from training.queries.board import course_titles
from training.queries.dossier import Acts, acts_upon
from training.queries.evidence import evidence_of
from training.queries.facts import facts_of
from training.queries.reasons import Asker, askers_of
from training.rules import Facts, Match, Met, Standing, asked_of, obligation_status, parts_met


@dataclass(frozen=True, slots=True)
class CourseLink:
    slug: str
    title: str
    is_equivalent: bool


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One thing that is asked. `met` says by what it was met; None while it is open."""

    pk: int
    kind: str
    title: str
    text: str
    courses: tuple[CourseLink, ...]
    met: Met | None


@dataclass(frozen=True, slots=True)
class Mine:
    obligation: Obligation
    title: str
    reason: str
    match: Match
    parts: tuple[AskedPart, ...]
    standing: Standing
    is_stated: bool
    askers: dict[int, Asker]
    acts: Acts
    evidence: tuple[Any, ...]

    @property
    def takes_evidence(self) -> bool:
        return any(part.kind == PartKinds.EVIDENCE for part in self.parts)


def obligations_owned_by(user: User) -> QuerySet[Obligation]:
    """Everything that was ever asked of this person, wherever."""
    return Obligation.objects.filter(membership__user=user).select_related("membership__organization", "requirement")


def my_obligation(obligation: Obligation, on: dt.datetime) -> Mine:
    """One obligation of hers as its facts stand at that instant."""
    facts = facts_of([obligation])[obligation.pk]
    standing = obligation_status(facts, on)
    version = _version(obligation, facts, on)
    seats = Membership.objects.filter(pk=obligation.membership_id)
    return Mine(
        obligation=obligation,
        title=version.title,
        reason=version.reason,
        match=Match(version.match),
        parts=tuple(_parts(version, facts, standing, on)),
        standing=standing,
        is_stated=_is_statement(standing),
        askers=askers_of([obligation]).get(obligation.pk, {}),
        acts=acts_upon(obligation.membership, on).get(obligation.public_id, Acts()),
        evidence=tuple(evidence_of(seats).filter(requirement=obligation.requirement_id)),
    )


def _is_statement(standing: Standing) -> bool:
    proof = standing.met.proof if standing.met else None
    return proof is not None and proof.kind.value == "statement"


def _version(obligation: Obligation, facts: Facts, on: dt.datetime) -> RequirementVersion:
    asked = asked_of(facts, on)
    by_parts = Q(parts__in=[part.id for part in asked.parts])
    found = RequirementVersion.objects.filter(requirement=obligation.requirement_id)
    holding = found.filter(by_parts).order_by("number").first() if asked.parts else None
    return holding or found.filter(published_at=asked.known_at).order_by("number").get()


def _parts(version: RequirementVersion, facts: Facts, standing: Standing, on: dt.datetime) -> list[AskedPart]:
    met, titles = parts_met(facts, standing.due.opens_on, on), course_titles()
    rows = RequirementPart.objects.filter(version=version).prefetch_related("courses__course").order_by("position")
    return [
        AskedPart(
            pk=row.pk,
            kind=row.kind,
            title=row.title,
            text=row.text,
            courses=tuple(_link(each.course, titles, is_equivalent=each.is_equivalent) for each in row.courses.all()),
            met=met.get(row.pk),
        )
        for row in rows
    ]


def _link(course: Course, titles: dict[int, str], *, is_equivalent: bool) -> CourseLink:
    return CourseLink(course.slug, titles.get(course.pk, course.slug), is_equivalent)
