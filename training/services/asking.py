"""Asking people for something by a day."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.queries import today_in
from audit.races import tried_again
from audit.services import Person, record, refusals_recorded
from courses.models import Course
from training import notices
from training.models import (
    Obligation,
    ObligationSource,
    PartCourse,
    PartKinds,
    Requirement,
    RequirementPart,
    RequirementVersion,
    RuleVersion,
)
from training.queries import course_titles
from training.rules import ONE_DAY, due_at
from training.services.counting import hold, recount


class NotAMember(Exception):
    """Some of the people are not the organization's, have left, or are not in a team of whoever assigns."""

    def __init__(self, memberships: Iterable[Membership]) -> None:
        self.memberships = tuple(memberships)
        super().__init__(f"{len(self.memberships)} memberships")


class DueInPast(Exception):
    """The day was over before it was given."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        super().__init__(today.isoformat())


class CourseNotOffered(Exception):
    """The course is retired or was never published."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who was asked now, who had been asked before and keeps her date, and who was let go of and is asked again."""

    new: tuple[Membership, ...]
    already: tuple[Membership, ...]
    again: tuple[Membership, ...] = ()

    @property
    def asked(self) -> tuple[Membership, ...]:
        return (*self.new, *self.again)


def assign_course(
    *, organization: Organization, course: Course, memberships: Iterable[Membership], due_on: dt.date, by: Person
) -> Assigned:
    """Ask these people to complete the course by the end of that day, each once.

    Whoever was asked before keeps her obligation as it is; one that nobody asks for any more is asked for again, by this
    day. Repeated or raced, it changes nothing. Raises NotAMember, DueInPast and CourseNotOffered, all or nothing, and
    records the refusal.
    """
    people = tuple({membership.pk: membership for membership in memberships}.values())
    # Somebody may ask one of them at this moment.
    return tried_again(lambda: _assign(organization, course, people, due_on, by))


def already_asked(*, organization: Organization, course: Course, memberships: Sequence[Membership]) -> Assigned:
    """What `assign_course` would do, without doing it."""
    newest = {each.membership_id: each for each in _obligations(organization, course, memberships)}
    let_go = {pk for pk, each in newest.items() if each.released_at is not None and each.met_at is None}
    return Assigned(
        new=tuple(seat for seat in memberships if seat.pk not in newest),
        already=tuple(seat for seat in memberships if seat.pk in newest and seat.pk not in let_go),
        again=tuple(seat for seat in memberships if seat.pk in let_go),
    )


def _obligations(
    organization: Organization, course: Course, memberships: Iterable[Membership]
) -> models.QuerySet[Obligation]:
    """What these people were asked for, the newest period last."""
    asked = Obligation.objects.filter(
        membership__in=[membership.pk for membership in memberships],
        requirement__organization=organization,
        requirement__course=course,
        requirement__retired_at__isnull=True,
    )
    return asked.order_by("membership", "period")


def _assign(
    organization: Organization, course: Course, people: Sequence[Membership], due_on: dt.date, by: Person
) -> Assigned:
    refusals = (NotAMember, DueInPast, CourseNotOffered)
    with refusals_recorded("course.assigned", *refusals, by=by, target=organization, organization=organization):
        _check(organization, course, people, due_on, by)
        assigned = already_asked(organization=organization, course=course, memberships=people)
        if assigned.asked:
            _ask(organization, course, assigned, due_on, by)
    return assigned


def _ask(organization: Organization, course: Course, assigned: Assigned, due_on: dt.date, by: Person) -> None:
    requirement = course_requirement(organization, course, by)
    _ask_again(_obligations(organization, course, assigned.again), due_on, by)
    obligations = oblige(requirement, [Want(seat, Terms(due_on=due_on)) for seat in assigned.new], by=by)
    notices.owe_assigned(obligations)
    record(
        "course.assigned",
        by=by,
        target=requirement,
        organization=organization,
        course=course.slug,
        due_on=due_on.isoformat(),
        memberships=[str(membership.public_id) for membership in assigned.asked],
    )


def _ask_again(obligations: Iterable[Obligation], due_on: dt.date, by: Person) -> None:
    """One source more for the newest period of each; two who do so at once meet the unique key.

    What met a period before meets no other, so that it is asked for from the day after.
    """
    newest, met_on = dict[int, Obligation](), dict[int, dt.date]()
    for each in obligations:
        newest[each.membership_id] = each
        if each.met_on:
            met_on[each.membership_id] = each.met_on
    opens_on = {seat: min(due_on, day + ONE_DAY) for seat, day in met_on.items()}
    pks = [each.pk for each in newest.values()]
    hold(pks)
    now = timezone.now()
    sources = ObligationSource.objects.bulk_create(
        [
            ObligationSource(
                obligation=each,
                due_on=due_on,
                opens_on=opens_on.get(seat),
                asked_at=now,
                asked_by=by.audit_name,
            )
            for seat, each in newest.items()
        ],
        batch_size=1000,
    )
    recount(pks, now)
    notices.owe_asked_again(zip(newest.values(), sources, strict=True))


def course_requirement(organization: Organization, course: Course, by: Person) -> Requirement:
    """The requirement that is this course and nothing else; made with its first version when there is none."""
    requirement, is_new = Requirement.objects.get_or_create(organization=organization, course=course, retired_at=None)
    if is_new:
        title = course_titles().get(course.pk, course.slug)
        version = RequirementVersion.objects.create(
            requirement=requirement, number=1, title=title[:120], published_by=by.audit_name
        )
        part = RequirementPart.objects.create(version=version, position=1, kind=PartKinds.COURSE)
        PartCourse.objects.create(part=part, course=course)
    return requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By when: `opens_on` is the first day on which what is done counts; overdue begins after the days of grace."""

    due_on: dt.date
    opens_on: dt.date | None = None
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Want:
    """One person is asked, on these terms, for the period."""

    membership: Membership
    terms: Terms
    period: int = 1
    day_of_month: int | None = None


def oblige(
    requirement: Requirement,
    wants: Sequence[Want],
    *,
    by: Person,
    rule: RuleVersion | None = None,
    at: dt.datetime | None = None,
) -> list[Obligation]:
    """Write the obligations and who asks for them, and count what is met already.

    For callers that have checked and own the transaction. Raises IntegrityError where one stands for the period.
    What was asked before it was written down here was asked `at` an earlier instant.
    """
    # In the order of seats: of two who ask the same people, each would otherwise wait for what the other wrote first.
    wants = sorted(wants, key=lambda want: want.membership.pk)
    now, zone = at or timezone.now(), requirement.organization.time_zone
    obligations = Obligation.objects.bulk_create(
        [_obligation(requirement, want, now=now, zone=zone, by=by) for want in wants], batch_size=1000
    )
    ObligationSource.objects.bulk_create(
        [
            ObligationSource(
                obligation=obligation,
                rule_version=rule,
                due_on=want.terms.due_on,
                opens_on=want.terms.opens_on,
                grace_days=want.terms.grace_days,
                asked_at=now,
                asked_by=by.audit_name,
            )
            for obligation, want in zip(obligations, wants, strict=True)
        ],
        batch_size=1000,
    )
    recount([obligation.pk for obligation in obligations])
    return obligations


def _obligation(requirement: Requirement, want: Want, *, now: dt.datetime, zone: str, by: Person) -> Obligation:
    terms = want.terms
    return Obligation(
        membership=want.membership,
        requirement=requirement,
        period=want.period,
        assigned_at=now,
        assigned_by=by.audit_name,
        zone=zone,
        day_of_month=want.day_of_month or terms.due_on.day,
        due_on=terms.due_on,
        due_at=due_at(terms.due_on, zone),
        overdue_at=due_at(terms.due_on + ONE_DAY * terms.grace_days, zone),
        counted_at=now,
    )


def _check(
    organization: Organization, course: Course, people: Sequence[Membership], due_on: dt.date, by: Person
) -> None:
    today = today_in(organization)
    if due_on < today:
        raise DueInPast(today)
    if not Course.objects.offered().filter(pk=course.pk).exists():
        raise CourseNotOffered(course.slug)
    allowed = Membership.objects.filter(organization=organization)
    if isinstance(by, User):
        allowed = Membership.objects.seen_by(by, organization, today)
    here = allowed.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=today))
    known = set(here.filter(pk__in=[membership.pk for membership in people]).values_list("pk", flat=True))
    if strangers := [membership for membership in people if membership.pk not in known]:
        raise NotAMember(strangers)


def record_export(*, organization: Organization, by: User, chosen: Mapping[str, str]) -> None:
    """Put on record that somebody took the obligations out of the house, and by which filter."""
    record("obligations.exported", by=by, target=organization, organization=organization, chosen=dict(chosen))
