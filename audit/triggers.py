"""Append-only tables, kept by the database itself on SQLite and PostgreSQL.

A migration that makes such a table lists `append_only("app_table")` among its operations. Django's `flush`, which tests
use, cannot pass these triggers: `lifted` takes them away for its duration and puts them back.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PREFIX = "append_only_"

Operation: TypeAlias = Callable[[object, BaseDatabaseSchemaEditor], None]

#: PostgreSQL's trigger function, the same for every table.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def append_only(table: str, *, removable: bool = False) -> migrations.RunPython:
    """A migration operation after which rows of `table` can be added but not changed.

    Nor can they be removed, unless `removable`: answers are deleted when their retention ends.
    """
    create, drop = _operations(table, removable=removable)
    return migrations.RunPython(create, drop)


def not_append_only(table: str, *, removable: bool = False) -> migrations.RunPython:
    """The reverse of `append_only`, for a migration that alters the table: SQLite makes it anew, without triggers."""
    create, drop = _operations(table, removable=removable)
    return migrations.RunPython(drop, create)


def _operations(table: str, *, removable: bool) -> tuple[Operation, Operation]:
    def create(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _create(editor.connection.vendor, table, removable=removable):
            editor.execute(statement, params=None)

    def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for name, _definition in definitions(editor.connection, table):
            editor.execute(_drop(editor.connection.vendor, table, name), params=None)

    return create, drop


def definitions(connection: BaseDatabaseWrapper, table: str) -> list[tuple[str, str]]:
    """Name and SQL of each of our triggers on the table, as the database holds them now."""
    if connection.vendor == "sqlite":
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY name"
    else:
        sql = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t"
            " WHERE t.tgrelid = to_regclass(%s) AND NOT t.tgisinternal ORDER BY t.tgname"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return [(name, definition) for name, definition in cursor.fetchall() if name.startswith(PREFIX)]


@contextmanager
def lifted(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> Iterator[None]:
    """Without the triggers on these tables for a while; for tests' flush and for nothing else."""
    held = [(table, name, sql) for table in tables for name, sql in definitions(connection, table)]
    with connection.cursor() as cursor:
        for table, name, _sql in held:
            cursor.execute(_drop(connection.vendor, table, name))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _table, _name, sql in held:
                cursor.execute(sql)


def _create(vendor: str, table: str, *, removable: bool) -> list[str]:
    name = f"{PREFIX}{table}"
    acts = ["UPDATE"] if removable else ["UPDATE", "DELETE"]
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for act in acts
        ]
    statements = [
        REFUSE_CHANGE,
        f"CREATE TRIGGER {name}_row BEFORE {' OR '.join(acts)} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]
    if not removable:
        statements.append(
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    return statements


def _drop(vendor: str, table: str, name: str) -> str:
    return f"DROP TRIGGER {name}" if vendor == "sqlite" else f"DROP TRIGGER {name} ON {table}"
