"""Acts of training: asking people for a course, and letting an employer count a completion."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.queries import today_in
from audit.services import Person, record, refusals_recorded
from courses.models import Course
from enrollments.models import Enrollment
from training import notices
from training.models import Obligation, Requirement, SharedCompletion
from training.rules import due_at

#: Each retry reads what the winner of a race wrote; the third time there is no race.
TRIES: Final = 3


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


class NotShareable(Exception):
    """The completion is not the member's own, or there is none."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who was asked now, and who had been asked before and keeps her date."""

    new: tuple[Membership, ...]
    already: tuple[Membership, ...]


def assign_course(
    *, organization: Organization, course: Course, memberships: Iterable[Membership], due_on: dt.date, by: Person
) -> Assigned:
    """Ask these people to complete the course by the end of that day, each once.

    Whoever was asked before keeps her obligation as it is. Repeated or raced, it changes nothing. Raises NotAMember,
    DueInPast and CourseNotOffered, all or nothing, and records the refusal.
    """
    people = tuple({membership.pk: membership for membership in memberships}.values())
    for _ in range(TRIES - 1):
        try:
            return _assign(organization, course, people, due_on, by)
        except IntegrityError:
            continue  # somebody asked one of them at this moment
    return _assign(organization, course, people, due_on, by)


def already_asked(*, organization: Organization, course: Course, memberships: Sequence[Membership]) -> Assigned:
    """What `assign_course` would do, without doing it."""
    asked = set(
        Obligation.objects.filter(
            membership__in=memberships,
            requirement__organization=organization,
            requirement__course=course,
            requirement__retired_at__isnull=True,
        ).values_list("membership", flat=True)
    )
    return Assigned(
        new=tuple(membership for membership in memberships if membership.pk not in asked),
        already=tuple(membership for membership in memberships if membership.pk in asked),
    )


def _assign(
    organization: Organization, course: Course, people: Sequence[Membership], due_on: dt.date, by: Person
) -> Assigned:
    refusals = (NotAMember, DueInPast, CourseNotOffered)
    with refusals_recorded("course.assigned", *refusals, by=by, target=organization, organization=organization):
        _check(organization, course, people, due_on, by)
        assigned = already_asked(organization=organization, course=course, memberships=people)
        if assigned.new:
            _ask(organization, course, assigned.new, due_on, by)
    return assigned


def _ask(organization: Organization, course: Course, people: Sequence[Membership], due_on: dt.date, by: Person) -> None:
    requirement, _ = Requirement.objects.get_or_create(organization=organization, course=course, retired_at=None)
    now, zone = timezone.now(), organization.time_zone
    obligations = Obligation.objects.bulk_create(
        Obligation(
            membership=membership,
            requirement=requirement,
            assigned_at=now,
            assigned_by=by.audit_name,
            due_on=due_on,
            zone=zone,
            due_at=due_at(due_on, zone),
        )
        for membership in people
    )
    notices.owe_assigned(obligations)
    record(
        "course.assigned",
        by=by,
        target=requirement,
        organization=organization,
        course=course.slug,
        due_on=due_on.isoformat(),
        memberships=[str(membership.public_id) for membership in people],
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


@transaction.atomic
def share_completion(*, membership: Membership, enrollment: Enrollment, by: User) -> SharedCompletion:
    """Let this employer count a completion that it would not see by itself; once, and a repetition changes nothing.

    Refuses NotShareable when seat, completion and actor are not one person's, or the enrollment is not completed.
    """
    own = membership.user_id == enrollment.user_id == by.pk
    if not own or enrollment.completed_at is None:
        raise NotShareable
    shared, is_new = SharedCompletion.objects.get_or_create(membership=membership, enrollment=enrollment)
    if is_new:
        record("completion.shared", by=by, target=enrollment, organization=membership.organization)
    return shared


def record_export(*, organization: Organization, by: User, chosen: Mapping[str, str]) -> None:
    """Put on record that somebody took the obligations out of the house, and by which filter."""
    record("obligations.exported", by=by, target=organization, organization=organization, chosen=dict(chosen))
