"""One line of a roster, and what it would change. Nothing here touches a database."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.roster import (
    Fault,
    FaultCode,
    Field,
    Found,
    Kind,
    Read,
    Seat,
    compared,
    ended_percent,
    is_email,
    needs_owner,
    next_digest,
    read_person,
)

TODAY = dt.date(2026, 11, 28)
COLUMNS = {Field.NAME: 0, Field.WORK_EMAIL: 1, Field.STAFF_NUMBER: 2, Field.HIRED_ON: 3}


def read(*cells: str, columns: dict[Field, int] = COLUMNS) -> Read:
    return read_person(cells, columns, 4, None, TODAY)


def seat(pk: int = 1, *, ended_on: dt.date | None = None, has_role: bool = False, **facts: Any) -> Seat:
    seen_at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return Seat(pk, seen_at, ended_on, {Field(name): fact for name, fact in facts.items()}, has_role)


def codes(found: Read) -> list[str]:
    return [fault.code for fault in found.faults]


# Reading


def test_a_line_is_read_with_its_spaces_made_one() -> None:
    found = read("  Ana   Reyes\n", " Ana@Example.COM ", "S 1", "3/1/2026")

    assert (found.facts, found.faults) == (
        {
            Field.NAME: "Ana Reyes",
            Field.WORK_EMAIL: "ana@example.com",
            Field.STAFF_NUMBER: "S 1",
            Field.HIRED_ON: dt.date(2026, 3, 1),
        },
        (),
    )


def test_cells_that_are_empty_or_not_there_say_nothing() -> None:
    assert set(read("Ana", "ana@example.com", " ").facts) == {Field.NAME, Field.WORK_EMAIL}


def test_names_in_two_columns_make_one() -> None:
    columns = {Field.FIRST_NAME: 0, Field.LAST_NAME: 2, Field.WORK_EMAIL: 1}
    assert read("Ana", "a@example.com", "Reyes", columns=columns).facts[Field.NAME] == "Ana Reyes"
    assert read("", "a@example.com", "Reyes", columns=columns).facts[Field.NAME] == "Reyes"
    assert codes(read("A" * 60, "a@example.com", "R" * 60, columns=columns)) == ["too_long"]
    assert codes(read("A" * 61, "a@example.com", "R", columns=columns)) == ["too_long"]


def test_formulas_stay_text() -> None:
    assert read('=HYPERLINK("x")', "ana@example.com").facts[Field.NAME] == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (("", "ana@example.com"), ["no_name"]),
        (("Ana", ""), ["no_email"]),
        (("", ""), ["no_name", "no_email"]),
        (("Ana", "ana@example"), ["not_an_email"]),
        (("A" * 121, "ana@example.com"), ["too_long"]),
        (("Ana\u202e", "ana@example.com"), ["hidden"]),
        (("Ana", "ana@example.com", "7", "soon"), ["not_a_day"]),
        (("Ana", "ana@example.com", "7", "1929-12-31"), ["day_out_of_range"]),
        (("Ana", "ana@example.com", "7", "2029-01-01"), ["day_out_of_range"]),
        (("Ana", "ana@example.com", "7", "", "more"), ["too_many_cells"]),
        (("Ana", "ana@example.com", "7", "", " "), []),
    ],
)
def test_what_is_wrong_with_a_line_is_named(cells: tuple[str, ...], found: list[str]) -> None:
    assert codes(read(*cells)) == found


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ana@example.com", True),
        ("o'hara+ce@mail.clinic.example", True),
        ("ana@example", False),
        ("ana@@example.com", False),
        ("ana@exa mple.com", False),
        ("ana.@example.com", False),
        ("@example.com", False),
        ("Ana <ana@example.com>", False),
        ("a@b.com, c@d.com", False),
        ("ana@-example.com", False),
        (f"{'a' * 250}@b.com", False),
    ],
)
def test_is_email(text: str, is_one: bool) -> None:
    assert is_email(text) is is_one


@given(st.lists(st.text(max_size=20), max_size=8), st.dictionaries(st.sampled_from(Field), st.integers(0, 6)))
def test_any_cells_are_read_to_facts_that_fit_or_faults(cells: list[str], columns: dict[Field, int]) -> None:
    found = read_person(cells, columns, 6, None, TODAY)

    assert found.faults or {Field.NAME, Field.WORK_EMAIL} <= set(found.facts)
    assert all(isinstance(fault, Fault) for fault in found.faults)


# Comparing

ANA = ("Ana Reyes", "ana@example.com", "S1")
HERS: dict[str, Any] = {"name": "Ana Reyes", "work_email": "ana@example.com", "staff_number": "S1"}


def test_nobody_known_is_new_and_starts_when_the_file_says_or_when_hired_or_today() -> None:
    difference = compared(read(*ANA), Found(), TODAY)
    assert (difference.kind, difference.facts[Field.STARTED_ON]) == (Kind.NEW, TODAY)

    hired = compared(read(*ANA, "2024-03-01"), Found(), TODAY)
    assert hired.facts[Field.STARTED_ON] == dt.date(2024, 3, 1)


def test_somebody_known_is_unchanged_or_changed_in_what_the_file_says() -> None:
    same = compared(read(*ANA), Found(by_number=seat(job_title="Nurse", **HERS)), TODAY)
    assert (same.kind, same.facts) == (Kind.UNCHANGED, {})

    other = compared(read("Ana R.", *ANA[1:]), Found(by_number=seat(**HERS)), TODAY)
    assert (other.kind, other.facts, other.was) == (
        Kind.CHANGED, {Field.NAME: "Ana R."}, {Field.NAME: "Ana Reyes"},
    )  # fmt: skip


def test_staff_number_comes_before_the_address_so_that_the_address_may_change() -> None:
    found = Found(by_number=seat(**{**HERS, "work_email": "old@example.com"}))

    assert compared(read(*ANA), found, TODAY).facts == {Field.WORK_EMAIL: "ana@example.com"}


def test_staff_number_is_filled_in_where_there_was_none() -> None:
    found = Found(by_email=seat(name="Ana Reyes", work_email="ana@example.com"))

    assert compared(read(*ANA), found, TODAY).facts == {Field.STAFF_NUMBER: "S1"}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Found(by_number=seat(1, **HERS), by_email=seat(2, **HERS)), FaultCode.EMAIL_OF_ANOTHER),
        (Found(by_email=seat(**{**HERS, "staff_number": "S2"})), FaultCode.NUMBER_OF_ANOTHER),
        (Found(by_number=seat(has_role=True, **{**HERS, "work_email": "old@example.com"})), FaultCode.EMAIL_WITH_ROLE),
    ],
)
def test_two_people_in_one_line_are_an_error(found: Found, code: FaultCode) -> None:
    difference = compared(read(*ANA), found, TODAY)

    assert (difference.kind, [fault.code for fault in difference.faults]) == (Kind.ERROR, [code])
    assert difference.seat  # so that nobody takes the person for missing


def test_person_with_a_role_may_change_otherwise() -> None:
    found = Found(by_number=seat(has_role=True, **{**HERS, "name": "A. Reyes"}))
    assert compared(read(*ANA), found, TODAY).kind is Kind.CHANGED


def test_somebody_who_left_comes_back_on_a_day_after_her_end() -> None:
    ended = dt.date(2026, 6, 1)
    left = Found(left_by_number=seat(ended_on=ended, **HERS))

    back = compared(read(*ANA, "2020-01-01"), left, TODAY)
    assert (back.kind, back.facts[Field.STARTED_ON]) == (Kind.REJOINING, TODAY)
    announced = compared(read(*ANA, "2027-01-04"), left, TODAY)
    assert announced.facts[Field.STARTED_ON] == dt.date(2027, 1, 4)


def test_somebody_who_comes_back_is_hired_anew_and_somebody_new_on_no_day_that_nobody_told() -> None:
    left = Found(left_by_number=seat(ended_on=dt.date(2026, 6, 1), **{**HERS, "hired_on": dt.date(2020, 1, 6)}))

    assert compared(read(*ANA), left, TODAY).facts[Field.HIRED_ON] == TODAY
    assert compared(read(*ANA, "2026-11-02"), left, TODAY).facts[Field.HIRED_ON] == dt.date(2026, 11, 2)
    assert Field.HIRED_ON not in compared(read(*ANA), Found(), TODAY).facts


def test_address_of_somebody_who_left_with_another_number_is_somebody_new() -> None:
    left = Found(left_by_email=seat(ended_on=TODAY, **{**HERS, "staff_number": "S9"}))
    assert compared(read(*ANA), left, TODAY).kind is Kind.NEW


# The limit, and the digest


@pytest.mark.parametrize(
    ("missing", "here", "percent", "is_over"),
    [(0, 0, 0, False), (1, 10, 10, False), (2, 10, 20, True), (2, 20, 10, False), (3, 20, 15, True), (7, 50, 14, True)],
)
def test_more_than_a_tenth_needs_an_owner(missing: int, here: int, percent: int, is_over: bool) -> None:
    assert (ended_percent(missing, here), needs_owner(missing, here)) == (percent, is_over)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_percent_that_is_shown_is_over_the_limit_when_the_limit_is_passed(missing: int, here: int) -> None:
    assert needs_owner(missing, here) == (ended_percent(missing, here) > 10)


def test_digest_depends_on_every_row_and_its_place() -> None:
    first, second = (1, "new", None, "a"), (2, "new", None, "b")
    digests = {next_digest("x", rows) for rows in ([first, second], [second, first], [first], [])}
    assert len(digests | {next_digest("y", [first])}) == 5
    assert next_digest(next_digest("x", [first]), [second]) == next_digest(next_digest("x", [first]), [second])
