"""What production must find true of its surroundings before it answers a request."""

import gc
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Organization
from certificates.keys import self_check

#: Settings of PostgreSQL under which what was acknowledged survives a crash, by the values that lose it.
POSTGRESQL_LOSES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
#: The lowest value of each of SQLite's settings under which the same holds and our triggers see every statement.
SQLITE_LEAST = {"synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
#: The least of a key that nobody tries out, and how keys begin that stand in somebody's source.
KEY_LENGTH, KEY_VARIETY = 50, 5
PUBLISHED_KEYS = ("django-insecure-", "test-key-")
#: In minutes. Whoever reads a page asks for nothing meanwhile.
SHORTEST_SESSION = 10
#: Caches that each process has for itself, so that a limit counted in them is no limit.
PRIVATE_CACHES = ("locmem", "dummy", "filebased")


def refuse_unsafe_start() -> None:
    """Nothing in demo and test mode. Raises ImproperlyConfigured with every fault there is, in words."""
    if not settings.IS_PRODUCTION:
        return
    try:
        found = [*setting_faults(), *cache_faults(), *database_faults()]
    finally:
        # A server that forks after loading us must not share this connection between its workers.
        connection.close()
    if found:
        raise ImproperlyConfigured("Production does not start:\n" + "\n".join(f"- {fault}" for fault in found))


def keep_what_is_loaded() -> None:
    """Tell the collector of memory that what is loaded by now stays: it need not walk through it again and again."""
    gc.collect()
    gc.freeze()


def setting_faults() -> Iterator[str]:
    """Settings that are there and protect nothing."""
    key = str(settings.SECRET_KEY)
    if len(key) < KEY_LENGTH or len(set(key)) < KEY_VARIETY or key.startswith(PUBLISHED_KEYS):
        yield (
            f"SECRET_KEY can be guessed: it needs {KEY_LENGTH} random characters, such as"
            " `python -c 'import secrets; print(secrets.token_urlsafe(64))'` prints."
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS admits every host name; name ours."
    for name in ("SESSION_IDLE_MINUTES", "SESSION_IDLE_MINUTES_WITH_ROLE"):
        if getattr(settings, name) < SHORTEST_SESSION:
            yield f"{name} is under {SHORTEST_SESSION} minutes: sessions would end while people read."


def cache_faults() -> Iterator[str]:
    """What is wrong with the cache, as far as its settings tell."""
    backend = settings.CACHES["default"]["BACKEND"]
    if any(name in backend for name in PRIVATE_CACHES):
        yield f"CACHE_URL names a cache that is not shared ({backend}); sign-in limits need one, such as Redis."


def database_faults() -> Iterator[str]:
    """What the live connection and the rows say: durability, migrations, demonstrations, the signing key."""
    try:
        yield from durability_faults()
        if missing := unapplied_migrations():
            yield f"The database lacks {missing} migrations; run `manage.py migrate`."
            return
        yield from row_faults()
    except DatabaseError as error:
        yield f"The database of DATABASE_URL does not answer: {type(error).__name__}."


def durability_faults() -> Iterator[str]:
    """Read back from the live connection: a role, a database or a server file may have weakened what we asked for."""
    if connection.vendor == "sqlite":
        for name, least in SQLITE_LEAST.items():
            if (value := int(_asked(f"PRAGMA {name}"))) < least:
                yield f"SQLite has {name} = {value}; it must be at least {least}, or acknowledged answers can be lost."
        return
    for name, weak in POSTGRESQL_LOSES.items():
        if _asked(f"SHOW {name}") == weak:
            yield f"PostgreSQL has {name} = {weak}; with that, acknowledged answers can be lost in a crash."
    if (role := _asked("SHOW session_replication_role")) != "origin":
        yield f"PostgreSQL has session_replication_role = {role}; append-only tables would accept changes."


def unapplied_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def row_faults() -> Iterator[str]:
    for organization in Organization.objects.filter(is_demo=True).order_by("slug"):
        yield f"The database holds the demonstration organization {organization.slug}; production starts on its own data."
    if fault := self_check():
        yield f"CERTIFICATE_KEY_FILE: {fault}."


def _asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
