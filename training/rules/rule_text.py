"""What an assignment rule says."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from training.rules.assignment import Anchor, Order
from training.rules.audience import Audience, audience_data, audience_of
from training.rules.recurrence import Recurrence, Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """What a rule says, before or after it is published."""

    name: str
    audience: Audience
    order: Order

    def to_json(self) -> dict[str, Any]:
        """As it is kept in a preview, and as its columns are named."""
        order, repeat = self.order, self.order.repeat
        return {
            "name": self.name,
            "audience": audience_data(self.audience),
            "anchor": order.anchor.value,
            "offset_days": order.offset_days,
            "fixed_on": order.fixed_on.isoformat() if order.fixed_on else None,
            "window_days": order.window_days,
            "grace_days": order.grace_days,
            "recurrence": repeat.kind.value,
            "every_months": repeat.every_months,
            "calendar_month": repeat.month,
            "calendar_day": repeat.day,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The text that `data` gave, or that stands in a version's columns."""
        return cls(name=data["name"], audience=audience_of(data["audience"]), order=order_of(data))


def order_of(data: Mapping[str, Any]) -> Order:
    """The order that stands under the names of a version's columns; `fixed_on` as a day or as its ISO text."""
    fixed_on = data["fixed_on"]
    return Order(
        anchor=Anchor(data["anchor"]),
        offset_days=data["offset_days"],
        fixed_on=dt.date.fromisoformat(fixed_on) if isinstance(fixed_on, str) else fixed_on,
        window_days=data["window_days"],
        grace_days=data["grace_days"],
        repeat=Repeat(
            kind=Recurrence(data["recurrence"]),
            every_months=data["every_months"],
            month=data["calendar_month"],
            day=data["calendar_day"],
        ),
    )
