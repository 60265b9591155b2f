"""Obligations before an act: how they stand, and what the act would do to each. A fixed number of statements."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from audit.services import Person
from training.models import Obligation, ObligationSource, Statement
from training.queries.board import BoardFilter, BoardRow, board_rows_of, detailed, filtered, of_statuses, titles_of
from training.queries.facts import CHUNK, facts_of
from training.rules import Foreseen, Plan, Situation, foreseen


def foreseen_of(plan: Plan, obligations: Sequence[Obligation], by: Person, on: dt.datetime) -> dict[int, Foreseen]:
    """What the act would do to each obligation, by its id. Give them with `membership__user` selected."""
    found: dict[int, Foreseen] = {}
    for start in range(0, len(obligations), CHUNK):
        chunk = obligations[start : start + CHUNK]
        found |= {pk: foreseen(plan, one, on) for pk, one in _situations(chunk, by).items()}
    return found


def _situations(obligations: Sequence[Obligation], by: Person) -> dict[int, Situation]:
    pks = [obligation.pk for obligation in obligations]
    facts, stated, by_hand = facts_of(obligations), set(_standing_statements(pks)), _asked_by_hand(pks)
    return {
        one.pk: Situation(
            facts=facts[one.pk],
            is_own=is_subject(one, by),
            is_stated=one.pk in stated,
            by_hand=frozenset(by_hand.get(one.pk, ())),
        )
        for one in obligations
    }


def is_subject(obligation: Obligation, by: Person) -> bool:
    user = obligation.membership.user
    return user is not None and user.audit_name == by.audit_name


def _standing_statements(obligations: Iterable[int]) -> QuerySet[Statement, int]:
    """The obligations of these with a statement that waits for its second person, or stands."""
    standing = Statement.objects.filter(
        Q(is_confirmed__isnull=True) | Q(is_confirmed=True), obligation__in=list(obligations), withdrawn_at__isnull=True
    )
    return standing.values_list("obligation", flat=True)


def _asked_by_hand(obligations: Iterable[int]) -> dict[int, list[int]]:
    rows = ObligationSource.objects.filter(
        obligation__in=list(obligations), rule_version__isnull=True, ended_at__isnull=True
    )
    found: dict[int, list[int]] = {}
    for obligation, pk in rows.values_list("obligation", "pk"):
        found.setdefault(obligation, []).append(pk)
    return found


def chosen_obligations(obligations: QuerySet[Obligation], chosen: BoardFilter, on: dt.datetime) -> QuerySet[Obligation]:
    """Everything that the filter of the board lets through, its status included."""
    return of_statuses(filtered(obligations, chosen), chosen, on)


def rows_to_choose(obligations: QuerySet[Obligation], on: dt.datetime, *, limit: int) -> list[BoardRow]:
    """The first of these obligations as rows of the board, what is due first first."""
    found = list(detailed(obligations, on).order_by("due_at", "pk")[:limit])
    return list(board_rows_of(found, on, titles_of(found)))


@dataclass(frozen=True, slots=True)
class Named:
    """One obligation of a preview by its person, with the day that holds now, and the one that would.

    `overdue_again` is the day on which it would be overdue at once.
    """

    name: str
    title: str
    due_on: dt.date
    becomes: dt.date | None = None
    overdue_again: dt.date | None = None


def named_rows(pks: Sequence[int], *, limit: int) -> list[Named]:
    """Whose obligations these are, by name; the first of them."""
    return [Named(row.membership.name, title, row.due_on) for row, title in _by_name(pks, limit)]


def named_outcomes(pks: Sequence[int], plan: Plan, by: Person, on: dt.datetime, *, limit: int) -> list[Named]:
    """The same with what the act would do to their days."""
    rows = _by_name(pks, limit)
    found = foreseen_of(plan, [row for row, _ in rows], by, on)
    outcomes = [(row, title, found[row.pk]) for row, title in rows]
    return [
        Named(
            row.membership.name,
            title,
            one.before.due.due_on,
            one.after.due.due_on if one.after.due.due_on != one.before.due.due_on else None,
            one.overdue_again,
        )
        for row, title, one in outcomes
    ]


def _by_name(pks: Sequence[int], limit: int) -> list[tuple[Obligation, str]]:
    found = Obligation.objects.filter(pk__in=pks).select_related("membership__user")
    rows = list(found.order_by("membership__name", "pk")[:limit])
    titles = titles_of(rows)
    return [(row, titles.get(row.requirement_id, "")) for row in rows]
