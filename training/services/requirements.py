"""What an organization asks for: made, asked in other words, retired."""

from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organization
from accounts.services import NotAllowed
from accounts.services.access import require_administrator
from audit.services import Person, record, refusals_recorded
from courses.models import Course
from training.models import (
    AssignmentRule,
    Obligation,
    PartCourse,
    Preview,
    Requirement,
    RequirementPart,
    RequirementVersion,
)
from training.queries.affected import open_obligations
from training.queries.ending import sources_ending
from training.rules import Asking, Match, Misfit, PartKind, PartText, misfit_of
from training.services.applying import asking_still, end_asking, record_ended
from training.services.asking import CourseNotOffered
from training.services.counting import hold, recount
from training.services.cycles import hold_periods
from training.services.previews import (
    AT_ONCE,
    RulePreviewMoved,
    claim,
    keep_preview,
    outcome_of,
    require_seen,
    take_turn,
)
from training.services.ruling import RuleRetired, mark_retired, record_retired

PUBLISH: Final = "requirement.publish"
RETIRE: Final = "requirement.retire"


class RequirementUnfit(Exception):
    """It cannot be asked like this."""

    def __init__(self, misfit: Misfit) -> None:
        self.misfit = misfit
        super().__init__(misfit.value)


class CourseAskedAlready(Exception):
    """An open requirement of the organization is this course already."""

    def __init__(self, requirement: Requirement) -> None:
        self.requirement = requirement
        super().__init__(str(requirement.public_id))


class NothingNew(Exception):
    """The newest version asks for exactly this."""


def asking_of(version: RequirementVersion) -> Asking:
    """What the version says."""
    parts = []
    for part in version.parts.prefetch_related("courses"):
        courses = list(part.courses.all())
        asked = [each.course_id for each in courses if not each.is_equivalent]
        parts.append(
            PartText(
                kind=PartKind(part.kind),
                course=asked[0] if asked else 0,
                equivalents=tuple(each.course_id for each in courses if each.is_equivalent),
                title=part.title,
                text=part.text,
            )
        )
    return Asking(
        title=version.title,
        reason=version.reason,
        match=Match(version.match),
        ladder=tuple(version.ladder),
        parts=tuple(parts),
    )


def create_requirement(*, organization: Organization, asking: Asking, by: Person) -> Requirement:
    """Write down what the organization asks for; nobody is asked yet: rules and assignments do that.

    What is one course and nothing else is the requirement that `assign_course` finds. Raises RequirementUnfit,
    CourseAskedAlready, CourseNotOffered, NotAllowed.
    """
    refusals = (RequirementUnfit, CourseAskedAlready, CourseNotOffered, NotAllowed)
    try:
        with refusals_recorded("requirement.created", *refusals, by=by, target=organization, organization=organization):
            require_administrator(by, organization)
            _require_fit(asking)
            _require_offered(asking, ())
            course = _lone_course(asking)
            _require_no_other(organization, course)
            requirement = Requirement.objects.create(organization=organization, course_id=course)
            version = _write(requirement, 1, asking, holds_for_open=False, by=by)
            _record("requirement.created", requirement, version, by)
            return requirement
    except IntegrityError:
        # Somebody made the same at this moment.
        _require_no_other(organization, _lone_course(asking))
        raise


def _require_no_other(organization: Organization, course: int | None) -> None:
    if course is None:
        return
    other = Requirement.objects.filter(organization=organization, course=course, retired_at__isnull=True).first()
    if other is not None:
        raise CourseAskedAlready(other)


def _lone_course(asking: Asking) -> int | None:
    [*others] = asking.parts
    return others[0].course if len(others) == 1 and others[0].kind is PartKind.COURSE else None


def _write(
    requirement: Requirement, number: int, asking: Asking, *, holds_for_open: bool, by: Person
) -> RequirementVersion:
    version = RequirementVersion.objects.create(
        requirement=requirement,
        number=number,
        title=asking.title,
        reason=asking.reason,
        match=asking.match.value,
        holds_for_open=holds_for_open,
        ladder=sorted(asking.ladder),
        published_by=by.audit_name,
    )
    for position, part in enumerate(asking.parts, start=1):
        made = RequirementPart.objects.create(
            version=version, position=position, kind=part.kind.value, title=part.title, text=part.text
        )
        PartCourse.objects.bulk_create(
            [
                PartCourse(part=made, course_id=course, is_equivalent=number > 0)
                for number, course in enumerate(part.courses)
            ]
        )
    return version


def _require_fit(asking: Asking) -> None:
    if misfit := misfit_of(asking):
        raise RequirementUnfit(misfit)


def _require_offered(asking: Asking, before: Sequence[int]) -> None:
    """A course that is asked anew must be one that can be taken; one that was asked for before may have been retired."""
    courses = {part.course for part in asking.parts if part.course} - set(before)
    every = {course for part in asking.parts for course in part.courses}
    offered = set(Course.objects.offered().filter(pk__in=courses).values_list("pk", flat=True))
    if courses - offered or Course.objects.filter(pk__in=every).count() != len(every):
        raise CourseNotOffered(str(len(courses - offered)))


def _record(action: str, requirement: Requirement, version: RequirementVersion, by: Person) -> None:
    record(
        action,
        by=by,
        target=requirement,
        organization=requirement.organization,
        version=version.number,
        match=version.match,
        holds_for_open=version.holds_for_open,
    )


# A new version


def preview_requirement(*, requirement: Requirement, asking: Asking, holds_for_open: bool, by: Person) -> Preview:
    """Keep what the next version would say and whom it touches: nobody whose obligation is done.

    Raises RequirementUnfit, NothingNew, CourseNotOffered, RuleRetired, NotAllowed.
    """
    require_administrator(by, requirement.organization)
    newest = _newest(requirement)
    _require_next(requirement, newest, asking)
    affected = open_obligations(requirement, newest.number)
    return keep_preview(
        organization=requirement.organization,
        act=PUBLISH,
        request={
            "requirement": str(requirement.public_id),
            "asking": asking.to_json(),
            "holds_for_open": holds_for_open,
        },
        counts=affected.counts,
        digest=affected.digest,
        by=by,
    )


def publish_requirement_version(*, preview: Preview, by: Person) -> RequirementVersion:
    """Publish the version that was looked at. It holds for what is assigned from now on, and for open ones if it says so.

    What was met before stays met. A second confirmation returns what the first one made. Raises RulePreviewMoved when
    other obligations are open by now or another version stands, RequirementUnfit, NothingNew, CourseNotOffered,
    RuleRetired, NotAllowed.
    """
    organization = preview.organization
    refusals = (RulePreviewMoved, RequirementUnfit, NothingNew, CourseNotOffered, RuleRetired, NotAllowed)
    with refusals_recorded("requirement.published", *refusals, by=by, target=preview, organization=organization):
        require_administrator(by, organization)
        requirement = _of_preview(preview)
        take_turn(requirement)
        if done := outcome_of(preview):
            return RequirementVersion.objects.get(requirement=requirement, number=done["number"])
        return _publish(requirement, preview, by)


def _publish(requirement: Requirement, preview: Preview, by: Person) -> RequirementVersion:
    newest, asking = _newest(requirement), Asking.from_json(preview.request["asking"])
    _require_next(requirement, newest, asking)
    require_seen(preview, open_obligations(requirement, newest.number).digest)
    holds_for_open = bool(preview.request["holds_for_open"])
    version = _write(requirement, newest.number + 1, asking, holds_for_open=holds_for_open, by=by)
    claim(preview, number=version.number)
    if holds_for_open:
        open_ones = list(
            Obligation.objects.filter(requirement=requirement, met_at__isnull=True).values_list("pk", flat=True)
        )
        hold(open_ones)
        recount(open_ones)
    _record("requirement.published", requirement, version, by)
    return version


def _require_next(requirement: Requirement, newest: RequirementVersion, asking: Asking) -> None:
    _require_fit(asking)
    before = asking_of(newest)
    _require_offered(asking, [course for part in before.parts for course in part.courses])
    if Requirement.objects.filter(pk=requirement.pk, retired_at__isnull=False).exists():
        raise RuleRetired
    if before.to_json() == asking.to_json():
        raise NothingNew


def _newest(requirement: Requirement) -> RequirementVersion:
    found = RequirementVersion.objects.filter(requirement=requirement).order_by("number").last()
    assert found is not None
    return found


def _of_preview(preview: Preview) -> Requirement:
    return Requirement.objects.select_related("organization").get(
        organization=preview.organization, public_id=preview.request["requirement"]
    )


# Retiring


def preview_requirement_retirement(*, requirement: Requirement, by: Person) -> Preview:
    """Keep what would be asked no longer, and which rules end with it."""
    require_administrator(by, requirement.organization)
    if requirement.retired_at is not None:
        raise RuleRetired
    ending = sources_ending(Q(obligation__requirement=requirement))
    rules = AssignmentRule.objects.filter(requirement=requirement, retired_at__isnull=True).count()
    return keep_preview(
        organization=requirement.organization,
        act=RETIRE,
        request={"requirement": str(requirement.public_id)},
        counts=ending.counts | {"rules": rules},
        digest=ending.digest,
        by=by,
    )


def retire_requirement(*, preview: Preview, by: Person) -> Requirement:
    """Ask for it no longer: its rules end, what is open is released, what was met and all history stays.

    A second confirmation changes nothing. Raises RulePreviewMoved, NotAllowed.
    """
    organization, refusals = preview.organization, (RulePreviewMoved, NotAllowed)
    with refusals_recorded("requirement.retired", *refusals, by=by, target=preview, organization=organization):
        require_administrator(by, organization)
        requirement = _of_preview(preview)
        take_turn(requirement)
        if outcome_of(preview) is None:
            require_seen(preview, sources_ending(Q(obligation__requirement=requirement)).digest)
            claim(preview, requirement=str(requirement.public_id))
            _retire(requirement, by)
    return requirement


def _retire(requirement: Requirement, by: Person) -> None:
    """It, its rules, and all that asks for it; above `AT_ONCE` the worker ends the rest."""
    standing = AssignmentRule.objects.filter(requirement=requirement, retired_at__isnull=True)
    rules = [rule for rule in standing.select_related("organization", "requirement") if mark_retired(rule)]
    Requirement.objects.filter(pk=requirement.pk, retired_at__isnull=True).update(retired_at=timezone.now())
    rows = asking_still(requirement, AT_ONCE)
    hold_periods(obligation for _, obligation in rows)
    end_asking(requirement, rows)
    for rule in rules:
        record_retired(rule, by=by)
    record("requirement.retired", by=by, target=requirement, organization=requirement.organization)
    record_ended(requirement, rows, by=by)
