"""Facts of every kind, for property tests: one requirement of a course, a policy and evidence, any or all of them."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from accounts.zones import zone_names
from training.rules import (
    Absence,
    Asked,
    Completion,
    Extension,
    Facts,
    Match,
    Part,
    PartKind,
    Proof,
    ProofKind,
    Source,
    Waiver,
)

FIRST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
instants = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=dt.UTC))
days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30))

COURSE = Part(id=1, kind=PartKind.COURSE, courses=frozenset({0}))
POLICY = Part(id=2, kind=PartKind.POLICY)
CARD = Part(id=3, kind=PartKind.EVIDENCE)


def until(draw: st.DrawFn, at: dt.datetime) -> dt.datetime | None:
    """Nothing, or a later instant."""
    later = draw(st.none() | st.integers(1, 60 * 24 * 3600))
    return None if later is None else at + dt.timedelta(seconds=later)


@st.composite
def any_completion(draw: st.DrawFn, known: dt.datetime | None = None) -> Completion:
    started, ended = sorted([draw(instants), draw(instants)])
    if known is not None:
        ended = max(known, ended)
    return Completion(
        started_at=started,
        completed_at=ended,
        shared_at=draw(st.none() | instants) if known is None else until(draw, known),
        revoked_at=until(draw, ended),
    )


@st.composite
def any_proof(draw: st.DrawFn, known: dt.datetime | None = None) -> Proof:
    known_at, done_on = known or draw(instants), draw(days)
    kind, part = draw(
        st.sampled_from([(ProofKind.ACKNOWLEDGEMENT, 2), (ProofKind.EVIDENCE, 3), (ProofKind.STATEMENT, 0)])
    )
    return Proof(
        kind=kind,
        part=part,
        # Nobody knows of what is still to come.
        done_on=min(done_on, known_at.date() - dt.timedelta(days=1)),
        known_at=known_at,
        ended_at=until(draw, known_at) if kind is not ProofKind.ACKNOWLEDGEMENT else None,
        expires_on=draw(st.none() | st.dates(done_on + dt.timedelta(days=1), dt.date(2027, 6, 1)))
        if kind is ProofKind.EVIDENCE
        else None,
    )


@st.composite
def any_source(draw: st.DrawFn, known: dt.datetime | None = None, number: int = 0) -> Source:
    known_at, due_on = known or draw(instants), draw(days)
    return Source(
        id=number,
        due_on=due_on,
        opens_on=draw(st.none() | st.dates(dt.date(2026, 1, 1), due_on)),
        grace_days=draw(st.sampled_from([0, 0, 3, 14])),
        known_at=known_at,
        ended_at=until(draw, known_at),
    )


@st.composite
def any_absence(
    draw: st.DrawFn, known: dt.datetime | None = None, about: st.SearchStrategy[dt.date] | None = None
) -> Absence:
    starts_on, known_at = draw(days if about is None else about), known or draw(instants)
    return Absence(
        starts_on=starts_on,
        ends_on=draw(st.none() | st.dates(starts_on + dt.timedelta(days=1), dt.date(2026, 9, 1))),
        known_at=known_at,
        cancelled_at=until(draw, known_at),
    )


@st.composite
def any_waiver(draw: st.DrawFn, known: dt.datetime | None = None) -> Waiver:
    known_at = known or draw(instants)
    return Waiver(known_at=known_at, until_on=draw(st.none() | days), ended_at=until(draw, known_at))


@st.composite
def any_extension(draw: st.DrawFn, known: dt.datetime | None = None) -> Extension:
    return Extension(days=draw(st.integers(1, 90)), known_at=known or draw(instants))


@st.composite
def any_facts(draw: st.DrawFn, zones: st.SearchStrategy[str] | None = None) -> Facts:
    started_on = draw(days)
    first = draw(any_source(FIRST, 1))
    # Half of the leaves begin about the due day, where the clock or the grace runs.
    about_due = st.integers(-20, 20).map(lambda number: first.due_on + dt.timedelta(days=number))
    parts = tuple(draw(st.sets(st.sampled_from([COURSE, POLICY, CARD]), min_size=1)))
    return Facts(
        assigned_at=FIRST,
        zone=draw(zones or st.sampled_from(zone_names())),
        started_on=started_on,
        ended_on=draw(st.none() | st.none() | st.dates(started_on, dt.date(2026, 7, 1))),
        asked=(
            Asked(
                known_at=FIRST - dt.timedelta(days=1),
                parts=tuple(sorted(parts, key=lambda part: part.id)),
                match=draw(st.sampled_from(Match)),
            ),
        ),
        sources=(first, *draw(st.lists(any_source(number=2), max_size=1))),
        completions=tuple(draw(st.lists(any_completion(), max_size=2))),
        proofs=tuple(draw(st.lists(any_proof(), max_size=2))),
        extensions=tuple(draw(st.lists(any_extension(), max_size=2))),
        waivers=tuple(draw(st.lists(any_waiver(), max_size=1))),
        absences=tuple(draw(st.lists(any_absence() | any_absence(about=about_due), max_size=2))),
    )


@st.composite
def any_additions(draw: st.DrawFn, known: dt.datetime) -> dict[str, list[Any]]:
    """Facts that are all known from that instant on."""
    return {
        "completions": draw(st.lists(any_completion(known), max_size=1)),
        "proofs": draw(st.lists(any_proof(known), max_size=1)),
        "sources": draw(st.lists(any_source(known, 9), max_size=1)),
        "absences": draw(st.lists(any_absence(known), max_size=1)),
        "waivers": draw(st.lists(any_waiver(known), max_size=1)),
        "extensions": draw(st.lists(any_extension(known), max_size=1)),
    }
