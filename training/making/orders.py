"""What a report's row asks for, read back."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Membership
from training.models import Report
from training.queries.past import Order
from training.rules import local_day
from training.tables import Cell

#: The kind of a report that is everything of a day in one archive.
BINDER: Final = "binder"

#: Is told how many of the things to read have been read; raises what ends the making.
Noted = Callable[[int], None]


def order_of(report: Report) -> Order:
    asked = report.request
    return Order(
        organization=report.organization,
        on=report.as_of,
        asked_at=report.asked_at,
        from_on=dt.date.fromisoformat(asked["from"]),
        teams=_teams(asked),
        requirement=UUID(asked["requirement"]) if asked.get("requirement") else None,
        people=_people(report) if asked.get("of_manager") else None,
    )


def _teams(asked: Mapping[str, Any]) -> frozenset[int] | None:
    """The teams as they stood below one another when it was asked for; one alone in reports of before that was kept."""
    if asked.get("teams") is not None:
        return frozenset(asked["teams"])
    return frozenset([asked["team"]]) if asked.get("team") else None


def _people(report: Report) -> QuerySet[Membership]:
    """Whom the manager who asked for it sees when it is made."""
    organization = report.organization
    return Membership.objects.seen_by(report.asked_by, organization, local_day(timezone.now(), organization.time_zone))


def about(report: Report) -> list[tuple[str, Cell]]:
    """What a file says of itself, in words of code."""
    order = order_of(report)
    return [
        ("report", report.kind),
        ("organization", report.organization.name),
        ("as_of", order.day),
        ("as_of_instant", report.as_of.astimezone(dt.UTC).isoformat(timespec="seconds")),
        ("time_zone", report.organization.time_zone),
        ("hours_from", order.from_on),
        ("team", str(report.request.get("team") or "")),
        ("teams", " ".join(map(str, sorted(order.teams or ())))),
        ("requirement", str(order.requirement or "")),
        ("asked_at", report.asked_at.astimezone(dt.UTC).isoformat(timespec="seconds")),
        ("asked_by", report.asked_by.audit_name),
    ]
