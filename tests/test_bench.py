"""The measurements of the full size throw their database away: it must never be one that holds something."""

import pytest
from django.db import connection

from bench.scale import seeding


@pytest.mark.django_db
def test_database_that_holds_tables_is_neither_seeded_nor_thrown_away() -> None:
    before = connection.introspection.table_names()

    with pytest.raises(SystemExit), seeding.seeded(lambda: pytest.fail("it was seeded")):
        pytest.fail("it was measured")

    assert connection.introspection.table_names() == before


@pytest.mark.django_db
def test_refusal_says_what_would_be_lost_and_what_to_do() -> None:
    with pytest.raises(SystemExit, match="would be thrown away: name an empty one in TEST_DATABASE_URL"):
        seeding.require_empty()
