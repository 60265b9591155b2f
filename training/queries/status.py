"""The status of obligations as SQL.

It says the same as `rules.obligation_status`; a property test compares them on both databases.
"""

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from certificates.models import Certificate
from enrollments.models import Enrollment
from training.models import Obligation, SharedCompletion
from training.rules import Status

#: The order of the board: what needs a word first. SQL names a status by its place here.
BOARD_ORDER = (Status.OVERDUE, Status.DUE, Status.DONE_LATE, Status.DONE)
RANKS = {status: rank for rank, status in enumerate(BOARD_ORDER)}


class LocalDay(Func):
    """`rules.local_day` as SQL: the day that an instant falls on in a zone, where the zone is a column."""

    output_field = DateField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::date", arg_joiner=" AT TIME ZONE ")

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        # The function that Django makes for TruncDate: the instant, the zone wanted, the zone stored.
        return self.as_sql(compiler, connection, template="django_datetime_cast_date(%(expressions)s, 'UTC')")


def _counting(on: dt.datetime) -> QuerySet[Enrollment]:
    """`rules.counts` as SQL, inside a query of obligations: the completions that meet the outer row."""
    shared = SharedCompletion.objects.filter(
        enrollment=OuterRef("pk"), membership=OuterRef(OuterRef("membership")), shared_at__lte=on
    )
    began_here = Q(began_on__gte=OuterRef("membership__started_on"))
    while_here = Q(left_on__isnull=True) | Q(left_on__gt=F("done_on"))
    return (
        Enrollment.objects.filter(
            course=OuterRef("requirement__course"), user=OuterRef("membership__user"), completed_at__lte=on
        )
        .alias(
            began_on=LocalDay("started_at", OuterRef("zone")),
            done_on=LocalDay("completed_at", OuterRef("zone")),
            left_on=ExpressionWrapper(OuterRef("membership__ended_on"), output_field=DateField()),
        )
        .filter((began_here & while_here) | Exists(shared))
    )


def _overdue_if_open(on: dt.datetime) -> Q:
    """Nobody is overdue for a day on which she was no longer here."""
    still_here = Q(membership__ended_on__isnull=True) | Q(membership__ended_on__gt=F("due_on"))
    return still_here & Q(due_at__lte=on)


def with_status(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    """`rules.obligation_status(...).status` as SQL: its place in BOARD_ORDER, in the annotation `rank`."""
    in_time = Case(When(completed_at__lt=OuterRef("due_at"), then=_rank(Status.DONE)), default=_rank(Status.DONE_LATE))
    # By instant alone: a second key would cost a sort for each row, and of two at one instant either says the same.
    met = _counting(on).order_by("completed_at").values(verdict=in_time)[:1]
    pending = Case(When(_overdue_if_open(on), then=_rank(Status.OVERDUE)), default=_rank(Status.DUE))
    return obligations.annotate(rank=Coalesce(Subquery(met), pending))


def _rank(status: Status) -> Value:
    return Value(RANKS[status], output_field=SmallIntegerField())


def having_status(obligations: QuerySet[Obligation], status: Status, on: dt.datetime) -> QuerySet[Obligation]:
    """The obligations of that status: `with_status` again, in the form that PostgreSQL answers by joins."""
    met, in_time = Exists(_counting(on)), Exists(_counting(on).filter(completed_at__lt=OuterRef("due_at")))
    match status:
        case Status.DONE:
            return obligations.filter(in_time)
        case Status.DONE_LATE:
            return obligations.filter(met, ~in_time)
        case Status.OVERDUE:
            return obligations.filter(_overdue_if_open(on), ~met)
        case Status.DUE:
            return obligations.filter(~met).exclude(_overdue_if_open(on))


def with_completion(obligations: QuerySet[Obligation], on: dt.datetime) -> QuerySet[Any]:
    """The completion that met each obligation, in the annotation `met`: all that an employer may see of it."""
    certificate = Certificate.objects.filter(enrollment=OuterRef("pk"), replacement__isnull=True).values("code")[:1]
    seen = JSONObject(
        completed_on="completed_on",
        done_on=LocalDay("completed_at", OuterRef("zone")),
        version="version__number",
        certificate=Subquery(certificate),
    )
    return obligations.annotate(met=Subquery(_counting(on).order_by("completed_at").values(seen=seen)[:1]))
