"""Assignment rules at their full size: a preview over 100,000 people, and asking them, on PostgreSQL.

    createdb vignette_rules
    VIGNETTE_MODE=test TEST_DATABASE_URL=postgres://root@127.0.0.1:5432/vignette_rules python -m bench.rules

Prints the time and the statements of a preview, of the same with everybody asked before, and of a chunk of the worker.
The database is thrown away afterwards: seed it once with `--keep` and measure again with `--seeded`.
Nothing is confirmed: what is measured by writing is rolled back.
"""

import argparse
import datetime as dt
import random
import resource
import sys
import time
from typing import Any

import django

PEOPLE, TEAMS = 100_000, 400
NOW = dt.datetime.now(dt.UTC)


def seed() -> None:
    from django.db import connection

    from accounts.models import Membership, Organization, Team, User
    from courses.models import Course, CourseVersion
    from enrollments.models import Enrollment

    random.seed(20261128)
    today = NOW.date()
    clinic = Organization.objects.create(slug="rules", name="Rules Clinic", time_zone="America/Chicago")
    teams = Team.objects.bulk_create([Team(organization=clinic, name=f"Team {n:03}") for n in range(TEAMS)])
    users = User.objects.bulk_create(
        [User(email=f"person{n}@example.com", legal_name=f"Person {n}", password="!") for n in range(PEOPLE)],
        batch_size=5_000,
    )
    started = today - dt.timedelta(days=900)
    Membership.objects.bulk_create(
        [
            Membership(
                organization=clinic,
                user=user,
                name=user.legal_name,
                work_email=user.email,
                staff_number=f"S{n:06}",
                team=teams[n % TEAMS],
                job_title=("Nurse", "Social worker", "Case manager", "Front desk")[n % 4],
                hired_on=None if n % 50 == 0 else today - dt.timedelta(days=random.randint(0, 900)),
                started_on=started,
            )
            for n, user in enumerate(users)
        ],
        batch_size=5_000,
    )
    course = Course.objects.create(slug="rules-course", provider=clinic)
    version = CourseVersion.objects.create(
        course=course, number=1, document_sha256="0" * 64, title="Safe rooms", minutes=60, published_by="system"
    )
    taken = []
    for user in users:
        if random.random() < 0.6:
            at = NOW - dt.timedelta(days=random.randint(1, 700))
            taken.append(
                Enrollment(
                    user=user,
                    course=course,
                    version=version,
                    acknowledged_at=at,
                    started_at=at,
                    completed_at=at,
                    completed_on=at.date(),
                    completed_zone="America/Chicago",
                )
            )
    Enrollment.objects.bulk_create(taken, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(name: str, act: Any) -> Any:
    """The first time counts: nobody looks a rule over twice to make it fast. On a busy machine the CPU time is fairer."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    started, worked = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as captured:
        outcome = act()
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    print(f"{name:>42}: {wall:6.2f} s ({cpu:.2f} s of CPU here), {len(captured)} statements", flush=True)
    return outcome


def measure(slug: str) -> None:
    from django.db import transaction

    from accounts.models import Membership, Organization
    from audit.services import SYSTEM
    from courses.models import Course
    from training.queries.facts import CHUNK
    from training.queries.planning import RuleText, plan_of
    from training.rules import Asking, Match, PartKind, PartText, Recurrence, Repeat, audience_of
    from training.rules.assignment import Anchor, Order
    from training.services import apply_rule, create_requirement, preview_rule
    from training.services.applying import work_of
    from training.services.ruling import publish_rule

    clinic = Organization.objects.get(slug=slug)
    people = Membership.objects.filter(organization=clinic).count()
    course = Course.objects.filter(provider=clinic).first() or Course.objects.all()[0]
    everyone = audience_of({"any": [{"kind": "everyone"}], "except": [{"kind": "title", "title": "Front desk"}]})
    order = Order(
        anchor=Anchor.HIRED,
        offset_days=365,
        window_days=60,
        repeat=Repeat(kind=Recurrence.FROM_COMPLETION, every_months=12),
    )
    text = RuleText(name="Everybody", audience=everyone, order=order)
    print(f"{people:,} people of {slug}")
    with transaction.atomic():
        asking = Asking(title="Safe rooms", match=Match.ANY, parts=(PartText(kind=PartKind.COURSE, course=course.pk),))
        requirement = create_requirement(organization=clinic, asking=asking, by=SYSTEM)
        made = timed(
            "preview, nobody asked before", lambda: preview_rule(requirement=requirement, text=text, by=SYSTEM)
        )
        print(f"{'':>42}  { ({name: number for name, number in made.counts.items() if number}) }")
        rule = publish_rule(requirement, None, text, by=SYSTEM).rule
        plans = timed("the plan alone, again", lambda: plan_of(requirement, text, now=dt.datetime.now(dt.UTC)))
        chunk = [plan.seat for plan in work_of(plans)][:CHUNK]
        done = timed("asking one chunk of 1,000", lambda: apply_rule(rule=rule, by=SYSTEM, seats=chunk))
        assert done.asked == CHUNK, done
        _ask_plainly(requirement, rule, plans)
        again = timed(
            "preview of a new version, everybody asked",
            lambda: preview_rule(
                requirement=requirement,
                text=RuleText(name="Sooner", audience=everyone, order=Order(anchor=Anchor.ASSIGNED, offset_days=20)),
                by=SYSTEM,
                rule=rule,
            ),
        )
        print(f"{'':>42}  { ({name: number for name, number in again.counts.items() if number}) }")
        timed("the worker's look at one changed seat", lambda: apply_rule(rule=rule, by=SYSTEM, seats=chunk[:1]))
        transaction.set_rollback(True)
    print(f"{'':>42}  the process had {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _ask_plainly(requirement: Any, rule: Any, plans: Any) -> None:
    """Rows for the rest of the people without counting them, so that the next figure is of a clinic that was asked."""
    from django.db import connection

    from training.models import Obligation, ObligationSource
    from training.queries.planning import newest_version
    from training.rules import Place, due_at

    zone, version = requirement.organization.time_zone, newest_version(rule)
    known = set(Obligation.objects.filter(requirement=requirement).values_list("membership", flat=True))
    rest = [plan for plan in plans if plan.place in (Place.NEW, Place.SATISFIED) and plan.seat not in known]
    made = Obligation.objects.bulk_create(
        [
            Obligation(
                membership_id=plan.seat,
                requirement=requirement,
                assigned_by="system",
                zone=zone,
                due_on=plan.dates.due_on,
                due_at=due_at(plan.dates.due_on, zone),
                overdue_at=due_at(plan.dates.due_on, zone),
            )
            for plan in rest
        ],
        batch_size=5_000,
    )
    ObligationSource.objects.bulk_create(
        [ObligationSource(obligation=one, rule_version=version, due_on=one.due_on, asked_by="system") for one in made],
        batch_size=5_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--keep", action="store_true", help="leave the rows in the database")
    arguments.add_argument("--seeded", action="store_true", help="the rows are there")
    chosen = arguments.parse_args()
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        sys.exit("Set TEST_DATABASE_URL to a PostgreSQL database that may be thrown away.")
    if not chosen.seeded:
        call_command("migrate", verbosity=0)
        seed()
    measure("rules")
    if not (chosen.keep or chosen.seeded):
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
