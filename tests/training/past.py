"""What tests of reports share: an order, its rows as dictionaries, what changes later."""

import datetime as dt
from typing import Any

from accounts.models import Organization
from tests.training.build import NOW
from training.queries.past import SHAPES, Order, ReportKind
from training.rules import last_instant
from training.services import keep_seats_of

DAY = dt.date(2026, 11, 15)


def order(organization: Organization, day: dt.date = DAY, **more: Any) -> Order:
    return Order(
        organization=organization,
        on=last_instant(day, organization.time_zone, NOW + dt.timedelta(days=400)),
        asked_at=more.pop("asked_at", NOW + dt.timedelta(days=400)),
        from_on=more.pop("from_on", dt.date(2026, 1, 1)),
        **more,
    )


def rows(kind: ReportKind, asked: Order) -> list[dict[str, Any]]:
    keep_seats_of(asked.organization)
    shape = SHAPES[kind]
    return [dict(zip(shape.header, row, strict=True)) for progress in shape.rows(asked) for row in progress.rows]
