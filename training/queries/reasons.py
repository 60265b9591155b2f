"""One person's obligations with the reasons for their status."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    OuterRef,
    Subquery,
)

from accounts.models import Membership
from enrollments.models import Enrollment
from training import rules
from training.models import Obligation, SharedCompletion
from training.queries.board import BoardRow, board_rows_of, course_titles, detailed
from training.queries.status import RANKS
from training.rules import Completion, Facts, Standing


@dataclass(frozen=True, slots=True)
class Explained:
    """One obligation of one person with the reasons for its status."""

    row: BoardRow
    standing: Standing
    assigned_by: str
    zone: str
    due_at: dt.datetime


def explained_obligations(membership: Membership, on: dt.datetime) -> list[Explained]:
    """The obligations of one person with their traces, what is late first."""
    owed = Obligation.objects.filter(membership=membership, assigned_at__lte=on).order_by("due_at", "pk")
    obligations = list(detailed(owed, on))
    completions = _completions(membership, [obligation.requirement.course_id for obligation in obligations])
    explained = [
        Explained(
            row=row,
            standing=rules.obligation_status(
                facts_of(obligation, completions.get(obligation.requirement.course_id, ())), on
            ),
            assigned_by=obligation.assigned_by,
            zone=obligation.zone,
            due_at=obligation.due_at,
        )
        for obligation, row in zip(obligations, board_rows_of(obligations, on, course_titles()), strict=True)
    ]
    return sorted(explained, key=lambda one: RANKS[one.standing.status])


def facts_of(obligation: Obligation, completions: Iterable[Completion]) -> Facts:
    """What the pure rule needs to know of a row."""
    return Facts(
        assigned_at=obligation.assigned_at,
        due_on=obligation.due_on,
        due_at=obligation.due_at,
        zone=obligation.zone,
        started_on=obligation.membership.started_on,
        ended_on=obligation.membership.ended_on,
        completions=tuple(completions),
    )


def _completions(membership: Membership, courses: Iterable[int]) -> dict[int, list[Completion]]:
    """Every completion of these courses by the person, by course; the rule decides which of them count."""
    shared = SharedCompletion.objects.filter(enrollment=OuterRef("pk"), membership=membership).values("shared_at")
    taken = Enrollment.objects.filter(
        user=membership.user_id, user__isnull=False, course__in=courses, completed_at__isnull=False
    ).annotate(shared_at=Subquery(shared))
    found: dict[int, list[Completion]] = {}
    for course, started_at, completed_at, shared_at in taken.values_list(
        "course", "started_at", "completed_at", "shared_at"
    ):
        if completed_at is not None:
            completion = Completion(started_at=started_at, completed_at=completed_at, shared_at=shared_at)
            found.setdefault(course, []).append(completion)
    return found
