"""Rows that training reads: courses, completions, obligations, made directly."""

import datetime as dt
from itertools import count as counter

from accounts.models import Membership, Organization, User
from audit.services import SYSTEM
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from training.models import (
    Anchors,
    AssignmentRule,
    Obligation,
    ObligationSource,
    PartCourse,
    PartKinds,
    Requirement,
    RequirementPart,
    RequirementVersion,
    RuleVersion,
)
from training.rules import due_at
from training.services import course_requirement, recount

_numbers = counter(1)
UTC = dt.UTC
NOW = dt.datetime(2026, 11, 22, 18, tzinfo=UTC)


def course(provider: Organization, slug: str = "strangers", title: str = "Strangers, screens") -> Course:
    made = Course.objects.create(slug=slug, provider=provider)
    version(made, title)
    return made


def version(of: Course, title: str = "Strangers, screens") -> CourseVersion:
    number = of.versions.count() + 1
    sha256 = f"{next(_numbers):064}"
    return CourseVersion.objects.create(
        course=of, number=number, document_sha256=sha256, title=title, minutes=60, published_by="system"
    )


def enrollment(user: User, of: Course, started_at: dt.datetime, completed_at: dt.datetime | None = None) -> Enrollment:
    taken = of.versions.last()
    assert taken is not None
    return Enrollment.objects.create(
        user=user,
        course=of,
        version=taken,
        acknowledged_at=started_at,
        started_at=started_at,
        completed_at=completed_at,
        completed_on=completed_at.date() if completed_at else None,
        completed_zone="America/Chicago" if completed_at else "",
    )


def requirement_for(organization: Organization, of: Course) -> Requirement:
    return course_requirement(organization, of, SYSTEM)


def obligation(
    membership: Membership,
    of: Course,
    due_on: dt.date,
    *,
    zone: str = "America/Chicago",
    assigned_at: dt.datetime = dt.datetime(2026, 10, 1, tzinfo=UTC),
) -> Obligation:
    """An obligation with its source. What meets it is counted by `count`, once the rows of the test are there."""
    made = Obligation.objects.create(
        membership=membership,
        requirement=requirement_for(membership.organization, of),
        assigned_at=assigned_at,
        assigned_by="system",
        due_on=due_on,
        zone=zone,
        due_at=due_at(due_on, zone),
        overdue_at=due_at(due_on, zone),
        counted_at=assigned_at,
    )
    ObligationSource.objects.create(obligation=made, due_on=due_on, asked_at=assigned_at, asked_by="system")
    return made


def count(now: dt.datetime = NOW) -> None:
    """What the worker does, and every act on an obligation: work out anew what the facts come to."""
    recount(list(Obligation.objects.values_list("pk", flat=True)), now)


def seat_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def requirement(
    organization: Organization,
    *,
    course: Course | None = None,
    policy: str = "",
    evidence: str = "",
    match: str = "all",
) -> Requirement:
    """A requirement with a part for each of what is given."""
    made = Requirement.objects.create(organization=organization)
    version = RequirementVersion.objects.create(
        requirement=made,
        number=1,
        title="Basic life support",
        match=match,
        published_at=dt.datetime(2026, 9, 1, tzinfo=UTC),
        published_by="system",
    )
    position = counter(1)
    if course is not None:
        part = RequirementPart.objects.create(version=version, position=next(position), kind=PartKinds.COURSE)
        PartCourse.objects.create(part=part, course=course)
    for kind, text in ((PartKinds.POLICY, policy), (PartKinds.EVIDENCE, evidence)):
        if text:
            RequirementPart.objects.create(
                version=version, position=next(position), kind=kind, title=f"The {kind}", text=text
            )
    return made


def owes(
    membership: Membership,
    of: Requirement,
    due_on: dt.date,
    *,
    opens_on: dt.date | None = None,
    rule: RuleVersion | None = None,
    period: int = 1,
) -> Obligation:
    """An obligation for a requirement, counted; asked by the rule, or by hand."""
    assigned_at, zone = dt.datetime(2026, 10, 1, tzinfo=UTC), "America/Chicago"
    made = Obligation.objects.create(
        membership=membership,
        requirement=of,
        period=period,
        assigned_at=assigned_at,
        assigned_by="system",
        due_on=due_on,
        zone=zone,
        due_at=due_at(due_on, zone),
        overdue_at=due_at(due_on, zone),
        counted_at=assigned_at,
    )
    ObligationSource.objects.create(
        obligation=made, rule_version=rule, due_on=due_on, opens_on=opens_on, asked_at=assigned_at, asked_by="system"
    )
    recount([made.pk], NOW)
    made.refresh_from_db()
    return made


def rule(of: Requirement, name: str = "New clinical staff") -> RuleVersion:
    made = AssignmentRule.objects.create(organization=of.organization, requirement=of)
    return RuleVersion.objects.create(
        rule=made, number=1, name=name, audience={}, anchor=Anchors.ASSIGNED, published_by="system"
    )
