"""What a week's mail tells whoever answers for people."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import ADMINISTERING, Membership, Organization, Role, RoleGrant
from training.models import Obligation
from training.queries.board import owed_by, titles_of
from training.queries.facts import with_facts
from training.rules import ONE_DAY, Standing, Status, local_day, obligation_status

#: A digest tells of what falls due within so many days, and names so many people of each list.
DIGEST_DAYS = 7
DIGEST_NAMES = 20


def digest_key(reader: Membership, day: dt.date) -> str:
    """The occasion: one digest a week for each reader in each organization."""
    return f"training.digest:{reader.public_id}:{day.isoformat()}"


def digest_readers(organization: Organization, on: dt.datetime) -> list[tuple[Membership, dt.date]]:
    """Who gets a digest there, each once, with the first day of the role: owners, administrators, managers of teams."""
    today = local_day(on, organization.time_zone)
    grants = RoleGrant.objects.current(today).filter(
        membership__organization=organization, role__in=(*ADMINISTERING, Role.MANAGER)
    )
    since: dict[Membership, dt.date] = {}
    for grant in grants.select_related("membership__user").order_by("membership", "starts_on"):
        since.setdefault(grant.membership, grant.starts_on)
    return list(since.items())


@dataclass(frozen=True, slots=True)
class DigestRow:
    name: str
    title: str
    status: Status
    days: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Digest:
    """What a week's mail tells: who is late, and what falls due within a week, of the people whom the reader sees."""

    overdue: list[DigestRow]
    soon: list[DigestRow]
    people_overdue: int
    overdue_count: int
    soon_count: int

    @property
    def is_empty(self) -> bool:
        return not self.overdue_count and not self.soon_count

    @property
    def more_overdue(self) -> int:
        return self.overdue_count - len(self.overdue)

    @property
    def more_soon(self) -> int:
        return self.soon_count - len(self.soon)


def digest_for(people: QuerySet[Membership], now: dt.datetime) -> Digest:
    """The digest of these people, from the facts of what the columns lead to expect."""
    open_ones = owed_by(people, now).filter(met_at__isnull=True, due_at__lte=now + ONE_DAY * DIGEST_DAYS)
    late: list[tuple[Obligation, Standing]] = []
    soon: list[tuple[Obligation, Standing]] = []
    lists = {Status.OVERDUE: late, Status.GRACE: soon, Status.DUE: soon}
    for owed, facts in with_facts(open_ones.order_by("due_at", "pk")):
        standing = obligation_status(facts, now)
        if standing.status in lists and standing.due.due_at <= now + ONE_DAY * DIGEST_DAYS:
            lists[standing.status].append((owed, standing))
    return Digest(
        overdue=_digest_rows(late[:DIGEST_NAMES]),
        soon=_digest_rows(soon[:DIGEST_NAMES]),
        people_overdue=len({owed.membership_id for owed, _ in late}),
        overdue_count=len(late),
        soon_count=len(soon),
    )


def _digest_rows(found: list[tuple[Obligation, Standing]]) -> list[DigestRow]:
    titles = titles_of(owed for owed, _ in found)
    return [
        DigestRow(
            owed.membership.name,
            titles.get(owed.requirement_id, ""),
            standing.status,
            standing.days,
            standing.due.due_on,
        )
        for owed, standing in found
    ]
