"""What became known later is told, and changes nothing that was known."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.facts import any_additions, any_facts, instants
from training.rules import (
    Completion,
    Extension,
    Facts,
    LaterKind,
    Proof,
    ProofKind,
    Waiver,
    last_instant,
    later_facts,
    local_day,
    obligation_status,
)

AT = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
BEFORE, AFTER = AT - dt.timedelta(days=5), AT + dt.timedelta(days=5)
NOW = AT + dt.timedelta(days=400)
NOTHING = Facts(assigned_at=BEFORE, zone="UTC", started_on=dt.date(2026, 1, 1), asked=(), sources=())


@given(any_facts(), instants, st.data())
def test_later_facts_change_no_standing_and_are_told(facts: Facts, on: dt.datetime, data: Any) -> None:
    added = data.draw(any_additions(on + dt.timedelta(seconds=1)))
    more: dict[str, Any] = {name: (*getattr(facts, name), *found) for name, found in added.items()}
    known = replace(facts, **more)

    assert obligation_status(known, on) == obligation_status(facts, on)
    told = later_facts(known, on, NOW)
    assert set(later_facts(facts, on, NOW)) <= set(told)
    assert sum(each.kind is LaterKind.EXTENSION for each in told) >= len(added["extensions"])
    assert sum(each.kind is LaterKind.WAIVER for each in told) >= len(added["waivers"])


@given(any_facts(), instants)
def test_later_facts_are_known_between_the_two_instants_in_their_order(facts: Facts, on: dt.datetime) -> None:
    told = [each.known_at for each in later_facts(facts, on, NOW)]

    assert told == sorted(told)
    assert all(on < at <= NOW for at in told)


def a_proof(kind: ProofKind, done_on: dt.date, **more: Any) -> Proof:
    return Proof(kind=kind, done_on=done_on, known_at=more.pop("known_at", AFTER), **more)


def a_completion(completed_at: dt.datetime, **more: Any) -> Completion:
    return Completion(started_at=completed_at, completed_at=completed_at, **more)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"extensions": (Extension(days=3, known_at=AFTER),)}, [LaterKind.EXTENSION]),
        ({"extensions": (Extension(days=3, known_at=AT),)}, []),
        ({"extensions": (Extension(days=3, known_at=NOW + dt.timedelta(days=1)),)}, []),
        ({"waivers": (Waiver(known_at=BEFORE, ended_at=AFTER),)}, [LaterKind.WAIVER_ENDED]),
        ({"proofs": (a_proof(ProofKind.STATEMENT, BEFORE.date()),)}, [LaterKind.STATEMENT]),
        ({"proofs": (a_proof(ProofKind.EVIDENCE, AFTER.date()),)}, []),
        (
            {"proofs": (a_proof(ProofKind.EVIDENCE, BEFORE.date(), known_at=BEFORE, ended_at=AFTER),)},
            [LaterKind.WITHDRAWN],
        ),
        ({"completions": (a_completion(BEFORE, shared_at=AFTER),)}, [LaterKind.SHARED]),
        ({"completions": (a_completion(BEFORE, revoked_at=AFTER),)}, [LaterKind.REVOKED]),
        ({"completions": (a_completion(AFTER, shared_at=AFTER),)}, []),
    ],
)
def test_later_facts(facts: dict[str, Any], found: list[LaterKind]) -> None:
    assert [each.kind for each in later_facts(replace(NOTHING, **facts), AT, NOW)] == found


@given(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), st.sampled_from(["America/Chicago", "Asia/Tehran", "UTC"]))
def test_last_instant_is_of_the_day_and_the_next_second_is_not(day: dt.date, zone: str) -> None:
    instant = last_instant(day, zone, dt.datetime(2030, 1, 1, tzinfo=dt.UTC))

    assert local_day(instant, zone) == day
    assert local_day(instant + dt.timedelta(seconds=1), zone) > day


def test_last_instant_of_a_day_that_is_not_over_is_now() -> None:
    assert last_instant(AT.date(), "UTC", AT) == AT
