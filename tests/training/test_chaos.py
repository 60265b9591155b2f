"""Two workers plan and send reminders, and are killed in the middle of it. The bench does it for long."""

import random
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from bench.scale.reminded import people
from bench.scale.reminders import Chaos, broken, storm
from bench.sink import sink

MAILS, KILLS = 40, 3


@pytest.fixture
def url(transactional_db: None, tmp_path: Path) -> str:
    """A database that other processes open, with people to be reminded in it."""
    people(MAILS)
    if connection.vendor == "sqlite":
        file = tmp_path / "chaos.sqlite3"
        with sqlite3.connect(file) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{file}"
    settings = connection.settings_dict
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{password}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


def test_killed_workers_lose_no_reminder_and_send_none_a_third_time(url: str, tmp_path: Path) -> None:
    with sink() as server:
        chaos = Chaos(url, tmp_path, server)
        found = storm(chaos, mails=MAILS, kills=KILLS, seconds=40, rng=random.Random(7))

    # A machine that is busy with other things kills fewer in the time; what holds, holds for each.
    assert found["kills"] >= 1
    assert broken(found, found["kills"]) == [], found
