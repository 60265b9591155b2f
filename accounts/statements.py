"""Statements written out, for what is done to many rows at once: a roster of 10,000 lines is no hour's work."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Field

from accounts.models import Membership
from accounts.queries import MISSING_COLUMNS

#: Only a seat as it was seen is touched: `changed_at` comes twice, as it becomes and as it was.
_AS_SEEN: Final = "WHERE id = %s AND changed_at = %s"

SETTLE_ROWS: Final = "UPDATE accounts_rosterrow SET seat = %s, outcome = %s WHERE id = %s"
END_SEATS: Final = f"UPDATE accounts_membership SET ended_on = %s, changed_at = %s {_AS_SEEN}"  # noqa: S608 - no values in it


def change_seats(names: Iterable[str]) -> str:
    """New values for these fields of a seat, and for `changed_at`."""
    columns = [_column(name) for name in (*names, "changed_at")]
    return f"UPDATE accounts_membership SET {', '.join(f'{each} = %s' for each in columns)} {_AS_SEEN}"  # noqa: S608 - columns of the model


def insert_missing(select: str) -> str:
    """Rows for whoever the select finds, with their numbers first."""
    return f"INSERT INTO accounts_rosterrow ({', '.join(('number', *MISSING_COLUMNS))}) {select}"


def _column(name: str) -> str:
    field = Membership._meta.get_field(name)  # noqa: SLF001 - Django's documented name for a model's options
    assert isinstance(field, Field)
    assert field.column is not None
    return field.column
