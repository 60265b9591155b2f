"""The status of obligations as SQL, from the sums that stand beside them.

It says the same as `rules.obligation_status` for every instant from the last count on, until `recheck_at`; a property
test holds the two together on both databases. For days gone by ask the rule (`queries.facts`).
"""

import datetime as dt
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, SmallIntegerField, Subquery, Value, When

from certificates.models import Certificate
from training.models import Obligation
from training.rules import FOREVER, Status

#: The order of the board: what needs a word first. SQL names a status by its place here.
BOARD_ORDER = (
    Status.OVERDUE,
    Status.GRACE,
    Status.DUE,
    Status.UPCOMING,
    Status.SUSPENDED,
    Status.WAIVED,
    Status.DONE_LATE,
    Status.DONE,
    Status.RELEASED,
)
RANKS = {status: rank for rank, status in enumerate(BOARD_ORDER)}

#: What a board lists: everything that somebody still asks for, or that was met.
LISTED = BOARD_ORDER[:-1]


#: Counted as met is only what has happened: no instant is asked for, and half of an index is enough to count.
MET, OPEN = Q(is_late__isnull=False), Q(is_late__isnull=True)


def _conditions(on: dt.datetime) -> dict[Status, Q]:
    """The first condition that holds names the status; what none of them names is due."""
    return {
        Status.DONE: Q(is_late=False),
        Status.DONE_LATE: Q(is_late=True),
        Status.RELEASED: Q(released_at__lte=on),
        Status.WAIVED: Q(waived_until__gt=on),
        Status.SUSPENDED: Q(away_from__lte=on, away_until__gt=on),
        Status.UPCOMING: Q(opens_at__gt=on),
        Status.OVERDUE: Q(overdue_at__lte=on),
        Status.GRACE: Q(due_at__lte=on, overdue_at__lt=FOREVER),
    }


def status_rank(on: dt.datetime) -> Case:
    """The place in BOARD_ORDER of each row's status."""
    whens = [When(condition, then=_rank(status)) for status, condition in _conditions(on).items()]
    return Case(*whens, default=_rank(Status.DUE), output_field=SmallIntegerField())


def with_status(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    """`rules.obligation_status(...).status` as SQL: its place in BOARD_ORDER, in the annotation `rank`."""
    return obligations.annotate(rank=status_rank(on))


def counted_by_status(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any, Any]:
    """Places in BOARD_ORDER with the number of obligations, in one statement; a place may come twice.

    Those that are met and those that are not are counted apart: each half has an index that holds all of it.
    """
    late = Case(When(is_late=False, then=_rank(Status.DONE)), default=_rank(Status.DONE_LATE))
    met: QuerySet[Any, Any] = obligations.filter(MET).annotate(rank=late).order_by().values_list("rank")
    rest = with_status(obligations.filter(OPEN), on).order_by().values_list("rank")
    counted: QuerySet[Any, Any] = rest.annotate(number=Count("*")).union(met.annotate(number=Count("*")), all=True)
    return counted


def having_status(obligations: QuerySet[Obligation], status: Status, on: dt.datetime) -> QuerySet[Obligation]:
    """The obligations of that status, in a form that an index answers where one can."""
    if status in (Status.DONE, Status.DONE_LATE):
        return obligations.filter(MET, is_late=status is Status.DONE_LATE)
    return obligations.filter(OPEN, _open_condition(status, on))


def _open_condition(status: Status, on: dt.datetime) -> Q:
    """The status of what is not met as a condition of its own: its condition holds, and none before it.

    Said so and not by rank, because a database can guess how many rows that is.
    """
    held = Q()
    for each, condition in _conditions(on).items():
        if each in (Status.DONE, Status.DONE_LATE):
            continue
        if each is status:
            return held & condition
        held &= ~condition
    return held


def _rank(status: Status) -> Value:
    return Value(RANKS[status], output_field=SmallIntegerField())


def with_certificate(obligations: QuerySet[Obligation]) -> QuerySet[Any]:
    """The code of the certificate of the completion that met each, in the annotation `certificate`."""
    certificate = Certificate.objects.filter(enrollment=OuterRef("met_enrollment"), replacement__isnull=True)
    return obligations.annotate(certificate=Subquery(certificate.values("code")[:1]))
