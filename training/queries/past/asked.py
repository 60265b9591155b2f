"""What requirements asked for at an instant, and who had asked: titles, versions, names."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import Organization
from audit.services import SYSTEM
from training.models import RequirementVersion, SeatVersion
from training.queries.past.orders import Order


@dataclass(frozen=True, slots=True)
class Titles:
    """The requirements of an organization by their ids, with the newest version that was published by an instant."""

    newest: dict[int, RequirementVersion]
    versions: dict[tuple[int, dt.datetime], RequirementVersion]

    @classmethod
    def of(cls, order: Order) -> "Titles":
        found = RequirementVersion.objects.filter(requirement__organization=order.organization)
        versions = list(found.select_related("requirement").order_by("requirement", "number"))
        newest: dict[int, RequirementVersion] = {}
        for version in versions:
            if version.requirement_id not in newest or version.published_at <= order.on:
                newest[version.requirement_id] = version
        return cls(newest, {(one.requirement_id, one.published_at): one for one in versions})

    def title(self, requirement: int) -> str:
        return self.newest[requirement].title

    def public_id(self, requirement: int) -> str:
        return str(self.newest[requirement].requirement.public_id)

    def in_order(self, requirements: Iterable[int]) -> list[int]:
        return sorted(requirements, key=lambda pk: (self.title(pk).casefold(), pk))

    def version(self, requirement: int, published_at: dt.datetime) -> RequirementVersion:
        return self.versions[requirement, published_at]


class Names:
    """The organization's names, as they were at an instant, for actors as records name them; each is looked up once."""

    def __init__(self, organization: Organization, on: dt.datetime) -> None:
        self._organization, self._on = organization, on
        self._known: dict[str, str] = {SYSTEM.audit_name: SYSTEM.audit_name}

    def look_up(self, actors: Iterable[str]) -> None:
        missing = sorted(set(actors) - self._known.keys())
        if not missing:
            return
        versions = SeatVersion.objects.filter(
            membership__organization=self._organization,
            membership__user__public_id__in=[one for one in missing if _is_id(one)],
        )
        found: dict[str, str] = {}
        for user, name, known_at in versions.order_by("membership", "known_at").values_list(
            "membership__user__public_id", "name", "known_at"
        ):
            if known_at <= self._on or str(user) not in found:
                found[str(user)] = name
        # Somebody who is not one of its people is named by her id alone.
        self._known |= {actor: found.get(actor, actor) for actor in missing}

    def __getitem__(self, actor: str) -> str:
        return self._known[actor]


def _is_id(actor: str) -> bool:
    try:
        UUID(actor)
    except ValueError:
        return False
    return True
