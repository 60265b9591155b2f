"""Assignment rules at their full size: a preview over 100,000 people, and asking them, on PostgreSQL.

    createdb vignette_rules
    TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_rules python -m bench.scale.rules

Prints the time and the statements of a preview, of the same with everybody asked before, and of a chunk of the worker.
The database is thrown away afterwards: seed it once with `--keep` and measure again with `--seeded`.
Nothing is confirmed: what is measured by writing is rolled back.
"""

import datetime as dt
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organization
from audit.services import SYSTEM
from bench.processes import peak_mb
from bench.scale import seeding
from courses.models import Course, CourseVersion
from enrollments.models import Enrollment
from training.models import AssignmentRule, Obligation, Requirement
from training.queries.facts import CHUNK
from training.queries.planning import newest_version, plan_of
from training.rules import Asking, Match, PartKind, PartText, Place, Recurrence, Repeat, RuleText, audience_of
from training.rules.assignment import Anchor, Order
from training.rules.planning import Planned
from training.services import apply_rule, create_requirement, preview_rule
from training.services.applying import work_of
from training.services.ruling import publish_rule

PEOPLE, TEAMS = 100_000, 400
NOW = dt.datetime.now(dt.UTC)
JOB_TITLES = ("Nurse", "Social worker", "Case manager", "Front desk")
AUDIENCE = audience_of({"any": [{"kind": "everyone"}], "except": [{"kind": "title", "title": "Front desk"}]})
YEARLY = RuleText(
    name="Everybody",
    audience=AUDIENCE,
    order=Order(
        anchor=Anchor.HIRED,
        offset_days=365,
        window_days=60,
        repeat=Repeat(kind=Recurrence.FROM_COMPLETION, every_months=12),
    ),
)
SOONER = RuleText(name="Sooner", audience=AUDIENCE, order=Order(anchor=Anchor.ASSIGNED, offset_days=20))

T = TypeVar("T")


# --- the clinic


def seed(people: int) -> None:
    random.seed(seeding.RANDOM_SEED)
    clinic = seeding.clinic_of("rules", teams=TEAMS)
    seats = seeding.people_of(clinic, people, employment)
    version = seeding.published(clinic, "rules-course", "Safe rooms")
    seeding.write_completions([taken_by(seat, version) for seat in seats if random.random() < 0.6])


def employment(number: int) -> dict[str, Any]:
    """Every fiftieth has no day of hiring, so that the rule gives her no date."""
    today = NOW.date()
    return {
        "job_title": JOB_TITLES[number % len(JOB_TITLES)],
        "hired_on": None if number % 50 == 0 else today - dt.timedelta(days=random.randint(0, 900)),
        "started_on": today - dt.timedelta(days=900),
    }


def taken_by(seat: Membership, version: CourseVersion) -> Enrollment:
    assert seat.user
    return seeding.completed(seat.user, version, NOW - dt.timedelta(days=random.randint(1, 700)))


# --- the rule


def measure() -> None:
    clinic = Organization.objects.get(slug="rules")
    print(f"{Membership.objects.filter(organization=clinic).count():,} people of {clinic.slug}")
    with transaction.atomic():
        requirement = required(clinic)
        rule = measure_first_preview(requirement)
        asked = measure_asking(requirement, rule)
        measure_next_preview(requirement, rule)
        timed("the worker's look at one changed seat", lambda: apply_rule(rule=rule, by=SYSTEM, seats=asked[:1]))
        transaction.set_rollback(True)
    print(f"{'':>42}  the process had {peak_mb():.0f} MB at most")


def required(clinic: Organization) -> Requirement:
    course = Course.objects.get(provider=clinic)
    part = PartText(kind=PartKind.COURSE, course=course.pk)
    asking = Asking(title="Safe rooms", match=Match.ANY, parts=(part,))
    return create_requirement(organization=clinic, asking=asking, by=SYSTEM)


def measure_first_preview(requirement: Requirement) -> AssignmentRule:
    """The rule that was looked at, published; nobody has been asked yet."""
    preview = timed(
        "preview, nobody asked before", lambda: preview_rule(requirement=requirement, text=YEARLY, by=SYSTEM)
    )
    tell(preview.counts)
    return publish_rule(requirement, None, YEARLY, by=SYSTEM).rule


def measure_asking(requirement: Requirement, rule: AssignmentRule) -> list[int]:
    """A chunk asked as the worker does, and everybody else unmeasured; the seats of the chunk."""
    plans = timed("the plan alone, again", lambda: plan_of(requirement, YEARLY, now=dt.datetime.now(dt.UTC)))
    chunk = [plan.seat for plan in work_of(plans)][:CHUNK]
    name = f"asking one chunk of {len(chunk):,}"
    done = timed(name, lambda: apply_rule(rule=rule, by=SYSTEM, seats=chunk))
    assert done.asked == len(chunk), done
    ask_plainly(requirement, rule, plans)
    return chunk


def ask_plainly(requirement: Requirement, rule: AssignmentRule, plans: Sequence[Planned]) -> None:
    """Rows for the rest of the people without counting them, so that the next figure is of a clinic that was asked."""
    known = set(Obligation.objects.filter(requirement=requirement).values_list("membership", flat=True))
    rest = (plan for plan in plans if plan.place in (Place.NEW, Place.SATISFIED) and plan.seat not in known)
    seeding.write_owed(
        [seeding.owed(requirement, plan.seat, plan.dates.due_on) for plan in rest if plan.dates],
        by_rule=newest_version(rule),
    )
    seeding.run("ANALYZE")


def measure_next_preview(requirement: Requirement, rule: AssignmentRule) -> None:
    preview = timed(
        "preview of a new version, everybody asked",
        lambda: preview_rule(requirement=requirement, text=SOONER, by=SYSTEM, rule=rule),
    )
    tell(preview.counts)


def timed(name: str, act: Callable[[], T]) -> T:
    """The first time counts: nobody looks a rule over twice to make it fast. On a busy machine the CPU time is fairer."""
    started, worked = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as captured:
        outcome = act()
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{name:>42}: {wall:6.2f} s ({cpu:.2f} s of CPU here), {len(captured)} statements", flush=True)
    return outcome


def tell(counts: Mapping[str, int]) -> None:
    print(f"{'':>42}  { ({name: number for name, number in counts.items() if number}) }")


if __name__ == "__main__":
    seeding.measured(seed, measure, about=__doc__, people=PEOPLE)
