from pathlib import Path

import pytest

from author.editing.references_cited import source_warnings
from tests.author.editing.doubts import LESSON, Doubts, doubts_of, told_at, write_body
from tests.author.folders import change, copy_of_example

COURSE = "course.yaml"
FIRST = "lessons/01-who-may-hear.md"
URL = "    url: https://example.org/messages\n"
NOTE = "    note: Stands for a real source.\n"
SECOND_REFERENCE = (
    "  - {key: R2, text: Another., url: 'https://example.org/2', grade: primary, checked_on: '2026-11-02'}\n"
)

#: file, what stands there, what shall stand there.
CHANGES: dict[str, tuple[str, str, str, Doubts]] = {
    "as it is": (COURSE, "title: Leaving", "title: Leaving", []),
    "nothing cites it": (COURSE, "review:\n", f"{SECOND_REFERENCE}review:\n", [("uncited", COURSE, "  - {key: R2")]),
    "an address in a note's place": (COURSE, URL, "", []),
    "a note in an address's place": (COURSE, NOTE, "", []),
    "neither address nor note": (COURSE, URL + "    grade: secondary\n    checked_on: '2026-11-02'\n" + NOTE,
        "    grade: secondary\n    checked_on: '2026-11-02'\n", [("no-address", COURSE, "  - key: R1")]),
    "looked at a year before": (COURSE, "grade: secondary\n    checked_on: '2026-11-02'",
        "grade: secondary\n    checked_on: '2025-11-02'", []),
    "looked at long before": (COURSE, "grade: secondary\n    checked_on: '2026-11-02'",
        "grade: secondary\n    checked_on: '2025-10-31'", [("stale", COURSE, "    checked_on: '2025-10-31'")]),
    "a fact looked at long before": (FIRST, "checked_on: '2026-11-02'", "checked_on: '2025-10-31'",
        [("stale", FIRST, "    checked_on: '2025-10-31'")]),
    "verified by a secondary source": (FIRST, "status: general\n    source: GK R1", "status: verified\n    source: R1", []),
    "verified by general knowledge and a source": (FIRST, "status: general", "status: verified", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_sources_are_used_listed_and_fresh(tmp_path: Path, name: str) -> None:
    file, old, new, expected = CHANGES[name]
    folder = copy_of_example(tmp_path)
    change(folder, file, old, new)

    assert [doubt for doubt in doubts_of(source_warnings, folder) if doubt[0] != "unlisted"] == told_at(
        folder, expected
    )


def test_fact_is_not_verified_by_tertiary_sources_alone(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "grade: secondary", "grade: tertiary")
    change(folder, FIRST, "status: general\n    source: GK R1", "status: verified\n    source: R1")

    assert doubts_of(source_warnings, folder) == told_at(folder, [("tertiary", FIRST, "    status: verified")])


BODIES: dict[str, tuple[str, Doubts]] = {
    "listed": ("A short message is enough [R1].", []),
    "not listed": ("Words.\n\nA short message is enough [R9].", [("unlisted", LESSON, "A short")]),
    "a link that looks like one": ("[R9](https://example.org/messages)", []),
    "a word in brackets": ("He [the brother] listens.", []),
    "a link to a reference": ("The [guide](https://example.org/messages).", []),
    "a link elsewhere": ("Words.\n\nThe [guide](https://example.org/other).", [("unlisted", LESSON, "The [guide")]),
    "a mail address": ("[Write to us](mailto:help@example.org).", []),
}


@pytest.mark.parametrize("name", BODIES)
def test_citations_of_a_lesson_are_listed(tmp_path: Path, name: str) -> None:
    body, expected = BODIES[name]
    folder = copy_of_example(tmp_path)
    write_body(folder, body)

    assert doubts_of(source_warnings, folder) == told_at(folder, expected)


@pytest.mark.parametrize("body", ["A short message [R2].", "The [other guide](https://example.org/2)."])
def test_reference_is_cited_by_key_or_by_link(tmp_path: Path, body: str) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "review:\n", f"{SECOND_REFERENCE}review:\n")
    write_body(folder, body)

    assert doubts_of(source_warnings, folder) == []


def test_nothing_is_called_uncited_while_a_part_cannot_be_read(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "review:\n", f"{SECOND_REFERENCE}review:\n")
    change(folder, LESSON, "minutes: 1", "minutes: many")

    assert doubts_of(source_warnings, folder) == []


def test_course_file_that_cannot_be_read_has_no_sources_to_doubt(tmp_path: Path) -> None:
    folder = copy_of_example(tmp_path)
    change(folder, COURSE, "format: 1", "format: 2")

    assert doubts_of(source_warnings, folder) == []
