"""The people who are reminded, and what became of their mail: processes of their own, with the settings of the workers.

`bench.scale.reminders` starts it before the workers and after them.
"""

import argparse
import datetime as dt
import json

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Leave, Membership, Organization
from audit.models import OutboxMail
from audit.rules import CLAIM_LASTS
from audit.services import SYSTEM, free_stale_claims
from audit.worker import send_all
from bench.scale import seeding
from training.models import Requirement, RequirementPart, RequirementVersion, TrainingPolicy
from training.rules import ONE_DAY
from training.services import Terms, Want, oblige

#: One of so many people is on leave, and must never be written to.
AWAY_EACH = 50


def people(mails: int) -> None:
    """So many people who are to be reminded today, and some more who are on leave."""
    now = timezone.now()
    organization = Organization.objects.create(slug="bench", name="Bench", time_zone="UTC")
    allow_mail_now(organization, now)
    requirement = required(organization, now - 90 * ONE_DAY)
    seats = seats_of(organization, mails + mails // AWAY_EACH, now.date() - 200 * ONE_DAY)
    Leave.objects.bulk_create(
        Leave(
            membership=seat,
            starts_on=now.date() - 2 * ONE_DAY,
            recorded_at=now - 3 * ONE_DAY,
            recorded_by="system",
        )
        for seat in seats[mails:]
    )
    wants = [Want(seat, Terms(due_on=now.date() + 7 * ONE_DAY)) for seat in seats]
    with transaction.atomic():
        oblige(requirement, wants, by=SYSTEM, at=now - 60 * ONE_DAY)


def allow_mail_now(organization: Organization, now: dt.datetime) -> None:
    """The quiet hour is at the other end of the day."""
    quiet = (now.hour + 12) % 24
    TrainingPolicy.objects.create(organization=organization, quiet_from=quiet, quiet_until=(quiet + 1) % 24)


def required(organization: Organization, at: dt.datetime) -> Requirement:
    requirement = Requirement.objects.create(organization=organization, created_at=at)
    version = RequirementVersion.objects.create(
        requirement=requirement, number=1, title="Bench", published_at=at, published_by="system"
    )
    RequirementPart.objects.create(version=version, position=1, kind="policy", title="Bench", text="Bench")
    return requirement


def seats_of(organization: Organization, number: int, started_on: dt.date) -> list[Membership]:
    return Membership.objects.bulk_create(
        Membership(organization=organization, name=f"Person {n}", work_email=address(n), started_on=started_on)
        for n in range(number)
    )


def address(number: int) -> str:
    return f"p{number}@example.com"


def settle() -> None:
    """What dead workers held is set free, as if five minutes had passed, and sent; then the outbox in numbers."""
    rows = OutboxMail.objects.all()
    left = rows.filter(sent_at=None, dropped_at=None)
    claimed = left.exclude(claimed_at=None).count()
    for _ in range(5):
        left.exclude(claimed_at=None).update(claimed_at=F("claimed_at") - 2 * CLAIM_LASTS)
        left.update(not_before=F("created_at"))
        free_stale_claims()
        send_all()
        if not left.exists():
            break
    told = {
        "claimed_by_the_dead": claimed,
        "owed": rows.count(),
        "sent": rows.exclude(sent_at=None).count(),
        "dropped": rows.exclude(dropped_at=None).count(),
        "open": left.count(),
    }
    print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.scale.reminded")
    parser.add_argument("act", choices=["seed", "settle"])
    parser.add_argument("--mails", type=int, default=0)
    given = parser.parse_args()
    if given.act == "settle":
        settle()
        return
    seeding.migrate()
    people(given.mails)


if __name__ == "__main__":
    main()
