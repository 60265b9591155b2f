"""Statements that Django writes once.

Building the same query anew for every request costs more than the database takes to answer it.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

Row = TypeVar("Row")

#: What stands in for the values while a statement is written: nothing that a query compares a column with by itself.
STAND_INS: dict[type, Callable[[int], object]] = {
    int: lambda number: 8_765_432_109_876_540 + number,
    str: lambda number: f"\ue000{number}\ue000",
    UUID: lambda number: UUID(int=(0xE000 << 112) + number),
    dt.datetime: lambda number: dt.datetime(1801, 1, 1 + number, tzinfo=dt.UTC),
    dt.date: lambda number: dt.date(1801, 1, 1 + number),
}


class NotOneStatement(TypeError):
    """The queryset does more than one statement with other values can do."""


class Statement(Generic[Row]):
    """A reading that is asked again and again with other values.

    `query` makes its queryset. It is called once, with stand-ins of these kinds, and what Django makes of it is kept: the
    text, the places of the values, how a row becomes an object. So columns are compared with the values and nothing else
    depends on them: a query that means something else for None, or for a longer list, is not one of these.

    Rows are objects with what `select_related` and annotations bring, or the tuples of `values_list`. Refused at the first
    reading (NotOneStatement) are querysets that make other rows, ask a second statement, or hold rows with a lock, which
    Django allows in a transaction only and looks for whenever it builds the query.
    """

    def __init__(self, query: Callable[..., "QuerySet[Any, Row]"], *kinds: type) -> None:
        self.query = query
        self.kinds = kinds
        self._kept: _Kept | None = None

    def rows(self, *values: object) -> list[Row]:
        """What the queryset with these values would list, read now. TypeError when one is of another kind."""
        if len(values) != len(self.kinds) or not all(map(isinstance, values, self.kinds)):
            raise TypeError(values)
        if self._kept is None:
            self._kept = _written(self.query, self.kinds)  # two threads may do it at once, and write the same
        kept = self._kept
        with connection.cursor() as cursor:
            cursor.execute(kept.sql, kept.parameters(values))
            found = cursor.fetchall()
        return [kept.made_of(row) for row in found]

    def first(self, *values: object) -> Row | None:
        """The first of the rows. All are read, so this is for a statement that has one at most, or a limit."""
        return next(iter(self.rows(*values)), None)


@dataclass(frozen=True, slots=True)
class _Objects:
    """How rows become objects: what Django's own loop over a queryset of a model works out each time."""

    model: Any
    columns: slice  # the model's own
    names: Sequence[str]  # of its loaded fields
    related: Sequence[Any]
    annotations: tuple[tuple[str, int], ...]

    def made_of(self, row: list[object]) -> Any:
        made = self.model.from_db(connection.alias, self.names, row[self.columns])
        for related in self.related:
            related.populate(row, made)
        for name, position in self.annotations:
            setattr(made, name, row[position])
        return made


@dataclass(frozen=True, slots=True)
class _Kept:
    sql: str
    given: tuple[object, ...]  # every parameter, stand-ins among them
    places: tuple[tuple[int, int], ...]  # of a parameter, and of the value that it takes
    converters: tuple[tuple[int, Any, Any], ...]  # of the columns that need them, by position
    objects: _Objects | None  # None where rows are tuples

    def parameters(self, values: Sequence[object]) -> list[Any]:
        parameters: list[Any] = list(self.given)
        for place, number in self.places:
            parameters[place] = _adapted(values[number])
        return parameters

    def made_of(self, found: Sequence[object]) -> Any:
        row = list(found)
        for position, converters, expression in self.converters:
            for converter in converters:
                row[position] = converter(row[position], expression, connection)
        return self.objects.made_of(row) if self.objects else tuple(row)


def _written(query: Callable[..., "QuerySet[Any, Any]"], kinds: tuple[type, ...]) -> _Kept:
    stand_ins = [STAND_INS[kind](number) for number, kind in enumerate(kinds)]
    queryset = query(*stand_ins)
    rows = _kind_of_rows(queryset)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    places = tuple(
        (place, number)
        for number, stand_in in enumerate(map(_adapted, stand_ins))
        for place, parameter in enumerate(parameters)
        if parameter == stand_in
    )
    if {number for _, number in places} != set(range(len(kinds))):
        raise NotOneStatement("a value has no place in it")
    converters = compiler.get_converters([column[0] for column in compiler.select])
    by_position = tuple((position, *conversion) for position, conversion in converters.items())
    objects = _objects(compiler) if rows is ModelIterable else None
    return _Kept(sql, tuple(parameters), places, by_position, objects)


def _kind_of_rows(queryset: Any) -> type:
    """Refuses what is more than rows of one statement."""
    rows: type = queryset._iterable_class  # noqa: SLF001 - nothing public tells
    if rows not in (ModelIterable, ValuesListIterable):
        raise NotOneStatement(rows)
    if queryset._prefetch_related_lookups:  # noqa: SLF001
        raise NotOneStatement("prefetch_related")
    if queryset.query.select_for_update:
        raise NotOneStatement("select_for_update")
    return rows


def _objects(compiler: Any) -> _Objects:
    info = compiler.klass_info
    columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
    names = [column[0].target.attname for column in compiler.select[columns]]
    # The stubs know the next Django's arguments.
    related = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]
    return _Objects(info["model"], columns, names, related, tuple(compiler.annotation_col_map.items()))


def _adapted(value: object) -> object:
    """The value as Django hands it to the database."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    return value
