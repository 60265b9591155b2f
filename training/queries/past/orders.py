"""What a report is asked for: its kind, the instant as of which it tells, and what it leaves out."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership, Organization
from training.models import Obligation
from training.rules import local_day

#: What stands in one cell of a report: words of code, texts that people wrote, numbers, days.
Cell = str | int | Decimal | dt.date | None


class ReportKind(StrEnum):
    ROSTER = "roster"
    COMPLIANCE = "compliance"
    DETAIL = "detail"
    HOURS = "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A report as of `on`, as the facts were known then; what became known until `asked_at` is told beside it.

    `from_on` is the first day of the period that hours are of. `teams` are those that people were in then, by their
    ids; None is everybody. `people` are those whom whoever asked may see: None is everybody, too.
    """

    organization: Organization
    on: dt.datetime
    asked_at: dt.datetime
    from_on: dt.date
    teams: frozenset[int] | None = None
    requirement: UUID | None = None
    people: QuerySet[Membership] | None = None

    def is_of_its_teams(self, team: int | None) -> bool:
        return self.teams is None or team in self.teams

    @property
    def seats(self) -> QuerySet[Membership]:
        """The seats that it may tell of, in an order that no later change moves."""
        everybody = Membership.objects.filter(organization=self.organization)
        return (everybody if self.people is None else self.people).order_by("pk")

    @property
    def day(self) -> dt.date:
        return local_day(self.on, self.organization.time_zone)

    @property
    def obligations(self) -> QuerySet[Obligation]:
        """What was asked by then, person by person, in an order that no later change moves."""
        asked = Obligation.objects.of_organization(self.organization).filter(assigned_at__lte=self.on)
        if self.requirement is not None:
            asked = asked.filter(requirement__public_id=self.requirement)
        if self.people is not None:
            asked = asked.filter(membership__in=self.people)
        return asked.order_by("membership", "requirement", "period")


@dataclass(frozen=True, slots=True)
class Progress:
    """The rows that are ready, after so many of the things that are read for them."""

    rows: Sequence[Sequence[Cell]]
    read: int
