"""What differs between two versions: every change is told, nothing else is, and whom it concerns."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pydantic import ValidationError

from accounts.models import User
from audit.services import SYSTEM
from author.changes import Kind, PartChange, changes_between
from author.messages import who_is_affected
from author.packages import read_package
from author.runs import Mark, Run, runs, shortened
from author.services import publish_package
from certificates.models import SigningKey
from certificates.queries import Pinned, pinned_to
from courses.document import Document
from courses.library import published
from courses.models import CourseVersion
from courses.services import withdraw_version
from enrollments.services import enroll
from tests.author.folders import change, copy_of_example
from tests.author.test_desk import text
from tests.certifying import certified
from tests.conftest import Clinic, client_of, expect_statements
from tests.publishing import EXAMPLE, SLUG, publish_example

SAME, REMOVED, INSERTED = Mark.SAME, Mark.REMOVED, Mark.INSERTED


def document(folder: Path = EXAMPLE) -> Document:
    made = read_package(folder).document()
    assert made is not None
    return made


def changed(tmp_path: Path, *changes: tuple[str, str, str]) -> tuple[PartChange, ...]:
    folder = copy_of_example(tmp_path)
    for each in changes:
        change(folder, *each)
    return changes_between(document(), document(folder))


# --- two texts


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("one two", "one two", [Run(SAME, "one two")]),
        ("", "one", [Run(INSERTED, "one")]),
        ("one", "", [Run(REMOVED, "one")]),
        ("a red car", "a blue car", [Run(SAME, "a "), Run(REMOVED, "red "), Run(INSERTED, "blue "), Run(SAME, "car")]),
        ("a\nb\nc\n", "a\nc\n", [Run(SAME, "a\n"), Run(REMOVED, "b\n"), Run(SAME, "c\n")]),
    ],
)
def test_runs(old: str, new: str, found: list[Run]) -> None:
    assert list(runs(old, new)) == found


def test_runs_give_back_both_texts() -> None:
    old, new = "One line.\n\nAnother line, longer.\n", "One long line.\n\nAn other line, longer.\nAnd more."

    found = runs(old, new)

    assert "".join(run.text for run in found if run.mark is not INSERTED) == old
    assert "".join(run.text for run in found if run.mark is not REMOVED) == new


def test_long_stretches_that_are_the_same_are_left_out() -> None:
    many = "word " * 200
    found = shortened(runs(f"{many}red {many}", f"{many}blue {many}"))

    assert [run.mark for run in found] == [Mark.LEFT_OUT, SAME, REMOVED, INSERTED, SAME, Mark.LEFT_OUT]
    assert found[1].text == found[4].text == "word " * 25


def test_short_stretches_are_told() -> None:
    found = runs(f"{'word ' * 40}red", f"{'word ' * 40}blue")

    assert shortened(found) == found


# --- two documents


def test_no_change_is_told_of_the_same_document() -> None:
    assert changes_between(document(), document()) == ()


def leaves(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, *path, name)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, *path, index)
    else:
        yield path


def test_whatever_is_changed_is_told() -> None:
    """Every text and number of the example, one at a time."""
    before = document()
    plain = json.loads(before.canonical_text())
    tried = 0
    for path in leaves(plain):
        after = json.loads(before.canonical_text())
        inner = after
        for name in path[:-1]:
            inner = inner[name]
        value = inner[path[-1]]
        inner[path[-1]] = (
            not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}-x"
        )
        try:
            made = Document.model_validate(after)
        except ValidationError:
            continue  # no other document: a word that is not known, a number out of its range
        if made.canonical_text() != before.canonical_text():
            assert changes_between(before, made), path
            tried += 1

    assert tried > 300


def test_removed_and_added_parts_are_told_as_such(tmp_path: Path) -> None:
    smaller = document().model_copy(update={"quizzes": document().quizzes[:1]})

    [gone] = [each for each in changes_between(document(), smaller) if each.kind is Kind.REMOVED]
    [come] = [each for each in changes_between(smaller, document()) if each.kind is Kind.ADDED]

    assert (
        (gone.area, gone.key, gone.title)
        == (come.area, come.key, come.title)
        == ("quizzes", "warm-up", "Before you call")
    )
    assert {thing.kind for thing in gone.things} == {Kind.REMOVED}
    assert len(come.things) == 7


def test_question_is_told_by_its_key_with_the_option_that_is_now_correct(tmp_path: Path) -> None:
    [part] = changed(
        tmp_path,
        ("quizzes/warm-up.yaml", "correct: true, rationale: It can", "rationale: It can"),
        ("quizzes/warm-up.yaml", "rationale: It tells the house", "correct: true, rationale: It tells the house"),
    )

    [thing] = part.things
    assert (part.title, part.kind, thing.holder, thing.key, thing.kind) == (
        *("Before you call", Kind.CHANGED, "items", "shared-recording", Kind.CHANGED),
    )
    assert {each.names: each.runs for each in thing.texts} == {
        ("options", "q4", "correct"): (Run(REMOVED, "true"),),
        ("options", "b7", "correct"): (Run(INSERTED, "true"),),
    }


def test_place_of_a_case_is_told_by_its_key(tmp_path: Path) -> None:
    [part] = changed(tmp_path, ("scenarios/the-callback.yaml", "Four rings, a click,", "Three rings, a click,"))

    [thing] = part.things
    assert (part.key, thing.holder, thing.key, [each.names for each in thing.texts]) == (
        *("the-callback", "nodes", "ringing", [("text",)]),
    )


def test_moving_a_thing_is_a_change_of_order_alone(tmp_path: Path) -> None:
    before = document()
    reordered = before.course.model_copy(update={"objectives": before.course.objectives[::-1]})

    [part] = changes_between(before, before.model_copy(update={"course": reordered}))

    assert part.things == ()
    [order] = part.texts
    assert order.names == ("objectives", "(order)")


def test_adding_a_thing_is_no_change_of_order(tmp_path: Path) -> None:
    [part] = changed(
        tmp_path, ("guidance.yaml", "- id: G02", "- id: G03\n  point: New.\n  standing: stands\n- id: G02")
    )

    assert (part.area, part.texts) == ("guidance", ())
    assert [(thing.key, thing.kind) for thing in part.things] == [("G03", Kind.ADDED)]


def test_course_comes_first_and_parts_in_their_order(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        ("scenarios/first-message.yaml", "You agree on Thursday.", "You agree on Friday."),
        ("lessons/02-say-it-slowly.md", "at a run", "at a gallop"),
        ("lessons/01-who-may-hear.md", "You call a client", "You ring a client"),
        ("course.yaml", "change_note: First publication.", "change_note: Better."),
    )

    assert [part.key for part in found] == ["", "who-may-hear", "first-message", "say-it-slowly"]


# --- whom it concerns


@pytest.fixture
def versions(clinic: Clinic, tmp_path: Path) -> tuple[CourseVersion, CourseVersion]:
    first = publish_example(clinic.organization)
    folder = copy_of_example(tmp_path)
    change(folder, "course.yaml", "change_note: First publication.", "change_note: Better.")
    change(folder, "lessons/02-say-it-slowly.md", "at a run", "at a gallop")
    change(folder, "quizzes/voicemail-test.yaml", "pass_percent: 60", "pass_percent: 70")
    second = publish_package(package=read_package(folder), slug=SLUG, provider=clinic.organization, by=SYSTEM)
    return first, second


def test_numbers_of_those_who_have_a_version(
    versions: tuple[CourseVersion, CourseVersion], ana: User, cody: User, signing_key: SigningKey
) -> None:
    first, second = versions
    certified(ana, first)
    enroll(user=cody, course=first.course, acknowledged=True, by=cody)

    with expect_statements(2):
        assert pinned_to(first) == Pinned(open=0, completions=1, closed=0, certificates=1)
    assert pinned_to(second) == Pinned(open=1, completions=0, closed=0, certificates=0)


@pytest.mark.parametrize(
    ("pinned", "told"),
    [
        (
            Pinned(open=0, completions=0, closed=4, certificates=0),
            "Nobody is taking version 1 now. Nobody has completed version 1, and no certificate names it.",
        ),
        (
            Pinned(open=1, completions=1, closed=0, certificates=1),
            (
                "One person is taking version 1 and stays on it to the end: its lessons, questions and rules do not change"
                " for her. Version 1 was completed once, and 1 certificate names it. All of that stands as it is."
            ),
        ),
        (
            Pinned(open=12, completions=40, closed=0, certificates=39),
            (
                "12 people are taking version 1 and stay on it to the end: its lessons, questions and rules do not change"
                " for them. Version 1 was completed 40 times, and 39 certificates name it. All of that stands as it is."
            ),
        ),
    ],
)
def test_sentences_on_who_is_affected(pinned: Pinned, told: str) -> None:
    first, second = CourseVersion(number=1), CourseVersion(number=2)

    sentences = who_is_affected(first, pinned, second)

    assert " ".join(sentences[:-1]) == told
    assert sentences[-1] == "Whoever begins the course now takes version 2. Nobody is moved to it."


def test_sentence_on_those_who_come_where_the_newer_is_withdrawn(
    versions: tuple[CourseVersion, CourseVersion], theo: User
) -> None:
    first, second = versions
    withdraw_version(version=second, because="A mistake.", by=SYSTEM)

    assert "still takes version 1: no later one can be begun." in text(page_of(second, theo))

    withdraw_version(version=first, because="A mistake.", by=SYSTEM)

    assert "Nobody can begin the course now: every version is withdrawn." in text(page_of(second, theo))


# --- the page


def page_of(version: CourseVersion, by: User, **query: Any) -> Any:
    return client_of(by).get(reverse("author:changes", args=["riverbend", version.public_id]), query)


def test_page_marks_words_and_says_whom_it_concerns(versions: tuple[CourseVersion, CourseVersion], theo: User) -> None:
    first, second = versions
    address = reverse("author:changes", args=["riverbend", second.public_id])
    browser = client_of(theo)
    assert published(first).document != published(second).document  # known to this process from here on

    with expect_statements(10):
        page = browser.get(address)

    html = page.content.decode()
    assert "From version 1 to version 2" in text(page)
    assert "Nobody is taking version 1 now." in text(page)
    assert '<del><span class="visually-hidden">taken out: </span>run. </del>' in html
    assert '<ins><span class="visually-hidden">added: </span>gallop. </ins>' in html


def test_page_compares_with_the_version_that_is_asked_for(
    versions: tuple[CourseVersion, CourseVersion], theo: User
) -> None:
    first, second = versions

    for wanted in (first.number, first.public_id):
        assert "From version 1 to version 2" in text(page_of(second, theo, **{"from": wanted}))
    assert "From version 1 to version 2" in text(page_of(first, theo, **{"from": 2}))
    for unknown in (second.number, 9, "x"):
        assert page_of(second, theo, **{"from": unknown}).status_code == 404


def test_page_of_the_only_version_says_so(clinic: Clinic, theo: User) -> None:
    assert "This is the only version." in text(page_of(publish_example(clinic.organization), theo))


def test_changes_of_a_quiz_that_she_takes_herself_are_not_told(
    versions: tuple[CourseVersion, CourseVersion], theo: User
) -> None:
    _, second = versions
    assert "pass_percent 60 70" in text(page_of(second, theo)).replace("taken out: ", "").replace("added: ", "")

    enroll(user=theo, course=second.course, acknowledged=True, by=theo)

    page = text(page_of(second, theo))
    assert "pass_percent" not in page
    assert "You take this course yourself" in page
    assert "gallop." in page


# --- the command


def test_command_tells_the_same_in_text(versions: tuple[CourseVersion, CourseVersion]) -> None:
    out = StringIO()

    call_command("course_changes", SLUG, "--from", "1", "--to", "2", stdout=out)

    assert out.getvalue().splitlines()[:8] == [
        f"From version 1 to version 2 of {SLUG}.",
        "Nobody is taking version 1 now.",
        "Nobody has completed version 1, and no certificate names it.",
        "Whoever begins the course now takes version 2. Nobody is moved to it.",
        "",
        "course: changed",
        "  review / change_note",
        "    [-First publication.-]{+Better.+}",
    ]
    assert "Most of us say our own number at a [-run.-] {+gallop.+} We have said it" in out.getvalue()


def test_command_refuses_what_is_not_older(versions: tuple[CourseVersion, CourseVersion]) -> None:
    with pytest.raises(CommandError, match="Version 2 is not older than version 1"):
        call_command("course_changes", SLUG, "--from", "2", "--to", "1")
    with pytest.raises(CommandError, match="has no version 7"):
        call_command("course_changes", SLUG, "--from", "7")
