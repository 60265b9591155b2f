"""Whom a rule reaches: the JSON, and everybody tried one by one."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rules import AudienceFault, BadAudience, Choice, Seat, audience_data, audience_of, chooser

PARENTS = {1: None, 2: 1, 3: 2, 4: 1, 5: None, 6: 7, 7: 6}
TITLES = ["Nurse", "nurse ", "Case  manager", "Clerk", ""]
PROFESSIONS = ["Nurse", "Social worker", ""]
PEOPLE = [str(UUID(int=number)) for number in range(1, 5)]
ROLES = ["manager", "owner"]
days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 3, 1))

conditions = st.one_of(
    st.just({"kind": "everyone"}),
    st.builds(lambda team, below: {"kind": "team", "team": team, "below": below}, st.integers(1, 7), st.booleans()),
    st.builds(lambda role: {"kind": "role", "role": role}, st.sampled_from(ROLES)),
    st.builds(lambda title: {"kind": "title", "title": title}, st.sampled_from(["NURSE", "case manager", "Pilot"])),
    st.builds(lambda word: {"kind": "profession", "profession": word}, st.sampled_from(PROFESSIONS[:2])),
    st.builds(
        lambda ends: {"kind": "hired", "from": min(ends).isoformat(), "to": max(ends).isoformat()},
        st.tuples(days, days),
    ),
    st.builds(lambda day: {"kind": "hired", "from": day.isoformat()}, days),
    st.builds(lambda day: {"kind": "hired", "to": day.isoformat()}, days),
    st.builds(
        lambda people: {"kind": "people", "people": sorted(people)}, st.sets(st.sampled_from(PEOPLE), min_size=1)
    ),
)
audiences = st.fixed_dictionaries(
    {
        "any": st.lists(conditions, min_size=1, max_size=4),
        "except": st.lists(conditions, max_size=2),
        "combine": st.sampled_from(["any", "each"]),
    }
)
seats = st.builds(
    lambda number, team, title, profession, hired_on: Seat(
        number, UUID(int=number), team, title, profession, hired_on, dt.date(2026, 1, 1), None, None
    ),
    st.integers(1, 6),
    st.none() | st.integers(1, 7),
    st.sampled_from(TITLES),
    st.sampled_from(PROFESSIONS),
    st.none() | days,
)
roles = st.dictionaries(st.integers(1, 6), st.frozensets(st.sampled_from(ROLES)))


def fits(condition: dict[str, Any], seat: Seat, held: dict[int, frozenset[str]]) -> bool:
    """The same said as plainly as it can be, one person and one condition at a time."""
    match condition["kind"]:
        case "everyone":
            return True
        case "team":
            teams, step = [], seat.team
            while step is not None and step not in teams:
                teams.append(step)
                step = PARENTS[step] if condition["below"] else None
            return condition["team"] in teams
        case "role":
            return condition["role"] in held.get(seat.pk, frozenset())
        case "title":
            return bool(condition["title"].lower().split() == seat.title.lower().split())
        case "profession":
            return bool(condition["profession"].lower().split() == seat.profession.lower().split())
        case "hired":
            day = seat.hired_on.isoformat() if seat.hired_on else None
            return day is not None and condition.get("from", "") <= day <= condition.get("to", "9999")
        case _:
            return str(seat.public_id) in condition["people"]


@given(audiences, seats, roles)
def test_audience_is_what_trying_everybody_finds(
    data: dict[str, Any], seat: Seat, held: dict[int, frozenset[str]]
) -> None:
    found = [(condition["kind"], fits(condition, seat, held)) for condition in data["any"]]
    if data["combine"] == "any":
        reached = any(fit for _, fit in found)
    else:
        reached = all(any(fit for kind, fit in found if kind == one) for one, _ in found)
    exempt = any(fits(condition, seat, held) for condition in data["except"])
    expected = Choice.OUTSIDE if not reached else Choice.EXEMPT if exempt else Choice.CHOSEN

    assert chooser(audience_of(data), PARENTS, held)(seat) is expected


@given(audiences)
def test_audience_is_read_as_it_was_written(data: dict[str, Any]) -> None:
    audience = audience_of(data)

    assert audience_of(audience_data(audience)) == audience


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (None, AudienceFault.NOT_AN_OBJECT),
        ([], AudienceFault.NOT_AN_OBJECT),
        ({"any": []}, AudienceFault.NOBODY),
        ({"any": {}}, AudienceFault.BAD_VALUE),
        ({"any": ["everyone"]}, AudienceFault.NOT_AN_OBJECT),
        ({"any": [{"kind": "everyone"}], "all": []}, AudienceFault.UNKNOWN_FIELD),
        ({"any": [{"kind": "everyone"}], "combine": "none"}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "dog"}]}, AudienceFault.UNKNOWN_KIND),
        ({"any": [{}]}, AudienceFault.UNKNOWN_KIND),
        ({"any": [{"kind": "team", "team": "1"}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "team", "team": True}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "team", "team": 1, "title": "x"}]}, AudienceFault.UNKNOWN_FIELD),
        ({"any": [{"kind": "title", "title": "  "}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "title", "title": "x" * 81}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "hired"}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "hired", "from": "soon"}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "hired", "from": "2026-02-01", "to": "2026-01-01"}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "people", "people": []}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "people", "people": ["ana"]}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "everyone"}], "except": [{"kind": "role"}]}, AudienceFault.BAD_VALUE),
        ({"any": [{"kind": "title", "title": str(number)} for number in range(101)]}, AudienceFault.TOO_MANY),
    ],
)
def test_audience_that_names_nobody_is_refused(data: object, fault: AudienceFault) -> None:
    with pytest.raises(BadAudience) as refused:
        audience_of(data)

    assert refused.value.fault is fault
