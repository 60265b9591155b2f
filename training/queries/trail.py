"""The audit trail of an organization, as its owner reads it: newest first, page by page from an event on."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization
from audit.models import AuditEvent, Outcome
from audit.services import SYSTEM, VISITOR
from training.queries.board import named
from training.rules import day_start, due_at

TRAIL_PAGE: Final = 50
#: A search for a person finds no more than so many seats.
FOUND: Final = 50

CHECKED: Final = "audit.checked"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What of the trail is shown. A person is found as whoever acted, and as whoever it was done to."""

    action: str = ""
    person: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    event: AuditEvent
    #: The name in the organization of whoever acted; nothing for the system, and for whoever is not of its people.
    actor: str
    #: The name of the person that it was done to, where it was one.
    whom: str

    @property
    def is_system(self) -> bool:
        return self.event.actor == SYSTEM.audit_name

    @property
    def is_visitor(self) -> bool:
        return self.event.actor == VISITOR.audit_name


@dataclass(frozen=True, slots=True)
class TrailPage:
    """`before` is the number from which the next page goes on; nothing on the last."""

    rows: list[TrailRow]
    before: int | None


def trail_of(organization: Organization, chosen: TrailFilter) -> QuerySet[AuditEvent]:
    """The events that the filter lets through, newest first."""
    events = AuditEvent.objects.filter(chain=str(organization.public_id)).order_by("-sequence")
    if chosen.action:
        events = events.filter(action=chosen.action)
    if chosen.outcome:
        events = events.filter(outcome=chosen.outcome)
    if chosen.first:
        events = events.filter(at__gte=day_start(chosen.first, organization.time_zone))
    if chosen.last:
        events = events.filter(at__lt=due_at(chosen.last, organization.time_zone))
    return events.filter(_of_person(organization, chosen.person)) if chosen.person else events


def _of_person(organization: Organization, search: str) -> Q:
    found = Membership.objects.filter(named("", search), organization=organization).order_by("pk")
    seats = list(found.values_list("public_id", "user__public_id")[:FOUND])
    users = [str(user) for _, user in seats if user]
    return Q(actor__in=users) | Q(object_id__in=[*users, *(str(seat) for seat, _ in seats)])


def trail_page(organization: Organization, chosen: TrailFilter, *, before: int | None) -> TrailPage:
    """A page of the trail in two statements more than the filter needs, however long the trail is."""
    events = trail_of(organization, chosen)
    if before is not None:
        events = events.filter(sequence__lt=before)
    found = list(events[: TRAIL_PAGE + 1])
    page = found[:TRAIL_PAGE]
    rows = list(trail_rows(organization, page))
    return TrailPage(rows, page[-1].sequence if len(found) > TRAIL_PAGE else None)


def trail_rows(organization: Organization, events: Sequence[AuditEvent]) -> Iterator[TrailRow]:
    people = _names(organization, events)
    for event in events:
        yield TrailRow(event, people.get(event.actor, ""), people.get(event.object_id, ""))


def _names(organization: Organization, events: Iterable[AuditEvent]) -> Mapping[str, str]:
    """Names of the organization's people by the ids of seats and accounts that the events name."""
    ids = [found for each in events for text in (each.actor, each.object_id) if (found := _uuid(text))]
    seats = Membership.objects.filter(Q(public_id__in=ids) | Q(user__public_id__in=ids), organization=organization)
    names: dict[str, str] = {}
    for seat, user, name in seats.order_by("pk").values_list("public_id", "user__public_id", "name"):
        names[str(seat)] = name
        if user:
            names[str(user)] = name
    return names


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def last_check(organization: Organization) -> AuditEvent | None:
    """The event that says what the newest check of the chain found."""
    checks = AuditEvent.objects.filter(
        object_type=organization._meta.label_lower,  # noqa: SLF001 - Django's documented name for a model's options
        object_id=str(organization.public_id),
        action=CHECKED,
    )
    return checks.order_by("-sequence").first()
