"""Rules and requirements for tests, in a line each."""

import datetime as dt
from typing import Any

from accounts.models import Organization
from audit.services import Person
from courses.models import Course
from training.models import Preview, Requirement, RuleVersion
from training.rules import Asking, Match, PartKind, PartText, Repeat, RuleText, audience_of
from training.rules.assignment import Anchor, Order
from training.services import confirm_rule, create_requirement, preview_rule

EVERYONE = {"kind": "everyone"}


def asking(*courses: Course, title: str = "Safe rooms", **more: Any) -> Asking:
    parts = tuple(PartText(kind=PartKind.COURSE, course=course.pk) for course in courses)
    return Asking(title=title, **{"parts": parts, "match": Match.ALL, **more})


def requirement(organization: Organization, course: Course, by: Person, **more: Any) -> Requirement:
    return create_requirement(organization=organization, asking=asking(course, **more), by=by)


def text(
    *conditions: dict[str, Any],
    exempt: tuple[dict[str, Any], ...] = (),
    combine: str = "any",
    name: str = "Everybody",
    anchor: Anchor = Anchor.ASSIGNED,
    offset_days: int = 30,
    fixed_on: dt.date | None = None,
    window_days: int | None = None,
    grace_days: int = 0,
    repeat: Repeat | None = None,
) -> RuleText:
    audience = {"any": list(conditions or (EVERYONE,)), "except": list(exempt), "combine": combine}
    order = Order(
        anchor=anchor,
        offset_days=offset_days,
        fixed_on=fixed_on,
        window_days=window_days,
        grace_days=grace_days,
        repeat=repeat or Repeat(),
    )
    return RuleText(name=name, audience=audience_of(audience), order=order)


def preview(asked: Requirement, by: Person, said: RuleText | None = None, **more: Any) -> Preview:
    return preview_rule(requirement=asked, text=said or text(), by=by, **more)


def publish(asked: Requirement, by: Person, said: RuleText | None = None, **more: Any) -> RuleVersion:
    return confirm_rule(preview=preview(asked, by, said, **more), by=by)
