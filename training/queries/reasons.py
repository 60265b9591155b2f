"""One person's obligations with the reasons for their status."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.models import Membership
from certificates.models import Certificate
from enrollments.models import Enrollment
from training import rules
from training.models import Obligation, ObligationSource
from training.queries.board import BoardRow, Met, board_rows_of, detailed, titles_of
from training.queries.facts import facts_of
from training.queries.status import RANKS
from training.rules import PartKind, Standing


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a rule by its name, or a person by the name that records have for her."""

    rule: str
    person: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One obligation of one person with the reasons for its status. `kinds` are those of the parts that are asked."""

    row: BoardRow
    standing: Standing
    askers: dict[int, Asker]
    assigned_by: str
    zone: str
    due_at: dt.datetime
    kinds: frozenset[PartKind]


def explained_obligations(membership: Membership, on: dt.datetime) -> list[Explained]:
    """The obligations of one person with their traces, what is late first."""
    owed = Obligation.objects.filter(membership=membership, assigned_at__lte=on).order_by("due_at", "pk")
    obligations = list(detailed(owed, on))
    facts = facts_of(obligations)
    standings = {pk: rules.obligation_status(each, on) for pk, each in facts.items()}
    taken = _taken(standings.values())
    askers = askers_of(obligations)
    explained = []
    for obligation, row in zip(obligations, board_rows_of(obligations, on, titles_of(obligations)), strict=True):
        standing = standings[obligation.pk]
        explained.append(
            Explained(
                row=replace(
                    row,
                    due_on=standing.due.due_on,
                    status=standing.status,
                    days=standing.days,
                    met=_met(standing.met, taken),
                ),
                standing=standing,
                askers=askers.get(obligation.pk, {}),
                assigned_by=obligation.assigned_by,
                zone=obligation.zone,
                due_at=standing.due.due_at,
                kinds=frozenset(part.kind for part in rules.asked_of(facts[obligation.pk], on).parts),
            )
        )
    return sorted(explained, key=lambda one: RANKS[one.standing.status])


def _taken(standings: Iterable[Standing]) -> dict[int, Any]:
    """The enrollments that met them, each with the code of its certificate."""
    ids = [one.met.completion.id for one in standings if one.met and one.met.completion]
    certificate = Certificate.objects.filter(enrollment=OuterRef("pk"), replacement__isnull=True).values("code")[:1]
    found = Enrollment.objects.filter(pk__in=ids).select_related("version")
    return {one.pk: one for one in found.annotate(certificate=Subquery(certificate))} if ids else {}


def _met(met: rules.Met | None, taken: Mapping[int, Any]) -> Met | None:
    if met is None:
        return None
    if met.proof is not None:
        return Met(met.on, met.proof.kind.value)
    enrollment = taken[met.completion.id] if met.completion else None
    assert enrollment is not None
    version = enrollment.version
    return Met(enrollment.completed_on, "course", version.number, enrollment.certificate, version.title)


def askers_of(obligations: list[Obligation]) -> dict[int, dict[int, Asker]]:
    """Who asks for each obligation, by its id and the source's."""
    found: dict[int, dict[int, Asker]] = {}
    rows = ObligationSource.objects.filter(obligation__in=[one.pk for one in obligations]).select_related(
        "rule_version"
    )
    for row in rows:
        asker = Asker(rule=row.rule_version.name if row.rule_version else "", person=row.asked_by)
        found.setdefault(row.obligation_id, {})[row.pk] = asker
    return found
