import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.document import Document
from enrollments.rules import PartKind, PartState, local_date, progress, retake_from
from tests.enrollments.documents import document, lesson, quiz

NONE: frozenset[str] = frozenset()


@pytest.fixture
def course() -> Document:
    return document(
        [lesson("one", 10), lesson("two", 12)],
        [quiz("practice", 4), quiz("post-test", 30, kind="summative", pass_percent=80)],
        ["post-test"],
        ["one", "practice", "two", "post-test"],
    )


def states(course: Document, **sets: frozenset[str]) -> list[PartState]:
    read, passed = sets.pop("read", NONE), sets.pop("passed", NONE)
    return [part.state for part in progress(course, read, passed, **sets).parts]


def next_key(course: Document, **sets: frozenset[str]) -> str | None:
    read, passed = sets.pop("read", NONE), sets.pop("passed", NONE)
    part = progress(course, read, passed, **sets).next
    return part.key if part else None


def test_progress_at_the_start(course: Document) -> None:
    at_start = progress(course, NONE, NONE)

    assert [part.key for part in at_start.parts] == ["one", "practice", "two", "post-test"]
    assert [part.kind for part in at_start.parts] == [PartKind.LESSON, PartKind.QUIZ, PartKind.LESSON, PartKind.QUIZ]
    assert [part.is_required for part in at_start.parts] == [True, False, True, True]
    assert (at_start.done, at_start.left, at_start.total, at_start.minutes_left) == (0, 4, 4, 56)
    assert [part.is_next for part in at_start.parts] == [True, False, False, False]


def test_progress_tells_apart_what_completion_asks_for(course: Document) -> None:
    found = progress(course, frozenset({"one"}), NONE)

    assert (found.minutes_left, found.required_minutes_left) == (46, 42)


def test_progress_at_the_end(course: Document) -> None:
    at_end = progress(course, frozenset({"one", "two"}), frozenset({"post-test"}), taken=frozenset({"practice"}))

    assert (at_end.done, at_end.left, at_end.minutes_left, at_end.next) == (4, 0, 0, None)


def test_states_of_parts(course: Document) -> None:
    both = frozenset({"practice", "post-test"})

    assert states(course) == [PartState.NOT_STARTED] * 4
    assert states(course, read=frozenset({"one"}))[0] is PartState.READ
    assert states(course, opened=both)[1::2] == [PartState.OPEN, PartState.OPEN]
    assert states(course, taken=both)[1::2] == [PartState.TAKEN, PartState.NOT_PASSED]
    assert states(course, taken=both, opened=both)[1::2] == [PartState.TAKEN, PartState.OPEN]
    assert states(course, taken=both, opened=both, passed=both)[1::2] == [PartState.PASSED, PartState.PASSED]


def test_next_is_the_first_that_is_not_done(course: Document) -> None:
    assert next_key(course) == "one"
    assert next_key(course, read=frozenset({"one"})) == "practice"
    assert next_key(course, read=frozenset({"two"})) == "one"


def test_next_is_an_open_attempt_before_all_else(course: Document) -> None:
    assert next_key(course, opened=frozenset({"post-test"})) == "post-test"


def test_next_does_not_return_to_a_practice_that_was_passed_over(course: Document) -> None:
    everything_required = frozenset({"one", "two"})

    assert next_key(course, read=everything_required) == "post-test"
    assert next_key(course, read=everything_required, passed=frozenset({"post-test"})) is None


def test_keys_of_no_part_count_for_nothing(course: Document) -> None:
    strange = frozenset({"of-another-course"})

    assert progress(course, strange, strange, opened=strange, taken=strange) == progress(course, NONE, NONE)


def test_neighbors_in_the_outline(course: Document) -> None:
    found = progress(course, NONE, NONE)

    assert found.before("one") is None
    assert found.after("one") == found.part("practice")
    assert found.before("post-test") == found.part("two")
    assert found.after("post-test") is None
    with pytest.raises(KeyError):
        found.part("three")


@st.composite
def courses_and_sets(draw: st.DrawFn) -> tuple[Document, list[frozenset[str]]]:
    """A course of any shape, and what was read, passed, submitted and is open in it."""
    kinds = draw(st.lists(st.sampled_from(["lesson", "required", "practice"]), max_size=7))
    kinds.insert(draw(st.integers(0, len(kinds))), "lesson")  # a document has one lesson at least
    minutes = [draw(st.integers(1, 6000)) for _ in kinds]
    keys = [f"part-{index}" for index in range(len(kinds))]
    rows = list(zip(keys, kinds, minutes, strict=True))
    course = document(
        [lesson(key, length) for key, kind, length in rows if kind == "lesson"],
        [quiz(key, length) for key, kind, length in rows if kind != "lesson"],
        [key for key, kind, _ in rows if kind == "required"],
        keys,
    )
    return course, [frozenset(draw(st.sets(st.sampled_from(keys)))) for _ in range(4)]


@given(courses_and_sets())
def test_done_and_left_are_all_there_is(drawn: tuple[Document, list[frozenset[str]]]) -> None:
    course, (read, passed, opened, taken) = drawn
    found = progress(course, read, passed, opened=opened, taken=taken)

    assert found.done + found.left == found.total == len(course.part_keys)
    assert 0 <= found.done <= found.total
    assert 0 <= found.minutes_left <= sum(part.minutes for part in found.parts)
    assert (found.minutes_left == 0) == (found.left == 0)


@given(courses_and_sets(), st.data())
def test_one_more_part_done_never_takes_anything_back(
    drawn: tuple[Document, list[frozenset[str]]], data: st.DataObject
) -> None:
    course, (read, passed, opened, taken) = drawn
    before = progress(course, read, passed, opened=opened, taken=taken)
    more = frozenset({data.draw(st.sampled_from(course.part_keys))})

    for after in (
        progress(course, read | more, passed, opened=opened, taken=taken),
        progress(course, read, passed | more, opened=opened, taken=taken),
        progress(course, read, passed, opened=opened, taken=taken | more),
    ):
        assert after.done >= before.done
        assert after.minutes_left <= before.minutes_left


@given(courses_and_sets())
def test_there_is_a_next_part_while_anything_required_is_left(drawn: tuple[Document, list[frozenset[str]]]) -> None:
    course, (read, passed, opened, taken) = drawn
    found = progress(course, read, passed, opened=opened, taken=taken)

    assert sum(part.is_next for part in found.parts) <= 1
    assert found.next is None or not found.next.is_done
    if any(part.is_required and not part.is_done for part in found.parts):
        assert found.next is not None


def test_retake_from_counts_whole_days_from_the_end() -> None:
    closed_at = dt.datetime(2026, 3, 7, 20, 0, tzinfo=dt.UTC)

    assert retake_from(closed_at, 7) == dt.datetime(2026, 3, 14, 20, 0, tzinfo=dt.UTC)
    assert retake_from(closed_at, 0) == closed_at


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Honolulu", 20), ("UTC", 21), ("Asia/Tokyo", 21)])
def test_local_date_is_the_day_in_the_zone(zone: str, day: int) -> None:
    half_past_eleven_in_honolulu = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)

    assert local_date(half_past_eleven_in_honolulu, zone) == dt.date(2026, 11, day)


def test_following_is_what_is_left_after_a_part(course: Document) -> None:
    found = progress(course, frozenset({"two"}), NONE)

    assert found.following("one") == found.part("practice")
    assert found.following("two") == found.part("post-test")
    assert found.following("post-test") == found.part("one")
