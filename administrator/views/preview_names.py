"""Who it is that an act upon many would reach: names on pages, a group at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from administrator.messages import requirements as messages
from training.models import Obligation, Requirement
from training.queries.affected import open_ones
from training.queries.ending import obligations_ending
from training.queries.ruled import NAMES, named_plans
from training.rules import Place, Planned
from web.http import SignedInRequest


def planned_names(request: SignedInRequest, plans: Sequence[Planned], prefix: str = "") -> dict[str, Any]:
    """One page of those who stand at one place of a plan. `prefix` goes before the place in each address."""
    names, hints = messages.place_names(), messages.place_hints()
    places = {place: [plan for plan in plans if plan.place is place] for place in names}
    shown = _place(request, places)
    page = Paginator(places[shown], NAMES).get_page(request.GET.get("page"))
    return {
        "places": [(place, names[place], len(each)) for place, each in places.items() if each],
        "shown": shown,
        "shown_name": names[shown],
        "hint": hints[shown],
        "people": [(each, _planned_words(each.plan)) for each in named_plans(list(page.object_list))],
        "page": page,
        "prefix": prefix,
        "query": f"{prefix}place={shown.value}",
    }


def _place(request: SignedInRequest, places: dict[Place, list[Planned]]) -> Place:
    asked = request.GET.get("place", "")
    if asked in list(Place):
        return Place(asked)
    return next((place for place, plans in places.items() if plans), Place.NEW)


def _planned_words(plan: Planned) -> str:
    return messages.reason_words(plan.reason) if plan.reason else ""


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    hint: str
    number: int
    found: QuerySet[Obligation]


def ending_names(
    request: SignedInRequest, sources: Q, *, released: int, asked_by_others: int, prefix: str = ""
) -> dict[str, Any]:
    """One page of those whose open obligations these sources ask for: released, or asked for by others, too."""
    return _owed(
        request,
        {
            "released": _Group(
                *messages.released_words(), released, obligations_ending(sources, asked_by_others=False)
            ),
            "others": _Group(
                *messages.others_words(), asked_by_others, obligations_ending(sources, asked_by_others=True)
            ),
        },
        prefix,
    )


def open_names(request: SignedInRequest, requirement: Requirement, number: int) -> dict[str, Any]:
    """One page of those who have it open."""
    return _owed(request, {"open": _Group(*messages.open_words(), number, open_ones(requirement))})


def _owed(request: SignedInRequest, groups: dict[str, _Group], prefix: str = "") -> dict[str, Any]:
    asked = request.GET.get("group", "")
    shown = asked if asked in groups else next((key for key, each in groups.items() if each.number), next(iter(groups)))
    page = Paginator(groups[shown].found, NAMES).get_page(request.GET.get("page"))
    return {
        "is_owed": True,
        "groups": [(key, each.name, each.number) for key, each in groups.items() if each.number or key == shown],
        "shown": shown,
        "shown_name": groups[shown].name,
        "hint": groups[shown].hint,
        "page": page,
        "prefix": prefix,
        "query": f"{prefix}group={shown}",
    }
